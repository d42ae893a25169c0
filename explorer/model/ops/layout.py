"""How arrays of any rank stand as grids of items, rows, columns and channels."""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from explorer.errors import ExplorerError
from explorer.model.ops.op import Shape
from explorer.model.taps import AcrossLayouts, Every, Reads, Separable, same_taps

if TYPE_CHECKING:
    from explorer.model.graph import Node, Stage

Grid = tuple[int, int, int, int]


def as_grid(shape: Shape) -> Grid:
    """[items, rows, columns, channels] of a shape that no other stage gives a layout."""
    items, *sizes = shape
    if len(sizes) == 1:  # a vector is a row
        return items, 1, sizes[0], 1
    channels = sizes.pop() if sizes else 1
    columns = sizes.pop() if sizes else 1
    return items, math.prod(sizes), columns, channels


def grids_of(nodes: "Sequence[Node]", shapes: Mapping[str, Shape]) -> dict[str, Grid]:
    """How each stage is laid out: a vector as the map that a reshape makes of it."""
    grids = {name: as_grid(shape) for name, shape in shapes.items()}
    for node in reversed(nodes):
        for source in node.sources:
            is_vector = len(shapes[source]) == 2 and len(node.sources) == 1
            same_item = shapes[source][1:] and _size(shapes[source]) == _size(grids[node.name])
            if is_vector and same_item and node.op.keeps_layout:
                grids[source] = (shapes[source][0], *grids[node.name][1:])
    for node in nodes:  # a flattened map stays the map that it was
        if len(node.sources) == 1 and len(shapes[node.name]) == 2 and node.op.keeps_layout:
            before = grids[node.sources[0]]
            if grids[node.name] == as_grid(shapes[node.name]) and _size(before) == _size(
                shapes[node.name]
            ):
                grids[node.name] = (shapes[node.name][0], *before[1:])
    return grids


def _size(shape: Shape) -> int:
    return math.prod(shape[1:])


def moved_axis(axis: int, places: Sequence[int]) -> int:
    """Where an axis stands once all have moved to these places; -1 if that is the last."""
    place = places[axis]
    return -1 if place == len(places) - 1 else place


def check_axes(axes: Sequence[int], shape: Shape, first: int = 1):
    """Refuses axes that an array of this shape lacks, or that stand before its first allowed.

    Raises:
        ExplorerError: of the first wrong one.
    """
    rank = len(shape)
    for axis in axes:
        if not -rank <= axis < rank or axis % rank < first:
            raise ExplorerError("no_such_axis", None, axis=axis, shape=list(shape))


def grid_axis(rank: int, axis: int) -> int:
    """Which axis of `as_grid` an axis of an array is (or is a part of)."""
    axis %= rank
    if axis == 0:
        return 0
    return 2 if rank == 2 else max(1, 4 - rank + axis)


def across(
    stage: "Stage",
    inner: Reads,
    at: int = 0,
    source_view: Grid | None = None,
    output_view: Grid | None = None,
) -> Reads:
    """Reads that are told between plain grids, as the stage and its source are laid out."""
    views = source_view or as_grid(stage.input_shapes[at]), output_view or as_grid(stage.shape)
    grids = stage.input_grids[at], stage.grid
    return inner if views == grids else AcrossLayouts(inner, *views, *grids)


def all_along(stage: "Stage", axes: set[int]) -> Reads:
    """Every cell reads its own place, and all of some axes of the plain grid."""
    view = as_grid(stage.shape)
    parts = [Every(n, n) if at in axes else same_taps(n) for at, n in enumerate(view)]
    return across(stage, Separable(tuple(parts)))
