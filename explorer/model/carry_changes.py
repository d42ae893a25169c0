"""Weights carried over to a generator whose single stages were changed.

The rules are those of `carry_weights`, variable by variable: taps keep their place, what is new is
drawn from the seed and read by nothing; of what is too much the first ones stay.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from explorer.model.carry import NEW, moved_taps, placed
from explorer.model.carry_steps import Carrying
from explorer.model.changes import as_graph
from explorer.model.config import GeneratorConfig
from explorer.model.graph import Graph, Stage, Weight
from explorer.model.ops.layout import Grid
from explorer.model.ops.op import Along, Variable
from explorer.model.stopping import stop_if_unwanted
from explorer.model.weights import SEED, check_weights, initial_value

_DRAWN = (Along.OUTPUTS, Along.OTHER)  # what is new along these begins as fresh weights do
Axes = tuple[np.ndarray, ...]  # for each new index the old one that it comes from, or NEW


@dataclass(frozen=True)
class _Kept:
    """A stage that both generators have.

    Attributes:
        old, stage: before and after.
        given, made: of each of its sources, and of itself, where the rows, columns and channels of
            the grid come from.
    """

    old: Stage
    stage: Stage
    given: tuple[Axes, ...]
    made: Axes


def carry_changes(
    before: GeneratorConfig | Graph, weights: Mapping, after: Graph, seed: int = 0
) -> dict[str, np.ndarray]:
    """Weights for a changed generator that keep what they can of those that it had.

    - A larger kernel gets zero taps around the old ones, so that SAME keeps their place; a smaller
      one loses its outer taps.
    - More filters or units are drawn from the seed; what reads them has weights of 0 for them. Of
      fewer the first ones stay.
    - A convolution in a transposed one's place has its kernel, turned around and divided by the
      cells of a stride's block. The two are not equal.
    - All else stays as it is: strides, padding and activations have no weights.

    Args:
        before: the generator that the weights are of.
        weights: full name -> array or tensor.
        after: the same with changes, from `apply_changes`.
        seed: of what is drawn, as in `init_weights`.

    Returns:
        Full name -> float32 array of each variable of `after`; what stays is the very same value.

    Raises:
        ExplorerError: the weights are not those of `before`, or the seed is none.
    """
    graph = as_graph(before)
    check_weights(graph, weights)
    return carry_sound_weights(graph, weights, after, SEED.check(seed))


def carry_sound_weights(before: Graph, weights: Mapping, after: Graph, seed: int) -> dict:
    """`carry_changes` of weights and a seed that are known to be sound."""
    carried: dict = {}
    for kept in _kept_stages(before, after):
        stop_if_unwanted()
        values = kept.old.variables(weights)
        if not kept.old.is_like(kept.stage):
            values = kept.old.op.handed_on(values)
        for variable, weight in _variables(kept.stage):
            if weight.name not in carried:
                carried[weight.name] = _carried(kept, variable, weight, values, seed)
    return carried


def _variables(stage: Stage) -> Iterator[tuple[Variable, Weight]]:
    return zip(stage.op.variables(*stage.input_shapes), stage.weights, strict=True)


def _carried(kept: _Kept, variable: Variable, weight: Weight, values: Mapping, seed: int):
    """One variable of the new generator."""
    if variable.name not in values:
        return initial_value(weight, seed)
    old = values[variable.name]
    axes, along = _axes(kept, variable, tuple(old.shape)), kept.stage.op.variable_axes(variable)
    if _are_same(axes, tuple(old.shape)):
        return old
    made = placed(np.asarray(old), axes)
    fresh = [at for at, what in enumerate(along) if what in _DRAWN and (axes[at] == NEW).any()]
    if fresh:
        drawn = initial_value(weight, seed)
        for at in fresh:
            new = axes[at] == NEW
            np.moveaxis(made, at, 0)[new] = np.moveaxis(drawn, at, 0)[new]
    return made


def _are_same(axes: Axes, shape: tuple[int, ...]) -> bool:
    return all(
        len(index) == size and (index == np.arange(size)).all()
        for index, size in zip(axes, shape, strict=True)
    )


def _axes(kept: _Kept, variable: Variable, shape: tuple[int, ...]) -> Axes:
    """Where the entries of a variable come from, along each of its axes."""
    taps = _tap_axes(kept, shape)
    found = []
    for at, what in enumerate(kept.stage.op.variable_axes(variable)):
        was, size = shape[at], variable.shape[at]
        if what in taps:
            found.append(taps[what](was, size))
        elif what is Along.INPUTS:
            grids = kept.old.input_grids[0], kept.stage.input_grids[0]
            found.append(_values(was, size, grids, kept.given[0]))
        elif what is Along.OUTPUTS:
            found.append(_values(was, size, (kept.old.grid, kept.stage.grid), kept.made))
        else:
            found.append(_first(was, size))
    return tuple(found)


def _tap_axes(kept: _Kept, shape: tuple[int, ...]) -> dict:
    """How taps move along rows and columns, where there are any."""

    def moved(axis: int):
        def along(was: int, size: int) -> np.ndarray:
            starts = (kept.stage.op.taps_before((k, k), kept.stage)[axis] for k in (was, size))
            return moved_taps(was, size, *starts)

        return along

    return {Along.TAP_ROWS: moved(0), Along.TAP_COLUMNS: moved(1)}


def _values(was: int, size: int, grids: tuple[Grid, Grid], index: Axes) -> np.ndarray:
    """Along an axis of all values of a vector, laid out as a map, or of channels."""
    old, new = (grid[1:] for grid in grids)
    if (was, size) == (old[2], new[2]):
        return index[2]
    is_vector = (was, size) == (math.prod(old), math.prod(new))
    if not is_vector or (was == size and old != new):
        return _first(was, size)
    rows, columns, channels = np.ix_(*index)
    flat = (rows * old[1] + columns) * old[2] + channels
    return np.where((rows != NEW) & (columns != NEW) & (channels != NEW), flat, NEW).ravel()


def _first(was: int, size: int) -> np.ndarray:
    """The first ones stay."""
    index = np.arange(size)
    return np.where(index < was, index, NEW)


def _kept_stages(before: Graph, after: Graph) -> Iterator[_Kept]:
    """The stages that both have, in order; of those that a change put in only what they move."""
    old_stages = {stage.name: stage for stage in before.with_some_sizes().stages()}
    made: dict[str, Axes] = {}
    for stage in after.with_some_sizes().stages():
        given, old = tuple(made[name] for name in stage.sources), old_stages.get(stage.name)
        made[stage.name] = _made(stage, old, given)
        if old is not None:
            yield _Kept(old, stage, given, made[stage.name])


def _made(stage: Stage, old: Stage | None, given: Sequence[Axes]) -> Axes:
    """Where rows, columns and channels of a stage's grid come from."""
    return tuple(_along(stage, old, given, at) for at in range(3))


def _along(stage: Stage, old: Stage | None, given: Sequence[Axes], at: int) -> np.ndarray:
    size = stage.grid[1 + at]
    was = old.grid[1 + at] if old else size
    if old and stage.op.joins_along(stage) == 1 + at:
        sizes = [grid[1 + at] for grid in old.input_grids]
        starts = np.cumsum([0, *sizes])
        parts = [
            np.where(axes[at] == NEW, NEW, axes[at] + start)
            for axes, start in zip(given, starts, strict=False)
        ]
        return np.concatenate(parts)
    is_fresh = stage.op.makes_channels and (at == 2 or len(stage.shape) == 2)
    same = [] if is_fresh else [axes[at] for axes in given if len(axes[at]) == size]
    index = same[0] if same else _first(was, size)
    return np.where(index < was, index, NEW)


def describe_changes(before: Graph, after: Graph) -> list[Carrying]:
    """What `carry_changes` does, layer by layer, in order.

    Codes: "stage_taps_more", "stage_taps_fewer" (sizes of the kernel), "stage_outputs_more",
    "stage_outputs_fewer" (channels or units), "stage_inputs_more", "stage_inputs_fewer" (those that
    it reads) and "stage_turned" (a transposed convolution's kernel in a convolution).
    """
    return [step for kept in _kept_stages(before, after) for step in _steps_of(kept)]


def _steps_of(kept: _Kept) -> Iterator[Carrying]:
    stage, layers = kept.stage, (kept.stage.name,)
    if not stage.weights:
        return
    if not kept.old.is_like(stage):
        yield Carrying("stage_turned", layers, kept.old.kind, stage.kind)
    for name, what in (("taps", _TAPS), ("outputs", (Along.OUTPUTS,)), ("inputs", (Along.INPUTS,))):
        was, now = _sizes(kept.old, what), _sizes(stage, what)
        if any(a < b for a, b in zip(was, now, strict=False)):
            yield Carrying(f"stage_{name}_more", layers, *map(_spelled, (was, now)))
        elif was != now:
            yield Carrying(f"stage_{name}_fewer", layers, *map(_spelled, (was, now)))


_TAPS = (Along.TAP_ROWS, Along.TAP_COLUMNS)


def _sizes(stage: Stage, what: Sequence[Along]) -> tuple[int, ...]:
    """Of the first variable along some axes."""
    variable, _ = next(_variables(stage))
    along = stage.op.variable_axes(variable)
    return tuple(n for n, axis in zip(variable.shape, along, strict=True) if axis in what)


def _spelled(sizes: tuple[int, ...]) -> str:
    return "×".join(map(str, sizes))
