"""Constants of a TensorFlow 1 graph, and sizes that are worked out of shapes."""

import operator
from collections.abc import Callable, Sequence

import numpy as np
from google.protobuf.message import Message

from explorer.model.files.arrays import is_shape
from explorer.model.files.meta_values import Flow, Known, UnreadError, Value

_MOST_BYTES = 4096  # of a constant; sizes, axes and factors are small
_MOST_ENTRIES = _MOST_BYTES // 8
_MOST = 2**63  # what sizes are below; larger numbers would grow without end
_TYPES = {1: np.float32, 2: np.float64, 3: np.int32, 9: np.int64, 10: np.bool_}
_FIELDS = {1: "float_val", 2: "double_val", 3: "int_val", 9: "int64_val", 10: "bool_val"}


def constant(tensor: Message) -> Known:
    """The value of a `TensorProto`.

    Raises:
        UnreadError: it is large, or no number.
    """
    kind = _TYPES.get(tensor.dtype)
    shape = tuple(dimension.size for dimension in tensor.tensor_shape.dim)
    if kind is None or not is_shape(shape, _MOST_BYTES, 8):
        raise UnreadError(f"{list(shape)[:8]}")
    count = int(np.prod(shape, dtype=np.int64))
    if tensor.tensor_content:
        if len(tensor.tensor_content) != count * np.dtype(kind).itemsize:
            raise UnreadError("damaged")
        found = np.frombuffer(tensor.tensor_content, np.dtype(kind).newbyteorder("<"))
        return Known(found.reshape(shape).astype(kind))
    told = list(getattr(tensor, _FIELDS[tensor.dtype])[: count + 1]) or [0]
    if len(told) > max(1, count):
        raise UnreadError("damaged")
    values = told + [told[-1]] * (count - len(told))  # the last one stands for those left out
    return Known(np.array(values[:count]).astype(kind).reshape(shape))


def sizes_of(flow: Flow) -> Known:
    """A step's shape."""
    return Known(np.array([None, *flow.shape[1:]], object))


def numbers(value: Value) -> list:
    """The entries of a vector that is known; None for the batch's size.

    Raises:
        UnreadError: it is not known, or no vector.
    """
    if not isinstance(value, Known) or value.data.ndim != 1:
        raise UnreadError("shape")
    return value.data.tolist()


def number(value: Value) -> float:
    """A single number.

    Raises:
        UnreadError: it is none.
    """
    if not isinstance(value, Known) or value.data.size != 1:
        raise UnreadError("value")
    found = value.data.reshape(-1).tolist()[0]
    if not isinstance(found, int | float) or not abs(found) < 1e30:
        raise UnreadError("value")
    return found


def part(vector: Known, begin: Value, end: Value, step: Value, masks: dict[str, int]) -> Known:
    """`StridedSlice` of a vector, with the masks that Python's slices need."""
    if masks.get("ellipsis_mask") or masks.get("new_axis_mask") or vector.data.ndim != 1:
        raise UnreadError("slice")
    (first,), (last,), (stride,) = (numbers(value) for value in (begin, end, step))
    if masks.get("shrink_axis_mask"):
        return Known(np.array(vector.data[first], vector.data.dtype))
    start = None if masks.get("begin_mask") else first
    stop = None if masks.get("end_mask") else last
    return Known(vector.data[start:stop:stride])


def packed(values: Sequence[Value]) -> Known:
    """`Pack` of single numbers."""
    if not all(isinstance(value, Known) and value.data.size == 1 for value in values):
        raise UnreadError("shape")
    return Known(np.array([value.data.reshape(-1).tolist()[0] for value in values], object))


def joined(values: Sequence[Known]) -> Known:
    """`ConcatV2` of vectors; the last value is the axis."""
    if sum(value.data.size for value in values[:-1]) > _MOST_ENTRIES:
        raise UnreadError("value")
    return Known(np.concatenate([np.atleast_1d(v.data).astype(object) for v in values[:-1]]))


def cast(value: Known, kind: int) -> Known:
    """`Cast` to one of TensorFlow's types.

    Raises:
        UnreadError: it is another type, or has no such number.
    """
    if kind not in _TYPES:
        raise UnreadError("type")
    made = _TYPES[kind]
    entries = value.data.reshape(-1).tolist()
    found = [None if one is None else made(one).item() for one in entries]
    return Known(np.array(found, object).reshape(value.data.shape))


def bounded(found: float) -> float:
    """A number that was worked out.

    Raises:
        UnreadError: it is too large for a size.
    """
    if not abs(found) < _MOST:
        raise UnreadError("value")
    return found


def _divided(x: float, y: float) -> float:
    """`Div`, Python 2's: whole numbers stay whole."""
    return int(x / y) if isinstance(x, int) and isinstance(y, int) else x / y


def _of_batch(how: Callable, x: float | None, y: float | None) -> None:
    """The batch's size again, where that is what any two sizes of it would stay."""
    for size in (_MOST - 1, _MOST - 2):
        if how(*(size if one is None else one for one in (x, y))) != size:
            raise UnreadError("batch")


def _of_entries(how: Callable) -> Callable[[Known, Known], Known]:
    def compute(first: Known, second: Known) -> Known:
        a, b = np.broadcast_arrays(first.data, second.data)
        if a.size > _MOST_ENTRIES:
            raise UnreadError("value")
        found = [
            _of_batch(how, x, y) if None in (x, y) else bounded(how(x, y))
            for x, y in zip(a.reshape(-1).tolist(), b.reshape(-1).tolist(), strict=True)
        ]
        return Known(np.array(found, object).reshape(a.shape))

    return compute


ARITHMETIC: dict[str, Callable[[Known, Known], Known]] = {
    "Add": _of_entries(operator.add),
    "AddV2": _of_entries(operator.add),
    "Sub": _of_entries(operator.sub),
    "Mul": _of_entries(operator.mul),
    "FloorDiv": _of_entries(operator.floordiv),
    "Div": _of_entries(_divided),
    "RealDiv": _of_entries(operator.truediv),
    "Maximum": _of_entries(max),
    "Minimum": _of_entries(min),
}
