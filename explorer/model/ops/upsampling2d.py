"""Maps grow by whole factors: each cell repeated, or lines drawn between cells."""

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from explorer.model.explanations import Moved, WeightedSum
from explorer.model.lazy_tensorflow import tf
from explorer.model.ops.changeable import choice, pair
from explorer.model.ops.code import Code
from explorer.model.ops.inverse import MOST_STRIDE, STRIDE, Remedy, mended_numbers
from explorer.model.ops.keras_call import keras_call
from explorer.model.ops.kernels import weighted_sum
from explorer.model.ops.op import Op, Pair, Spread
from explorer.model.ops.window import as_maps, single, spelled
from explorer.model.taps import Separable, Taps, same_taps

NEAREST, BILINEAR = "nearest", "bilinear"


@dataclass(frozen=True)
class UpSampling2D(Op):
    """`UpSampling2D`.

    Attributes:
        size: factors of rows and of columns.
        interpolation: "nearest", or "bilinear" between the centres of cells.
    """

    size: Pair
    interpolation: str = NEAREST
    kind: ClassVar[str] = "upsampling2d"

    def output_shape(self, *inputs):
        """Sides times the factors."""
        batch, rows, columns, channels = as_maps(inputs[0])
        return batch, rows * self.size[0], columns * self.size[1], channels

    @property
    def changeable(self):
        """Factors, and how cells are made."""
        return pair("size", 16), choice("interpolation", (NEAREST, BILINEAR))

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

    def forward(self, inputs, variables, shape):
        """Repeated, or `tf.image.resize`."""
        x = tf.convert_to_tensor(inputs[0])
        if self.interpolation == BILINEAR:
            return tf.image.resize(x, shape[1:3], "bilinear")
        return tf.repeat(tf.repeat(x, self.size[0], axis=1), self.size[1], axis=2)

    def formula(self, inputs, output):
        """Sides times the factors."""
        axes = zip(inputs[0][1:3], self.size, output[1:3], strict=True)
        return ", ".join(f"{size}·{factor} = {made}" for size, factor, made in axes)

    def detail(self, stage):
        """Factors and interpolation."""
        return f"{self.size[0]}×{self.size[1]}, {self.interpolation}"

    def macs(self, inputs, output):
        """Four products of a bilinear cell."""
        return 4 * math.prod(output) if self.interpolation == BILINEAR else 0

    @property
    def spread(self):
        """Copies, or lines that reach almost to the next cells' centres."""
        if self.interpolation != BILINEAR:
            return Spread("copies", self.size)
        return Spread("lines", tuple(2 * factor - factor % 2 for factor in self.size))

    @property
    def period(self):
        """The factors."""
        return self.size

    def taps(self, axis, size, outputs):
        """The cell that is repeated, or the one or two that a line is drawn between."""
        at, inputs, _ = self._shares(axis, size)
        joined = np.unique(np.stack([at, inputs]), axis=1)  # at a border both ends are one cell
        return Taps(joined[1], joined[0], np.zeros_like(joined[0]), size, outputs)

    def _shares(self, axis: int, size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Of every output its inputs, one or two, and how much of each goes into it."""
        factor = self.size[axis]
        at = np.arange(size * factor)
        if self.interpolation != BILINEAR:
            return at, at // factor, np.ones(len(at))
        place = (at + 0.5) / factor - 0.5
        low = np.floor(place).astype(int)
        inputs = np.concatenate([np.maximum(low, 0), np.minimum(low + 1, size - 1)])
        shares = np.concatenate([1 - (place - low), place - low])
        used = shares > 0
        return np.concatenate([at, at])[used], inputs[used], shares[used]

    def _line(self, axis: int, size: int, output: int) -> np.ndarray:
        """float64 [inputs]: how much of each goes into one output."""
        outputs, inputs, shares = self._shares(axis, size)
        line = np.zeros(size)
        np.add.at(line, inputs[outputs == output], shares[outputs == output])
        return line

    def reads(self, stage):
        """The cell that is repeated, or the nearest four."""
        source, output = stage.input_grids[0], stage.grid
        plane = [self.taps(at, source[1 + at], output[1 + at]) for at in range(2)]
        return (Separable((same_taps(source[0]), *plane, same_taps(source[3]))),)

    def is_signed(self, inputs):
        """As what came."""
        return any(inputs)

    def explain(self, cell) -> Moved | WeightedSum:
        """The cell that is repeated, or the nearest four by their weights."""
        item, row, column, channel = cell.index
        if self.interpolation != BILINEAR:
            source = (item, row // self.size[0], column // self.size[1], channel)
            return cell.made(Moved, cell.source[source], source=source, how="repeated")
        down, right = (
            self._line(at, cell.source.shape[1 + at], place)
            for at, place in enumerate((row, column))
        )
        return implied_sum(cell, down, right)

    def keras_call(self, stage):
        """`UpSampling2D`."""
        how = (self.interpolation, NEAREST)
        return keras_call("UpSampling2D", single(self.size), interpolation=how)

    def pytorch(self, stage):
        """`nn.Upsample`, which draws bilinear lines between centres unless told."""
        return Code(f'nn.Upsample(scale_factor={spelled(self.size)}, mode="{self.interpolation}")')


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
