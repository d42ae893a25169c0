"""What each function becomes that a Keras model calls on tensors: one table."""

from collections.abc import Callable

from explorer.model.files.keras_fields import MOST_SIZE, Fields, is_number
from explorer.model.files.keras_layers import ACTIVATIONS, CHANNELS_FIRST
from explorer.model.ops import (
    Activation,
    Concatenate,
    DepthToSpace,
    Merge,
    Op,
    Opaque,
    Pad,
    Rescaling,
    Reshape,
    Softmax,
)


def read_operation(fields: Fields, function: str) -> Op:
    """What a function of TensorFlow or Keras does that was called on tensors in a model.

    Raises:
        ExplorerError: its numbers are not read.
    """
    name = function.rpartition(".")[2].lower()
    if name in _FUNCTIONS:
        return _FUNCTIONS[name](fields)
    found = ACTIVATIONS.get({"leakyrelu": "leaky_relu"}.get(name, name))
    return (
        found if found and not fields.arguments.keys() - {"name", "training"} else Opaque(function)
    )


def _pad(fields: Fields) -> Op:
    """`tf.pad` and `keras.ops.pad`."""
    pads = fields.arguments.get("paddings", fields.values.get("pad_width"))
    mode = fields.arguments.get("mode", fields.values.get("mode", "constant"))
    constant = fields.arguments.get("constant_values") or 0
    if not isinstance(mode, str) or mode.upper() not in ("CONSTANT", "REFLECT", "SYMMETRIC"):
        raise fields.refuse("mode", mode)
    if not is_number(constant):
        raise fields.refuse("constant_values", constant)
    return Pad(fields.pairs(pads), mode.upper(), float(constant))


def _arithmetic(how: str) -> Callable[[Fields], Op]:
    """Of two tensors a merge; with a number a rescaling."""

    def read(fields: Fields) -> Op:
        known = [value for value in fields.operands if value is not None]
        known += [
            fields.arguments[key]
            for key in ("x", "y", "x1", "x2", "a", "b")
            if fields.arguments.get(key) is not None
        ]
        if not known:
            if how == "divide":
                return Opaque("divide")
            return Merge(how)
        number = known[0]
        if len(known) > 1 or not is_number(number):
            raise fields.refuse(how, known)
        first = bool(fields.operands) and fields.operands[0] is not None
        return _rescaled(fields, how, float(number), first)

    return read


def _rescaled(fields: Fields, how: str, number: float, first: bool) -> Op:
    """One number and a tensor; `first`: the number stands before the tensor."""
    match how:
        case "add":
            return Rescaling((1.0,), (number,))
        case "multiply":
            return Rescaling((number,), (0.0,))
        case "subtract":
            return Rescaling((-1.0,), (number,)) if first else Rescaling((1.0,), (-number,))
        case "divide" if not first and number:
            return Rescaling((1 / number,), (0.0,))
        case "maximum" if number == 0:
            return Activation("relu")
    raise fields.refuse(how, number)


def _depth_to_space(fields: Fields) -> Op:
    block = fields.values.get("block_size", fields.operand("block_size", 1))
    if not isinstance(block, int) or not 1 <= block <= 64:
        raise fields.refuse("block_size", block)
    order = fields.values.get("data_format", fields.arguments.get("data_format"))
    if order not in (None, "NHWC", "NCHW", "channels_last", CHANNELS_FIRST):
        raise fields.refuse("data_format", order)
    return DepthToSpace(block)


def _concat(fields: Fields) -> Op:
    axis = fields.arguments.get("axis", fields.values.get("axis", -1))
    if not isinstance(axis, int) or abs(axis) > 8:
        raise fields.refuse("axis", axis)
    return Concatenate(axis)


def _reshape_function(fields: Fields) -> Op:
    """The whole shape is told there, with the batch."""
    told = fields.arguments.get("shape", fields.values.get("newshape"))
    sizes = told if isinstance(told, list) else []
    sound = len(sizes) > 1 and sizes[0] in (-1, None)
    if not sound or not all(isinstance(size, int) and 0 < size <= MOST_SIZE for size in sizes[1:]):
        raise fields.refuse("shape", told)
    return Reshape(tuple(sizes[1:]))


def _leaky_function(fields: Fields) -> Op:
    slope = fields.arguments.get("alpha", fields.values.get("negative_slope", 0.2))
    if not is_number(slope):
        raise fields.refuse("alpha", slope)
    return Activation("leaky_relu", float(slope))


def _told(fields: Fields, name: str, usual: object) -> object:
    """A number of a function, which stands with the call or with the function."""
    value = fields.operand(name, 1)
    return fields.values.get(name, usual) if value is None else value


def _gelu_function(fields: Fields) -> Op:
    return Activation("gelu", approximate=_told(fields, "approximate", False) is True)


def _elu_function(fields: Fields) -> Op:
    alpha = _told(fields, "alpha", 1.0)
    if not is_number(alpha):
        raise fields.refuse("alpha", alpha)
    return Activation("elu", float(alpha))


def _softmax_function(fields: Fields) -> Op:
    axis = _told(fields, "axis", -1)
    if not isinstance(axis, int) or abs(axis) > 8:
        raise fields.refuse("axis", axis)
    return Softmax(axis)


_FUNCTIONS: dict[str, Callable[[Fields], Op]] = {
    "gelu": _gelu_function,
    "elu": _elu_function,
    "softmax": _softmax_function,
    "pad": _pad,
    "add": _arithmetic("add"),
    "multiply": _arithmetic("multiply"),
    "subtract": _arithmetic("subtract"),
    "sub": _arithmetic("subtract"),
    "divide": _arithmetic("divide"),
    "truediv": _arithmetic("divide"),
    "truedivide": _arithmetic("divide"),
    "maximum": _arithmetic("maximum"),
    "minimum": _arithmetic("minimum"),
    "concat": _concat,
    "concatenate": _concat,
    "depth_to_space": _depth_to_space,
    "depthtospace": _depth_to_space,
    "reshape": _reshape_function,
    "leaky_relu": _leaky_function,
    "leakyrelu": _leaky_function,
}
