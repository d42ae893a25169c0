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
    ArrayFile,
    StoredArray,
    check_count,
    is_shape,
)
from explorer.model.npy import read_npy_header
from explorer.sizes import MIB

_MAX_CONFIG = MIB


@contextmanager
def open_npz(path: Path, name: str, unpacking: Unpacking) -> Iterator[ArrayFile]:
    """The arrays of an .npz; nothing is unpickled.

    Raises:
        ExplorerError: an array of Python objects, or an archive that `open_zip` refuses.
        ValueError: a damaged member.
    """
    with open_zip(path, name, with_folders=True) as archive:
        check_count(len(archive.names))
        arrays, config = {}, {}
        for member in archive.names:
            key = member.removesuffix(".npy")
            shape, kind = _header(archive, member, name)
            if key == CONFIG_KEY:
                config = _config(archive, member, shape, kind)
            elif kind.kind == "f" or kind.name == "bfloat16":
                arrays[key] = StoredArray(shape, functools.partial(_values, archive, member))
        yield ArrayFile(arrays, config)


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


def _config(archive: Archive, member: str, shape: tuple[int, ...], kind: np.dtype) -> object:
    if shape != () or kind.kind != "U" or kind.itemsize > _MAX_CONFIG:
        raise ValueError("the stated configuration is no text")
    return json.loads(str(_values(archive, member)))
