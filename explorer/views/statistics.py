"""The numbers beside a focused stage: moments, zeros, dead channels and a histogram."""

import numpy as np

BINS = 48


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
    wide = values.astype(np.float64)
    finite = wide[np.isfinite(wide)]
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
    if finite.size:
        low, high = float(finite.min()), float(finite.max())
        result |= {
            "min": low,
            "max": high,
            "mean": float(finite.mean()),
            "std": float(finite.std()),
            "histogram": _histogram(finite, low, high),
        }
    return result


def _histogram(finite: np.ndarray, low: float, high: float) -> list[int]:
    if low == high:
        return [int(finite.size)]
    index = ((finite - low) * (BINS / (high - low))).astype(np.int64)
    return np.bincount(np.minimum(index, BINS - 1), minlength=BINS).tolist()
