"""A depthwise convolution: each channel is read by kernels of its own, and by no other's."""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from explorer.model.explanations import WeightedSum
from explorer.model.lazy_tensorflow import tf
from explorer.model.ops.came_from import NEW, CameFrom, by_position
from explorer.model.ops.changeable import KERNEL_SIZE, STRIDES, choice, pair
from explorer.model.ops.conv2d import Conv2D
from explorer.model.ops.keras_call import keras_call
from explorer.model.ops.kernels import GLOROT, Initializer, keras_arguments, kernel_and_bias
from explorer.model.ops.op import Along, Count, Counts, Op
from explorer.model.ops.window import SAME, VALID, Padding, as_maps, single

_KERNEL = "depthwise_kernel"


@dataclass(frozen=True)
class DepthwiseConv2D(Op):
    """`DepthwiseConv2D`, depthwise_kernel [rows, columns, in, multiplier].

    It is a convolution of as many groups as channels come in: output channel
    i·multiplier + m is input channel i by kernel m.

    Attributes:
        kernel_size, strides, dilation: (rows, columns).
        padding: "same" or "valid".
        multiplier: output channels of each input channel.
    """

    kernel_size: Counts
    strides: Counts = (1, 1)
    padding: Padding = VALID
    dilation: Counts = (1, 1)
    multiplier: Count = 1
    use_bias: bool = True
    initializer: Initializer = GLOROT
    kind: ClassVar[str] = "depthwise_conv2d"
    keras_names: ClassVar = {
        "dilation": "dilation_rate",
        "multiplier": "depth_multiplier",
        "initializer": "depthwise_initializer",
    }

    def _grouped(self, channels: int) -> Conv2D:
        return Conv2D(
            channels * self.multiplier,
            self.kernel_size,
            self.strides,
            self.padding,
            self.dilation,
            channels,
            self.use_bias,
            self.initializer,
        )

    def output_shape(self, *inputs):
        """Sizes by kernel, stride and padding."""
        return self._grouped(as_maps(inputs[0])[3]).output_shape(*inputs)

    def variables(self, *inputs):
        """depthwise_kernel [rows, columns, in, multiplier] and bias."""
        channels = inputs[0][3]
        _, *bias = self._grouped(channels).variables(*inputs)
        (kernel,) = kernel_and_bias(
            (*self.kernel_size, channels, self.multiplier), 0, False, self.initializer
        )
        return replace(kernel, name=_KERNEL), *bias

    def variable_axes(self, variable):
        """depthwise_kernel [rows, columns, in, multiplier] and bias."""
        axes = Along.TAP_ROWS, Along.TAP_COLUMNS, Along.INPUTS, Along.OTHER
        return axes if variable.name == _KERNEL else (Along.OUTPUTS,)

    def came_from(self, stage, old, given):
        """As many of each input channel as there are kernels for it."""
        found = by_position(stage, old, given)
        channels, kernels = given[0].axes[2], np.arange(self.multiplier)
        made = channels[:, None] * self.multiplier + kernels
        made = np.where(channels[:, None] == NEW, NEW, made).ravel()
        return CameFrom((*found.axes[:2], made))

    def _as_grouped(self, variables):
        """The variables of the convolution in groups, of tensors or of arrays."""
        kernel = variables[_KERNEL]
        rows, columns, channels, multiplier = kernel.shape
        shape = rows, columns, 1, channels * multiplier
        return {**variables, "kernel": tf.reshape(kernel, shape)}

    def forward(self, inputs, variables, shape):
        """`tf.nn.conv2d` in groups, then the bias."""
        grouped = self._grouped(inputs[0].shape[3])
        return grouped.forward(inputs, self._as_grouped(variables), shape)

    def macs(self, inputs, output):
        """Every tap of every output."""
        return self._grouped(inputs[0][3]).macs(inputs, output)

    def effort(self, inputs, output):
        """That of the convolution in groups."""
        return self._grouped(inputs[0][3]).effort(inputs, output)

    def gradient_buffer(self, stage):
        """That of the convolution in groups."""
        return self._grouped(stage.input_shape[3]).gradient_buffer(stage)

    def copied_values(self, stage):
        """Of every window."""
        return self._grouped(stage.input_shape[3]).copied_values(stage)

    def formula(self, inputs, output):
        """Sizes by kernel, stride and padding."""
        return self._grouped(inputs[0][3]).formula(inputs, output)

    def detail(self, stage):
        """Kernel, padding, and what is not 1."""
        grouped = replace(self._grouped(stage.input_shape[3]), groups=1)
        more = f", ×{self.multiplier}" if self.multiplier > 1 else ""
        return grouped.detail(stage) + more

    @property
    def reach(self):
        """That of the convolution in groups."""
        return self._grouped(1).reach

    def pairs(self, stage):
        """Taps of every output."""
        return self._grouped(stage.input_shape[3]).pairs(stage)

    @property
    def changeable(self):
        """Its sizes and padding."""
        return KERNEL_SIZE, STRIDES, choice("padding", (SAME, VALID)), pair("dilation", 16)

    def taps_before(self, kernel, stage):
        """Those of the convolution in groups."""
        return self._grouped(stage.input_shape[3]).taps_before(kernel, stage)

    def map_shift(self, kernel, stage):
        """That of the convolution in groups."""
        return self._grouped(stage.input_shape[3]).map_shift(kernel, stage)

    def inputs_for(self, inputs, wanted):
        """Rows and columns by kernel, stride and padding; channels by the multiplier."""
        channels = wanted[-1]
        if len(wanted) != 4 or (channels or 0) % self.multiplier:
            return
        for ((batch, *sides, _),) in self._grouped(1).inputs_for(inputs, (*wanted[:3], None)):
            yield ((batch, *sides, channels and channels // self.multiplier),)

    def border(self, stage):
        """SAME's zeros."""
        return self._grouped(stage.input_shape[3]).border(stage)

    def after_border(self):
        """The same windows, on all that is there."""
        return replace(self, padding=VALID) if self.padding != VALID else None

    def reads(self, stage):
        """The window of its own channel."""
        return self._grouped(stage.input_shape[3]).reads(stage)

    def explain(self, cell) -> WeightedSum:
        """Every cell of the window times its tap."""
        grouped = self._grouped(cell.source.shape[3])
        return grouped.explain(replace(cell, variables=self._as_grouped(cell.variables)))

    def kernel_tiles(self, values, stage, channel):
        """The taps of one output channel."""
        channel = min(channel, stage.shape[3] - 1)
        return values[:, :, channel // self.multiplier, channel % self.multiplier, None]

    def keras_call(self, stage):
        """`DepthwiseConv2D`."""
        drawn = keras_arguments(self.use_bias, self.initializer)
        return keras_call(
            "DepthwiseConv2D",
            single(self.kernel_size),
            strides=(single(self.strides), 1),
            padding=(self.padding, VALID),
            depth_multiplier=(self.multiplier, 1),
            dilation_rate=(single(self.dilation), 1),
            use_bias=drawn["use_bias"],
            depthwise_initializer=drawn["kernel_initializer"],
        )

    def pytorch(self, stage):
        """`nn.Conv2d` in groups, whose channels have the same order."""
        return self._grouped(stage.input_shape[3]).pytorch(stage)
