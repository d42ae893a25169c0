"""Maps of another size: each cell repeated, or drawn from the cells around its place."""

import functools
import math
from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Literal, get_args

import numpy as np

from explorer.model.explanations import Moved, WeightedSum
from explorer.model.lazy_tensorflow import tf
from explorer.model.ops.changeable import choice, pair
from explorer.model.ops.code import NO_CODE, Code
from explorer.model.ops.inverse import MOST_STRIDE, STRIDE, Remedy, mended_numbers
from explorer.model.ops.keras_call import keras_call
from explorer.model.ops.kernels import weighted_sum
from explorer.model.ops.op import Counts, Op, Pair, Spread
from explorer.model.ops.window import as_maps, single, spelled
from explorer.model.taps import Separable, Taps, same_taps

NEAREST, BILINEAR, AREA = "nearest", "bilinear", "area"
Interpolation = Literal[
    "nearest", "bilinear", "bicubic", "lanczos3", "lanczos5", "gaussian", "mitchellcubic", "area"
]
INTERPOLATIONS = get_args(Interpolation)
# How many cells along an axis go into one, where maps grow.
_SUPPORTS = {
    NEAREST: 1,
    BILINEAR: 2,
    "bicubic": 4,
    "lanczos3": 6,
    "lanczos5": 10,
    "gaussian": 3,
    "mitchellcubic": 4,
    AREA: 2,
}


_NOT_IN_KERAS = ("gaussian", "mitchellcubic", AREA)


class _Resized(Op):
    """Maps of another size: each new cell is drawn from the cells around its place.

    Centres of cells are the places (`tf.image.resize`). Along each axis by itself, so a weight is
    the product of two.
    """

    interpolation: Interpolation
    antialias: bool = False

    def output_shape(self, *inputs):
        """The new sizes."""
        batch, rows, columns, channels = as_maps(inputs[0])
        return (batch, *self.sizes(rows, columns), channels)

    @abstractmethod
    def sizes(self, rows: int, columns: int) -> Pair:
        """Rows and columns that these become."""

    def forward(self, inputs, variables, shape):
        """`tf.image.resize`."""
        if self.interpolation == AREA:
            return self._with_gradient(shape[1:3])(tf.convert_to_tensor(inputs[0]))
        return _resize(inputs[0], shape[1:3], self.interpolation, self.antialias)

    def _with_gradient(self, made: Pair) -> "Callable[[tf.Tensor], tf.Tensor]":
        """Areas, and their gradient, which TensorFlow lacks."""

        @tf.custom_gradient
        def resized(x):
            def gradient(above):
                for axis, size, outputs in zip((1, 2), x.shape[1:3], made, strict=True):
                    above = _back(above, axis, size, self._shares(size, outputs))
                return above

            return _resize(x, made, self.interpolation, self.antialias), gradient

        return resized

    def gradient_buffer(self, stage):
        """Of areas all shares of an item's cells along an axis, twice."""
        if self.interpolation != AREA:
            return super().gradient_buffer(stage)
        (rows, columns), made = stage.input_shape[1:3], stage.shape[1:3]
        shares = max((rows + made[0]) * made[1], (columns + made[1]) * rows)
        return 2 * 4 * shares * stage.shape[3]

    def macs(self, inputs, output):
        """One product for each cell that goes into one."""
        if self.interpolation == NEAREST:
            return 0
        axes = zip(inputs[0][1:3], output[1:3], strict=True)
        return math.prod(output) * math.prod(self._support(*axis) for axis in axes)

    def _support(self, size: int, made: int) -> int:
        """How many cells go into one, at most."""
        shrinks = self.antialias or self.interpolation == AREA
        return min(size, _SUPPORTS[self.interpolation] * (-(-size // made) if shrinks else 1))

    def pairs(self, stage):
        """Cells that are looked at to find the shares."""
        taps = 2 * sum(stage.shape[1:3])
        if not self._is_plain:
            axes = zip(stage.input_shape[1:3], stage.shape[1:3], strict=True)
            taps = sum(size * (size + made) for size, made in axes)
        return taps + super().pairs(stage)

    @property
    def _is_plain(self) -> bool:
        return self.interpolation in (NEAREST, BILINEAR) and not self.antialias

    def taps(self, axis, size, outputs):
        """The cell that is repeated, or those around the place."""
        at, inputs, _ = self._shares(size, outputs)
        # At a border both ends are one cell.
        joined, sources = np.divmod(np.unique(at * size + inputs), size)
        return Taps(sources, joined, np.zeros_like(joined), size, outputs)

    def _shares(self, size: int, made: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Of every output its inputs, and how much of each goes into it."""
        if not self._is_plain:
            return _curved_shares(size, made, self.interpolation, self.antialias)
        at = np.arange(made)
        # In float32, as TensorFlow has it.
        centre = (at.astype(np.float32) + np.float32(0.5)) * (np.float32(size) / np.float32(made))
        if self.interpolation == NEAREST:
            return at, np.minimum(np.floor(centre).astype(int), size - 1), np.ones(made)
        place = centre - np.float32(0.5)
        low = np.floor(place).astype(int)
        inputs = np.concatenate([np.maximum(low, 0), np.minimum(low + 1, size - 1)])
        shares = np.concatenate([1 - (place - low), place - low])
        used = shares > 0
        return np.concatenate([at, at])[used], inputs[used], shares[used]

    def _line_of(self, size: int, made: int, output: int) -> np.ndarray:
        """float64 [inputs]: how much of each goes into one output."""
        outputs, inputs, shares = self._shares(size, made)
        line = np.zeros(size)
        np.add.at(line, inputs[outputs == output], shares[outputs == output])
        return line

    def reads(self, stage):
        """The cell that is repeated, or those around the place."""
        source, output = stage.input_grids[0], stage.grid
        plane = [self.taps(at, source[1 + at], output[1 + at]) for at in range(2)]
        return (Separable((same_taps(source[0]), *plane, same_taps(source[3]))),)

    def is_signed(self, inputs):
        """As what came; curves overshoot."""
        return any(inputs) or not self._is_plain

    def explain(self, cell) -> Moved | WeightedSum:
        """The cell that is repeated, or those around the place by their weights."""
        item, *place, channel = cell.index
        axes = list(zip(cell.source.shape[1:3], cell.output.shape[1:3], place, strict=True))
        if self.interpolation == NEAREST:
            source = (item, *(int(self._shares(*axis[:2])[1][axis[2]]) for axis in axes), channel)
            return cell.made(Moved, cell.source[source], source=source, how="repeated")
        return implied_sum(cell, *(self._line_of(*axis) for axis in axes))


def _resize(x, sizes: Pair, interpolation: str, antialias: bool):
    return tf.image.resize(tf.convert_to_tensor(x), sizes, interpolation, antialias=antialias)


def _back(above: "tf.Tensor", axis: int, size: int, shares: tuple[np.ndarray, ...]) -> "tf.Tensor":
    """The gradient along an axis of `size` cells, by what each gave to every output."""
    outputs, inputs, parts = shares
    order = [axis, *(other for other in range(4) if other != axis)]
    moved = tf.transpose(above, order)
    given = tf.gather(moved, outputs) * parts[:, None, None, None].astype(np.float32)
    return tf.transpose(tf.math.unsorted_segment_sum(given, inputs, size), np.argsort(order))


@functools.lru_cache(maxsize=8)
def _curved_shares(size: int, made: int, interpolation: str, antialias: bool) -> tuple:
    """`_Resized._shares` as TensorFlow has them, found by resizing each input by itself."""
    each = np.eye(size, dtype=np.float32)[None, :, None, :]
    line = np.asarray(_resize(each, (made, 1), interpolation, antialias))[0, :, 0]
    outputs, inputs = np.nonzero(line)
    return outputs, inputs, line[outputs, inputs]


@dataclass(frozen=True)
class UpSampling2D(_Resized):
    """`UpSampling2D`.

    Attributes:
        size: factors of rows and of columns.
        interpolation: one of `INTERPOLATIONS`, "nearest" and "bilinear" above all.
    """

    size: Counts
    interpolation: Interpolation = NEAREST
    kind: ClassVar[str] = "upsampling2d"

    def sizes(self, rows, columns):
        """Sides times the factors."""
        return rows * self.size[0], columns * self.size[1]

    @property
    def changeable(self):
        """Factors, and how cells are made."""
        return pair("size", 16), choice("interpolation", INTERPOLATIONS)

    def inputs_for(self, inputs, wanted):
        """Sides by the factors."""
        if len(wanted) != 4:
            return
        batch, *sides, channels = wanted
        if not any(side is not None and side % n for side, n in zip(sides, self.size, strict=True)):
            made = (s if s is None else s // n for s, n in zip(sides, self.size, strict=True))
            yield ((batch, *made, channels),)

    def remedies(self, inputs, wanted):
        """Other factors; they may go with other sides that come in."""
        if len(wanted) != 4:
            return
        tried = (("size", range(1, MOST_STRIDE + 1), STRIDE),)
        yield from mended_numbers(self, inputs, wanted, tried)
        for factor in range(1, 5):
            if (factor, factor) != self.size:
                yield Remedy((("size", (factor, factor)),), STRIDE)

    def reason(self, stage, wanted):
        """A size that is no multiple of the factor, or another size."""
        axes = zip(("height", "width"), wanted[1:3], stage.shape[1:3], self.size, strict=True)
        for axis, want, found, factor in axes:
            if want is not None and want % factor:
                return "factor", {"axis": axis, "wanted": want, "found": found, "factor": factor}
        return super().reason(stage, wanted)

    @property
    def spread(self):
        """Copies, or lines that reach almost to the next cells' centres; curves are not counted."""
        if self.interpolation == NEAREST:
            return Spread("copies", self.size)
        if self.interpolation == BILINEAR:
            return Spread("lines", tuple(2 * factor - factor % 2 for factor in self.size))
        return None

    @property
    def period(self):
        """The factors."""
        return self.size

    def forward(self, inputs, variables, shape):
        """Repeated, or `tf.image.resize`."""
        if self.interpolation != NEAREST:
            return super().forward(inputs, variables, shape)
        x = tf.convert_to_tensor(inputs[0])
        return tf.repeat(tf.repeat(x, self.size[0], axis=1), self.size[1], axis=2)

    def formula(self, inputs, output):
        """Sides times the factors."""
        axes = zip(inputs[0][1:3], self.size, output[1:3], strict=True)
        return ", ".join(f"{size}·{factor} = {made}" for size, factor, made in axes)

    def detail(self, stage):
        """Factors and interpolation."""
        return f"{self.size[0]}×{self.size[1]}, {self.interpolation}"

    def keras_call(self, stage):
        """`UpSampling2D`, which has not all curves."""
        if self.interpolation in _NOT_IN_KERAS:
            return None
        how = (self.interpolation, NEAREST)
        return keras_call("UpSampling2D", single(self.size), interpolation=how)

    def pytorch(self, stage):
        """`nn.Upsample`, which draws bilinear lines between centres unless told."""
        if not self._is_plain:  # its cubic is another curve
            return NO_CODE
        return Code(f'nn.Upsample(scale_factor={spelled(self.size)}, mode="{self.interpolation}")')


@dataclass(frozen=True)
class Resizing(_Resized):
    """`Resizing`, without crop or pad to an aspect ratio.

    Attributes:
        size: rows and columns.
        interpolation: one of `INTERPOLATIONS`.
        antialias: whether cells that are skipped go in where maps shrink.
    """

    size: Counts
    interpolation: Interpolation = BILINEAR
    antialias: bool = False
    kind: ClassVar[str] = "resizing"

    def sizes(self, rows, columns):
        """Those that are told."""
        return self.size

    def formula(self, inputs, output):
        """From and to."""
        axes = zip(inputs[0][1:3], output[1:3], strict=True)
        return ", ".join(f"{size} → {made}" for size, made in axes)

    def detail(self, stage):
        """Sizes and interpolation."""
        more = ", antialias" if self.antialias else ""
        return f"{self.size[0]}×{self.size[1]}, {self.interpolation}{more}"

    def keras_call(self, stage):
        """`Resizing`, which has not all curves."""
        if self.interpolation in _NOT_IN_KERAS:
            return None
        how, plain = (self.interpolation, BILINEAR), (self.antialias, False)
        return keras_call("Resizing", *self.size, interpolation=how, antialias=plain)

    def pytorch(self, stage):
        """`F.interpolate`, whose plain nearest takes no centres."""
        if not self._is_plain:
            return NO_CODE
        mode = "nearest-exact" if self.interpolation == NEAREST else self.interpolation
        return Code(f'F.interpolate(x, size={self.size}, mode="{mode}")')


def implied_sum(cell, down: np.ndarray, right: np.ndarray) -> WeightedSum:
    """A weighted sum of cells of one channel, whose weights are products of two lines' weights.

    Args:
        down, right: float64 [rows] and [columns] of the source.
    """
    rows, columns = np.flatnonzero(down), np.flatnonzero(right)
    item, channel = cell.index[0], cell.index[-1]
    inputs = cell.source[item][np.ix_(rows, columns)][..., channel : channel + 1]
    kernel = np.outer(down[rows], right[columns])[..., None].astype(np.float32)
    taps = np.arange(len(rows)), np.arange(len(columns))
    return weighted_sum(cell, (rows, columns), taps, inputs, kernel, channel, first_channel=channel)
