"""What each operation of a TensorFlow 1 graph becomes: one small reader for each, in one table."""

from collections.abc import Callable
from dataclasses import replace

from explorer.model.files.meta_calls import Call
from explorer.model.files.meta_constants import cast, constant, numbers, packed, sizes_of
from explorer.model.files.meta_dilation import batch_to_space, space_to_batch
from explorer.model.files.meta_layers import (
    bias_add,
    conv2d,
    depth_to_space,
    fused,
    matmul,
    pad,
    resize,
    transposed,
)
from explorer.model.files.meta_shapes import (
    concat,
    expand,
    product_of,
    reshape,
    slice_of,
    squeeze,
    transpose,
)
from explorer.model.files.meta_sums import (
    absolute,
    add,
    arithmetic,
    divide,
    maximum,
    mean,
    multiply,
    negative,
    root_of,
    squared_difference,
    subtract,
)
from explorer.model.files.meta_values import (
    Flow,
    Known,
    Moment,
    Unread,
    UnreadError,
    Value,
    Variable,
)
from explorer.model.files.written_numbers import as_written
from explorer.model.ops import Activation, Input, Softmax

_FLOATS = {1, 2}  # of 32 and 64 bits, as TensorFlow numbers its types
_OTHER_NOISE = {"RandomUniform": "U[0, 1)", "TruncatedNormal": "N(0, 1), |z| < 2"}


def _pass(call: Call) -> Value:
    return call.inputs[0]


def _cast(call: Call) -> Value:
    """Another type of the same numbers; what would be cut off or rounded is not read."""
    value, (source, made) = call.inputs[0], (call.kind("SrcT"), call.kind("DstT"))
    if isinstance(value, Known):
        return cast(value, made)
    if not {source, made} <= _FLOATS and not isinstance(value, Unread):
        raise UnreadError(f"type {source} → {made}")
    return value


def _variable(call: Call) -> Value:
    shared = call.text("shared_name")
    names = [name for name in (call.node.name, shared) if name in call.reading.shapes]
    return Variable(names[0] if names else call.node.name)


def _input(call: Call) -> Value:
    told = call.argument("shape")
    shapes = call.argument("_output_shapes")
    if (told is None or not told.shape.dim) and shapes is not None and shapes.list.shape:
        sizes = [dimension.size for dimension in shapes.list.shape[0].dim]
    else:
        sizes = [dimension.size for dimension in told.shape.dim] if told is not None else []
    return _root(call, sizes)


def _drawn(call: Call) -> Value:
    """Noise that the graph draws itself: its place is an input's."""
    sizes = numbers(call.inputs[0])
    if None in sizes:
        raise UnreadError("shape")
    return _root(call, sizes, _OTHER_NOISE.get(call.node.op, ""))


def _root(call: Call, sizes: list[int], drawn: str = "") -> Flow:
    if len(sizes) not in (2, 4) or not all(0 < size <= 2**24 for size in sizes[1:]):
        raise UnreadError(f"shape {sizes[:8]}")
    batch = sizes[0] if sizes[0] > 0 else None
    return call.reading.step(call.node, Input(tuple(sizes[1:])), drawn=drawn, batch=batch)


def _switch(call: Call) -> Value:
    return call.inputs[0]


def _merge(call: Call) -> Value:
    """What a condition decides: the side that uses what was stored, not the one that trains."""
    flows = [value for value in call.inputs if isinstance(value, Flow)]
    others = [v for v in call.inputs if isinstance(v, Variable | Moment | Known)]
    if flows:
        chosen = min(flows, key=lambda flow: flow.trains)
        if len(set(map(id, call.inputs))) == 1:
            return chosen
        return replace(chosen, name=call.node.name, switched=True)
    saved = {v for v in others if isinstance(v, Variable) and v.name in call.reading.shapes}
    numbers = [v.data.tolist() for v in others if isinstance(v, Known)]
    if len(saved) > 1 or any(data != numbers[0] for data in numbers):
        raise UnreadError("a condition decides between two")
    return [*saved, *others, *call.inputs][0]


def _activation(name: str, slope: float | None = None) -> Callable[[Call], Value]:
    op = Activation(name) if slope is None else Activation(name, slope)
    return lambda call: call.step(op)


def _leaky(call: Call) -> Value:
    alpha = call.argument("alpha")
    return call.step(Activation("leaky_relu", 0.2 if alpha is None else as_written(alpha.f)))


OPERATIONS: dict[str, Callable[[Call], Value]] = {
    **dict.fromkeys(("VariableV2", "Variable", "VarHandleOp"), _variable),
    **dict.fromkeys(
        ("Identity", "ReadVariableOp", "StopGradient", "Snapshot", "CheckNumerics"), _pass
    ),
    "Cast": _cast,
    **dict.fromkeys(("Placeholder", "PlaceholderV2", "PlaceholderWithDefault"), _input),
    **dict.fromkeys(("RandomUniform", "RandomStandardNormal", "TruncatedNormal"), _drawn),
    "Const": lambda call: constant(call.argument("value").tensor),
    "Shape": lambda call: sizes_of(call.flow()),
    "StridedSlice": slice_of,
    "Pack": lambda call: packed(call.inputs),
    "Prod": product_of,
    "Switch": _switch,
    "Merge": _merge,
    "MatMul": matmul,
    "Conv2D": conv2d,
    "SpaceToBatchND": space_to_batch,
    "BatchToSpaceND": batch_to_space,
    "Conv2DBackpropInput": transposed,
    "BiasAdd": bias_add,
    **dict.fromkeys(("Add", "AddV2"), add),
    "Sub": subtract,
    "Mul": multiply,
    **dict.fromkeys(("Div", "RealDiv"), divide),
    "FloorDiv": lambda call: arithmetic(call, "floor"),
    "Maximum": maximum,
    "Minimum": lambda call: arithmetic(call, "minimum"),
    "Neg": negative,
    "Abs": absolute,
    **dict.fromkeys(("Rsqrt", "Sqrt", "Pow"), root_of),
    "Mean": mean,
    "SquaredDifference": squared_difference,
    **dict.fromkeys(("FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3"), fused),
    "Relu": _activation("relu"),
    "Relu6": lambda call: call.step(Activation("relu", most=6.0)),
    "Elu": _activation("elu", 1.0),
    "Selu": _activation("selu"),
    "Tanh": _activation("tanh"),
    "Sigmoid": _activation("sigmoid"),
    "Softplus": _activation("softplus"),
    "Softsign": _activation("softsign"),
    "Softmax": lambda call: call.step(Softmax()),
    "LeakyRelu": _leaky,
    "Reshape": reshape,
    "Squeeze": squeeze,
    "ExpandDims": expand,
    **dict.fromkeys(("Pad", "PadV2", "MirrorPad"), pad),
    "ResizeNearestNeighbor": resize("nearest"),
    "ResizeBilinear": resize("bilinear"),
    "ConcatV2": concat,
    "Transpose": transpose,
    "DepthToSpace": depth_to_space,
}
