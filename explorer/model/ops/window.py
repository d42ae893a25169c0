"""What windows that slide over maps have in common: their sizes, crops and zeros around them."""

from typing import Literal, get_args

from explorer.errors import ExplorerError
from explorer.model.ops.op import Border, Pair, Shape

Padding = Literal["same", "valid"]
SAME, VALID = get_args(Padding)


def window_outputs(size: int, kernel: int, stride: int, dilation: int, padding: str) -> int:
    """Outputs along one axis (TensorFlow's "Neural Network" guide)."""
    if padding == SAME:
        return -(-size // stride)
    return (size - (kernel - 1) * dilation - 1) // stride + 1


def zeros_before(size: int, kernel: int, stride: int, dilation: int, padding: str) -> int:
    """Zeros that SAME puts before a convolution's first input; where odd, one more comes after."""
    return max(0, _beyond(size, kernel, stride, dilation)) // 2 if padding == SAME else 0


def _beyond(size: int, kernel: int, stride: int, dilation: int) -> int:
    """How far SAME's windows reach beyond the map, before and after it together."""
    steps = (window_outputs(size, kernel, stride, dilation, SAME) - 1) * stride
    return steps + (kernel - 1) * dilation + 1 - size


def extent_of(kernel: Pair, dilation: Pair) -> Pair:
    """Rows and columns from a kernel's first tap to its last."""
    return tuple((size - 1) * apart + 1 for size, apart in zip(kernel, dilation, strict=True))


def reach_spelled(kernel: int, dilation: int) -> str:
    """The same of one axis, worked out."""
    return str(kernel) if dilation == 1 else f"(({kernel}−1)·{dilation}+1)"


def same_border(
    sizes: Pair, kernel: Pair, strides: Pair, dilation: Pair, value: float = 0.0
) -> Border | None:
    """What SAME's windows read beyond the map, half of it before; None where they do not.

    Args:
        value: that is read there; NaN where it is left out.
    """
    axes = list(zip(sizes, kernel, strides, dilation, strict=True))
    reach = [max(0, _beyond(*axis)) for axis in axes]
    if not any(reach):
        return None
    rows, columns = ((cells // 2, cells - cells // 2) for cells in reach)
    how = "zeros" if value == 0 else "nothing"
    sums = tuple(_beyond_sum(*axis) for axis in axes)
    return Border(((0, 0), rows, columns, (0, 0)), "CONSTANT", value, how, sums)


def _beyond_sum(size: int, kernel: int, stride: int, dilation: int) -> str:
    reach = reach_spelled(kernel, dilation)
    made, found = -(-size // stride), _beyond(size, kernel, stride, dilation)
    steps = f"({made}−1)" + (f"·{stride}" if stride > 1 else "")
    return f"{steps}+{reach}−{size} = {found}" + (" → 0" if found < 0 else "")


def transposed_outputs(
    size: int, kernel: int, stride: int, padding: str, output_padding: int | None
) -> int:
    """Outputs of a transposed convolution along one axis, by Keras' rule.

    Args:
        kernel: from its first tap to its last, here and below.
    """
    if output_padding is None:
        return size * stride + (max(kernel - stride, 0) if padding == VALID else 0)
    length = (size - 1) * stride + kernel + output_padding
    return length if padding == VALID else length - 2 * (kernel // 2)


def transposed_crop(size: int, kernel: int, stride: int, padding: str, outputs: int) -> int:
    """Rows cut off before a transposed convolution's first output.

    It is the gradient of a convolution of `outputs` rows, which SAME pads by as many in all as
    (size - 1)·stride + kernel - outputs, half of it before.
    """
    if padding == VALID:
        return 0
    return max(0, (size - 1) * stride + kernel - outputs) // 2


def single(pair: Pair) -> Pair | int:
    """A pair of sizes as calls have it: one number where both are alike."""
    return pair[0] if pair[0] == pair[1] else pair


def spelled(pair: Pair) -> str:
    """The same as code."""
    return str(single(pair))


def as_maps(shape: Shape) -> Shape:
    """A shape of maps.

    Raises:
        ExplorerError: it is another.
    """
    if len(shape) != 4:
        raise ExplorerError("not_maps", None, shape=list(shape))
    return shape


def window_inputs(
    size: int, outputs: int | None, kernel: int, stride: int, dilation: int, padding: str
) -> int | None:
    """The inverse of `window_outputs`: `size` if it gives as many, else one that wastes nothing.

    That is a multiple of the stride with SAME, and with VALID what the windows just cover.
    """
    if outputs is None:
        return None
    least = (outputs - 1) * stride + (1 if padding == SAME else (kernel - 1) * dilation + 1)
    if least <= size < least + stride:
        return size
    return outputs * stride if padding == SAME else least


def transposed_inputs(
    outputs: int | None, kernel: int, stride: int, padding: str, output_padding: int | None
) -> int | None:
    """The inverse of `transposed_outputs`; 0 where no size gives as many."""
    if outputs is None:
        return None
    of_one = transposed_outputs(1, kernel, stride, padding, output_padding)
    more, left = divmod(outputs - of_one, stride)
    return 0 if left or more < 0 else 1 + more
