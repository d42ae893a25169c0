"""Reads the wire format, slowly and by the letter of `explorer/views/wire.py`."""

import json
import struct

import numpy as np

from explorer.schema import State
from explorer.views.page import draw_page

LEVELS = 250
MARKS = {253: -np.inf, 254: np.inf, 255: np.nan}


def read_message(data: bytes) -> dict:
    """The header, every array in its place."""
    (length,) = struct.unpack_from("<I", data)
    return _resolve(json.loads(data[4 : 4 + length]), data[4 + length :])


def drawn(state: State, **how) -> dict:
    """What `draw_page` says of a state, read."""
    return read_message(draw_page(state, state.find_origin(), **how))


def view_of(state: State) -> dict:
    """The parts of a state's view, together."""
    answer = drawn(state)
    view = {"messages": answer["messages"]}
    for part in answer["parts"].values():
        view |= part
    return view


def _resolve(node: object, arrays: bytes):
    if isinstance(node, dict) and {"type", "shape"} <= node.keys():
        return _READERS[node["type"]](node, arrays)
    if isinstance(node, dict):
        return {key: _resolve(value, arrays) for key, value in node.items()}
    if isinstance(node, list):
        return [_resolve(value, arrays) for value in node]
    return node


def _plain(kind: str, node: dict, arrays: bytes) -> np.ndarray:
    count = int(np.prod(node["shape"], dtype=int))
    return np.frombuffer(arrays, kind, count, node["at"]).reshape(node["shape"])


def _planes(node: dict, arrays: bytes) -> np.ndarray:
    flat = _plain("u1", node | {"shape": [4, int(np.prod(node["shape"]))]}, arrays)
    return np.ascontiguousarray(flat.T).view("<f4").reshape(node["shape"])


def _codes(node: dict, arrays: bytes) -> np.ndarray:
    height, width, channels = node["shape"]
    told = _plain("u1", node | {"shape": [channels, height, width]}, arrays).astype(int)
    codes, step = np.zeros_like(told), node["step"]
    for column in range(width):
        before = codes[..., column - step] if step and column >= step else 0
        codes[..., column] = (told[..., column] + before) % 256
    return codes.transpose(1, 2, 0).astype(np.uint8)


def _coarse(node: dict, arrays: bytes) -> np.ndarray:
    codes, low, high = (_resolve(node[name], arrays) for name in ("codes", "low", "high"))
    values = low + (high.astype(np.float64) - low) * (codes / LEVELS)
    for code, mark in MARKS.items():
        values[codes == code] = mark
    return values.astype(np.float32).reshape(node["shape"])


_READERS = {
    "float32": lambda node, arrays: _plain("<f4", node, arrays),
    "uint8": lambda node, arrays: _plain("u1", node, arrays),
    "planes": _planes,
    "codes": _codes,
    "coarse": _coarse,
}
