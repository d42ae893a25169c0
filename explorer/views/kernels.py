"""The variables of one stage as heatmaps: a kernel's taps to one output channel, the rest whole."""

from collections.abc import Mapping

import numpy as np

from explorer.model.stages import Stage
from explorer.views.statistics import describe_map
from explorer.views.wire import Buffers

_NUMBERS = ("min", "max", "mean", "std", "zeros", "nan")


def kernels_view(stage: Stage, weights: Mapping, channel: int, buffers: Buffers) -> list[dict]:
    """What the page draws of a stage's variables.

    Args:
        channel: the output channel whose taps are shown.

    Returns:
        For each variable its name, shape, whether it can hold negative values, numbers over all of
        its values, and `tiles`, float32 [rows, columns, tiles]: the taps of each input channel; for
        a dense kernel one tile of [noise_dim, base cells]; for a vector or a single number one row.
    """
    views = []
    for weight in stage.weights:
        values = np.asarray(weights[weight.name])
        numbers = describe_map(values.reshape(1, -1, 1))
        views.append(
            {
                "name": weight.name,
                "shape": list(weight.shape),
                "signed": not weight.name.endswith("/moving_variance"),
                "numbers": {name: numbers[name] for name in _NUMBERS},
                "tiles": buffers.map(_tiles(stage, values, channel)),
            }
        )
    return views


def _tiles(stage: Stage, values: np.ndarray, channel: int) -> np.ndarray:
    if values.ndim < 2:
        return values.reshape(1, -1, 1)
    return stage.op.kernel_tiles(values, stage, channel)
