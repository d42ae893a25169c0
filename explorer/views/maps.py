"""Feature maps made small: one batch item as [height, width, channels], quantized to bytes.

A byte from 0 to `LEVELS` is a value between its channel's lowest and highest finite value; three
codes above it mark what is not finite.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from explorer.made_once import made_once
from explorer.model.stages import Stage
from explorer.views.thumbnails import thin_out

LEVELS = 250
NEG_INF_CODE, POS_INF_CODE, NAN_CODE = 253, 254, 255
# Beyond this a difference of two float32 values may overflow.
_SAFE = 1e37


@dataclass(frozen=True)
class QuantizedMap:
    """One item of one stage.

    Attributes:
        low, high: float32 [channels], the finite range of each channel (0 where nothing is finite).
        encode: makes the codes of the cells that `thin_out` leaves, for its step.
        cells: rows times columns.
        nan, pos_inf, neg_inf: how many values are not finite.
    """

    low: np.ndarray
    high: np.ndarray
    encode: Callable[[int], np.ndarray]
    cells: int
    nan: int = 0
    pos_inf: int = 0
    neg_inf: int = 0

    @made_once
    def codes(self) -> np.ndarray:
        """uint8 [height, width, channels]."""
        return self.encode(1)

    def thinned(self, step: int) -> np.ndarray:
        """The codes that `thin_out` leaves; `codes` itself where step is 1."""
        return self.codes if step == 1 else self.encode(step)

    @property
    def constant(self) -> int:
        """How many channels hold one finite value only."""
        return int(np.count_nonzero(self.flat))

    @property
    def dead(self) -> int:
        """How many channels are 0 everywhere."""
        return int(np.count_nonzero(self.flat & (self.low == 0)))

    @property
    def flat(self) -> np.ndarray:
        """bool [channels]: whether every value of the channel is the same and finite."""
        alike = self.low == self.high
        if self.cells == 1:  # one cell alone is no constant map
            return np.zeros_like(alike)
        if self.nan or self.pos_inf or self.neg_inf:
            alike = alike & (self.codes <= LEVELS).all(axis=(0, 1))
        return alike


def item_map(stage: Stage, output: np.ndarray, item: int) -> np.ndarray:
    """One batch item as [height, width, channels] of the stage's grid.

    z becomes one row of one channel; vectors take the shape that a reshape will give them, so that
    a unit's channel and base cell are known before it.
    """
    return output[min(item, len(output) - 1)].reshape(stage.grid[1:])


def quantize(values: np.ndarray) -> QuantizedMap:
    """Quantizes [height, width, channels]; the error is at most half a step of the channel."""
    # Over rows, then over columns: together NumPy takes up to eight times as long.
    low, high = values.min(axis=0).min(axis=0), values.max(axis=0).max(axis=0)
    bound = max(np.abs(low).max(), np.abs(high).max())
    if not bound < _SAFE:  # also true for NaN
        return _quantize_extreme(values)
    return QuantizedMap(
        low, high, lambda step: _codes(thin_out(values, step), low, high), _cells(values)
    )


def _cells(values: np.ndarray) -> int:
    return math.prod(values.shape[:2])


def _codes(values: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    span = high - low
    with np.errstate(over="ignore", divide="ignore"):
        scale = np.where(span > 0, LEVELS / span, 0)
    scale = np.where(np.isfinite(scale), scale, 0).astype(values.dtype)
    scaled = values - low
    scaled *= scale
    scaled += values.dtype.type(0.5)
    return scaled.astype(np.uint8)


def are_alike(codes: np.ndarray, other: np.ndarray) -> bool:
    """Whether codes are the same but for rounding, as they are where a stage scales each channel.

    A difference is of one level at most; marks of what is not finite are the same.
    """
    if codes is other:
        return True
    if codes.shape != other.shape:
        return False
    apart = codes != other
    if not apart.any():
        return True
    one, two = codes[apart].astype(np.int16), other[apart].astype(np.int16)
    return bool((np.abs(one - two) <= 1).all() and max(one.max(), two.max()) <= LEVELS)


def _quantize_extreme(values: np.ndarray) -> QuantizedMap:
    finite = np.isfinite(values)
    wide = np.where(finite, values, np.nan).astype(np.float64)
    empty = ~finite.any(axis=(0, 1))
    low = np.where(empty, 0, np.nanmin(np.where(empty, 0, wide), axis=(0, 1)))
    high = np.where(empty, 0, np.nanmax(np.where(empty, 0, wide), axis=(0, 1)))
    codes = _codes(np.where(finite, wide, low), low, high)
    nan, pos, neg = np.isnan(values), np.isposinf(values), np.isneginf(values)
    codes[nan], codes[pos], codes[neg] = NAN_CODE, POS_INF_CODE, NEG_INF_CODE
    return QuantizedMap(
        low.astype(np.float32),
        high.astype(np.float32),
        partial(thin_out, codes),
        _cells(values),
        int(nan.sum()),
        int(pos.sum()),
        int(neg.sum()),
    )
