"""Windows that keep the largest value or the mean, of the map's each channel by itself."""

import itertools
import math
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

import numpy as np

from explorer.errors import ExplorerError
from explorer.model.explanations import MOST_TERMS, Combined, Term, WeightedSum
from explorer.model.lazy_tensorflow import tf
from explorer.model.ops.changeable import STRIDES, choice, pair
from explorer.model.ops.code import NO_CODE, Code
from explorer.model.ops.inverse import (
    KERNEL,
    MOST_KERNEL,
    MOST_STRIDE,
    STRIDE,
    mended_numbers,
    mended_two,
)
from explorer.model.ops.keras_call import ALWAYS, keras_call
from explorer.model.ops.layout import across
from explorer.model.ops.op import Counts, Op
from explorer.model.ops.upsampling2d import implied_sum
from explorer.model.ops.window import (
    SAME,
    VALID,
    Padding,
    as_maps,
    same_border,
    single,
    spelled,
    window_inputs,
    window_outputs,
    zeros_before,
)
from explorer.model.taps import Every, Separable, same_taps, window_taps

How = Literal["maximum", "average"]
_OF_A_CELL, _OF_A_CHANNEL = 320, 6  # of a window, as long as so many products take
_TRIED = (  # for other rows and columns
    ("strides", range(1, MOST_STRIDE + 1), STRIDE),
    ("size", range(1, MOST_KERNEL + 1), KERNEL),
)


@dataclass(frozen=True)
class Pooling2D(Op):
    """`MaxPooling2D` or `AveragePooling2D`.

    Attributes:
        how: "maximum" or "average".
        size, strides: (rows, columns).
        padding: "same" or "valid"; what SAME adds is neither the largest nor counted.
    """

    how: How
    size: Counts
    strides: Counts
    padding: Padding = VALID
    kind: ClassVar[str] = "pooling2d"
    keras_names: ClassVar = {"how": None, "size": "pool_size"}

    def output_shape(self, *inputs):
        """Sizes by window, stride and padding."""
        batch, *sizes, channels = as_maps(inputs[0])
        made = tuple(
            window_outputs(size, window, stride, 1, self.padding)
            for size, window, stride in zip(sizes, self.size, self.strides, strict=True)
        )
        if min(made) < 1:
            raise ExplorerError("window_exceeds", None, shape=sizes, kernel=self.size)
        return (batch, *made, channels)

    @property
    def changeable(self):
        """The window, and which of its cells are taken."""
        how = choice("how", ("maximum", "average"))
        return pair("size", 64), STRIDES, choice("padding", (SAME, VALID)), how

    def inputs_for(self, inputs, wanted):
        """Rows and columns by window, stride and padding."""
        if len(wanted) != 4:
            return ()
        axes = zip(inputs[0][1:3], wanted[1:3], self.size, self.strides, strict=True)
        sides = [window_inputs(*axis, 1, self.padding) for axis in axes]
        return (((wanted[0], *sides, wanted[3]),),)

    def remedies(self, inputs, wanted):
        """Another stride or window."""
        if len(wanted) != 4:
            return ()
        return mended_numbers(self, inputs, wanted, _TRIED)

    def remedies_of_two(self, inputs, wanted):
        """Two of stride, window and padding."""
        return mended_two(self, inputs, wanted, _TRIED) if len(wanted) == 4 else ()

    def forward(self, inputs, variables, shape):
        """`tf.nn.max_pool2d` or `tf.nn.avg_pool2d`."""
        pool = tf.nn.max_pool2d if self.how == "maximum" else tf.nn.avg_pool2d
        return pool(inputs[0], self.size, self.strides, self.padding.upper())

    def macs(self, inputs, output):
        """Every cell of every window counts as one."""
        windows = (min(size, n) for size, n in zip(self.size, inputs[0][1:3], strict=True))
        return math.prod(output) * math.prod(windows)

    def formula(self, inputs, output):
        """Sizes by window and stride."""
        axes = zip(inputs[0][1:3], self.size, self.strides, output[1:3], strict=True)
        if self.padding != VALID:
            return ", ".join(f"⌈{size}/{stride}⌉ = {made}" for size, _, stride, made in axes)
        return ", ".join(
            f"⌊({n}−{window})/{stride}⌋+1 = {made}" for n, window, stride, made in axes
        )

    def detail(self, stage):
        """How, of what windows."""
        rows, columns = self.size
        return f"{self.how}, {rows}×{columns}, strides={spelled(self.strides)}"

    def taps(self, axis, size, outputs):
        """Those of each window."""
        numbers = self.size[axis], self.strides[axis], 1
        return window_taps(size, *numbers, outputs, zeros_before(size, *numbers, self.padding))

    def border(self, stage):
        """Places that SAME's windows reach, and leave out."""
        if self.padding == VALID:
            return None
        return same_border(stage.input_shape[1:3], self.size, self.strides, (1, 1), math.nan)

    def after_border(self):
        """The same windows, on all that is there."""
        return replace(self, padding=VALID) if self.padding != VALID else None

    def pairs(self, stage):
        """Taps of every output."""
        taps = sum(n * k for n, k in zip(stage.shape[1:3], self.size, strict=True))
        return taps + super().pairs(stage)

    def effort(self, inputs, output):
        """A window's cells, one by one, all channels of a cell together."""
        *cells, channels = output
        windows = (min(size, n) for size, n in zip(self.size, inputs[0][1:3], strict=True))
        return math.prod(cells) * math.prod(windows) * (_OF_A_CELL + _OF_A_CHANNEL * channels)

    def reads(self, stage):
        """The window, of its own channel."""
        source, output = stage.input_grids[0], stage.grid
        plane = [self.taps(at, source[1 + at], output[1 + at]) for at in range(2)]
        return (Separable((same_taps(source[0]), *plane, same_taps(source[3]))),)

    def is_signed(self, inputs):
        """As what came."""
        return any(inputs)

    def explain(self, cell) -> Combined | WeightedSum:
        """The cells of the window."""
        item, *place, channel = cell.index
        rows, columns = (
            self.taps(at, cell.source.shape[1 + at], cell.output.shape[1 + at]).of(here)[0]
            for at, here in enumerate(place)
        )
        if self.how == "average":
            return implied_sum(cell, *map(_even, (rows, columns), cell.source.shape[1:3]))
        cells = ((item, int(row), int(column), channel) for row in rows for column in columns)
        name = cell.stage.sources[0]
        terms = tuple(
            Term(name, at, float(cell.source[at])) for at in itertools.islice(cells, MOST_TERMS)
        )
        window = cell.source[item][np.ix_(rows, columns)][..., channel]
        total = float(window.max(initial=-math.inf))
        return cell.made(Combined, total, terms=terms, how=self.how, count=window.size)

    def keras_call(self, stage):
        """The layer."""
        return keras_call(
            "MaxPooling2D" if self.how == "maximum" else "AveragePooling2D",
            single(self.size),
            strides=(single(self.strides), ALWAYS),
            padding=(self.padding, VALID),
        )

    def pytorch(self, stage):
        """The module, where nothing is padded."""
        if self.padding != VALID:
            return NO_CODE
        name = "MaxPool2d" if self.how == "maximum" else "AvgPool2d"
        return Code(f"nn.{name}({spelled(self.size)}, stride={spelled(self.strides)})")


@dataclass(frozen=True)
class GlobalPooling2D(Op):
    """`GlobalAveragePooling2D` or `GlobalMaxPooling2D`: one number for each channel.

    Attributes:
        how: "maximum" or "average".
        keepdims: whether the output stays a map, of one cell.
    """

    how: How = "average"
    keepdims: bool = False
    kind: ClassVar[str] = "global_pooling2d"
    keras_names: ClassVar = {"how": None}  # the layer's own name tells it

    def output_shape(self, *inputs):
        """The channels."""
        batch, _, _, channels = as_maps(inputs[0])
        return (batch, 1, 1, channels) if self.keepdims else (batch, channels)

    def inputs_for(self, inputs, wanted):
        """Any rows and columns."""
        made = self.output_shape(*inputs)
        if len(wanted) != len(made) or (self.keepdims and {*wanted[1:3]} - {None, 1}):
            return ()
        return (((wanted[0], None, None, wanted[-1]),),)

    def forward(self, inputs, variables, shape):
        """The mean or the largest over rows and columns."""
        reduce = tf.reduce_max if self.how == "maximum" else tf.reduce_mean
        return reduce(inputs[0], (1, 2), keepdims=self.keepdims)

    def formula(self, inputs, output):
        """What is left."""
        return f"{list(inputs[0])} → {list(output)}"

    def detail(self, stage):
        """How."""
        return self.how

    def reads(self, stage):
        """The whole map of its channel."""
        items, rows, columns, channels = source = stage.input_shape
        axes = same_taps(items), Every(rows, 1), Every(columns, 1), same_taps(channels)
        return (across(stage, Separable(axes), 0, source, (items, 1, 1, channels)),)

    def is_signed(self, inputs):
        """As what came."""
        return any(inputs)

    def explain(self, cell) -> Combined | WeightedSum:
        """The cells of the map."""
        if self.how == "average":
            return implied_sum(cell, *(np.full(n, 1 / n) for n in cell.source.shape[1:3]))
        plane = cell.source[cell.index[0], ..., cell.index[-1]]
        row, column = map(int, np.unravel_index(np.argmax(plane), plane.shape))
        at = (cell.index[0], row, column, cell.index[-1])
        term = Term(cell.stage.sources[0], at, float(cell.source[at]))
        return cell.made(Combined, term.value, terms=(term,), how=self.how, count=1)

    def keras_call(self, stage):
        """The layer."""
        name = "Max" if self.how == "maximum" else "Average"
        return keras_call(f"Global{name}Pooling2D", keepdims=(self.keepdims, False))

    def pytorch(self, stage):
        """The function."""
        name = "amax" if self.how == "maximum" else "mean"
        return Code(f"x.{name}((2, 3){', keepdim=True' if self.keepdims else ''})")


def _even(cells: np.ndarray, size: int) -> np.ndarray:
    """float64 [size]: the same weight for some cells, of 1 in all."""
    weights = np.zeros(size)
    weights[cells] = 1 / max(1, len(cells))
    return weights
