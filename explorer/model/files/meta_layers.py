"""Readers of layers in TensorFlow 1 graphs: kernels with their biases, norms, pads, resizing."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from explorer.model.files import meta_norms
from explorer.model.files.meta_calls import Call
from explorer.model.files.meta_constants import number, numbers
from explorer.model.files.meta_dilation import convolved
from explorer.model.files.meta_values import Apart, Flow, Known, UnreadError, Value, Variable
from explorer.model.files.written_numbers import as_written
from explorer.model.ops import Conv2D, Conv2DTranspose, Dense, DepthToSpace, Pad, UpSampling2D
from explorer.model.ops.window import transposed_outputs


def matmul(call: Call) -> Value:
    """`MatMul` by a variable: a dense layer."""
    if call.flag("transpose_a") or call.flag("transpose_b"):
        raise UnreadError("transposed")
    name, (_, units) = call.variable(1, 2)
    return call.step(Dense(units, use_bias=False), arrays={"kernel": name}, takes_bias=True)


def maps_last(call: Call):
    """Refuses channels first."""
    if call.text("data_format", "NHWC") != "NHWC":
        raise UnreadError("data_format")


def _padding(call: Call) -> str:
    found = call.text("padding").lower()
    if found not in ("same", "valid"):
        raise UnreadError(f"padding {found}")
    return found


def conv2d(call: Call) -> Value:
    """`Conv2D` by a variable."""
    maps_last(call)
    name, (rows, columns, taken, filters) = call.variable(1, 4)
    parts = call.inputs[0] if isinstance(call.inputs[0], Apart) else None
    if taken != (parts.flow if parts else call.flow()).shape[-1]:
        raise UnreadError("groups")
    op = Conv2D(filters, (rows, columns), call.pair("strides"), _padding(call),
                call.pair("dilations"), use_bias=False)  # fmt: skip
    if parts:
        return convolved(parts, op, {"kernel": name})
    return call.step(op, arrays={"kernel": name}, takes_bias=True)


def transposed(call: Call) -> Value:
    """Its first input is the size that it is to make, odd ones too."""
    maps_last(call)
    name, (rows, columns, filters, _) = call.variable(1, 4)
    x = call.flow(2)
    op = Conv2DTranspose(filters, (rows, columns), call.pair("strides"), _padding(call),
                         dilation=call.pair("dilations"), use_bias=False)  # fmt: skip
    wanted = numbers(call.inputs[0])[1:3]
    if None not in wanted:
        op = _of_size(op, x.shape[1:3], tuple(map(int, wanted)))
    return call.step(op, x, arrays={"kernel": name}, takes_bias=True)


def _of_size(op: Conv2DTranspose, sizes: Sequence[int], wanted: tuple[int, ...]) -> Conv2DTranspose:
    """The operation that makes such maps, as Keras writes it where it can."""
    axes = list(zip(sizes, op.extent, op.strides, wanted, strict=True))
    if all(transposed_outputs(n, k, s, op.padding, None) == out for n, k, s, out in axes):
        return op
    more = tuple(out - transposed_outputs(n, k, s, op.padding, 0) for n, k, s, out in axes)
    if all(0 <= one < s for one, s in zip(more, op.strides, strict=True)):
        return replace(op, output_padding=more)
    return replace(op, output_size=wanted)


def with_bias(call: Call) -> Value | None:
    """A variable that is added to what a kernel made; None where it is none."""
    for x, bias in (call.inputs, call.inputs[::-1]):
        if isinstance(x, Flow) and isinstance(bias, Variable) and x.takes_bias:
            if call.reading.shapes.get(bias.name) != x.shape[-1:]:
                raise UnreadError("bias")
            op = replace(x.op, use_bias=True)
            return call.step(op, *x.sources, arrays={**x.arrays, "bias": bias.name})
    return None


def bias_add(call: Call) -> Value:
    """`BiasAdd` of a variable."""
    maps_last(call)
    found = with_bias(call)
    if found is None:
        raise UnreadError("bias")
    return found


def normalized(call: Call, x: Flow, found: tuple) -> Flow:
    """The step of a batch normalization that was read."""
    op, arrays, lacks = found
    return call.step(op, x, arrays=arrays, lacks=lacks)


def fused(call: Call) -> Value:
    """`FusedBatchNorm` in its three versions."""
    maps_last(call)
    epsilon = call.argument("epsilon")
    found = meta_norms.fused(
        call.flow(),
        list(call.inputs[1:5]),
        call.flag("is_training", True),
        1e-4 if epsilon is None else epsilon.f,
        call.reading,
    )
    return normalized(call, call.flow(), found)


def pad(call: Call) -> Value:
    """`Pad`, `PadV2` and `MirrorPad` by known pads."""
    pads = call.inputs[1]
    if not isinstance(pads, Known) or pads.data.shape != (4, 2):
        raise UnreadError("paddings")
    mode = call.text("mode", "CONSTANT")
    value = as_written(number(call.inputs[2])) if len(call.inputs) > 2 else 0.0
    pairs = tuple((int(before), int(after)) for before, after in pads.data.tolist())
    if not all(0 <= one <= 2**16 for pair in pairs for one in pair):
        raise UnreadError("paddings")
    return call.step(Pad(pairs, mode, value))


def resize(how: str) -> Callable[[Call], Value]:
    """`ResizeNearestNeighbor` and `ResizeBilinear` to a known size."""

    def read(call: Call) -> Value:
        """By whole factors; lines between cells as `tf.image.resize` of TensorFlow 2 draws them."""
        x, sizes = call.flow(), numbers(call.inputs[1])
        if len(x.shape) != 4 or len(sizes) != 2 or None in sizes:
            raise UnreadError("size")
        factors = tuple(int(out) // n for out, n in zip(sizes, x.shape[1:3], strict=True))
        whole = all(n * f == out for n, f, out in zip(x.shape[1:3], factors, sizes, strict=True))
        centred = call.flag("half_pixel_centers") or how == "nearest"
        if not whole or min(factors) < 1 or call.flag("align_corners") or not centred:
            raise UnreadError(f"size {sizes}")
        return call.step(UpSampling2D(factors, how))

    return read


def depth_to_space(call: Call) -> Value:
    """`DepthToSpace`."""
    maps_last(call)
    return call.step(DepthToSpace(max(1, min(64, call.whole("block_size", 1)))))
