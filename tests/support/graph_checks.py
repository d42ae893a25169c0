"""Checks of one cell of any stage: its reads are all that changes it, its parts add up to it."""

import numpy as np

from explorer.model.explain import explain_cell
from explorer.model.explanations import WeightedSum
from explorer.model.graph import Stage
from explorer.model.taps import single_cell


def reach_of(values: np.ndarray) -> float:
    return max(float(np.ptp(values)), float(np.abs(values).max()), 1e-6)


def cells_of(boxes, grid) -> np.ndarray:
    """bool [grid]: the union of boxes."""
    inside = np.zeros(grid, bool)
    for masks in boxes:
        inside[np.ix_(*map(np.flatnonzero, masks))] = True
    return inside


def some_index(random, shape) -> tuple[int, ...]:
    return tuple(int(random.randint(size)) for size in shape)


def wrong_reads(stage: Stage, weights, outputs, index, random) -> list[str]:
    """What is wrong with the reads of a cell: [] where all is right.

    Cells outside them are changed, and the cell must stay; both directions must say the same.
    """
    cell, wrong, changed = stage.to_grid(index), [], []
    assert stage.from_grid(cell) == index
    for at, (name, reads) in enumerate(zip(stage.sources, stage.op.reads(stage), strict=True)):
        grid = stage.input_grids[at]
        inside = cells_of(reads.back(single_cell(stage.grid, cell)), grid)
        noise = random.standard_normal(grid) * reach_of(outputs[name])
        noise = np.where(inside, 0, noise).reshape(outputs[name].shape)
        changed.append((outputs[name] + noise).astype(np.float32))
        for _ in range(3):
            source = some_index(random, grid)
            onward = cells_of(reads.forward(single_cell(grid, source)), stage.grid)
            if onward[cell] != inside[source]:
                wrong.append(f"{stage.name}: {name} {source} and {cell} do not agree")
    again = np.asarray(stage.op.forward(changed, stage.variables(weights), stage.shape))
    before = outputs[stage.name]
    if not abs(float(again[index]) - float(before[index])) <= 1e-5 * reach_of(before):
        wrong.append(f"{stage.name} {index} reads more than it says")
    return wrong


def wrong_parts(plan, stage: Stage, weights, outputs, index) -> list[str]:
    """What is wrong with the explanation of a cell."""
    why = explain_cell(plan, weights, outputs, stage.name, index)
    values = outputs[stage.name]
    if why.value != values[index] or why.index != index:
        return [f"{stage.name}: {why.value} is not what the trace holds"]
    if not abs(why.total - why.value) <= 2e-5 * reach_of(values):
        return [f"{stage.name} {index}: {why.total} is not {why.value}"]
    if isinstance(why, WeightedSum) and not np.isclose(
        why.products.sum() + why.bias, why.total, atol=1e-6 * reach_of(values)
    ):
        return [f"{stage.name} {index}: the products do not add up"]
    return []
