"""What the stored means and variances of batch normalization tell of how they came about."""

from collections.abc import Mapping

import numpy as np

from explorer.model.ops import BN_EPSILON

_MEAN, _VARIANCE = "/batch_normalization/moving_mean", "/batch_normalization/moving_variance"


def untold_statistics(weights: Mapping[str, np.ndarray]) -> dict[str, list[str]]:
    """Blocks whose stored statistics tell nothing of what comes in.

    Args:
        weights: variable name -> array.

    Returns:
        neutral: blocks whose means are all 0 and variances all 1, as before the first update;
        near_zero: blocks whose variances are all below epsilon, as a batch of one leaves them: the
        variance of one value is 0.
    """
    blocks = [name.removesuffix(_VARIANCE) for name in weights if name.endswith(_VARIANCE)]
    found = {"neutral": [], "near_zero": []}
    for block in blocks:
        mean, variance = np.asarray(weights[block + _MEAN]), np.asarray(weights[block + _VARIANCE])
        if (mean == 0).all() and (variance == 1).all():
            found["neutral"].append(block.rpartition("/")[2])
        elif (np.abs(variance) < BN_EPSILON).all():
            found["near_zero"].append(block.rpartition("/")[2])
    return found
