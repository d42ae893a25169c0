"""x·W + b: each output unit reads all inputs."""

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from explorer.model.explanations import WeightedSum
from explorer.model.lazy_tensorflow import tf
from explorer.model.ops.activation import ACTIVATION, with_activation
from explorer.model.ops.changeable import MOST_UNITS, whole
from explorer.model.ops.code import NO_CODE, Code
from explorer.model.ops.inverse import Remedy, differs
from explorer.model.ops.keras_call import keras_call
from explorer.model.ops.kernel_cost import matrix_reading_time
from explorer.model.ops.kernels import (
    GLOROT,
    Initializer,
    keras_arguments,
    kernel_and_bias,
    weighted_sum,
    with_torch_init,
)
from explorer.model.ops.op import Along, Count, Op
from explorer.model.taps import Every, Separable, same_taps


@dataclass(frozen=True)
class Dense(Op):
    """A dense layer, which works on the last axis; kernel [inputs, units]."""

    units: Count
    use_bias: bool = True
    initializer: Initializer = GLOROT
    kind: ClassVar[str] = "dense"
    keras_names: ClassVar = {"initializer": "kernel_initializer"}
    makes_channels: ClassVar[bool] = True

    def sentence(self, stage):
        """With a bias or without."""
        if len(stage.shape) > 2:
            return "dense_map"
        return "dense" if self.use_bias else "dense_plain"

    def output_shape(self, *inputs):
        """The last axis becomes the units."""
        return (*inputs[0][:-1], self.units)

    def inputs_for(self, inputs, wanted):
        """The same place, of any length."""
        return (((*wanted[:-1], None),),) if len(wanted) == len(inputs[0]) else ()

    def remedies(self, inputs, wanted):
        """Other units."""
        return [Remedy((("units", wanted[-1]),))] if differs(wanted[-1], self.units) else []

    def reason(self, stage, wanted):
        """The units."""
        return "own_units", {"found": self.units, "wanted": wanted[-1]}

    def variables(self, *inputs):
        """kernel [inputs, units] and bias."""
        shape = (inputs[0][-1], self.units)
        return kernel_and_bias(shape, self.units, self.use_bias, self.initializer)

    def forward(self, inputs, variables, shape):
        """`tf.matmul`, then the bias."""
        if len(shape) == 2:
            x = tf.matmul(inputs[0], variables["kernel"])
        else:
            x = tf.tensordot(inputs[0], variables["kernel"], axes=1)
        return tf.nn.bias_add(x, variables["bias"]) if self.use_bias else x

    @property
    def changeable(self):
        """Units, and an activation after it."""
        return whole("units", MOST_UNITS), ACTIVATION

    def changed(self, argument, value):
        """An activation follows as a stage of its own."""
        if argument == ACTIVATION.name:
            return with_activation(self, value)
        return super().changed(argument, value)

    def variable_axes(self, variable):
        """kernel [inputs, units] and bias."""
        return (Along.INPUTS, Along.OUTPUTS)[-len(variable.shape) :]

    def macs(self, inputs, output):
        """Every unit reads every input."""
        return math.prod(output) * inputs[0][-1]

    def reading_time(self, stage):
        """Of a matrix."""
        return matrix_reading_time(stage.weights[0].shape)

    def formula(self, inputs, output):
        """The units."""
        return f"units = {self.units}"

    def detail(self, stage):
        """Inputs and units."""
        return f"{stage.input_shape[-1]} → {self.units}"

    def reads(self, stage):
        """All of a vector, or of a map the same place."""
        (source,), output = stage.input_grids, stage.grid
        if len(stage.shape) == 2:
            axes = same_taps(source[0]), *map(Every, source[1:], output[1:])
        else:
            axes = *map(same_taps, source[:3]), Every(source[3], output[3])
        return (Separable(axes),)

    def kernel_tiles(self, values, stage, channel):
        """One tile [inputs, places of the grid]."""
        return values.reshape(len(values), -1, stage.grid[-1])[:, :, channel, None]

    def explain(self, cell) -> WeightedSum:
        """Every input times its weight."""
        *place, unit = cell.index
        inputs = cell.source[tuple(place)][None, :, None]
        kernel = cell.variable("kernel")[:, unit][None, :, None]
        first, columns = np.zeros(1, int), np.arange(inputs.shape[1])
        return weighted_sum(
            cell, (first, columns), (first, columns), inputs, kernel, unit, is_list=True
        )

    def keras_call(self, stage):
        """`Dense`."""
        return keras_call("Dense", self.units, **keras_arguments(self.use_bias, self.initializer))

    def pytorch(self, stage):
        """`nn.Linear`, whose weight is [out, in]; of maps it would work on the columns."""
        if len(stage.shape) == 4:
            return NO_CODE
        bias = "" if self.use_bias else ", bias=False"
        code = Code(f"nn.Linear({stage.input_shape[-1]}, {self.units}{bias})")
        return with_torch_init(code, stage.weights[0].shape, self.use_bias, self.initializer)
