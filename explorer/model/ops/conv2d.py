"""A convolution: a window slides over the map and sums up what it sees."""

import math
import operator
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from explorer.errors import ExplorerError
from explorer.model.explanations import WeightedSum
from explorer.model.lazy_tensorflow import tf
from explorer.model.ops.activation import ACTIVATION, with_activation
from explorer.model.ops.came_from import within_blocks
from explorer.model.ops.changeable import FILTERS, KERNEL_SIZE, STRIDES, choice, pair
from explorer.model.ops.code import NO_CODE, Code
from explorer.model.ops.inverse import (
    KERNEL,
    MOST_KERNEL,
    MOST_STRIDE,
    STRIDE,
    Remedy,
    differs,
    mended_numbers,
    mended_padding,
    mended_two,
)
from explorer.model.ops.keras_call import keras_call
from explorer.model.ops.kernel_cost import stamps_bytes
from explorer.model.ops.kernels import (
    GLOROT,
    Initializer,
    keras_arguments,
    kernel_and_bias,
    weighted_sum,
    with_torch_init,
)
from explorer.model.ops.op import Along, Count, Counts, Op, Pair, Shape
from explorer.model.ops.window import (
    SAME,
    VALID,
    Padding,
    as_maps,
    extent_of,
    reach_spelled,
    same_border,
    single,
    spelled,
    window_inputs,
    window_outputs,
    zeros_before,
)
from explorer.model.taps import Groups, Separable, same_taps, window_taps

_OF_A_CELL, _OF_A_FAR_CELL = 80, 300  # of a window, as long as so many products take
_PLACES = 4  # values as large as what is held of a place while it is found

_TRIED = (  # for other rows and columns
    ("strides", range(1, MOST_STRIDE + 1), STRIDE),
    ("kernel_size", range(1, MOST_KERNEL + 1), KERNEL),
)


@dataclass(frozen=True)
class Conv2D(Op):
    """`conv2d`, kernel [rows, columns, in / groups, out].

    Attributes:
        filters: output channels.
        kernel_size, strides, dilation: (rows, columns).
        padding: "same" or "valid".
        groups: into which input and output channels are split, each reading its own.
    """

    filters: Count
    kernel_size: Counts
    strides: Counts = (1, 1)
    padding: Padding = VALID
    dilation: Counts = (1, 1)
    groups: Count = 1
    use_bias: bool = True
    initializer: Initializer = GLOROT
    kind: ClassVar[str] = "conv2d"
    keras_names: ClassVar = {"dilation": "dilation_rate", "initializer": "kernel_initializer"}
    makes_channels: ClassVar[bool] = True

    def sentence(self, stage):
        """By what stands around the map."""
        return "conv2d" if self.padding == VALID else "conv2d_same"

    def output_shape(self, *inputs):
        """Sizes by kernel, stride and padding."""
        batch, *sizes, channels = as_maps(inputs[0])
        made = tuple(
            window_outputs(*axis, self.padding)
            for axis in zip(sizes, self.kernel_size, self.strides, self.dilation, strict=True)
        )
        if min(made) < 1:
            raise ExplorerError("window_exceeds", None, shape=sizes, kernel=self.kernel_size)
        if channels % self.groups or self.filters % self.groups:
            raise ExplorerError("groups_divide", None, channels=channels, groups=self.groups)
        return (batch, *made, self.filters)

    def inputs_for(self, inputs, wanted):
        """Rows and columns by kernel, stride and padding; any channels."""
        if len(wanted) != 4 or (wanted[3] or self.filters) % self.groups:
            return ()
        axes = zip(
            inputs[0][1:3], wanted[1:3], self.kernel_size, self.strides, self.dilation, strict=True
        )
        sides = [window_inputs(*axis, self.padding) for axis in axes]
        return (((wanted[0], *sides, None),),)

    def remedies(self, inputs, wanted):
        """Other filters; and another stride, kernel or padding for rows and columns."""
        if len(wanted) != 4:
            return
        own = (("filters", wanted[3]),) if differs(wanted[3], self.filters) else ()
        if own:
            yield Remedy(own)
        yield from mended_numbers(self, inputs, wanted, _TRIED, own)
        yield from mended_padding(self, inputs, wanted, own)

    def remedies_of_two(self, inputs, wanted):
        """Two of stride, kernel and padding."""
        if len(wanted) != 4:
            return ()
        own = (("filters", wanted[3]),) if differs(wanted[3], self.filters) else ()
        return mended_two(self, inputs, wanted, _TRIED, own)

    def reason(self, stage, wanted):
        """The filters, or the sizes."""
        if differs(wanted[-1], self.filters):
            return "own_filters", {"found": self.filters, "wanted": wanted[-1]}
        return super().reason(stage, wanted)

    def variables(self, *inputs):
        """kernel [rows, columns, in / groups, out] and bias."""
        shape = (*self.kernel_size, inputs[0][-1] // self.groups, self.filters)
        return kernel_and_bias(shape, self.filters, self.use_bias, self.initializer)

    def forward(self, inputs, variables, shape):
        """`tf.nn.conv2d`, then the bias."""
        x, kernel = map(tf.convert_to_tensor, (inputs[0], variables["kernel"]))
        x = self._convolved(x, kernel) if self._is_plain else self._with_gradient(kernel)(x)
        return tf.nn.bias_add(x, variables["bias"]) if self.use_bias else x

    def _convolved(self, x: "tf.Tensor", kernel: "tf.Tensor") -> "tf.Tensor":
        padding = self.padding.upper()
        return tf.nn.conv2d(x, kernel, self.strides, padding, dilations=self.dilation)

    def _with_gradient(self, kernel: "tf.Tensor") -> "Callable[[tf.Tensor], tf.Tensor]":
        """A convolution with groups or dilation and its gradient, which TensorFlow's CPU lacks."""

        @tf.custom_gradient
        def convolved(x):
            def gradient(above):
                cells = self._read_cells(x.shape, above.shape)
                return tf.stack(
                    [self._back(item, kernel, x.shape, cells) for item in tf.unstack(above)]
                )

            return self._convolved(x, kernel), gradient

        return convolved

    def _back(
        self, above: "tf.Tensor", kernel: "tf.Tensor", given: Shape, cells: np.ndarray
    ) -> "tf.Tensor":
        """The gradient of an item of the input: every output's share, added up where it was read.

        Args:
            above: of the item's output, [rows, columns, channels].
            cells: as `_read_cells` gives them.
        """
        rows, columns, channels = given[1:]
        taps, own = math.prod(self.kernel_size), channels // self.groups
        by_group = tf.reshape(above, (-1, self.groups, self.filters // self.groups))
        kernels = tf.reshape(kernel, (taps * own, self.groups, -1))
        shares = tf.matmul(
            tf.transpose(by_group, (1, 0, 2)), tf.transpose(kernels, (1, 0, 2)), transpose_b=True
        )
        apart = tf.reshape(shares, (self.groups, cells.size, own))
        shares = tf.reshape(tf.transpose(apart, (1, 0, 2)), (cells.size, channels))
        made = tf.math.unsorted_segment_sum(shares, cells, rows * columns)
        return tf.reshape(made, (rows, columns, channels))

    def _read_cells(self, given: Shape, made: Shape) -> np.ndarray:
        """int32 [cells of an output map times taps]: which cell of its input each reads, or -1."""
        sides = []
        for size, outputs, kernel, stride, dilation in zip(
            given[1:3], made[1:3], self.kernel_size, self.strides, self.dilation, strict=True
        ):
            before = zeros_before(size, kernel, stride, dilation, self.padding)
            at = np.arange(outputs, dtype=np.int32)[:, None] * stride - before
            at = at + np.arange(kernel, dtype=np.int32) * dilation
            sides.append(np.where((at >= 0) & (at < size), at, -1))
        rows, columns = sides[0][:, None, :, None], sides[1][None, :, None, :]
        return np.where((rows < 0) | (columns < 0), -1, rows * given[2] + columns).ravel()

    @property
    def changeable(self):
        """Its sizes and padding, and an activation after it."""
        return (
            FILTERS,
            KERNEL_SIZE,
            STRIDES,
            choice("padding", (SAME, VALID)),
            pair("dilation", 16),
            ACTIVATION,
        )

    def changed(self, argument, value):
        """An activation follows as a stage of its own."""
        if argument == ACTIVATION.name:
            return with_activation(self, value)
        return super().changed(argument, value)

    def variable_axes(self, variable):
        """kernel [rows, columns, in, out] and bias."""
        axes = Along.TAP_ROWS, Along.TAP_COLUMNS, Along.INPUTS, Along.OUTPUTS
        return axes[-len(variable.shape) :]

    @property
    def channel_blocks(self):
        """The groups, of what comes in and of what comes out."""
        return self.groups

    def inputs_read(self, index, was):
        """What all groups have alike."""
        return index if self.groups == 1 else within_blocks(index, was, self.groups)

    def taps_before(self, kernel, stage):
        """As many as SAME's zeros before the first input; else half of the others."""
        if self.padding != SAME or max(self.dilation) > 1:
            return tuple((size - 1) // 2 for size in kernel)
        return self._zeros_before(kernel, stage)

    def _zeros_before(self, kernel, stage) -> Pair:
        """SAME's, of a kernel of another size."""
        axes = zip(stage.input_shape[1:3], kernel, self.strides, self.dilation, strict=True)
        return tuple(zeros_before(*axis, SAME) for axis in axes)

    def map_shift(self, kernel, stage):
        """SAME's zeros beyond whole steps from tap to tap."""
        if self.padding != SAME:
            return 0, 0
        taps = map(operator.mul, self.taps_before(kernel, stage), self.dilation)
        return tuple(map(operator.sub, self._zeros_before(kernel, stage), taps))

    @property
    def _is_plain(self) -> bool:
        return self.groups == 1 and self.dilation == (1, 1)

    @property
    def reach(self):
        """From its first tap to its last, or the step from one window to the next."""
        return tuple(map(max, extent_of(self.kernel_size, self.dilation), self.strides))

    def macs(self, inputs, output):
        """Every tap of every output."""
        return math.prod(output) * math.prod(self.kernel_size) * inputs[0][-1] // self.groups

    def effort(self, inputs, output):
        """The products, and the windows that are laid out for them, cell by cell.

        Channels of a cell are copied together; one by one where they are grouped or dilated.
        """
        windows = math.prod(output[:3]) * math.prod(self.kernel_size) * self.groups
        of_a_cell = _OF_A_CELL if self._is_plain else _OF_A_FAR_CELL
        return super().effort(inputs, output) + of_a_cell * windows

    def gradient_buffer(self, stage):
        """It is a transposed convolution, back to the input's channels.

        With groups or dilation all shares are there twice, and where each belongs.
        """
        channels = stage.input_shape[3]
        held = channels if self._is_plain else 2 * channels + _PLACES
        return stamps_bytes(self.kernel_size, stage.shape, held)

    def copied_values(self, stage):
        """Of every window."""
        return stage.macs // self.filters

    def formula(self, inputs, output):
        """Sizes by kernel, stride and padding."""
        axes = zip(
            inputs[0][1:3], self.kernel_size, self.strides, self.dilation, output[1:3], strict=True
        )
        return ", ".join(self._axis_formula(*axis) for axis in axes)

    def _axis_formula(self, size, kernel, stride, dilation, made) -> str:
        if self.padding != VALID:
            return f"⌈{size}/{stride}⌉ = {made}"
        reach = reach_spelled(kernel, dilation)
        if stride == 1:
            return f"{size}−{reach}+1 = {made}"
        return f"⌊({size}−{reach})/{stride}⌋+1 = {made}"

    def detail(self, stage):
        """Kernel, padding, and what is not 1."""
        rows, columns = self.kernel_size
        stride = f", strides={spelled(self.strides)}" if self.strides != (1, 1) else ""
        dilation = f", dilation={spelled(self.dilation)}" if self.dilation != (1, 1) else ""
        groups = f", groups={self.groups}" if self.groups > 1 else ""
        return f"{rows}×{columns}{stride}{dilation}{groups}, {self.padding.upper()}"

    def taps(self, axis, size, outputs):
        """Those of each window."""
        numbers = self.kernel_size[axis], self.strides[axis], self.dilation[axis]
        before = zeros_before(size, *numbers, self.padding)
        return window_taps(size, *numbers, outputs, before)

    def border(self, stage):
        """SAME's zeros."""
        if self.padding == VALID:
            return None
        return same_border(stage.input_shape[1:3], self.kernel_size, self.strides, self.dilation)

    def after_border(self):
        """The same windows, on all that is there."""
        return replace(self, padding=VALID) if self.padding != VALID else None

    def pairs(self, stage):
        """Taps of every output."""
        taps = sum(n * k for n, k in zip(stage.shape[1:3], self.kernel_size, strict=True))
        return taps + super().pairs(stage)

    def reads(self, stage):
        """The window of all channels of its group."""
        (source,), output = stage.input_grids, stage.grid
        plane = [self.taps(at, source[1 + at], output[1 + at]) for at in range(2)]
        channels = Groups(source[3], output[3], self.groups)
        return (Separable((same_taps(source[0]), *plane, channels)),)

    def explain(self, cell) -> WeightedSum:
        """Every cell of the window times its tap."""
        item, row, column, channel = cell.index
        (rows, tap_rows), (columns, tap_columns) = (
            self.taps(at, cell.source.shape[1 + at], cell.output.shape[1 + at]).of(place)
            for at, place in enumerate((row, column))
        )
        kernel = cell.variable("kernel")[..., channel]
        first = channel // (self.filters // self.groups) * kernel.shape[2]
        inputs = cell.source[item][np.ix_(rows, columns)][..., first : first + kernel.shape[2]]
        return weighted_sum(
            cell,
            (rows, columns),
            (tap_rows, tap_columns),
            inputs,
            kernel[np.ix_(tap_rows, tap_columns)],
            channel,
            first_channel=first,
        )

    def keras_call(self, stage):
        """`Conv2D`, which has no dilation beside strides."""
        if max(self.strides) > 1 and max(self.dilation) > 1:
            return None
        return keras_call(
            "Conv2D",
            self.filters,
            single(self.kernel_size),
            strides=(single(self.strides), 1),
            padding=(self.padding, VALID),
            dilation_rate=(single(self.dilation), 1),
            groups=(self.groups, 1),
            **keras_arguments(self.use_bias, self.initializer),
        )

    def pytorch(self, stage):
        """`nn.Conv2d`, where as many zeros stand before the map as after it."""
        axes = list(zip(stage.input_shape[1:3], self.kernel_size, self.strides, self.dilation,
                        strict=True))  # fmt: skip
        before = tuple(zeros_before(*axis, self.padding) for axis in axes)
        needed = [
            (out - 1) * s + (k - 1) * d + 1 - n
            for (n, k, s, d), out in zip(axes, stage.shape[1:3], strict=True)
        ]
        if self.padding != VALID and any(
            max(0, all_of) != 2 * cut for all_of, cut in zip(needed, before, strict=True)
        ):
            return NO_CODE
        more = "".join(
            (
                f", stride={spelled(self.strides)}" if self.strides != (1, 1) else "",
                f", padding={spelled(before)}" if any(before) else "",
                f", dilation={spelled(self.dilation)}" if self.dilation != (1, 1) else "",
                f", groups={self.groups}" if self.groups > 1 else "",
                "" if self.use_bias else ", bias=False",
            )
        )
        channels = stage.input_shape[3]
        code = Code(f"nn.Conv2d({channels}, {self.filters}, {spelled(self.kernel_size)}{more})")
        return with_torch_init(code, stage.weights[0].shape, self.use_bias, self.initializer)
