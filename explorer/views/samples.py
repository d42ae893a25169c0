"""Every item of a batch as a small picture: what the output page shows beside the chosen one."""

from collections.abc import Callable

import numpy as np

from explorer.schema import State
from explorer.views.maps import quantize
from explorer.views.picture_mapping import DRAWN_AS_THEY_ARE
from explorer.views.wire import Buffers

MOST_SAMPLES = 16
_MOST_SIDE = 128  # cells of a picture along each axis


def samples_view(
    state: State, output: np.ndarray, mapping: Callable[[np.ndarray], str], buffers: Buffers
) -> dict | None:
    """The items of a batch, the first ones where they are many, as small as they are shown.

    Args:
        output: of all items, float32 [N, height, width, C].
        mapping: from an item's output to how its values become brightness.
        buffers: where the arrays go.

    Returns:
        "count", N, and the "items": each its "mapping" and its "map", [height, width, 1 or 3] at
        no more than `_MOST_SIDE` a side. None where there is one item alone.
    """
    if len(output) < 2:
        return None
    channels = _drawn_channels(state, output.shape[-1])
    step = -(-max(output.shape[1:3]) // _MOST_SIDE)
    items = [
        {
            "mapping": mapping(item),
            "map": buffers.small(quantize(item[::step, ::step, channels])),
        }
        for item in output[:MOST_SAMPLES]
    ]
    return {"count": len(output), "items": items}


def _drawn_channels(state: State, channels: int) -> list[int]:
    if channels in DRAWN_AS_THEY_ARE:
        return [*range(channels)]
    return [min(state[name], channels - 1) for name in ("red", "green", "blue")]
