"""Readers of what gives tensors of TensorFlow 1 graphs another shape, or works shapes out."""

import math

import numpy as np

from explorer.model.files.meta_calls import Call
from explorer.model.files.meta_constants import bounded, joined, number, numbers, part
from explorer.model.files.meta_values import (
    Flow,
    Known,
    Moment,
    Unread,
    UnreadError,
    Value,
    Variable,
)
from explorer.model.ops import Concatenate, Permute, Reshape


def reshape(call: Call) -> Value:
    """`Reshape` of a step, of a constant, or of numbers for each channel, which stay last."""
    if isinstance(call.inputs[0], Known):
        sizes = [int(size) for size in numbers(call.inputs[1])]
        return Known(call.inputs[0].data.reshape(sizes))
    if isinstance(call.inputs[0], Moment | Variable):
        return _of_channels(call, *numbers(call.inputs[1]))
    call.flow()  # what is no step is at fault before its sizes are
    return _of_item(call, numbers(call.inputs[1]))


def _of_item(call: Call, sizes: list) -> Value:
    """A step of another shape: the batch stays first, as counts of cells or its size tell."""
    x = call.flow()
    count, item = math.prod(x.shape[1:]), [-1 if size is None else int(size) for size in sizes[1:]]
    known = math.prod(size for size in item if size != -1)
    rest = [-1 if size == -1 else size for size in item]
    if item.count(-1) == 1 and known > 0 and count % known == 0 and _is_batch(sizes[0], x):
        rest = [count // known if size == -1 else size for size in item]
    if not item or min(rest) < 1 or math.prod(rest) != count:
        raise UnreadError(f"shape {sizes[:8]}")
    if tuple(rest) == x.shape[1:]:
        return x
    return call.step(Reshape(tuple(rest)))


def _is_batch(size: int | None, x: Flow) -> bool:
    """Whether a size is that of a step's batch."""
    return size is None or {size} == {root.batch for root in x.roots}


def _of_channels(call: Call, *sizes: int | None) -> Value:
    """A vector with axes of size 1 before its own."""
    value = _of_all(call.inputs[0])
    own = value.flow.shape[-1:] if isinstance(value, Moment) else None
    own = own or call.reading.shapes.get(value.name, sizes[-1:])
    *before, last = sizes
    if len(own) != 1 or before != [1] * len(before) or last not in (-1, *own):
        raise UnreadError(f"shape {list(sizes)[:8]}")
    return value


def _of_all(value: Value) -> Value:
    """A value that has the same channels in any shape; an item's own mean has not."""
    if isinstance(value, Moment) and value.of_item:
        raise UnreadError("mean")
    return value


def squeeze(call: Call) -> Value:
    """`Squeeze`."""
    if isinstance(call.inputs[0], Moment | Known | Variable):
        value = call.inputs[0]
        return Known(value.data.squeeze()) if isinstance(value, Known) else _of_all(value)
    dims = call.argument("squeeze_dims")
    rank, x = len(call.flow().shape), call.flow()
    axes = {axis % rank for axis in dims.list.i} if dims is not None else set()
    axes = axes or {at for at, size in enumerate(x.shape) if at and size == 1}
    left = [size for at, size in enumerate(x.shape) if at not in axes]
    return _of_item(call, left if 0 not in axes else [])


def expand(call: Call) -> Value:
    """`ExpandDims`."""
    axis = int(number(call.inputs[1]))
    if isinstance(call.inputs[0], Known):
        return Known(np.expand_dims(call.inputs[0].data, axis))
    sizes = list(call.flow().shape)
    at = axis % (len(sizes) + 1)
    if at == 0:
        raise UnreadError("axis 0")
    sizes.insert(at, 1)
    return _of_item(call, sizes)


def concat(call: Call) -> Value:
    """`ConcatV2` of steps, or of sizes."""
    *values, axis = call.inputs
    if all(isinstance(value, Known) for value in values):
        return joined(call.inputs)
    at = int(number(axis))
    for value in values:
        if not isinstance(value, Flow):
            raise UnreadError(value if isinstance(value, Unread) else "input")
    if at == 0:
        raise UnreadError("axis 0")
    return call.step(Concatenate(at), *values)


def transpose(call: Call) -> Value:
    """`Transpose` that leaves the batch first."""
    order = [int(axis) for axis in numbers(call.inputs[1])]
    if order[:1] != [0]:
        raise UnreadError("perm")
    return call.step(Permute(tuple(order[1:])))


def slice_of(call: Call) -> Value:
    """`StridedSlice` of sizes."""
    vector = call.inputs[0]
    if not isinstance(vector, Known):
        raise UnreadError(vector if isinstance(vector, Unread) else "slice")
    masks = ("begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask")
    return part(vector, *call.inputs[1:4], {name: call.whole(name) for name in masks})


def product_of(call: Call) -> Value:
    """`Prod` of sizes."""
    values = numbers(call.inputs[0])
    if None not in values:
        return Known(np.array(bounded(math.prod(values)), object))
    if [size for size in values if size != 1] != [None]:
        raise UnreadError("batch")
    return Known(np.array(None, object))
