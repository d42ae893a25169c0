"""A dilated transposed convolution as it is worked out: a convolution of a wider map.

TensorFlow's own lacks a CPU kernel for taps that stand apart. With before rows cut off, output y
meets tap t at input y - t·dilation + before; so it does in the kernel that is turned around, where
k-1-t is t, at y + t·dilation - ((k-1)·dilation - before). Strides are 1.
"""

import math
from dataclasses import dataclass

from explorer.model.lazy_tensorflow import tf
from explorer.model.ops.conv2d import Conv2D
from explorer.model.ops.op import Pair


@dataclass(frozen=True)
class DilatedStamps:
    """What it is worked out by.

    Attributes:
        conv: the convolution, by the turned kernel and without zeros of its own.
        around: zeros before and after the map's rows and columns.
    """

    conv: Conv2D
    around: tuple[Pair, Pair]

    def forward(self, x, variables, shape) -> "tf.Tensor":
        """The output; kernel [rows, columns, out, in]."""
        turned = tf.transpose(tf.reverse(variables["kernel"], (0, 1)), (0, 1, 3, 2))
        wide = tf.pad(x, ((0, 0), *self.around, (0, 0)))
        return self.conv.forward((wide,), {**variables, "kernel": turned}, shape)

    def bytes(self, given) -> int:
        """Of the wider map."""
        rows, columns = (n + sum(more) for n, more in zip(given[1:3], self.around, strict=True))
        return 4 * math.prod((given[0], rows, columns, given[3]))
