"""The padding lab as the browser draws it: one map before and after, and what was added."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from explorer.errors import ExplorerError
from explorer.model.config import AXES, Paddings
from explorer.model.cost import NOTHING, Load, looking_load
from explorer.model.pad_lab import LabTensor, PaddedLab, lab_tensor, pad_lab
from explorer.model.padding import pad_limit
from explorer.schema import State
from explorer.views.maps import quantize
from explorer.views.wire import Buffers

MOST_TILES = 64
MOST_SIDE = 96  # cells of a tile, as wide as it is drawn


@dataclass(frozen=True)
class LabSelection:
    """The pad, and which padded map is shown large; beyond the end is the last one."""

    paddings: Paddings
    mode: str
    constant: float
    item: int
    channel: int


def lab_view(tensor: LabTensor, chosen: LabSelection, signed: bool, buffers: Buffers) -> dict:
    """One padded map with its source, and tiles of all padded items and channels.

    `signed`: whether the tensor can hold negative values; a negative constant makes the map so.

    A pad that cannot be made gives {"error", "axes"}: what is wrong first, and each axis with its
    limit, None for none.
    """
    axes = _axes(tensor, chosen)
    try:
        lab = pad_lab(tensor, chosen.paddings, chosen.mode, chosen.constant)
    except ExplorerError as error:
        return {"error": error.as_dict(), "axes": axes, "mode": chosen.mode}
    for axis, entry in enumerate(axes):
        entry |= {"pads": lab.paddings[axis], "sources": lab.sources[axis].tolist()}
    signed = signed or (chosen.mode == "CONSTANT" and chosen.constant < 0)
    maps = _maps(lab, chosen.item, chosen.channel, buffers)
    return {"axes": axes, "signed": signed} | maps


def chosen_lab(state: State, output: Callable[[], np.ndarray]) -> tuple[LabTensor, LabSelection]:
    """What a state puts into the lab.

    Args:
        output: gives that of the chosen stage.

    Raises:
        ExplorerError: no tensor was typed.
    """
    tensor = lab_tensor(state["lab_source"], output, state["lab_tensor"])
    names = ("lab_paddings", "lab_mode", "lab_constant", "lab_item", "lab_channel")
    return tensor, LabSelection(*(state[name] for name in names))


def _shaped_lab(state: State) -> tuple[LabTensor, LabSelection]:
    """As `chosen_lab`, without a forward pass: a stage's output has its shape and no values."""
    shapes = {stage.name: stage.shape for stage in state.plan}
    return chosen_lab(state, lambda: np.broadcast_to(np.float32(), shapes[state["lab_stage"]]))


def lab_pad_props(state: State) -> list[dict]:
    """What the box of each pad is told: what it is called, and whether the tensor has its axis.

    Nothing where there is no tensor.
    """
    try:
        tensor, chosen = _shaped_lab(state)
    except ExplorerError:
        return []
    return [
        {"visible": axis["used"], "label": f"pads.{axis['name']}.{side}"}
        for axis in _axes(tensor, chosen)
        for side in ("before", "after")
    ]


def lab_load(state: State) -> Load:
    """Of `lab_view`, whose tiles take most: all of an axis at once, then those of the other."""
    try:
        tensor, chosen = _shaped_lab(state)
        lab = pad_lab(tensor, chosen.paddings, chosen.mode, chosen.constant)
    except ExplorerError:
        return NOTHING
    items, rows, columns, channels = lab.shape
    tiles = min(items, MOST_TILES), min(channels, MOST_TILES)
    return looking_load(max(tiles) * rows * columns, sum(tiles) * rows * columns)


def _axes(tensor: LabTensor, chosen: LabSelection) -> list[dict]:
    names = dict(zip(tensor.used, tensor.names, strict=True))
    limits = [pad_limit(size, chosen.mode) for size in tensor.values.shape]
    return [
        {
            "name": names.get(axis, AXES[axis]),
            "used": axis in names,
            "size": tensor.values.shape[axis],
            "limit": None if math.isinf(limits[axis]) else limits[axis],
        }
        for axis in range(4)
    ]


def _maps(lab: PaddedLab, item: int, channel: int, buffers: Buffers) -> dict:
    item, channel = min(item, lab.shape[0] - 1), min(channel, lab.shape[3] - 1)
    values = lab.tensor.values
    origin = int(lab.sources[0][item]), int(lab.sources[3][channel])
    constant = np.full(values.shape[1:3], lab.constant, np.float32)
    source = constant if min(origin) < 0 else values[origin[0], :, :, origin[1]]
    return {
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
    step = math.ceil(max(lab.shape[1:3]) / MOST_SIDE)
    at = 0 if axis == 0 else 1
    return {
        "places": [place[at] for place in places],
        "low": buffers.add(maps.low),
        "high": buffers.add(maps.high),
        "codes": buffers.add(maps.thinned(step)),
        "first": buffers.add(np.array([lab.map(*place)[0, 0] for place in places], np.float32)),
    }
