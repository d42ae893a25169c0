"""Maps that a stage pads, and who reads them: what each cell of the border is, and does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from explorer.errors import ExplorerError
from explorer.model.graph import Stage
from explorer.model.ops.op import Border, Op, Pair, Shape
from explorer.model.padding import CONSTANT_SOURCE, check_pad_limits, pad_sources
from explorer.model.taps import Taps, pad_taps


def bordering(plan: Sequence[Stage]) -> tuple[Stage, ...]:
    """The stages that put a border around their input, in order."""
    return tuple(stage for stage in plan if stage.op.border(stage))


@dataclass(frozen=True, eq=False)
class Bordered:
    """A padded map: its stage's output, or what that stage's windows slide over.

    Attributes:
        stage: the one that pads.
        border: what it puts around its input.
        reader: the stage that reads the padded map, and makes maps of it; None where there is none.
        op: what the reader does to the padded map.
    """

    stage: Stage
    border: Border
    reader: Stage | None
    op: Op | None

    @property
    def source(self) -> Shape:
        """Shape of the map that is padded."""
        return self.stage.input_shape

    @property
    def shape(self) -> Shape:
        """Of the padded map."""
        return tuple(
            n + sum(pair) for n, pair in zip(self.source, self.border.paddings, strict=True)
        )

    @property
    def is_output(self) -> bool:
        """Whether the padded map is a stage's output."""
        return self.border.how == "added"

    @property
    def has_other_modes(self) -> bool:
        """Whether copies could stand in the border."""
        return self.border.how != "nothing"

    def sources(self, mode: str) -> tuple[np.ndarray, ...]:
        """Of each axis where each padded place comes from, `CONSTANT_SOURCE` for a constant."""
        return tuple(
            pad_sources(size, *pair, mode)
            for size, pair in zip(self.source, self.border.paddings, strict=True)
        )

    def pad(self, values: np.ndarray, mode: str) -> np.ndarray:
        """The padded map in a mode that `refusal` allows, float32 of `shape`."""
        sources = self.sources(mode)
        padded = values[np.ix_(*sources)]
        for axis, source in enumerate(sources):
            padded[(slice(None),) * axis + (source == CONSTANT_SOURCE,)] = self.border.value
        return padded

    def refusal(self, mode: str) -> ExplorerError | None:
        """Why a mode cannot pad this map; None if it can."""
        try:
            check_pad_limits(self.source, self.border.paddings, mode)
        except ExplorerError as error:
            return error
        return None

    def inputs(self, padded: np.ndarray, outputs: Mapping[str, np.ndarray]) -> list[np.ndarray]:
        """All that the reader reads, with its padded map."""
        if not self.is_output:
            return [padded]
        return [
            padded if name == self.stage.name else outputs[name] for name in self.reader.sources
        ]

    def taps(self, axis: int) -> Taps | None:
        """Which padded rows (0) or columns (1) the reader's outputs read; None where not so."""
        if self.op is None:
            return None
        return self.op.taps(axis, self.shape[1 + axis], self.reader.shape[1 + axis])

    @property
    def is_read_by_windows(self) -> bool:
        """Whether the reader reads rows and columns by themselves."""
        return self.taps(0) is not None

    def reads(self, mode: str) -> list[list[int]]:
        """How often the reader reads each source row, and each source column."""
        return [
            self.taps(axis).after(pad_taps(size, *pair, mode)).reads().tolist()
            for axis, size, pair in self._axes()
        ]

    def untouched(self) -> list[Pair]:
        """First output row (and column) that reads no border, and how many there are."""
        if any(self.border.paddings[3]):  # every window reads channels that were added
            return [(before, 0) for _, _, (before, _) in self._axes()]
        return [_untouched(self.taps(axis), pair, size) for axis, size, pair in self._axes()]

    def unpadded_shape(self) -> Shape | None:
        """What the reader would make of the map itself; None where it cannot."""
        if any(self.border.paddings[3]) or len(self.reader.sources) > 1:
            return None
        try:
            return self.op.output_shape(self.source)
        except ExplorerError:
            return None

    def unpadded_reads(self) -> list[list[int]] | None:
        """As `reads`, without a border; None where the reader cannot read the map so."""
        made = self.unpadded_shape()
        return made and [
            self.op.taps(axis, size, made[1 + axis]).reads().tolist()
            for axis, size, _ in self._axes()
        ]

    def is_unpadded_inside(self) -> bool:
        """Whether the output without a border is just what no border touches, cell by cell."""
        made = self.unpadded_shape()
        return made is not None and all(
            self._is_same(axis, size, made[1 + axis], pair[0], inner)
            for (axis, size, pair), inner in zip(self._axes(), self.untouched(), strict=True)
        )

    def _is_same(self, axis: int, size: int, made: int, before: int, inner: Pair) -> bool:
        first, count = inner
        if count != made:
            return False
        padded, plain = self.taps(axis), self.op.taps(axis, size, made)
        return np.array_equal(padded.of(first)[0] - before, plain.of(0)[0])

    def _axes(self) -> list[tuple[int, int, Pair]]:
        """0 and 1, with size and pads of rows and of columns."""
        return [(axis, self.source[1 + axis], self.border.paddings[1 + axis]) for axis in (0, 1)]


def _untouched(taps: Taps, pair: Pair, size: int) -> Pair:
    places = np.arange(taps.input_size)
    added = (places < pair[0]) | (places >= pair[0] + size)
    inner = np.flatnonzero(~taps.forward(added))
    return (int(inner[0]), len(inner)) if inner.size else (pair[0], 0)


def bordered(plan: Sequence[Stage], stage: Stage) -> Bordered:
    """The padded map of one of the `bordering` stages."""
    border, inside = stage.op.border(stage), stage.op.after_border()
    if inside:
        return Bordered(stage, border, stage, inside)
    readers = (item for item in plan if stage.name in item.sources)
    reader = next((item for item in readers if item.op.is_known and len(item.shape) == 4), None)
    return Bordered(stage, border, reader, reader and reader.op)
