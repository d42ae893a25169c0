"""Where the entries of a changed stage's output come from, for weights that are carried over."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from explorer.model.graph import Stage
    from explorer.model.ops.op import Pair, Shape

NEW = -1  # in the place of an old index
MOST_FLAT = 2**22  # entries whose places are told one by one, which take much memory
Axes = tuple[np.ndarray | None, ...]  # None where no index along an axis says it


@dataclass(frozen=True, eq=False)
class CameFrom:
    """Where an item's entries come from.

    Attributes:
        axes: for each axis of the item, for each new index the old one, or `NEW`; None where the
            old one differs by the place on other axes.
        flat: for each new entry the old one's place in the flat order, or `NEW`; None where the
            axes tell all.
    """

    axes: Axes
    flat: np.ndarray | None = None

    @property
    def is_unmoved(self) -> bool:
        """Whether all of them, or the first ones, are where they were."""
        return self.flat is None and all(map(is_unmoved, self.axes))


def is_unmoved(index: np.ndarray) -> bool:
    """Whether each entry is where it was."""
    return np.array_equal(index, np.arange(len(index)))


def first(was: int, size: int, blocks: int = 1) -> np.ndarray:
    """The first ones stay; of channels in equal blocks, the first ones of each block."""
    if was % blocks or size % blocks:
        blocks = 1
    index = np.full((blocks, size // blocks), NEW)
    stay = min(was, size) // blocks
    index[:, :stay] = np.arange(0, was, was // blocks)[:, None] + np.arange(stay)
    return index.ravel()


def within_blocks(index: np.ndarray, was: int, blocks: int) -> np.ndarray | None:
    """Where the places within a block come from; None where the blocks differ in that."""
    if was % blocks or len(index) % blocks:
        return None
    parts, stay = index.reshape(blocks, -1), was // blocks
    of_own = (parts // stay == np.arange(blocks)[:, None]) | (parts == NEW)
    places = np.where(parts == NEW, NEW, parts % stay)
    return places[0] if of_own.all() and (places == places[0]).all() else None


def aligned(was: "Shape", rank: int) -> "Shape":
    """Sizes along so many axes, of which the last ones stand for each other.

    Of axes that are too much, which come first, the first place is what stays.
    """
    return ((1,) * rank + was)[len(was) :]


def settled(axes: Axes, was: "Shape", shape: "Shape") -> tuple[np.ndarray, ...]:
    """The same with the first ones where no index says it."""
    return tuple(
        first(old, size) if index is None else index
        for index, old, size in zip(axes, aligned(was, len(shape)), shape, strict=True)
    )


def padded(index: np.ndarray, was: int, old: "Pair", pads: "Pair") -> np.ndarray:
    """The same with pads before and after, each as far from the inside as before.

    Args:
        index: of the inside.
        was: how many were inside.
        old, pads: (before, after), without the change and with it.
    """
    before, after = np.arange(-pads[0], 0) + old[0], np.arange(pads[1])
    return np.concatenate(
        [
            np.where(before < 0, NEW, before),
            np.where(index == NEW, NEW, index + old[0]),
            np.where(after < old[1], after + old[0] + was, NEW),
        ]
    )


def by_position(stage: "Stage", old: "Stage | None", given: Sequence[CameFrom]) -> CameFrom:
    """Axis by axis as its sources, where these agree; the last axis is that of channels.

    Args:
        old: the stage before; None where there was none.
        given: of each source, without None along an axis.
    """
    keeps = all(one is None or one.shape == one.input_shape for one in (stage, old))
    if len(given) == 1 and keeps:
        return given[0]
    rank = len(stage.shape) - 1
    return CameFrom(tuple(_along(stage, old, given, at, rank) for at in range(rank)))


def _along(stage, old, given, at: int, rank: int) -> np.ndarray | None:
    size = stage.shape[1 + at]
    was = aligned(old.shape[1:], rank)[at] if old else size
    found = []
    for number, source in enumerate(given):
        place = len(source.axes) - 1 if at == rank - 1 else at
        if not 0 <= place < len(source.axes):
            continue
        index = source.axes[place]
        before = aligned(old.input_shapes[number][1:], len(source.axes)) if old else ()
        if len(index) == size and (not old or before[place] == was):
            found.append(index)
    if not found:
        return first(was, size)
    return found[0] if all(np.array_equal(found[0], other) for other in found[1:]) else None


def flattened(source: CameFrom, was: "Shape") -> np.ndarray:
    """In the flat order of an item.

    Args:
        was: the item's sizes before.
    """
    if source.flat is not None:
        return source.flat
    grids = np.ix_(*source.axes)
    known = np.array(True)
    flat = np.array(0)
    for index, size in zip(grids, was, strict=True):
        known, flat = known & (index != NEW), flat * size + index
    return np.where(known, flat, NEW).ravel()


def unflattened(flat: np.ndarray, was: "Shape", shape: "Shape") -> CameFrom:
    """The inverse of `flattened`; it keeps the flat order where the axes do not tell all."""
    if len(was) != len(shape):
        return CameFrom((None,) * len(shape), flat)
    known = (flat != NEW).reshape(shape)
    places = np.unravel_index(np.maximum(flat, 0), was)
    axes = tuple(_alone(place.reshape(shape), known, at) for at, place in enumerate(places))
    told = all(index is not None for index in axes)
    told = told and np.array_equal(flattened(CameFrom(axes), was), flat)
    if told:
        return CameFrom(axes)
    is_same = len(flat) == np.prod(was, dtype=int) and is_unmoved(flat)
    return CameFrom(axes if is_same else (*axes[:-1], None), flat)


def _alone(places: np.ndarray, known: np.ndarray, at: int) -> np.ndarray | None:
    """Old places along one axis, where they do not differ by the place on others."""
    others = tuple(axis for axis in range(places.ndim) if axis != at)
    high = np.where(known, places, NEW).max(axis=others, initial=NEW)
    low = np.where(known, places, places.size + places.max(initial=0)).min(axis=others)
    return high if ((high == low) | (high == NEW)).all() else None
