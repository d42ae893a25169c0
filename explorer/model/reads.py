"""Which cells of a generator's stages read which: walks over the whole graph.

A set of cells is a list of boxes, each kept as four masks (items, rows, columns, channels of the
stage's grid) whose product it is.
"""

import math
from collections.abc import Sequence

import numpy as np

from explorer.model.graph import Grid, Stage
from explorer.model.stopping import stop_if_unwanted
from explorer.model.taps import MOST_BOXES, Axis, Cells, Separable, Taps, box_around, single_cell

Boxes = list[Cells]
_MOST_JOINED = 256  # boxes that are joined one by one at a stage
_MOST_WALKED = 2048  # boxes of a walk; beyond them a set is told by the box around it


def receptive_field(
    plan: Sequence[Stage], stage: str, cell: tuple[int, int, int, int]
) -> dict[str, Boxes]:
    """The cells of every earlier stage that one cell depends on.

    With training=True batch normalization reads its channel's whole batch, for its statistics; that
    counts too.

    Args:
        plan: the stages, in the order in which data flows.
        cell: item, row, column, channel, in the stage's grid.

    Returns:
        Stage name -> boxes, from the stage back to the inputs, of those that lead to it. No box
        means that nothing is read: the cell holds a constant, or the bias alone.
    """
    at = [item.name for item in plan].index(stage)
    found, walked = {stage: [single_cell(plan[at].grid, cell)]}, 0
    for item in plan[at::-1]:
        stop_if_unwanted()
        if item.name not in found:
            continue
        for source, reads in zip(item.sources, item.op.reads(item), strict=True):
            boxes = [box for cells in found[item.name] for box in reads.back(cells)]
            walked += len(boxes)
            found[source] = _joined(found.get(source, []), boxes, walked)
    return {item.name: found[item.name] for item in plan[at::-1] if item.name in found}


def influence(
    plan: Sequence[Stage], stage: str, cell: tuple[int, int, int, int]
) -> dict[str, Boxes]:
    """The cells of every later stage that depend on one cell; arguments as `receptive_field`."""
    at = [item.name for item in plan].index(stage)
    found, walked = {stage: [single_cell(plan[at].grid, cell)]}, 0
    for item in plan[at + 1 :]:
        stop_if_unwanted()
        for source, reads in zip(item.sources, item.op.reads(item), strict=True):
            if source in found:
                boxes = [box for cells in found[source] for box in reads.forward(cells)]
                walked += len(boxes)
                found[item.name] = _joined(found.get(item.name, []), boxes, walked)
    return found


def count_cells(boxes: Boxes, grid: Grid) -> int:
    """How many cells a union of boxes holds; those in several count once."""
    if len(boxes) <= 1:
        return sum(math.prod(int(mask.sum()) for mask in box) for box in boxes)
    return int(as_mask(boxes, grid).sum())


def as_mask(boxes: Boxes, grid: Grid) -> np.ndarray:
    """bool of the grid's shape: which cells are in one of the boxes."""
    inside = np.zeros(grid, bool)
    for box in boxes:
        inside[np.ix_(*box)] = True
    return inside


def _joined(boxes: Boxes, more: Boxes, walked: int) -> Boxes:
    """A union, of as few boxes as are found by joining those that differ along one axis.

    Of very many boxes, or after a walk through `walked` of them, it is the box around all.
    """
    kept, more = list(boxes), [box for box in more if all(mask.any() for mask in box)]
    if len(more) > _MOST_JOINED or (walked > _MOST_WALKED and len(kept) + len(more) > 1):
        return [box_around(kept + more)]
    for box in more:
        _add(kept, box)
        if len(kept) > MOST_BOXES:
            kept = [box_around(kept)]
    return kept


def _add(kept: Boxes, box: Cells):
    """One more box; what it makes together with another is looked at again."""
    for at, other in enumerate(kept):
        if (whole := _together(other, box)) is not None:
            del kept[at]
            return _add(kept, whole)
    kept.append(box)


def _together(one: Cells, two: Cells) -> Cells | None:
    """Two boxes as one, where they are one: alike but along one axis, or one inside the other."""
    apart = [at for at, masks in enumerate(zip(one, two, strict=True)) if _differ(*masks)]
    if len(apart) <= 1 or _covers(one, two):
        return one if _covers(one, two) else tuple(map(np.logical_or, one, two))
    return two if _covers(two, one) else None


def _differ(mask: np.ndarray, other: np.ndarray) -> bool:
    return not np.array_equal(mask, other)


def _covers(box: Cells, other: Cells) -> bool:
    return all((mask | ~inner).all() for mask, inner in zip(box, other, strict=True))


def base_reach(plan: Sequence[Stage]) -> dict[str, tuple[int, int]]:
    """Rows and columns of the first map that a cell of each stage can reach, at most.

    Statistics that batch normalization takes over a whole batch are left out.
    """
    first = next((stage for stage in plan if len(stage.shape) == 4), None)
    if first is None:
        return {}
    bounds = {first.name: [(np.arange(n), np.arange(n)) for n in first.grid[1:3]]}
    for stage in plan:
        stop_if_unwanted()
        reached = [
            [
                _spread(axis, *bound)
                for axis, bound in zip(reads.axes[1:3], bounds[source], strict=True)
            ]
            for source, reads in zip(stage.sources, stage.op.reads(stage), strict=True)
            if source in bounds and isinstance(reads, Separable)
        ]
        if reached and stage is not first:
            bounds[stage.name] = [_around(axis) for axis in zip(*reached, strict=True)]
    return {name: tuple(map(_length, axes)) for name, axes in bounds.items()}


def _length(bound: tuple[np.ndarray, np.ndarray]) -> int:
    low, high = bound
    return int(max(0, (high - low).max() + 1))


def _around(bounds: Sequence[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
    """What several sources reach together."""
    lows, highs = zip(*bounds, strict=True)
    return np.minimum.reduce(lows), np.maximum.reduce(highs)


def _spread(axis: Axis, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First and last base position of every output; high < low where it reads nothing."""
    if not isinstance(axis, Taps):
        if axis.input_size == axis.output_size:
            return low, high
        return np.full(axis.output_size, low.min()), np.full(axis.output_size, high.max())
    new_low = np.full(axis.output_size, 2**30)
    new_high = np.full(axis.output_size, -(2**30))
    np.minimum.at(new_low, axis.outputs, low[axis.inputs])
    np.maximum.at(new_high, axis.outputs, high[axis.inputs])
    return new_low, new_high
