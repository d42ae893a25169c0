"""A transposed convolution: every input cell stamps its kernel onto a wider canvas."""

import math
import operator
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from explorer.errors import ExplorerError
from explorer.model.declare import MINUS
from explorer.model.explanations import Canvas, WeightedSum
from explorer.model.lazy_tensorflow import tf, whole_numbers
from explorer.model.ops.activation import ACTIVATION, with_activation
from explorer.model.ops.changeable import FILTERS, KERNEL_SIZE, STRIDES, addition, choice, pair
from explorer.model.ops.conv2d import Conv2D
from explorer.model.ops.dilated_stamps import DilatedStamps
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
from explorer.model.ops.keras_call import ALWAYS, keras_call
from explorer.model.ops.kernel_cost import stamp_reading_time, stamps_bytes
from explorer.model.ops.kernels import (
    GLOROT,
    Initializer,
    keras_arguments,
    kernel_and_bias,
    weighted_sum,
)
from explorer.model.ops.op import Along, Count, Counts, Extras, Op, Pair, Spread
from explorer.model.ops.torch_transposed import torch_transposed
from explorer.model.ops.upsampled_first import upsampled_first
from explorer.model.ops.window import (
    SAME,
    VALID,
    Padding,
    as_maps,
    extent_of,
    reach_spelled,
    single,
    spelled,
    transposed_crop,
    transposed_inputs,
    transposed_outputs,
    window_outputs,
)
from explorer.model.taps import Every, Separable, same_taps, transposed_taps

# The two layers that Odena et al. (Distill 2016) advise against checkerboards.
SWAP = addition("swap", ("upsampling2d",), "conv2d_transpose")
_OUTPUT_SIZE = pair("output_size", 4096)
_EXTRAS = "output_padding"
_OF_SIZES = ("strides", "padding", _EXTRAS)
_STRIDES = range(1, 5)  # that are thought of beside another base


@dataclass(frozen=True)
class Conv2DTranspose(Op):
    """`conv2d_transpose`, kernel [rows, columns, out, in].

    Attributes:
        filters: output channels.
        kernel_size, strides: (rows, columns).
        padding: "same" or "valid".
        output_padding: Keras' own, (rows, columns); None for its default.
        output_size: (rows, columns) that the code gives itself; None where the rest tells them.
        dilation: (rows, columns) from one tap of a stamp to the next; 1 where strides are not.
    """

    filters: Count
    kernel_size: Counts
    strides: Counts = (1, 1)
    padding: Padding = VALID
    output_padding: Extras | None = None
    output_size: Counts | None = None
    dilation: Counts = (1, 1)
    use_bias: bool = True
    initializer: Initializer = GLOROT
    kind: ClassVar[str] = "conv2d_transpose"
    keras_names: ClassVar = {
        "initializer": "kernel_initializer",
        "output_size": None,
        "dilation": "dilation_rate",
    }
    makes_channels: ClassVar[bool] = True

    @property
    def extent(self) -> Pair:
        """Rows and columns from the first tap of a stamp to its last."""
        return extent_of(self.kernel_size, self.dilation)

    @property
    def _is_dilated(self) -> bool:
        return max(self.dilation) > 1

    @property
    def reach(self):
        """A stamp's, or the step from one to the next."""
        return tuple(map(max, self.extent, self.strides))

    def sentence(self, stage):
        """By how the taps lie."""
        return "conv2d_transpose_dilated" if self._is_dilated else self.kind

    def output_shape(self, *inputs):
        """By Keras' rule, or as it is given."""
        batch, *sizes, _ = as_maps(inputs[0])
        if self._is_dilated and max(self.strides) > 1:
            raise ExplorerError(
                "dilated_strides", None, strides=self.strides, dilation=self.dilation
            )
        if self.output_padding and any(map(operator.ge, self.output_padding, self.strides)):
            raise ExplorerError(
                "output_padding_stride",
                None,
                found=self.output_padding,
                strides=self.strides,
            )
        made = self.output_size or tuple(
            transposed_outputs(
                size, kernel, stride, self.padding, self.output_padding and self.output_padding[at]
            )
            for at, (size, kernel, stride) in enumerate(
                zip(sizes, self.extent, self.strides, strict=True)
            )
        )
        self._check_sizes(sizes, made)
        return (batch, *made, self.filters)

    def _check_sizes(self, sizes, made):
        """Sizes that the convolution, of which this is the gradient, makes what came of."""
        for size, out, kernel, stride in zip(sizes, made, self.extent, self.strides, strict=True):
            window = out if self.padding == SAME else out - kernel + 1
            if out < 1 or -(-window // stride) != size:
                raise ExplorerError(
                    "transposed_size", None, size=size, out=out, kernel=kernel, stride=stride
                )

    def inputs_for(self, inputs, wanted):
        """Rows and columns by Keras' rule, or as a convolution makes of what is given."""
        if len(wanted) != 4:
            return
        sides = []
        for at, want in enumerate(wanted[1:3]):
            numbers = self.extent[at], self.strides[at]
            more = self.output_padding and self.output_padding[at]
            if self.output_size and want is not None:
                sides.append(window_outputs(want, *numbers, 1, self.padding))
            else:
                sides.append(transposed_inputs(want, *numbers, self.padding, more))
        if all(side is None or side > 0 for side in sides):
            yield ((wanted[0], *sides, None),)

    def remedies(self, inputs, wanted):
        """Other filters; and for rows and columns a stride, output_padding, kernel or padding.

        A stride may go with other rows and columns that come in.
        """
        if len(wanted) != 4:
            return
        own = (("filters", wanted[3]),) if differs(wanted[3], self.filters) else ()
        if own:
            yield Remedy(own)
        if self.output_size:
            yield from self._given_sizes(wanted, own)
            return
        yield from mended_numbers(self, inputs, wanted, self._tried, own)
        for stride in _STRIDES:
            if (stride, stride) != self.strides:
                yield Remedy((*own, ("strides", (stride, stride))), STRIDE)
        yield from mended_padding(self, inputs, wanted, own)

    def remedies_of_two(self, inputs, wanted):
        """Two of stride, output_padding, kernel and padding."""
        if len(wanted) != 4 or self.output_size:
            return ()
        own = (("filters", wanted[3]),) if differs(wanted[3], self.filters) else ()
        return mended_two(self, inputs, wanted, self._tried, own)

    @property
    def _tried(self):
        """What may give other rows and columns: pairs, values, cost."""
        return (
            # A longer one would leave cells without input.
            ("strides", range(1, min(MOST_STRIDE, *self.kernel_size) + 1), STRIDE),
            ("output_padding", range(max(self.strides)), KERNEL),
            ("kernel_size", range(1, MOST_KERNEL + 1), KERNEL),
        )

    def _given_sizes(self, wanted, own):
        """Another size that the code gives itself; it may go with another that comes in."""
        size = tuple(
            now if want is None else want
            for want, now in zip(wanted[1:3], self.output_size, strict=True)
        )
        if size != self.output_size:
            yield Remedy((*own, ("output_size", size)))

    def reason(self, stage, wanted):
        """A size that is no multiple of the stride, the filters, or another size."""
        if self.padding == SAME and self.output_padding is None and self.output_size is None:
            axes = zip(
                ("height", "width"), wanted[1:3], stage.shape[1:3], self.strides, strict=True
            )
            for axis, want, found, stride in axes:
                if want is not None and want % stride:
                    return "stride", {
                        "axis": axis, "wanted": want, "found": found, "stride": stride,
                    }  # fmt: skip
        if differs(wanted[-1], self.filters):
            return "own_filters", {"found": self.filters, "wanted": wanted[-1]}
        return super().reason(stage, wanted)

    def variables(self, *inputs):
        """kernel [rows, columns, out, in] and bias."""
        shape = (*self.kernel_size, self.filters, inputs[0][-1])
        return kernel_and_bias(shape, self.filters, self.use_bias, self.initializer)

    def forward(self, inputs, variables, shape):
        """`tf.nn.conv2d_transpose`, then the bias."""
        if self._is_dilated:
            return self._apart(inputs[0].shape, shape).forward(inputs[0], variables, shape)
        x = tf.nn.conv2d_transpose(
            inputs[0],
            variables["kernel"],
            whole_numbers(shape),
            strides=self.strides,
            padding=self.padding.upper(),
        )
        return tf.nn.bias_add(x, variables["bias"]) if self.use_bias else x

    def _apart(self, given, made) -> DilatedStamps:
        """How a dilated one of such an input and output is worked out."""
        conv = Conv2D(
            self.filters, self.kernel_size, dilation=self.dilation, use_bias=self.use_bias
        )
        axes = zip(given[1:3], made[1:3], self.extent, self._crops(given, made), strict=True)
        return DilatedStamps(conv, tuple((k - 1 - cut, out - n + cut) for n, out, k, cut in axes))

    @property
    def changeable(self):
        """Its sizes and padding, an activation after it, and upsampling in its place."""
        extras = tuple(stride - 1 for stride in self.strides)
        return (
            FILTERS,
            KERNEL_SIZE,
            STRIDES,
            choice("padding", (SAME, VALID)),
            pair(_EXTRAS, 15, low=0, optional=True, tops=extras),
            pair("dilation", 16),
            ACTIVATION,
            *((SWAP,) if max(self.strides) > 1 else ()),
            *((_OUTPUT_SIZE,) if self.output_size else ()),
        )

    def numbers_of_none(self, argument, stage):
        """Of output_padding what makes the rows and columns that are there, less than a stride.

        Of an even kernel with SAME a stride of them would be needed, which Keras refuses.
        """
        if argument != _EXTRAS:
            return ()
        added = map(operator.sub, stage.shape[1:3], self._least(stage))
        return tuple(
            more if 0 <= more < stride else None
            for more, stride in zip(added, self.strides, strict=True)
        )

    def changed(self, argument, value):
        """Sizes that were given stay no longer than what they follow from."""
        if argument == ACTIVATION.name:
            return with_activation(self, value)
        if argument == SWAP.name:
            return upsampled_first(self)
        given = {"output_size": None} if argument in _OF_SIZES else {}
        return {"": replace(self, **given, **{argument: value})}

    def variable_axes(self, variable):
        """kernel [rows, columns, out, in] and bias."""
        if len(variable.shape) == 1:
            return (Along.OUTPUTS,)
        return Along.TAP_ROWS, Along.TAP_COLUMNS, Along.OUTPUTS, Along.INPUTS

    def taps_before(self, kernel, stage):
        """As many as are cut off before the first output."""
        return tuple(cut // apart for cut, apart in self._cuts_and_steps(kernel, stage))

    def map_shift(self, kernel, stage):
        """What is cut off beyond whole steps from tap to tap."""
        return tuple(-(cut % apart) for cut, apart in self._cuts_and_steps(kernel, stage))

    def _cuts_and_steps(self, kernel, stage) -> Iterator[tuple[int, int]]:
        """Along each axis what is cut off before the first output, and from tap to tap."""
        crops = replace(self, kernel_size=kernel)._crops(stage.input_shape, stage.shape)
        return zip(crops, self.dilation, strict=True)

    def _crops(self, given, made) -> Pair:
        """Rows and columns that are cut off before the first output."""
        axes = zip(given[1:3], self.extent, self.strides, made[1:3], strict=True)
        return tuple(transposed_crop(n, k, s, self.padding, out) for n, k, s, out in axes)

    def handed_on(self, variables):
        """The kernel of a convolution, turned around.

        Of the map with zeros between its cells it is the same; where each cell stands in all
        places of a stride's block, so many times less keeps the mean.
        """
        turned = np.asarray(variables["kernel"])[::-1, ::-1].swapaxes(2, 3)
        return {**variables, "kernel": (turned / math.prod(self.strides)).astype(np.float32)}

    def macs(self, inputs, output):
        """Every product on the full canvas."""
        return math.prod(inputs[0]) * math.prod(self.kernel_size) * self.filters

    def effort(self, inputs, output):
        """Of a dilated one that of its turned convolution."""
        if self._is_dilated:
            return self._apart(inputs[0], output).conv.effort(inputs, output)
        return super().effort(inputs, output)

    def reading_time(self, stage):
        """Of each item's stamps."""
        return (
            0 if self._is_dilated else stamp_reading_time(stage.weights[0].shape, stage.input_shape)
        )

    def buffer(self, stage):
        """All stamps, before they are added up; of a dilated one the wider map."""
        if self._is_dilated:
            return self._apart(stage.input_shape, stage.shape).bytes(stage.input_shape)
        return stamps_bytes(stage.weights[0].shape, stage.input_shape, self.filters)

    def gradient_buffer(self, stage):
        """Of a dilated one that of its turned convolution, and the wider map's gradient, twice."""
        if self._is_dilated:
            apart = self._apart(stage.input_shape, stage.shape)
            return apart.conv.gradient_buffer(stage) + 2 * apart.bytes(stage.input_shape)
        return super().gradient_buffer(stage)

    def formula(self, inputs, output):
        """Sizes by stride and kernel."""
        axes = zip(
            inputs[0][1:3], self.strides, self.kernel_size, self.dilation, output[1:3], strict=True
        )
        return ", ".join(self._axis_formula(*axis) for axis in axes)

    def _axis_formula(self, size, stride, kernel, dilation, made) -> str:
        if made == size * stride:
            return f"{size}·{stride} = {made}"
        more = made - (size - 1) * stride - ((kernel - 1) * dilation + 1)
        told = f"{more:+d}".replace("-", MINUS)
        return f"({size}−1)·{stride}+{reach_spelled(kernel, dilation)}{told} = {made}"

    def detail(self, stage):
        """Kernel, stride, padding."""
        rows, columns = self.kernel_size
        apart = f", dilation={spelled(self.dilation)}" if self._is_dilated else ""
        return f"{rows}×{columns}, strides={spelled(self.strides)}{apart}, {self.padding.upper()}"

    @property
    def spread(self):
        """A stamp for every cell."""
        return Spread("stamps", self.extent, "kernel")

    @property
    def period(self):
        """The strides."""
        return self.strides

    def taps(self, axis, size, outputs):
        """Those of each stamp."""
        kernel, stride = self.kernel_size[axis], self.strides[axis]
        before = transposed_crop(size, self.extent[axis], stride, self.padding, outputs)
        return transposed_taps(size, kernel, stride, outputs, before, self.dilation[axis])

    def pairs(self, stage):
        """Taps of every input, and of what tells how stamps meet away from the borders."""
        beyond = self.spread.beyond(self.period)
        sizes = zip(stage.input_shape[1:3], beyond, self.kernel_size, strict=True)
        return sum((n + more) * k for n, more, k in sizes) + super().pairs(stage)

    def reads(self, stage):
        """The cells whose stamps reach it, of all channels."""
        (source,), output = stage.input_grids, stage.grid
        plane = [self.taps(at, source[1 + at], output[1 + at]) for at in range(2)]
        return (Separable((same_taps(source[0]), *plane, Every(source[3], output[3]))),)

    def crop(self, stage):
        """Of rows."""
        size, kept = stage.input_shape[1], stage.shape[1]
        before = self._crops(stage.input_shape, stage.shape)[0]
        return [before, max((size - 1) * self.strides[0] + self.extent[0] - before, kept) - kept]

    def kernel_tiles(self, values, stage, channel):
        """The taps of each input channel."""
        return values[:, :, channel]

    def explain(self, cell) -> WeightedSum:
        """Every input cell that reaches it times its tap."""
        item, row, column, channel = cell.index
        (rows, tap_rows), (columns, tap_columns) = (
            self.taps(at, cell.source.shape[1 + at], cell.output.shape[1 + at]).of(place)
            for at, place in enumerate((row, column))
        )
        kernel = cell.variable("kernel")[:, :, channel]
        return weighted_sum(
            cell,
            (rows, columns),
            (tap_rows, tap_columns),
            cell.source[item][np.ix_(rows, columns)],
            kernel[np.ix_(tap_rows, tap_columns)],
            channel,
            output_first=True,
            canvas=self._canvas(cell),
        )

    def _canvas(self, cell) -> Canvas:
        given, made = cell.source.shape, cell.output.shape
        return Canvas(self.extent, self.strides, self._crops(given, made), given[1:3], made[1:3])

    def keras_call(self, stage):
        """`Conv2DTranspose`, with the `output_padding` that gives the same size."""
        padded = self._output_padding(stage)
        if padded and any(map(operator.ge, padded, self.strides)):
            return None  # Keras takes less than a stride
        return keras_call(
            "Conv2DTranspose",
            self.filters,
            single(self.kernel_size),
            strides=(single(self.strides), ALWAYS),
            padding=(self.padding, ALWAYS),
            output_padding=(padded, None),
            dilation_rate=(single(self.dilation), 1),
            **keras_arguments(self.use_bias, self.initializer),
        )

    def _output_padding(self, stage) -> Pair | None:
        """Keras' own; of sizes that are given, the one that makes them, unless none need be."""
        usual = replace(self, output_padding=None, output_size=None)
        if not self.output_size or usual.output_shape(stage.input_shape) == stage.shape:
            return self.output_padding
        return tuple(map(operator.sub, stage.shape[1:3], self._least(stage)))

    def _least(self, stage) -> Pair:
        """Rows and columns with an output_padding of 0."""
        axes = zip(stage.input_shape[1:3], self.extent, self.strides, strict=True)
        return tuple(transposed_outputs(*axis, self.padding, 0) for axis in axes)

    def pytorch(self, stage):
        """`ConvTranspose2d`, or what cuts its output where crops are odd."""
        return torch_transposed(self, stage, self._crops(stage.input_shape, stage.shape))
