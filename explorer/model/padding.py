"""Where each padded cell comes from: the index maps behind `tf.pad`."""

import math
from collections.abc import Sequence
from typing import Annotated

import numpy as np

from explorer.errors import ExplorerError, quote
from explorer.model.config import AXES, PAD, PadMode
from explorer.model.declare import Field, Range

CONSTANT_SOURCE = -1
_MODE = Field("mode", PadMode)
_SIZE = Field("shape", Annotated[int, Range(1, 2**31)])
MOST_INDEXES = 10**8  # numbers in an index map, 400 MB


def pad_sources(size: int, before: int, after: int, mode: str) -> np.ndarray:
    """Source index of every cell along one padded axis.

    REFLECT mirrors about the edge cell, SYMMETRIC about the edge itself (so that the edge cell
    comes twice); CONSTANT has no source.

    Returns:
        int32 [before + size + after]; `CONSTANT_SOURCE` where a constant stands.

    Example:
        >>> pad_sources(4, 2, 2, "REFLECT").tolist()
        [2, 1, 0, 1, 2, 3, 2, 1]
    """
    index = np.arange(-before, size + after, dtype=np.int32)
    if mode == "CONSTANT":
        return np.where((index < 0) | (index >= size), CONSTANT_SOURCE, index)
    edge = 1 if mode == "REFLECT" else 0
    low = np.where(index < 0, -index - 1 + edge, index)
    return np.where(low >= size, 2 * size - 1 - edge - low, low).astype(np.int32)


def pad_limit(size: int, mode: str) -> float:
    """The largest pad on either side of an axis: REFLECT size - 1, SYMMETRIC size, else infinity.

    REFLECT leaves the edge out and SYMMETRIC repeats it (TensorFlow, `tf.pad`).
    """
    return {"REFLECT": size - 1, "SYMMETRIC": size}.get(mode, math.inf)


def pad_index_map(
    shape: Sequence[int], paddings: Sequence[tuple[int, int]], mode: str
) -> np.ndarray:
    """Where `tf.pad` takes each cell of a tensor from; no TensorFlow is run.

    Args:
        shape: sizes of the tensor, one or more axes.
        paddings: a (before, after) pair for each axis.
        mode: "REFLECT", "SYMMETRIC" or "CONSTANT".

    Returns:
        int32 [*padded shape, rank]: the index of the source cell; -1 in every place where the
        pad puts a constant.

    Raises:
        ExplorerError: an unknown mode, a size or pad that is no whole number in its range, another
            number of pairs than axes, a pad that mirrors more than there is, or more than
            `MOST_INDEXES` numbers in the result.

    Example:
        >>> pad_index_map((3,), [(2, 1)], "REFLECT").ravel().tolist()
        [2, 1, 0, 1, 2, 1]
    """
    shape, pairs = check_pad(shape, paddings, mode)
    size = len(shape) * math.prod(n + sum(pair) for n, pair in zip(shape, pairs, strict=True))
    if size > MOST_INDEXES:
        raise ExplorerError("index_map_too_large", "shape", size=size, bound=MOST_INDEXES)
    lines = [pad_sources(size, *pair, mode) for size, pair in zip(shape, pairs, strict=True)]
    index = np.stack(np.meshgrid(*lines, indexing="ij"), axis=-1).astype(np.int32, copy=False)
    index[(index == CONSTANT_SOURCE).any(axis=-1)] = CONSTANT_SOURCE
    return index


def check_pad(
    shape: Sequence[int], paddings: Sequence[tuple[int, int]], mode: str
) -> tuple[tuple[int, ...], tuple[tuple[int, int], ...]]:
    """Shape and pairs as tuples of int; raises as `pad_index_map` says."""
    field = "paddings"
    _MODE.check(mode)
    try:
        sizes = tuple(_SIZE.check(size) for size in shape)
        pairs = tuple((PAD.check(low), PAD.check(high)) for low, high in paddings)
    except ExplorerError:
        raise
    except Exception:  # no such sequences, or their own methods fail, with any error
        raise ExplorerError("not_pairs", field, value=quote(paddings)) from None
    if len(pairs) != len(sizes) or not sizes:
        raise ExplorerError("pairs_per_axis", field, found=len(pairs), rank=len(sizes))
    check_pad_limits(sizes, pairs, mode, axes=tuple(f"axis {at}" for at in range(len(sizes))))
    return sizes, pairs


def check_pad_limits(
    shape: tuple[int, ...],
    paddings: tuple[tuple[int, int], ...],
    mode: str,
    field: str = "paddings",
    axes: tuple[str, ...] | None = None,
):
    """Refuses pads beyond `pad_limit`.

    Raises:
        ExplorerError: naming the axis, the pad and the largest pad that works; where several axes
            are at fault, each of their pads.
    """
    limits = [pad_limit(size, mode) for size in shape]
    exceeded = [at for at, pair in enumerate(paddings) if max(pair) > limits[at]]
    if len(exceeded) > 1:
        pads = _name_exceeded(paddings, limits)
        raise ExplorerError("pads_too_large", field, mode=mode, pads=pads)
    for at in exceeded:
        raise ExplorerError(
            "pad_too_large",
            field,
            axis=(axes or axis_names(len(shape)))[at],
            pad=max(paddings[at]),
            mode=mode,
            size=shape[at],
            limit=limits[at],
        )


def _name_exceeded(paddings: tuple[tuple[int, int], ...], limits: list[float]) -> str:
    return ", ".join(
        f"paddings[{axis}][{side}] = “{pad}” > {limits[axis]}"
        for axis, pair in enumerate(paddings)
        for side, pad in enumerate(pair)
        if pad > limits[axis]
    )


def axis_names(rank: int) -> tuple[str, ...]:
    """Names of a tensor's axes: NHWC for rank 4, a map's for rank 3 and 2, else their numbers."""
    names = {1: AXES[2:3], 2: AXES[1:3], 3: AXES[1:], 4: AXES}
    return names.get(rank) or tuple(f"axis {at}" for at in range(rank))
