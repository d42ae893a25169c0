"""What windows that slide over maps have in common: their sizes, crops and zeros around them."""

from explorer.errors import ExplorerError
from explorer.model.ops.op import Pair, Shape

SAME, VALID = "same", "valid"


def check_padding(padding: str):
    """Refuses what is neither "same" nor "valid".

    Raises:
        ExplorerError: naming it.
    """
    if padding not in (SAME, VALID):
        raise ExplorerError("no_such_padding", None, value=padding)


def window_outputs(size: int, kernel: int, stride: int, dilation: int, padding: str) -> int:
    """Outputs along one axis (TensorFlow's "Neural Network" guide)."""
    if padding == SAME:
        return -(-size // stride)
    return (size - (kernel - 1) * dilation - 1) // stride + 1


def zeros_before(size: int, kernel: int, stride: int, dilation: int, padding: str) -> int:
    """Zeros that SAME puts before a convolution's first input; where odd, one more comes after."""
    if padding != SAME:
        return 0
    needed = (window_outputs(size, kernel, stride, dilation, padding) - 1) * stride
    return max(0, needed + (kernel - 1) * dilation + 1 - size) // 2


def transposed_outputs(
    size: int, kernel: int, stride: int, padding: str, output_padding: int | None
) -> int:
    """Outputs of a transposed convolution along one axis, by Keras' rule."""
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
