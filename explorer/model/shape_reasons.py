"""One sentence on the first stage whose shape differs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from explorer.model.config import AXES, GeneratorConfig
from explorer.model.expected_shape import Shape, fits, spelled
from explorer.model.stages import Stage
from explorer.words import english


@dataclass(frozen=True)
class Reason:
    """One sentence: a key of the locale files' `shape_reasons` and what fills it in."""

    code: str
    params: Mapping[str, object]

    def __str__(self) -> str:
        return english("shape_reasons", self.code, self.params)


def _reason(code: str, **params: object) -> Reason:
    return Reason(code, params)


def explain_difference(config: GeneratorConfig, first: Stage, needed: Shape) -> Reason:
    """Why the stage that was asked about is not as wanted.

    Args:
        first, needed: the first stage that differs, and what its shape would have to be.
    """
    if fits(first.shape[1:], needed[1:]):
        pads = sum(config.paddings[0])
        return _reason("batch", wanted=needed[0], found=first.shape[0], pads=pads)
    return _REASONS[first.kind](config, first, needed)


def _why_dense(config, first: Stage, needed: Shape) -> Reason:
    return _reason(
        "units",
        wanted=needed[1],
        found=first.shape[1],
        rows=config.base_height,
        columns=config.base_width,
        depth=config.upsample_dim,
        blocks=config.upsample_blocks,
        stride=config.stride,
    )


def _why_reshape(config, first: Stage, needed: Shape) -> Reason:
    return _reason("base", wanted=spelled(needed[1:]), found=list(first.shape[1:]))


def _why_transposed(config, first: Stage, needed: Shape) -> Reason:
    """Only a size that is no multiple of the stride ends the walk here."""
    axis, size, found = _differing(("height", "width"), needed[1:3], first.shape[1:3])
    return _reason("stride", axis=axis, wanted=size, found=found, stride=config.stride)


def _differing(axes, needed: Shape, found: Sequence[int]) -> tuple[str, int, int]:
    """The first axis whose size is not the one needed."""
    return next(
        (axis, size, there)
        for axis, size, there in zip(axes, needed, found, strict=True)
        if size not in (None, there)
    )


def _why_pad(config, first: Stage, needed: Shape) -> Reason:
    axis, size, found = _differing(AXES[1:], needed[1:], first.shape[1:])
    at = AXES.index(axis)
    before, after = config.paddings[at]
    source = first.input_shape[at]
    if axis in AXES[1:3] and (
        reason := _why_no_multiple(config, axis, source, size - before - after)
    ):
        return reason
    return _reason(
        "pad", axis=axis, wanted=size, found=found, source=source, before=before, after=after
    )


def _why_no_multiple(config: GeneratorConfig, axis: str, found: int, wanted: int) -> Reason | None:
    """Why the last block's map has another size than wanted; None where a base gives it.

    Source of the sizes with `output_padding`: Keras, (n - 1)·s + k - 2·(k // 2) + p for "same".
    """
    stride, kernel = config.stride, config.kernel_size
    growth = stride**config.upsample_blocks
    if wanted < 1 or wanted % growth == 0:
        return None
    if not 0 < found - wanted < stride:
        return _reason(
            "multiple", axis=axis, growth=growth, stride=stride, blocks=config.upsample_blocks,
            wanted=wanted, found=found,
        )  # fmt: skip
    half = found // stride
    more = wanted - ((half - 1) * stride + kernel - 2 * (kernel // 2))
    code = "rounded_padding" if 0 <= more < stride else "rounded"
    return _reason(
        code,
        axis=axis,
        stride=stride,
        half=half,
        wanted=wanted,
        found=found,
        kernel=kernel,
        more=more,
    )


def _why_conv(config, first: Stage, needed: Shape) -> Reason:
    axis, size, found = _differing(
        ("channels", *AXES[1:3]), (needed[3], *needed[1:3]), (first.shape[3], *first.shape[1:3])
    )
    if axis == "channels":
        return _reason("output_channels", wanted=size, found=found)
    padded = first.input_shape[AXES.index(axis)]
    return _reason(
        "window", axis=axis, wanted=size, found=found, padded=padded, kernel=config.output_kernel
    )


_REASONS = {
    "input": lambda config, first, needed: _reason(
        "noise_dim", wanted=needed[1], found=first.shape[1]
    ),
    "dense": _why_dense,
    "actv": _why_dense,
    "batch_normalization": _why_dense,
    "reshape": _why_reshape,
    "conv2d_transpose": _why_transposed,
    "pad": _why_pad,
    "conv2d": _why_conv,
}
