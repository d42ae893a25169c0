"""Overlap of what an operation spreads: how uneven it is, and how a map shows it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from explorer.model.graph import Stage
from explorer.model.ops.op import Op


@dataclass(frozen=True, eq=False)
class AxisOverlap:
    """How many input cells reach each output cell along one axis.

    In two dimensions a cell's count is the product of its row's and its column's (Odena et al.,
    "Deconvolution and Checkerboard Artifacts", Distill 2016).

    Attributes:
        counts: int [outputs].
        phases: int [period], the counts of one period inside a large map, away from its border.
        taps: of each phase the kernel's taps that meet there.
    """

    counts: np.ndarray
    phases: np.ndarray
    taps: list[list[int]]

    @property
    def period(self) -> int:
        """In how many cells the counts repeat."""
        return len(self.phases)

    @property
    def thin(self) -> tuple[int, int]:
        """How many outputs at either end get fewer than their phase does inside.

        There the input that would reach them lies beyond the border.
        """
        outputs = len(self.counts)
        fewer = np.flatnonzero(self.counts < np.resize(self.phases, outputs))
        before, after = fewer[fewer < outputs / 2], fewer[fewer >= outputs / 2]
        return (
            int(before.max()) + 1 if before.size else 0,
            outputs - int(after.min()) if after.size else 0,
        )

    @property
    def has_whole_period(self) -> bool:
        """Whether some outputs of every phase get all that their phase gets inside."""
        before, after = self.thin
        return before + self.period + after <= len(self.counts)


def axis_overlap(op: Op, axis: int, size: int, outputs: int) -> AxisOverlap:
    """Counts of an operation that spreads its input, by its own taps.

    Args:
        axis: 0 for rows, 1 for columns.
        size, outputs: lengths of the axis before and after.

    Example:
        >>> from explorer.model.ops.conv2d_transpose import Conv2DTranspose
        >>> op = Conv2DTranspose(1, (5, 5), (2, 2), "same")
        >>> made = axis_overlap(op, 0, 4, 8)
        >>> made.counts.tolist(), made.phases.tolist(), made.thin
        ([1, 2, 2, 3, 2, 3, 2, 2], [2, 3], (2, 1))
    """
    phases = phase_taps(op, axis, size, outputs)
    counts = op.taps(axis, size, outputs).contributions()
    return AxisOverlap(counts, np.array([len(met) for met in phases]), phases)


def phase_taps(op: Op, axis: int, size: int, outputs: int) -> list[list[int]]:
    """The taps that meet in the output cells of each phase, away from the border.

    Looked up in the middle of a map that is larger by whole periods, which is cut as this one is.
    """
    period = op.period[axis]
    more = op.spread.beyond(op.period)[axis]
    wide = op.taps(axis, size + more, outputs + more * period)
    phases = wide.outputs - (size + more) // 2 * period
    inside = (phases >= 0) & (phases < period)
    order = np.lexsort((wide.taps[inside], phases[inside]))
    ends = np.searchsorted(phases[inside][order], np.arange(1, period))
    return [met.tolist() for met in np.split(wide.taps[inside][order], ends)]


def stage_overlap(stage: Stage) -> tuple[AxisOverlap, AxisOverlap]:
    """Of the rows and of the columns of a stage that spreads its input."""
    axes = enumerate(zip(stage.input_shape[1:3], stage.shape[1:3], strict=True))
    rows, columns = (axis_overlap(stage.op, at, *sizes) for at, sizes in axes)
    return rows, columns


def spreading(plan: Sequence[Stage]) -> tuple[Stage, ...]:
    """The stages that spread their input, in order."""
    return tuple(stage for stage in plan if stage.op.spread)


def spread_by(plan: Sequence[Stage]) -> dict[str, Stage]:
    """Of each stage the one whose spread map it still is, as large and joined with no other."""
    found: dict[str, Stage] = {}
    for stage in plan:
        before = found.get(stage.sources[0]) if len(stage.sources) == 1 else None
        if stage.op.spread:
            found[stage.name] = stage
        elif before and before.shape[1:3] == stage.shape[1:3]:
            found[stage.name] = before
    return found


def measured_stages(plan: Sequence[Stage]) -> dict[str, Stage]:
    """Where a period is measured: each stage that spreads, and the last that its map is then."""
    found = spread_by(plan)
    last = {source.name: name for name, source in found.items()}
    return {
        name: source for name, source in found.items() if name in (source.name, last[source.name])
    }


def checkerboard_share(
    maps: np.ndarray, stride: int, across: int | None = None
) -> tuple[float | None, float]:
    """How much of the maps' energy repeats with the stride in both axes.

    The share of variance, about each map's mean, that the mean of each of the stride x stride
    phases explains. By Parseval it is the energy at the frequencies (a/stride, b/stride) cycles a
    cell other than (0, 0), over the energy at all frequencies other than (0, 0).

    Args:
        maps: [rows, columns, channels]; what is beyond the last whole period is left out.
        stride: the period, in cells.
        across: that of the columns, where it is another.

    Returns:
        The share from 0 to 1, None where the maps are constant, not finite or smaller than a
        period; and the share that white noise of this size has on average.
    """
    down, across = stride, across or stride
    maps = maps[: len(maps) // down * down, : maps.shape[1] // across * across]
    rows, columns, channels = maps.shape
    chance = (down * across - 1) / max(1, rows * columns - 1)
    if not maps.size:
        return None, 1.0
    with np.errstate(invalid="ignore", over="ignore"):
        centred = maps.astype(np.float64) - maps.mean(axis=(0, 1), dtype=np.float64)
        phases = centred.reshape(rows // down, down, columns // across, across, channels)
        explained = np.square(phases.mean(axis=(0, 2))).mean(axis=(0, 1)).sum()
        whole = np.square(centred).mean(axis=(0, 1)).sum()
    known = np.isfinite(whole) and whole > 0
    return (float(explained / whole) if known else None), min(1.0, chance)
