"""Reads .safetensors files; the header is bounded before anything parses it."""

import functools
import json
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import ml_dtypes
import numpy as np
import safetensors

from explorer.errors import ExplorerError, quote
from explorer.model.files.archives import Unpacking
from explorer.model.files.arrays import (
    CONFIG_KEY,
    GRAPH_KEY,
    MOST_GRAPH,
    ArrayFile,
    StoredArray,
    check_count,
)
from explorer.sizes import MIB, mebibytes

_MAX_HEADER = 4 * MIB + MOST_GRAPH
_FLOATS = {
    "F16": np.float16,
    "F32": np.float32,
    "F64": np.float64,
    "BF16": ml_dtypes.bfloat16,  # the package's own NumPy reader does not know it
}


@contextmanager
def open_safetensors(path: Path, name: str, unpacking: Unpacking) -> Iterator[ArrayFile]:
    """The arrays of a .safetensors file.

    Raises:
        ExplorerError: the header is too long, or names too many arrays.
        ValueError: a damaged header.
    """
    with path.open("rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        if length > path.stat().st_size - 8:
            raise ValueError("a header past the end")
        if length > _MAX_HEADER:
            bound = mebibytes(_MAX_HEADER)
            raise ExplorerError("file_part_too_large", "weights", value=quote(name), bound=bound)
        header = json.loads(file.read(length))
    stated = header.pop("__metadata__", None) or {}
    check_count(len(header))
    with safetensors.safe_open(path, "numpy"):  # checks offsets and sizes, all of them
        pass
    arrays = {
        key: _stored(path, 8 + length, entry)
        for key, entry in header.items()
        if entry["dtype"] in _FLOATS
    }
    config, graph = (
        json.loads(stated[key]) if stated.get(key) else None for key in (CONFIG_KEY, GRAPH_KEY)
    )
    unread = {
        key: StoredArray(tuple(entry["shape"]), _refuse, entry["dtype"])
        for key, entry in header.items()
        if key not in arrays
    }
    yield ArrayFile(arrays, {} if config is None else config, graph=graph, unread=unread)


def _refuse():
    raise ValueError("numbers of a type that is not read")


def _stored(path: Path, start: int, entry: dict) -> StoredArray:
    shape, kind = tuple(entry["shape"]), np.dtype(_FLOATS[entry["dtype"]]).newbyteorder("<")
    at = start + entry["data_offsets"][0]
    return StoredArray(shape, functools.partial(_values, path, at, shape, kind))


def _values(path: Path, at: int, shape: tuple[int, ...], kind: np.dtype) -> np.ndarray:
    return np.fromfile(path, kind, int(np.prod(shape, dtype=np.int64)), offset=at).reshape(shape)
