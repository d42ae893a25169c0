"""Upsampling and a convolution in the place of a transposed convolution, of the same size.

Odena et al. (Distill 2016) advise this pair against checkerboards.
"""

from typing import TYPE_CHECKING

from explorer.errors import ExplorerError
from explorer.model.ops.conv2d import Conv2D
from explorer.model.ops.op import Op, Pair
from explorer.model.ops.pad import Pad
from explorer.model.ops.upsampling2d import UpSampling2D
from explorer.model.ops.window import (
    SAME,
    VALID,
    transposed_crop,
    transposed_outputs,
    window_outputs,
)

if TYPE_CHECKING:
    from explorer.model.ops.conv2d_transpose import Conv2DTranspose


def upsampled_first(op: "Conv2DTranspose") -> dict[str, Op]:
    """Each cell repeated, then a convolution, as `Op.changed` has it.

    Where the size is another than SAME's of all strides, zeros stand around as a stage of their
    own, so many on each side that cells which both make have the same values.

    Raises:
        ExplorerError: it is so small that a convolution without zeros makes more.
    """
    zeros = tuple(_zeros_around(op, axis) for axis in range(2))
    is_same = zeros == tuple(((k - 1) // 2, k // 2) for k in op.kernel_size)
    conv = Conv2D(
        op.filters,
        op.kernel_size,
        padding=SAME if is_same else VALID,
        use_bias=op.use_bias,
        initializer=op.initializer,
    )
    pads = {} if is_same else {Pad.kind: Pad(((0, 0), *zeros, (0, 0)))}
    return {UpSampling2D.kind: UpSampling2D(op.strides), **pads, "": conv}


def _zeros_around(op: "Conv2DTranspose", axis: int) -> Pair:
    """Before and after, along one axis of the map in which each cell is repeated."""
    kernel, stride = op.kernel_size[axis], op.strides[axis]
    more = op.output_padding and op.output_padding[axis]
    size, made = 1, transposed_outputs(1, kernel, stride, op.padding, more)
    if op.output_size:
        made = op.output_size[axis]
        size = window_outputs(made, kernel, stride, 1, op.padding)
    cut = transposed_crop(size, kernel, stride, op.padding, made)
    before = (kernel - 1) // 2 + max(kernel - stride, 0) // 2 - cut
    after = kernel - 1 + made - size * stride - before
    if min(before, after) < 0:
        raise ExplorerError("swap_too_small", "changes", kernel=kernel, stride=stride)
    return before, after
