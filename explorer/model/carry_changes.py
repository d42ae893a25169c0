"""Weights carried over to a generator whose single stages were changed.

The rules are those of `carry_weights`, variable by variable: taps keep their place, what is new is
drawn from the seed and read with weights of 0; of what is too much the first ones stay. Channels
that are split into blocks (by groups, or depth to space) are new or too much at each block's end.
Where channels are put together otherwise than before, that is told.
"""

import math
import operator
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from explorer.model.carry import moved_taps, placed
from explorer.model.carry_steps import Carrying
from explorer.model.changes import as_graph
from explorer.model.config import GeneratorConfig
from explorer.model.declare import MINUS
from explorer.model.graph import Graph, Stage
from explorer.model.ops.came_from import (
    NEW,
    CameFrom,
    aligned,
    by_position,
    first,
    flattened,
    is_unmoved,
    settled,
)
from explorer.model.ops.op import Along, Variable
from explorer.model.stage_weights import Weight
from explorer.model.stopping import stop_if_unwanted
from explorer.model.weights import SEED, check_weights, initial_value

_DRAWN = (Along.OUTPUTS, Along.OTHER)  # what is new along these begins as fresh weights do
Axes = tuple[np.ndarray, ...]  # for each new index the old one that it comes from, or NEW


@dataclass(frozen=True)
class _Kept:
    """A stage that both generators have.

    Attributes:
        old, stage: before and after.
        given, made: of each of its sources, and of itself, where an item's entries come from.
        meets_others: whether it puts channels together otherwise than before.
    """

    old: Stage
    stage: Stage
    given: tuple[CameFrom, ...]
    made: CameFrom
    meets_others: bool = False

    def inputs_read(self) -> np.ndarray | None:
        """Where the inputs come from that its variables read; None where they are others."""
        index = self.given[0].axes[-1]
        return self.stage.op.inputs_read(index, self.old.input_shape[-1])


def carry_changes(
    before: GeneratorConfig | Graph, weights: Mapping, after: Graph, seed: int = 0
) -> dict[str, np.ndarray]:
    """Weights for a changed generator that keep what they can of those that it had.

    - A larger kernel gets zero taps around the old ones, so that SAME keeps their place; a smaller
      one loses its outer taps.
    - More filters or units are drawn from the seed; what reads them has weights of 0 for them. Of
      fewer the first ones stay; in groups, or before a depth to space, those of each block. Where
      blocks do not keep them apart, and other channels are put together than before, they meet
      other weights: `describe_changes` tells where.
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
    old = _with_rank(values[variable.name], len(variable.shape))
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


def _with_rank(value, rank: int):
    """The very same value, or what stays of it along so many axes."""
    if len(value.shape) == rank:
        return value
    array = np.asarray(value)
    return array[(0,) * (array.ndim - rank)].reshape(aligned(array.shape, rank))


def _are_same(axes: Axes, shape: tuple[int, ...]) -> bool:
    return all(len(i) == n and is_unmoved(i) for i, n in zip(axes, shape, strict=True))


def _axes(kept: _Kept, variable: Variable, shape: tuple[int, ...]) -> Axes:
    """Where the entries of a variable come from, along each of its axes."""
    taps, found = _tap_axes(kept), []
    for at, what in enumerate(kept.stage.op.variable_axes(variable)):
        was, size = shape[at], variable.shape[at]
        if what in taps:
            found.append(taps[what](was, size))
            continue
        index = None
        if what is Along.INPUTS:
            index = kept.inputs_read()
        elif what is Along.OUTPUTS and kept.old.shape[-1] == was:
            index = kept.made.axes[-1]
        fits = index is not None and len(index) == size
        found.append(index if fits else first(was, size))
    return tuple(found)


def _tap_axes(kept: _Kept) -> dict:
    """How taps move along rows and columns, where there are any."""

    def moved(axis: int):
        def along(was: int, size: int) -> np.ndarray:
            starts = (kept.stage.op.taps_before((k, k), kept.stage)[axis] for k in (was, size))
            return moved_taps(was, size, *starts)

        return along

    return {Along.TAP_ROWS: moved(0), Along.TAP_COLUMNS: moved(1)}


def _kept_stages(before: Graph, after: Graph) -> Iterator[_Kept]:
    """The stages that both have, in order; of those that a change put in only what they move."""
    old_stages = {stage.name: stage for stage in before.with_some_sizes().stages()}
    plan = after.with_some_sizes().stages()
    made, blocks = {}, _channel_blocks(plan)
    for stage in plan:
        stop_if_unwanted()
        given, old = tuple(made[name] for name in stage.sources), old_stages.get(stage.name)
        found = _made(stage, old, given, blocks[stage.name])
        axes = settled(found.axes, (old or stage).shape[1:], stage.shape[1:])
        made[stage.name] = CameFrom(axes, found.flat)
        if old is not None:
            kept = _Kept(old, stage, given, made[stage.name])
            is_untold = any(index is None for index in found.axes[-1:])
            yield replace(kept, meets_others=is_untold or _are_mixed(kept))


def _are_mixed(kept: _Kept) -> bool:
    """Whether changed channels reach others without weights between."""
    stage, old = kept.stage, kept.old
    if not stage.op.mixes_channels(stage):
        return False
    each = zip((*kept.given, kept.made), (*old.input_shapes, old.shape), strict=True)
    return not all(_are_same(source.axes[-1:], shape[1:][-1:]) for source, shape in each)


def _channel_blocks(plan: Sequence[Stage]) -> dict[str, int]:
    """Of each stage into how many blocks its channels are split, by itself or by what follows."""
    blocks = dict.fromkeys((stage.name for stage in plan), 1)
    for stage in reversed(plan):
        own, later = stage.op.channel_blocks, blocks[stage.name]
        if stage.op.makes_channels:
            blocks[stage.name] = math.lcm(own, later)
            later = 1
        if len(stage.sources) == 1:
            (source,), (grid,) = stage.sources, stage.input_grids
            if grid[3] % (own * later) == 0:
                blocks[source] = math.lcm(blocks[source], own * later)
    return blocks


def _made(stage: Stage, old: Stage | None, given: Sequence[CameFrom], blocks: int) -> CameFrom:
    """Where the entries of a stage's output come from."""
    if old is None:
        return by_position(stage, old, given)
    if not stage.op.makes_channels:
        return stage.op.came_from(stage, old, given)
    was, size = old.shape[-1], stage.shape[-1]
    if max(len(old.shape), len(stage.shape)) > 2 or was == size:
        leading = by_position(stage, old, given).axes[:-1]
        return CameFrom((*leading, first(was, size, blocks)))
    old_map, new_map = old.grid[1:], stage.grid[1:]  # which a vector becomes
    axes = tuple(map(first, old_map, new_map, (1, 1, blocks)))
    return CameFrom((flattened(CameFrom(axes), old_map),))


def describe_changes(before: Graph, after: Graph) -> list[Carrying]:
    """What `carry_changes` does, layer by layer, in order.

    Codes: "stage_taps_more", "stage_taps_fewer", "stage_taps_mixed" (sizes of the kernel: more rows
    and fewer columns, or the other way), "stage_taps_moved" (by how many rows and columns the map
    moves all the same), "stage_outputs_more", "stage_outputs_fewer" (channels or units),
    "stage_inputs_more", "stage_inputs_fewer" (those that it reads), "stage_others_more",
    "stage_others_fewer", "stage_others_mixed" (weights that each channel has of its own, as a slope
    for each cell), "stage_turned" (a transposed convolution's kernel in a convolution) and
    "stage_channels_meet" (channels are put together, or meet weights, otherwise than before).
    """
    return [step for kept in _kept_stages(before, after) for step in _steps_of(kept)]


def _steps_of(kept: _Kept) -> Iterator[Carrying]:
    stage, layers = kept.stage, (kept.stage.name,)
    reads_inputs = any(Along.INPUTS in stage.op.variable_axes(v) for v, _ in _variables(stage))
    if kept.meets_others or (reads_inputs and kept.inputs_read() is None):
        yield Carrying("stage_channels_meet", layers)
    if not stage.weights:
        return
    if not kept.old.is_like(stage):
        yield Carrying("stage_turned", layers, kept.old.kind, stage.kind)
    for name, what in _TOLD.items():
        was, now = _sizes(kept.old, what), _sizes(stage, what)
        if was != now:
            ending = _ending({a < b for a, b in zip(was, now, strict=False) if a != b})
            yield Carrying(f"stage_{name}_{ending}", layers, *map(_spelled, (was, now)))
    if any(moved := _moves(kept)):
        told = ", ".join(f"{size:+d}" if size else "0" for size in moved)
        yield Carrying("stage_taps_moved", layers, "", told.replace("-", MINUS))


def _moves(kept: _Kept) -> tuple[int, ...]:
    """Rows and columns by which its map moves, as no place of the taps keeps it where it was."""
    kernels = _sizes(kept.old, _TAPS), _sizes(kept.stage, _TAPS)
    if not all(kernels):
        return ()
    was, now = (kept.stage.op.map_shift(kernel, kept.stage) for kernel in kernels)
    return tuple(map(operator.sub, now, was))


def _ending(grew: set[bool]) -> str:
    """Of a code, by which of the sizes that changed became more."""
    return "mixed" if len(grew) > 1 else "more" if True in grew else "fewer"


_TAPS = (Along.TAP_ROWS, Along.TAP_COLUMNS)
_TOLD = {
    "taps": _TAPS,
    "outputs": (Along.OUTPUTS,),
    "inputs": (Along.INPUTS,),
    "others": (Along.OTHER,),
}


def _sizes(stage: Stage, what: Sequence[Along]) -> tuple[int, ...]:
    """Of the first variable along some axes."""
    variable, _ = next(_variables(stage))
    along = stage.op.variable_axes(variable)
    return tuple(n for n, axis in zip(variable.shape, along, strict=True) if axis in what)


def _spelled(sizes: tuple[int, ...]) -> str:
    return "×".join(map(str, sizes))
