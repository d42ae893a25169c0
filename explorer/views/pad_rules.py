"""How large a border is and which one keeps the size, as codes and parameters of sentences."""

from explorer.model.borders import Bordered


def pad_rules(found: Bordered, output_kernel: int | None) -> list[dict]:
    """What its numbers come from, or what becomes of the map's size.

    Args:
        output_kernel: of the convolution of stride 1 that reads the padded map, where a control
            sets it.

    Returns:
        [{"code": a key of the locales' `pad_rules`, "params": its numbers}, ...]
    """
    if not found.is_output:
        rows, columns = found.border.sums
        return [_rule("same_sums", rows=rows, columns=columns)]
    if found.reader is None:
        return []
    rows, columns = found.source[1:3]
    rows_out, columns_out = found.reader.shape[1:3]
    same = (rows, columns) == (rows_out, columns_out)
    here = _rule(
        "size_kept" if same else "size_changed",
        rows=rows,
        columns=columns,
        rows_out=rows_out,
        columns_out=columns_out,
    )
    if output_kernel is None:
        return [_rule("read_by", stage=found.reader.name), here]
    return [_law(output_kernel), here]


def _law(kernel: int) -> dict:
    """Which pads give back the size that a convolution of stride 1 takes."""
    taken, half = kernel - 1, (kernel - 1) // 2
    return _rule(
        "half_odd" if kernel % 2 else "half_even",
        kernel=kernel,
        taken=taken,
        half=half,
        rest=taken - half,
    )


def _rule(code: str, **params: int | str) -> dict:
    return {"code": code, "params": params}
