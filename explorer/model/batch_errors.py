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
    rf"|'x' sizes: {SIZE}(?:, \d{{1,9}}){{0,9}}\s+'y' sizes: {SIZE}\b"
)
_SIZES = re.compile(r"'[xy]' sizes: (\d{1,9}(?:, \d{1,9}){0,9})")
_UNLIKE = re.compile(rf"Incompatible shapes: \[{SIZE}((?:,\d{{1,9}}){{1,2}})\] vs\. \[{SIZE}\2\]")
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
        return _two([int(size) for size in found.groups() if size] + _sizes(text))
    if found := _UNLIKE.search(text):
        one, other = int(found[1]), int(found[3])
        return answer("batch_empty") if 0 in (one, other) else _two([one, other])
    return None


def _sizes(text: str) -> list[int]:
    """Keras: 'x' sizes: 64, 32 'y' sizes: 64, of a model of several inputs."""
    return [int(size) for sizes in _SIZES.findall(text) for size in sizes.split(", ")]


def _two(batches: list[int]) -> Answer | None:
    one = batches[0]
    other = next((size for size in batches if size != one), None)
    return None if other is None else answer("batches", one=one, other=other)
