"""Errors of a layer that gets another input than it was built for: what it reads, and what came.

Patterns are bounded: any text is read in time that grows with its length.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from explorer.model.expected_shape import LIST, Shape, bracketed, plain_sizes, spelled
from explorer.model.shape_order import channels_first, channels_last

_AXIS = re.compile(r"expected axis (-?\d{1,2}) of input shape to have value (\d{1,9})\b")
_DENSE = re.compile(r"layer ['\"]?(?:\w{1,60}/)?dense(?:_\d{1,6})?\b", re.IGNORECASE)
_GROUPS = re.compile(rf"expected input{LIST} to have (\d{{1,9}}) channels", re.IGNORECASE)
_WEIGHT = re.compile(r"weight of size \[?(\d[\d, ]{1,60})")
_NAME = re.compile(r"\b(?:layer|expected) ['\"]?([A-Za-z][\w/.]{0,120})")
_WHOLE = re.compile(rf"expected shape={LIST}, found shape={LIST}")
_TRANSPOSED = "transposed=1"
_MATRICES = re.compile(
    r"mat1 and mat2 shapes cannot be multiplied "
    r"\((\d{1,9})x(\d{1,9}) and (\d{1,9})x(\d{1,9})\)"
)
_OLD_MATRICES = re.compile(
    r"size mismatch, m1: \[(\d{1,9}) x (\d{1,9})\], m2: \[(\d{1,9}) x (\d{1,9})\]"
)
_DOT = re.compile(r"shapes \((\d{1,9}), ?(\d{1,9})\) and \((\d{1,9}), ?(\d{1,9})\) not aligned")
_CORE = re.compile(
    r"in its core dimension 0, .{0,80}\(size (\d{1,9}) is different from (\d{1,9})\)"
)
_IN = re.compile(rf"In\[0\]: {LIST}, In\[1\]: {LIST}")
_ARRAY = re.compile(rf"to have shape {LIST} but got array with shape {LIST}")
_TARGET = re.compile(rf"target array with shape {LIST} was passed for an output of shape {LIST}")
_TARGET_3 = re.compile(rf"target\.shape={LIST}, output\.shape={LIST}")
_FEED = re.compile(rf"Cannot feed value of shape {LIST} for Tensor")
_FEED_SHAPE = re.compile(rf"which has shape '?{LIST}")
_OP = re.compile(r"\(op: '(\w{1,60})'\)|= (\w{1,60})\[")
OPERANDS = "input shapes:"


@dataclass(frozen=True)
class Mismatch:
    """What a layer was built for, and what it got; with the batch, maps with channels last.

    Attributes:
        is_input: whether the layer complains of its own input, not of the data beside its output.
        units: of a dense layer, where they are told.
        dense: whether it is a dense layer, by what it does or is called.
        first: whether the layer takes channels first, as PyTorch's do.
        transposed: whether it is known for a transposed convolution.
        whole: whether what complains has a whole shape for its input, as a model has.
        name: of the layer, or of its input; "" where the error does not tell.
        kernel: of the layer, in this generator's order; () where the error does not tell.
    """

    reads: Shape
    came: Shape
    is_input: bool = True
    units: int | None = None
    dense: bool = False
    first: bool = False
    transposed: bool = False
    whole: bool = False
    name: str = ""
    kernel: tuple[int, ...] = ()

    def as_written(self) -> dict[str, str]:
        """Both as texts, for a sentence."""
        turn = channels_first if self.first else tuple
        return {"came": spelled(turn(self.came)), "reads": spelled(turn(self.reads))}


def read_mismatch(text: str) -> Mismatch | None:
    """What an error says of a layer's input; None where it is another error."""
    found = next(filter(None, (read(text) for read in _READERS)), None)
    return found if found and found.reads != found.came else None


def operands(text: str) -> tuple[str, list[Shape]]:
    """TensorFlow's operation and the shapes of its operands; "" and none without."""
    head, marker, rest = text.partition(OPERANDS)
    names = _OP.findall(head)
    if not marker or not names:
        return "", []
    return next(filter(None, names[-1])), [shape for _, shape in bracketed(rest)]


def _axis(text: str) -> Mismatch | None:
    """Keras: expected axis -1 of input shape to have value 16, but received ... (None, 38, 70, 32).

    The shape stands after these words in Keras 2 and 3.
    """
    if not (found := _AXIS.search(text)):
        return None
    shapes = [shape for at, shape in bracketed(text) if at > found.end()]
    axis = int(found[1])
    if not shapes or not -len(shapes[0]) <= axis < len(shapes[0]):
        return None
    dense = len(shapes[0]) == 2 and _DENSE.search(text) is not None
    reads = _with(shapes[0], axis, int(found[2]))
    return Mismatch(reads, shapes[0], dense=dense, name=_name(text))


def _name(text: str) -> str:
    found = _NAME.search(text)
    return found[1] if found else ""


def _whole(text: str) -> Mismatch | None:
    """Keras, of a model: expected shape=(None, 64, 64, 3), found shape=(None, 32, 64, 3)."""
    if not (found := _WHOLE.search(text)):
        return None
    return Mismatch(plain_sizes(found[1]), plain_sizes(found[2]), whole=True, name=_name(text))


def _groups(text: str) -> Mismatch | None:
    """PyTorch: Given groups=1, weight of size [...], expected input[1, 8, 38, 70] to have 3 ..."""
    if not (found := _GROUPS.search(text)):
        return None
    came = plain_sizes(found[1])
    if len(came) not in (3, 4):
        return None
    if _TRANSPOSED in text and came[2:] == (1, 1):  # z as a map of one cell
        return Mismatch((came[0], int(found[2])), came[:2])
    reads = channels_last(_with(came, 1, int(found[2])))
    return Mismatch(
        reads,
        channels_last(came),
        first=True,
        transposed=_TRANSPOSED in text,
        kernel=_kernel_of(text),
    )


def _kernel_of(text: str) -> tuple[int, ...]:
    """PyTorch's [out, in, height, width], or [in, out, ...] of a transposed one, turned around."""
    found = _WEIGHT.search(text)
    sizes = [int(size) for size in found[1].replace(",", " ").split()] if found else []
    return (*sizes[2:], sizes[1], sizes[0]) if len(sizes) == 4 else ()


def _matrices(text: str) -> Mismatch | None:
    """PyTorch: mat1 and mat2 shapes cannot be multiplied (1x100 and 128x2048); and NumPy's dot."""
    if found := _CORE.search(text):
        return Mismatch((None, int(found[1])), (None, int(found[2])), dense=True)
    if not (found := _MATRICES.search(text) or _DOT.search(text)):
        return None
    rows, columns, reads, units = map(int, found.groups())
    return Mismatch((rows, reads), (rows, columns), units=units, dense=True)


def _old_matrices(text: str) -> Mismatch | None:
    """PyTorch before 1.8: size mismatch, m1: [1 x 100], m2: [128 x 2048]."""
    if not (found := _OLD_MATRICES.search(text)):
        return None
    rows, columns, reads, units = map(int, found.groups())
    return Mismatch((rows, reads), (rows, columns), units=units, dense=True)


def _operation(text: str) -> Mismatch | None:
    """TensorFlow: an input and a kernel, in a graph with the operation's name."""
    if found := _IN.search(text):
        return _product(plain_sizes(found[1]), plain_sizes(found[2]))
    name, shapes = operands(text)
    if name == "MatMul" and len(shapes) == 2:
        return _product(*shapes)
    if name == "Conv2D" and len(shapes) == 2:
        return _kernel(shapes[0], shapes[1], 2)
    if name == "Conv2DBackpropInput" and len(shapes) == 3:
        return _kernel(shapes[2], shapes[1], 3)
    return None


def _product(left: Shape, right: Shape) -> Mismatch | None:
    if len(left) != 2 or len(right) != 2 or right[0] is None:
        return None
    return Mismatch((left[0], right[0]), left, units=right[1], dense=True)


def _kernel(came: Shape, kernel: Shape, axis: int) -> Mismatch | None:
    """`axis` is the kernel's that the channels of the input stand on."""
    if len(came) != 4 or len(kernel) != 4 or None in (kernel[axis], came[3]):
        return None
    return Mismatch(_with(came, 3, kernel[axis]), came)


def _array(text: str) -> Mismatch | None:
    """Keras' check of arrays, whose shapes are without the batch; a target is beside the output."""
    if not (found := _ARRAY.search(text)):
        return None
    reads, came = plain_sizes(found[1]), plain_sizes(found[2])
    if len(reads) < 4:
        reads, came = (None, *reads), (None, *came)
    is_input = "target" not in text[: found.start()].lower()
    return Mismatch(reads, came, is_input=is_input, whole=is_input, name=_name(text))


def _target(text: str) -> Mismatch | None:
    """Keras' check of targets, in TensorFlow 2's words and Keras 3's."""
    if not (found := _TARGET.search(text) or _TARGET_3.search(text)):
        return None
    return Mismatch(plain_sizes(found[2]), plain_sizes(found[1]), is_input=False)


def _feed(text: str) -> Mismatch | None:
    """TensorFlow 1: Cannot feed value of shape (64, 100) for Tensor 'z:0', which has shape ..."""
    if not (found := _FEED.search(text)):
        return None
    there = _FEED_SHAPE.search(text, found.end())
    return Mismatch(plain_sizes(there[1]), plain_sizes(found[1]), whole=True) if there else None


def _with(shape: Shape, axis: int, size: int) -> Shape:
    changed = list(shape)
    changed[axis] = size
    return tuple(changed)


_READERS: tuple[Callable[[str], Mismatch | None], ...] = (
    _axis,
    _whole,
    _groups,
    _matrices,
    _old_matrices,
    _operation,
    _array,
    _target,
    _feed,
)
