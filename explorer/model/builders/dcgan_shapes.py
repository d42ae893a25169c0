"""What follows from the design of `dcgan_generator` for its shapes: sizes, and why they differ.

Height and width of every map are those of the base, grown by the stride; channels are D, halved;
so a shape that is wanted of a stage goes back to fields of the configuration.
"""

from collections.abc import Mapping, Sequence

from explorer.model.config import AXES, GeneratorConfig
from explorer.model.expected_shape import Shape, spelled
from explorer.model.graph import Stage
from explorer.model.needed_shapes import needed_shapes
from explorer.model.shape_reasons import Reason

OUTPUT, PADDED, LAST_BLOCK = "conv_out/conv2d", "conv_out/pad", "conv_out"
DENSE_BLOCK, BASE, LATENT = "fc1", "fc1/reshape", "z"


def block_number(config: GeneratorConfig, stage: Stage) -> int:
    """How often the channels have been halved: 0 before the first block."""
    if stage.block == LAST_BLOCK:
        return config.upsample_blocks
    return int(stage.block.removeprefix("upsample")) if stage.block.startswith("upsample") else 0


def needed_of_config(
    config: GeneratorConfig, plan: Sequence[Stage], name: str, wanted: Shape
) -> dict[str, Shape]:
    """As `needed_shapes`, with the channels that the wanted ones go back to.

    Where a block cannot give a size at all, the output's shape goes back to the pad alone, which is
    what can still be changed.
    """
    asked = next(stage for stage in plan if stage.name == name)
    depth = _base_depth(config, asked, wanted)
    channels = {} if depth is None else _channels(config, plan, depth)
    needed = dict(needed_shapes(plan, name, wanted, channels).shapes)
    if plan[0].name in needed or asked.block != LAST_BLOCK:
        return needed
    return {key: shape for key, shape in needed.items() if key in (OUTPUT, PADDED)}


def _base_depth(config: GeneratorConfig, stage: Stage, wanted: Shape) -> int | None:
    """The D that gives the wanted channels: the present one if it does, else the least."""
    if stage.name == OUTPUT or len(wanted) == 2 or wanted[-1] is None:
        return None
    channels = wanted[-1] - (sum(config.paddings[3]) if stage.name == PADDED else 0)
    divisor = 2 ** block_number(config, stage)
    return config.upsample_dim if config.upsample_dim // divisor == channels else channels * divisor


def _channels(config: GeneratorConfig, plan: Sequence[Stage], depth: int) -> Mapping[str, int]:
    """Of every map but the output, for a D."""
    pads = {PADDED: sum(config.paddings[3])}
    return {
        stage.name: depth // 2 ** block_number(config, stage) + pads.get(stage.name, 0)
        for stage in plan
        if len(stage.shape) == 4 and stage.name != OUTPUT
    }


def reason_of_config(config: GeneratorConfig, first: Stage, needed: Shape) -> Reason:
    """Why a stage, the first that differs, is not as needed; in the configuration's words."""
    if first.name == LATENT:
        return Reason("noise_dim", {"wanted": needed[1], "found": first.shape[1]})
    if first.name == BASE:
        params = {"wanted": spelled(needed[1:]), "found": list(first.shape[1:])}
        return Reason("base", params)
    if first.name == PADDED:
        return _why_padded(config, first, needed)
    if first.name == OUTPUT:
        return _why_output(config, first, needed)
    if first.block == DENSE_BLOCK:
        return _why_units(config, first, needed)
    code, params = first.op.reason(first, needed)
    return Reason(code, params)


def _why_units(config: GeneratorConfig, first: Stage, needed: Shape) -> Reason:
    params = {
        "wanted": needed[1],
        "found": first.shape[1],
        "rows": config.base_height,
        "columns": config.base_width,
        "depth": config.upsample_dim,
        "blocks": config.upsample_blocks,
        "stride": config.stride,
    }
    return Reason("units", params)


def _differing(axes, needed: Shape, found: Sequence[int]) -> tuple[str, int, int]:
    """The first axis whose size is not the one needed."""
    return next(
        (axis, size, there)
        for axis, size, there in zip(axes, needed, found, strict=True)
        if size not in (None, there)
    )


def _why_padded(config: GeneratorConfig, first: Stage, needed: Shape) -> Reason:
    axis, size, found = _differing(AXES[1:], needed[1:], first.shape[1:])
    at = AXES.index(axis)
    before, after = config.paddings[at]
    source = first.input_shape[at]
    if axis in AXES[1:3] and (
        reason := _why_no_multiple(config, axis, source, size - before - after)
    ):
        return reason
    params = {
        "axis": axis, "wanted": size, "found": found, "source": source, "before": before,
        "after": after,
    }  # fmt: skip
    return Reason("pad", params)


def _why_no_multiple(config: GeneratorConfig, axis: str, found: int, wanted: int) -> Reason | None:
    """Why the last block's map has another size than wanted; None where a base gives it.

    Source of the sizes with `output_padding`: Keras, (n - 1)·s + k - 2·(k // 2) + p for "same".
    """
    stride, kernel = config.stride, config.kernel_size
    growth = stride**config.upsample_blocks
    if wanted < 1 or wanted % growth == 0:
        return None
    params = {"axis": axis, "stride": stride, "wanted": wanted, "found": found}
    if not 0 < found - wanted < stride:
        blocks = config.upsample_blocks
        return Reason("multiple", {**params, "growth": growth, "blocks": blocks})
    half = found // stride
    more = wanted - ((half - 1) * stride + kernel - 2 * (kernel // 2))
    code = "rounded_padding" if 0 <= more < stride else "rounded"
    return Reason(code, {**params, "half": half, "kernel": kernel, "more": more})


def _why_output(config: GeneratorConfig, first: Stage, needed: Shape) -> Reason:
    axes = ("channels", *AXES[1:3])
    axis, size, found = _differing(
        axes, (needed[3], *needed[1:3]), (first.shape[3], *first.shape[1:3])
    )
    if axis == "channels":
        return Reason("output_channels", {"wanted": size, "found": found})
    padded, kernel = first.input_shape[AXES.index(axis)], config.output_kernel
    params = {"axis": axis, "wanted": size, "found": found, "padded": padded, "kernel": kernel}
    return Reason("window", params)
