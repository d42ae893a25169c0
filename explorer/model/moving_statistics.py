"""What the stored means and variances of batch normalization tell of how they came about."""

from collections.abc import Mapping

import numpy as np

from explorer.model.ops.batch_normalization import BN_EPSILON
from explorer.model.stages import MOVING_STATISTICS, SCOPE

_NORM = "/batch_normalization/"
_LARGE_GAIN = 20  # beyond it a variance near 0 is worth a word


def untold_statistics(weights: Mapping[str, np.ndarray]) -> dict[str, list[str]]:
    """Blocks whose stored statistics tell nothing, or too little, of what comes in.

    Args:
        weights: variable name -> array, all variables of batch normalization among them.

    Returns:
        neutral: blocks whose means are all 0 and variances all 1, as before the first update;
        no_mean, no_variance: those of which one alone is so, as where a file holds only the other;
        near_zero: blocks whose variances are all below epsilon, as a batch of one leaves them (the
        variance of one value is 0), and half of whose channels or more are multiplied by more than
        20, |gamma| / sqrt(variance + epsilon).
    """
    endings = tuple(_NORM + name for name in MOVING_STATISTICS[1:])
    blocks = [name.rpartition(_NORM)[0] for name in weights if name.endswith(endings)]
    found = {"neutral": [], "no_mean": [], "no_variance": [], "near_zero": []}
    for block in blocks:
        gamma, mean, variance = (
            np.asarray(weights[block + _NORM + name]) for name in ("gamma", *MOVING_STATISTICS)
        )
        for kind in _kinds(gamma, mean, variance):
            found[kind].append(block.removeprefix(f"{SCOPE}/"))
    return found


def _kinds(gamma: np.ndarray, mean: np.ndarray, variance: np.ndarray) -> list[str]:
    no_mean, no_variance = bool((mean == 0).all()), bool((variance == 1).all())
    if no_mean and no_variance:
        return ["neutral"]
    near_zero = (np.abs(variance) < BN_EPSILON).all() and _gain(gamma, variance) > _LARGE_GAIN
    told = {"no_mean": no_mean, "no_variance": no_variance, "near_zero": near_zero}
    return [kind for kind, is_so in told.items() if is_so]


def _gain(gamma: np.ndarray, variance: np.ndarray) -> float:
    """The median of what the channels are multiplied by."""
    return float(np.median(np.abs(gamma) / np.sqrt(np.abs(variance) + BN_EPSILON)))
