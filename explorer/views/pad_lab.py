"""The padding lab as the browser draws it: one map before and after, and what was added."""

import math

import numpy as np

from explorer.model.config import AXES
from explorer.model.pad_lab import PaddedLab
from explorer.views.maps import quantize
from explorer.views.wire import Buffers

MOST_TILES = 64


def lab_view(lab: PaddedLab, item: int, channel: int, buffers: Buffers) -> dict:
    """One padded map with its source, and tiles of all padded items and channels.

    Args:
        item, channel: which padded map is shown large; beyond the end is the last one.
        buffers: where the arrays go.
    """
    item, channel = min(item, lab.shape[0] - 1), min(channel, lab.shape[3] - 1)
    values = lab.tensor.values
    origin = int(lab.sources[0][item]), int(lab.sources[3][channel])
    constant = np.full(values.shape[1:3], lab.constant, np.float32)
    source = constant if min(origin) < 0 else values[origin[0], :, :, origin[1]]
    names = dict(zip(lab.tensor.used, lab.tensor.names, strict=True))
    return {
        "axes": [
            {
                "name": names.get(axis, AXES[axis]),
                "used": axis in names,
                "size": values.shape[axis],
                "pads": lab.paddings[axis],
                "limit": None if math.isinf(lab.limits[axis]) else lab.limits[axis],
                "sources": lab.sources[axis].tolist(),
            }
            for axis in range(4)
        ],
        "mode": lab.mode,
        "constant": lab.constant,
        "item": item,
        "channel": channel,
        "source": buffers.map(source),
        "padded": buffers.map(lab.map(item, channel)),
        "items": _tiles(lab, [(at, channel) for at in _shown(lab.shape[0])], 0, buffers),
        "channels": _tiles(lab, [(item, at) for at in _shown(lab.shape[3])], 3, buffers),
    }


def _shown(count: int) -> list[int]:
    """All positions, or the first and last ones, where the added ones are."""
    half = MOST_TILES // 2
    if count <= MOST_TILES:
        return list(range(count))
    return [*range(half), *range(count - half, count)]


def _tiles(lab: PaddedLab, places: list[tuple[int, int]], axis: int, buffers: Buffers) -> dict:
    maps = quantize(np.stack([lab.map(*place) for place in places], axis=-1))
    at = 0 if axis == 0 else 1
    return {
        "places": [place[at] for place in places],
        "low": buffers.add(maps.low),
        "high": buffers.add(maps.high),
        "codes": buffers.add(maps.codes),
    }
