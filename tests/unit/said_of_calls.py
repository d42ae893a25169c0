"""What each sentence of a call has to say: from shapes, variables and TensorFlow's results."""

import math
import re

import numpy as np
import pytest
import tensorflow as tf

from explorer import GeneratorConfig, init_weights
from explorer.model.stages import stages
from explorer.views.call.parts import Argument
from explorer.views.call.stage import stage_call
from explorer.words import english


def kept_rows(kernel: int, stride: int, size: int) -> tuple[int, int, int]:
    """Rows of SAME's output, and how many of the whole canvas's lie above and below them."""
    x = np.random.RandomState(0).standard_normal((1, size, 1, 1)).astype(np.float32)
    taps = np.random.RandomState(1).standard_normal((kernel, 1, 1, 1)).astype(np.float32)
    canvas = np.zeros(max((size - 1) * stride + kernel, size * stride), np.float32)
    for at in range(size):
        canvas[at * stride : at * stride + kernel] += x[0, at, 0, 0] * taps[:, 0, 0, 0]
    same = tf.nn.conv2d_transpose(
        x, taps, (1, size * stride, 1, 1), strides=(stride, 1), padding="SAME"
    )[0, :, 0, 0].numpy()
    for above in range(len(canvas) - len(same) + 1):
        if np.allclose(canvas[above : above + len(same)], same, atol=1e-5):
            return len(same), above, len(canvas) - len(same) - above
    raise AssertionError("no part of the canvas is SAME's output")


def stamps(kernel: int, stride: int, size: int) -> np.ndarray:
    """How many stamps reach each row of SAME's output."""
    ones = np.ones((1, size, 1, 1), np.float32)
    taps = np.ones((kernel, 1, 1, 1), np.float32)
    shape = (1, size * stride, 1, 1)
    counts = tf.nn.conv2d_transpose(ones, taps, shape, strides=(stride, 1), padding="SAME")
    return np.rint(counts[0, :, 0, 0].numpy()).astype(int)


def pads_at_most(size: int, mode: str) -> int:
    """The largest pad on a side that TensorFlow takes."""

    def is_taken(pad: int) -> bool:
        try:
            return len(tf.pad(tf.zeros(size), [[pad, 0]], mode)) == size + pad
        except tf.errors.InvalidArgumentError:
            return False

    assert not is_taken(size + 1)
    return max(filter(is_taken, range(size + 1)))


class Told:
    """A stage's call and all that the numbers in it can be worked out from."""

    def __init__(self, config: GeneratorConfig, batch: int, at: int, seed: int = 0):
        self.config, self.plan = config, stages(config, batch)
        self.stage = self.plan[at]
        self.call = stage_call(config, self.stage, "all", seed)
        self.made_in = self.plan[at - self.is_fused]  # the stage that the line begins with
        self.before = self.plan[max(0, at - 1 - self.is_fused)]
        self.after = self.plan[min(at - self.is_fused + 1, len(self.plan) - 1)]

    @property
    def is_fused(self) -> bool:
        return self.stage.kind == "actv" and self.config.bn_position == "after"

    def all_arguments(self) -> list[Argument]:
        made = [item.made.arguments for item in self.call.arguments if item.made]
        return [*self.call.arguments, *(item for arguments in made for item in arguments)]

    def variable(self, name: str) -> tuple[int, ...]:
        (found,) = (w for w in self.made_in.weights if w.name.endswith(f"/{name}"))
        return found.shape


def numbers(text: str) -> list[str]:
    return re.findall(r"\d+(?:\.\d+)?", text)


def said(argument: Argument) -> str:
    sentence = argument.sentence
    return english("arguments", sentence.code, dict(sentence.params))


# What each sentence has to say; where it has no number, that is its words.
def _layer(told: Told, argument: Argument) -> str:
    stage, config = told.made_in, told.config
    before, out = stage.input_shape, stage.shape
    kernel, stride = config.kernel_size, config.stride
    match argument.name:
        case "units":
            factors = config.base_height, config.base_width, config.upsample_dim
            assert math.prod(factors) == out[1] == told.variable("bias")[0]
            return "·".join(map(str, factors)) + f" = {out[1]}, where"
        case "filters" if stage.kind == "conv2d":
            return f"C = {out[3]}; each reads all {before[3]} that"
        case "filters":
            left, right = argument.value.split(" // ")
            assert (left, config.upsample_dim // int(right)) == ("upsample_dim", out[3])
            halved = f"{config.upsample_dim} // {right} = {out[3]}, rounded down"
            return f"{halved}; each reads all {before[3]} that"
        case "kernel_size" if stage.kind == "conv2d":
            rows, columns, channels, _ = told.variable("kernel")
            return f"Products: {rows * columns * channels}, and"
        case "kernel_size":
            middle = {*stamps(kernel, stride, 40)[12 * stride : 28 * stride].tolist()}
            return f"{kernel}×{kernel} taps, so" + (
                f" an output cell gets {min(middle)} or {max(middle)} of them along each axis"
                if len(middle) > 1
                else f" every output cell gets {min(middle)} of them along each axis"
            )
        case "strides" if stage.kind == "conv2d_transpose":
            return (
                f"starts {stride} further down the output than the one before:"
                f" {before[1]}×{before[2]} becomes {out[1]}×{out[2]}."
            )
        case "strides":
            return "moves on by 1,"
        case "padding" if stage.kind == "conv2d":
            taps = told.variable("kernel")
            return (
                f"{before[1]} − {taps[0]} + 1 = {out[1]} in height,"
                f" {before[2]} − {taps[1]} + 1 = {out[2]} in width"
            )
        case "padding":
            return _same(kernel, stride, before[1])
        case "activation" if argument.value == "None":
            return (
                "neither cut off nor squeezed" if stage.kind == "conv2d" else f"{stage.block}/actv"
            )
        case "activation":
            applied = f"{argument.value} is applied to the sums at once, value by value"
            return f"{applied}; the stage {stage.block}/actv shows"
        case "use_bias":
            return f", {told.variable('bias')[0]} in all, adds"
        case "kernel_initializer":
            return f"kernel {list(told.variable('kernel'))}"
        case "name":
            (scope,) = scopes_in(argument)
            assert all(weight.name.startswith(scope) for weight in stage.weights)
            return scope
    return ""


def scopes_in(argument: Argument) -> list[str]:
    return re.findall(r"noise_generator/\S+/", said(argument))


def _same(kernel: int, stride: int, size: int) -> str:
    rows, above, below = kept_rows(kernel, stride, size)
    filled = np.count_nonzero(stamps(kernel, stride, size))
    start = f"{stride}·{size} = {rows} in height, whatever kernel_size is: "
    canvas = f"({size} − 1)·{stride} + {kernel} = {(size - 1) * stride + kernel}"
    if above + below:
        cut = f"it cuts off {above} above and {below} below"
        return f"{start}of the {canvas} that the stamps fill {cut}"
    if filled == rows:
        return f"{start}the stamps fill {canvas}, so nothing is cut off"
    return (
        f"{start}it is less than the stride, so the stamps fill {size}·{kernel} = {filled} of them"
    )


def _normalization(told: Told, argument: Argument) -> str:
    stage, config = told.stage, told.config
    gamma, values = told.variable("gamma")[0], math.prod(stage.shape) // stage.shape[-1]
    match argument.name:
        case "axis":
            return f"its {'units' if len(stage.shape) == 2 else 'channels'}, {gamma} in all, has"
        case "momentum":
            return "keeps 0.99 of itself and takes 0.01 of"
        case "epsilon":
            return f"√0.001 = {np.sqrt(0.001):.4f}, not"
        case "center" | "scale":
            return f"a vector of length {gamma}"
        case "training" if not config.training:
            return "False: mean and variance are the stored, moving ones"
        case "training":
            return "1 value, so x − mean is 0" if values == 1 else f"each over {values} values"
        case "virtual_batch_size":
            return f"batch_size = {stage.shape[0]},"
        case "fused":
            return "it runs here" if len(stage.shape) == 4 else "the plain formula runs"
    return ""


def _operation(told: Told, argument: Argument) -> str:
    stage, config, after = told.stage, told.config, told.after
    match argument.name:
        case "shape":
            batch, *sizes = stage.shape
            elements = math.prod(stage.input_shape)
            reshaped = tf.reshape(tf.zeros(stage.input_shape), (-1, *sizes))
            assert (elements, reshaped.shape[0]) == (math.prod(stage.shape), batch)
            return f"{elements} / ({'·'.join(map(str, sizes))}) = {batch}, the batch"
        case "paddings":
            (_, *size, _), (_, *out, _) = stage.input_shape, after.shape
            kernel, taken = after.weights[0].shape[0], stage.shape[1] - out[0]
            return (
                f"the {kernel}×{kernel} convolution that follows takes"
                f" {taken} of the height and {taken} of the width,"
                f" so {size[0]}×{size[1]} before the pad become"
                f" {out[0]}×{out[1]} after both"
            )
        case "mode" if config.pad_mode == "CONSTANT":
            return "hold constant_values"
        case "mode":
            most = [pads_at_most(size, config.pad_mode) for size in stage.input_shape[1:3]]
            return f"at most {most[0]} of the height or {most[1]} of the width"
        case "alpha":
            return f"x becomes {-float(tf.nn.leaky_relu(-1.0, alpha=0.2)):.1f}·x"
    return ""


def _drawn(told: Told, argument: Argument) -> str:
    match argument.name:
        case "uniform":
            fans = 2 / np.var(init_weights(told.config)[told.made_in.weight_name("kernel")])
            limit = float(numbers(said(argument))[0])
            assert limit == pytest.approx(np.sqrt(6 / fans), rel=0.2)
            return f"±{limit}"
        case "seed":
            return "weights_seed = 0 fixes"
        case "stddev":
            return "0.02 for every kernel"
    return ""


def _generator(told: Told, argument: Argument) -> str:
    config, *others = told.config, *told.plan
    match argument.name:
        case "C":
            return f"has: {others[-1].shape[3]}."
        case "kernel_size":
            return f"{config.kernel_size}×{config.kernel_size} taps"
        case "upsample_dim":
            depths = [s.shape[3] for s in others if s.kind in ("reshape", "conv2d_transpose")]
            return " → ".join(map(str, depths)) + "."
        case "training":
            return f"{config.training}: every"
        case "actv":
            return argument.value
    return ""


ORACLES = {
    "input": _generator,
    "dense": _layer,
    "conv2d_transpose": _layer,
    "conv2d": _layer,
    "batch_normalization": _normalization,
    "reshape": _operation,
    "pad": _operation,
    "actv": _operation,
}
INPUTS = ("inputs", "tensor", "features", "x", "input", "z")


def expected(told: Told, argument: Argument, nested: bool) -> str:
    if nested:
        return _drawn(told, argument)
    if argument.name in INPUTS:
        shape = str(list(told.before.shape))
        if told.before.kind != "input":
            return f"the output of {told.before.name}, {shape}."
        batch, length = told.before.shape
        return f"{shape}: batch_size = {batch}, and each is noise_dim = {length} long"
    return ORACLES[told.made_in.kind](told, argument)
