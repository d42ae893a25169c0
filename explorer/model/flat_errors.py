"""Errors of a matrix product whose input still has its axes apart."""

import re

from explorer.model.error_answer import SIZE, Answer, answer
from explorer.model.shape_designs import Design

_PRODUCT = re.compile(
    rf"shapes cannot be multiplied \({SIZE}x{SIZE} and {SIZE}x{SIZE}\)"
    rf"|size mismatch, m1: \[{SIZE} x {SIZE}\], m2: \[{SIZE} x {SIZE}\]"
)


def read_flat(design: Design, text: str) -> Answer | None:
    """PyTorch's nn.Linear takes all axes but the last for rows.

    Rows of 1 are a vector given as [N, length, 1, 1]; rows of a side are a square map's, of whose
    values an item has channels · side · side.
    """
    if not (found := _PRODUCT.search(text)):
        return None
    rows, length, reads, _ = (int(size) for size in found.groups() if size)
    if not length or not reads or length == reads or reads % length**2 or rows * length % reads:
        return None
    items = rows * length // reads
    return answer("not_flat", rows=rows, length=length, reads=reads, items=items)
