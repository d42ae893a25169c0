"""Reads .npz files: a zip of .npy members, each a short header and its numbers."""

import functools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import numpy as np

from explorer.errors import ExplorerError, quote
from explorer.model.files.archives import MAX_UNPACKED, Archive, Unpacking, open_zip
from explorer.model.files.arrays import (
    CONFIG_KEY,
    GRAPH_KEY,
    MOST_GRAPH,
    ArrayFile,
    StoredArray,
    check_count,
    is_shape,
)
from explorer.model.npy import read_npy_header
from explorer.sizes import MIB

# Bytes of a stated text, of which a letter takes four.
_MOST_STATED = {CONFIG_KEY: MIB, GRAPH_KEY: 4 * MOST_GRAPH}


@contextmanager
def open_npz(path: Path, name: str, unpacking: Unpacking) -> Iterator[ArrayFile]:
    """The arrays of an .npz; nothing is unpickled.

    Raises:
        ExplorerError: an array of Python objects, or an archive that `open_zip` refuses.
        ValueError: a damaged member.
    """
    with open_zip(path, name, with_folders=True) as archive:
        check_count(len(archive.names))
        arrays, stated, unread = {}, {}, {}
        for member in archive.names:
            key = member.removesuffix(".npy")
            shape, kind = _header(archive, member, name)
            if key in _MOST_STATED:
                stated[key] = _stated(archive, member, shape, kind, _MOST_STATED[key])
            elif kind.kind == "f" or kind.name == "bfloat16":
                arrays[key] = StoredArray(shape, functools.partial(_values, archive, member))
            else:
                values = functools.partial(_values, archive, member)
                unread[key] = StoredArray(shape, values, kind.name)
        config, graph = stated.get(CONFIG_KEY, {}), stated.get(GRAPH_KEY)
        yield ArrayFile(arrays, config, graph=graph, unread=unread)


def _header(archive: Archive, member: str, name: str) -> tuple[tuple[int, ...], np.dtype]:
    """Shape and type of a member, checked against its announced size."""
    with archive.open(member) as file:
        shape, _, kind = read_npy_header(file)
    if kind.hasobject:
        raise ExplorerError("weights_pickled", "weights", value=quote(name))
    if not is_shape(shape, min(MAX_UNPACKED, archive.size(member)), kind.itemsize):
        raise ValueError("another size than announced")
    return shape, kind


def _values(archive: Archive, member: str) -> np.ndarray:
    with archive.open(member) as file:
        values = np.lib.format.read_array(file, allow_pickle=False)
        _read_to_end(file)
    return values


def _read_to_end(file: IO[bytes]):
    """The archive's checksum is compared at the end of a member."""
    while file.read(2**16):
        pass


def _stated(
    archive: Archive, member: str, shape: tuple[int, ...], kind: np.dtype, most: int
) -> object:
    if shape != () or kind.kind != "U" or kind.itemsize > most:
        raise ValueError("what is stated is no text")
    return json.loads(str(_values(archive, member)))
