"""The numbers beside a focused stage: moments, zeros, dead channels and a histogram."""

from collections.abc import Iterator

import numpy as np

BINS = 48
_PIECE = 2**20


def describe_map(values: np.ndarray) -> dict:
    """Statistics of one item's map over its finite values.

    Args:
        values: float32 [height, width, channels].

    Returns:
        min, max, mean, std (population), zeros (share of all values), dead (channels that are 0
        everywhere), constant (channels of one value), nan, pos_inf, neg_inf, and `histogram`
        with the counts of `BINS` equal bins from min to max. The first four are None where
        nothing is finite.
    """
    flat = values.reshape(-1, values.shape[-1])
    result = {
        "count": int(values.size),
        "zeros": float(np.count_nonzero(values == 0) / values.size),
        "dead": int(np.count_nonzero((flat == 0).all(axis=0))),
        "constant": int(np.count_nonzero((flat == flat[0]).all(axis=0))) if len(flat) > 1 else 0,
        "nan": int(np.isnan(values).sum()),
        "pos_inf": int(np.isposinf(values).sum()),
        "neg_inf": int(np.isneginf(values).sum()),
        "min": None,
        "max": None,
        "mean": None,
        "std": None,
        "histogram": [],
    }
    finite = _Finite(values)
    if finite.count:
        result |= {
            "min": finite.low,
            "max": finite.high,
            "mean": finite.mean,
            "std": finite.deviation(),
            "histogram": finite.histogram(),
        }
    return result


def items_differ(batch: np.ndarray) -> float | None:
    """How much the items of a batch differ: 0 where all are alike, about 1 where unrelated.

    The root mean square difference of two items at the same cell, over that of any two values of
    the whole: sqrt(mean of the cells' variances over the items / variance of all values), both
    unbiased, as the mean square difference of two draws is twice their variance.

    Args:
        batch: float32 [N, height, width, channels].

    Returns:
        The ratio, 0 where all values are the same; None for a batch of one, and where some value is
        not finite.
    """
    flat = batch.reshape(len(batch), -1)
    if len(flat) < 2 or not np.isfinite(flat).all():
        return None
    mean, step = flat.mean(dtype=np.float64), max(1, _PIECE // len(flat))
    within, squares = 0.0, 0.0
    for at in range(0, flat.shape[1], step):
        part = flat[:, at : at + step].astype(np.float64)
        within += part.var(axis=0, ddof=1).sum()
        squares += np.square(part - mean).sum()
    overall = squares / (flat.size - 1)
    return float(np.sqrt(within / flat.shape[1] / overall)) if within else 0.0


class _Finite:
    """The finite values among many, as float64, a piece at a time: kernels may hold 10**8."""

    def __init__(self, values: np.ndarray):
        self._flat = values.reshape(-1)
        lows, highs, sums, self.count = [], [], [], 0
        for part in self._parts():
            lows, highs = [*lows, part.min()], [*highs, part.max()]
            sums.append(part.sum())
            self.count += part.size
        if self.count:
            self.low, self.high = float(min(lows)), float(max(highs))
            self.mean = float(np.sum(sums) / self.count)

    def _parts(self) -> Iterator[np.ndarray]:
        for at in range(0, self._flat.size, _PIECE):
            part = self._flat[at : at + _PIECE].astype(np.float64)
            finite = part[np.isfinite(part)]
            if finite.size:
                yield finite

    def deviation(self) -> float:
        """The standard deviation of the population."""
        squares = [np.square(part - self.mean).sum() for part in self._parts()]
        return float(np.sqrt(np.sum(squares) / self.count))

    def histogram(self) -> list[int]:
        """Counts of equal bins from the lowest to the highest value."""
        if self.low == self.high:
            return [self.count]
        scale, counts = BINS / (self.high - self.low), np.zeros(BINS, np.int64)
        for part in self._parts():
            index = ((part - self.low) * scale).astype(np.int64)
            counts += np.bincount(np.minimum(index, BINS - 1), minlength=BINS)
        return counts.tolist()
