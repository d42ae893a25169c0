"""Errors of a batch: one value to take statistics of, or two batches of different size."""

import re

from explorer.model.error_answer import LIST, SIZE, Answer, answer
from explorer.model.shape_designs import Design

_ONE_CELL = re.compile(
    rf"expected more than 1 spatial element when training, got input size "
    rf"(?:torch\.Size\()?{LIST}",
    re.IGNORECASE,
)
_BATCHES = re.compile(
    rf"Expected input batch_size \({SIZE}\) to match target batch_size \({SIZE}\)"
    rf"|'x' sizes: {SIZE}\s+'y' sizes: {SIZE}\b"
)
_ONE_VALUE = re.compile(
    rf"expected more than 1 value per channel when training, got input size "
    rf"(?:torch\.Size\()?{LIST}",
    re.IGNORECASE,
)


def read_batch(design: Design, text: str) -> Answer | None:
    """PyTorch refuses what TensorFlow turns into beta; both refuse batches of two sizes."""
    if found := _ONE_VALUE.search(text):
        return answer("one_value", shape=f"[{found[1]}]")
    if found := _ONE_CELL.search(text):
        return answer("one_cell", shape=f"[{found[1]}]")
    if found := _BATCHES.search(text):
        one, other = (int(size) for size in found.groups() if size)
        return answer("batches", one=one, other=other) if one != other else None
    return None
