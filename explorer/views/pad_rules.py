"""Which pads keep the size, with a pad's own numbers, as codes and parameters of sentences."""

from explorer.model.config import GeneratorConfig
from explorer.model.stages import Stage


def pad_rules(config: GeneratorConfig, stage: Stage) -> list[dict]:
    """Which pads give back the size that the output convolution, of stride 1, takes.

    Returns:
        [{"code": a key of the locales' `pad_rules`, "params": its numbers}, ...]
    """
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


def _rule(code: str, **params: int) -> dict:
    return {"code": code, "params": params}
