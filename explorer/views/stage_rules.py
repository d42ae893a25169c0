"""The rules of size behind a stage, with its own numbers, as codes and parameters of sentences."""

import math

from explorer.model.config import GeneratorConfig
from explorer.model.links import same_crop
from explorer.model.stages import Stage


def stage_rules(config: GeneratorConfig, stage: Stage) -> list[dict]:
    """What makes the stage's shape, one sentence a rule; none where the shape stays.

    Returns:
        [{"code": a key of the locales' `stage_rules`, "params": its numbers}, ...]
    """
    rules = _RULES.get(stage.op)
    return [] if rules is None else rules(config, stage)


def _rule(code: str, **params: int) -> dict:
    return {"code": code, "params": params}


def _factors(config: GeneratorConfig, stage: Stage) -> list[dict]:
    rows, columns, depth = config.base_height, config.base_width, config.upsample_dim
    return [_rule("factors", rows=rows, columns=columns, depth=depth)]


def _reshape(config: GeneratorConfig, stage: Stage) -> list[dict]:
    batch, rows, columns, depth = stage.shape
    elements = math.prod(stage.shape)
    minus_one = _rule(
        "minus_one", elements=elements, rows=rows, columns=columns, depth=depth, batch=batch
    )
    return [minus_one, *_factors(config, stage)]


def _same(config: GeneratorConfig, stage: Stage) -> list[dict]:
    """SAME of a transposed convolution, as `same_crop` says."""
    kernel, stride, size = config.kernel_size, config.stride, stage.input_shape[1]
    before, after = same_crop(kernel, stride)
    code = "same_cut" if before + after else "same_uncut" if kernel == stride else "same_gaps"
    return [
        _rule("same_size", stride=stride, size=size, kept=stage.shape[1]),
        _rule(
            code,
            size=size,
            stride=stride,
            kernel=kernel,
            canvas=(size - 1) * stride + kernel,
            filled=size * min(kernel, stride),
            kept=stage.shape[1],
            cut=before + after,
            before=before,
            after=after,
        ),
    ]


def _pad(config: GeneratorConfig, stage: Stage) -> list[dict]:
    """Which pads give back the size that the output convolution, of stride 1, takes."""
    kernel = config.output_kernel
    taken, half = kernel - 1, (kernel - 1) // 2
    law = _rule(
        "half_odd" if kernel % 2 else "half_even",
        kernel=kernel,
        taken=taken,
        half=half,
        rest=taken - half,
    )
    _, rows, columns, _ = stage.input_shape
    rows_out, columns_out = (size - taken for size in stage.shape[1:3])
    same = (rows, columns) == (rows_out, columns_out)
    here = _rule(
        "size_kept" if same else "size_changed",
        rows=rows,
        columns=columns,
        rows_out=rows_out,
        columns_out=columns_out,
    )
    return [law, here]


def _valid(config: GeneratorConfig, stage: Stage) -> list[dict]:
    _, rows, columns, _ = stage.input_shape
    return [
        _rule(
            "valid",
            kernel=config.output_kernel,
            rows=rows,
            columns=columns,
            rows_out=stage.shape[1],
            columns_out=stage.shape[2],
        )
    ]


_RULES = {
    "dense": _factors,
    "reshape": _reshape,
    "conv2d_transpose": _same,
    "pad": _pad,
    "conv2d": _valid,
}
