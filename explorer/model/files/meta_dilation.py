"""Dilated convolutions of TensorFlow 1 graphs: SpaceToBatchND, a plain one, BatchToSpaceND.

`tf.layers.conv2d(dilation_rate=...)` and `tf.nn.atrous_conv2d` wrote them so: every rate-th cell
makes a map of its own in the batch, which is convolved without pads, and the maps are put together
again (tf.nn.with_space_to_batch).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from explorer.model.files.meta_calls import Call
from explorer.model.files.meta_values import Apart, Known, UnreadError, Value
from explorer.model.ops import Conv2D, Pad
from explorer.model.ops.window import SAME, VALID, extent_of

_MOST = 2**16  # of a rate or a pad

Pads = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True, eq=False)
class _Convolved(Apart):
    """A map in parts that a convolution was applied to, each part by itself."""

    op: Conv2D
    arrays: Mapping


def space_to_batch(call: Call) -> Value:
    """`SpaceToBatchND` of rows and columns."""
    block, pads = call.inputs[1:3]
    x = call.flow()
    if len(x.shape) != 4:
        raise UnreadError("block")
    return Apart(x, tuple(_whole(block, (2,))), _pairs(pads))


def convolved(parts: Value, op: Conv2D, arrays: Mapping[str, str]) -> Value:
    """A convolution of parts, which has to be a plain one."""
    if type(parts) is not Apart or (op.padding, op.strides, op.dilation) != (VALID, (1, 1), (1, 1)):
        raise UnreadError("block")
    return _Convolved(parts.flow, parts.block, parts.pads, op, arrays)


def batch_to_space(call: Call) -> Value:
    """`BatchToSpaceND`, which makes one dilated convolution of the three."""
    parts, block, crops = call.inputs
    if not isinstance(parts, _Convolved) or tuple(_whole(block, (2,))) != parts.block:
        raise UnreadError("block")
    pads = tuple(
        (before - cut_before, after - cut_after)
        for (before, after), (cut_before, cut_after) in zip(parts.pads, _pairs(crops), strict=True)
    )
    if min(map(min, pads)) < 0:
        raise UnreadError("crops")
    op = replace(parts.op, dilation=parts.block)
    beyond = [reach - 1 for reach in extent_of(op.kernel_size, op.dilation)]
    x = parts.flow
    if pads == tuple((n // 2, n - n // 2) for n in beyond):
        op = replace(op, padding=SAME)
    elif any(map(any, pads)):
        x = call.step(Pad(((0, 0), *pads, (0, 0))), x)
    return call.step(op, x, arrays=parts.arrays, takes_bias=True)


def _whole(value: Value, shape: tuple[int, ...]) -> list:
    if not isinstance(value, Known) or np.shape(value.data) != shape:
        raise UnreadError("block")
    found = np.asarray(value.data).tolist()
    if not all(isinstance(n, int) and 0 <= n <= _MOST for n in np.ravel(found).tolist()):
        raise UnreadError("block")
    return found


def _pairs(value: Value) -> Pads:
    return tuple(map(tuple, _whole(value, (2, 2))))
