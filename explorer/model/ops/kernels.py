"""What operations with a kernel have in common: their variables, how they begin, their sums."""

from typing import Literal

import numpy as np

from explorer.model.config import INITIALIZERS
from explorer.model.explanations import WeightedSum
from explorer.model.initializers import CUT, NORMAL, UNIFORM, spread_of
from explorer.model.ops.code import Code
from explorer.model.ops.keras_call import KerasObject
from explorer.model.ops.op import Shape, Variable

GLOROT = "glorot_uniform"
UNTOLD = "untold"  # a kernel that began in a way that is none of ours
Initializer = Literal[(*INITIALIZERS, UNTOLD)]


def kernel_and_bias(shape: Shape, outputs: int, use_bias: bool, initializer: str):
    """The two variables of a layer, or the kernel alone."""
    kernel = Variable("kernel", shape, GLOROT if initializer == UNTOLD else initializer)
    return (kernel, Variable("bias", (outputs,), "zeros")) if use_bias else (kernel,)


def keras_arguments(use_bias: bool, initializer: str) -> dict[str, tuple]:
    """What Keras' layers with a kernel have in common, as `keras_call` takes it."""
    drawn = {
        UNTOLD: GLOROT,
        "normal_0.02": KerasObject("keras.initializers.RandomNormal", named=(("stddev", 0.02),)),
    }
    return {
        "use_bias": (use_bias, True),
        "kernel_initializer": (drawn.get(initializer, initializer), GLOROT),
    }


def with_torch_init(code: Code, kernel: Shape, use_bias: bool, initializer: str) -> Code:
    """PyTorch's layers draw kernels and biases in another way unless told.

    Its fans of [out, in, ...] and, transposed, of [in, out, ...] are Keras' of the same kernel.
    """
    if initializer == UNTOLD:
        return code
    spread = spread_of(initializer, kernel)
    size = f"{spread.size:.6g}"
    if spread.kind == UNIFORM:
        draw = "xavier_uniform_(layer.weight)"
    elif spread.kind == NORMAL:
        draw = f"normal_(layer.weight, std={size})"
    else:
        cut = f"{CUT * spread.size:.6g}"
        draw = f"trunc_normal_(layer.weight, std={size}, a=-{cut}, b={cut})"
    bias = "; nn.init.zeros_(layer.bias)" if use_bias else ""
    return Code(code.code, code.note, code.params, f"nn.init.{draw}{bias}")


def weighted_sum(cell, cells, taps, inputs, kernel, output: int, **parts) -> WeightedSum:
    """Inputs times taps, both [rows, columns, channels], and the bias of an output channel."""
    has_bias = "bias" in cell.variables
    bias = float(cell.variable("bias")[output]) if has_bias else 0.0
    with np.errstate(invalid="ignore", over="ignore"):
        total = np.sum(inputs.astype(np.float64) * kernel) + bias
    return cell.made(
        WeightedSum,
        total,
        rows=cells[0],
        columns=cells[1],
        tap_rows=taps[0],
        tap_columns=taps[1],
        inputs=inputs,
        kernel=kernel,
        bias=bias,
        has_bias=has_bias,
        **parts,
    )
