"""What kernels cost beside their products, as TensorFlow's CPU kernels work; measured.

Time is in multiply-accumulates: as long as so many take.
"""

import math

from explorer.model.ops.op import Shape
from explorer.sizes import MIB

# Of a kernel's value that is read, which takes longer than its products where few cells meet it: a
# matrix once, a transposed convolution's for each item, slowly where it is large and few cells are
# more than one.
_OF_A_MATRIX_VALUE, _OF_A_KERNEL_VALUE, _OF_A_FAR_VALUE = 5, 45, 130
_FEW_CELLS, _LARGE_KERNEL = range(2, 8), MIB


def matrix_reading_time(kernel: Shape) -> int:
    """Of a matrix."""
    return _OF_A_MATRIX_VALUE * math.prod(kernel)


def stamp_reading_time(kernel: Shape, given: Shape) -> int:
    """Of a kernel that every cell of maps [items, rows, columns, channels] stamps."""
    values, (items, *cells, _) = math.prod(kernel), given
    is_far = math.prod(cells) in _FEW_CELLS and 4 * values > _LARGE_KERNEL
    return (_OF_A_FAR_VALUE if is_far else _OF_A_KERNEL_VALUE) * items * values


def stamps_bytes(kernel: Shape, given: Shape, channels: int) -> int:
    """Of all stamps of an item, k·k values a cell and channel, before they are added up."""
    return 4 * math.prod(given[1:3]) * math.prod(kernel[:2]) * channels
