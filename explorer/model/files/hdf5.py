"""Reads HDF5 files of weights: hard links alone are followed, and no more of them than a bound."""

import functools
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np

from explorer.errors import ExplorerError
from explorer.model.files.archives import Unpacking, most_unpacked
from explorer.model.files.arrays import (
    MOST_ARRAYS,
    ArrayFile,
    StoredArray,
    check_count,
    is_shape,
)
from explorer.sizes import mebibytes

_MOST_DEPTH = 64


@contextmanager
def open_h5(path: Path, name: str, unpacking: Unpacking) -> Iterator[ArrayFile]:
    """The arrays of an HDF5 file, by their path in it.

    Links to other files or to other places of this one, virtual and external data are left alone.

    Raises:
        ExplorerError: too many links, or data that grow too much as they are unpacked.
        ValueError: groups too deep.
    """
    with h5py.File(path, "r") as file:
        yield ArrayFile(_Walk(most_unpacked(path.stat().st_size)).arrays_of(file.id))


@dataclass(frozen=True, eq=False)
class H5Model:
    """What an HDF5 file of a Keras model holds.

    Attributes:
        arrays: by their path in it.
        config: its JSON text, where there is one.
        orders: group's path -> the names of its arrays, in the order of a layer's variables.
    """

    arrays: Mapping[str, StoredArray]
    config: str | None
    orders: Mapping[str, tuple[str, ...]]


@contextmanager
def open_h5_model(path: Path, most_text: int) -> Iterator[H5Model]:
    """As `open_h5`, with the structure and the orders that attributes tell.

    Args:
        most_text: characters of the structure.

    Raises:
        ExplorerError: as `open_h5`, or the structure is too long.
        ValueError: damaged attributes.
    """
    with h5py.File(path, "r") as file:
        walk = _Walk(most_unpacked(path.stat().st_size), wants_orders=True)
        arrays = walk.arrays_of(file.id)
        texts = _texts(file.id, b"model_config")
        if texts and len(texts[0]) > most_text:
            bound = mebibytes(most_text)
            raise ExplorerError("file_part_too_large", "weights", value="model_config", bound=bound)
        yield H5Model(arrays, texts[0] if texts else None, walk.orders)


def _texts(group: h5py.h5g.GroupID, name: bytes) -> tuple[str, ...] | None:
    """Texts of an attribute; None where there is none of that kind."""
    if not h5py.h5a.exists(group, name):
        return None
    attribute = h5py.h5a.open(group, name)
    if not isinstance(attribute.get_type(), h5py.h5t.TypeStringID):
        return () if 0 in attribute.shape else None
    if math.prod(attribute.shape) > MOST_ARRAYS:
        check_count(math.prod(attribute.shape))
    values = np.ravel(h5py.AttributeManager(_Located(group))[name.decode()])
    return tuple(
        text.decode(errors="surrogateescape") if isinstance(text, bytes) else str(text)
        for text in values.tolist()
    )


@dataclass(frozen=True)
class _Located:
    """What h5py's reader of attributes needs of a group."""

    id: h5py.h5g.GroupID


def _order(group: h5py.h5g.GroupID) -> tuple[str, ...] | None:
    """The names of a layer's variables; where they are many they stand in several attributes."""
    names = _texts(group, b"weight_names")
    if names is not None:
        return names
    parts: list[str] = []
    for at in range(MOST_ARRAYS):
        more = _texts(group, f"weight_names{at}".encode())
        if more is None:
            return tuple(parts) if at else None
        parts += more
        check_count(len(parts))
    return tuple(parts)


class _Walk:
    """One walk over all groups, with a count of all links and bytes met so far."""

    def __init__(self, most: int, wants_orders: bool = False):
        self._wants_orders = wants_orders
        self._most, self._links, self._bytes = most, 0, 0
        self.orders: dict[str, tuple[str, ...]] = {}

    def arrays_of(self, root: h5py.h5g.GroupID) -> dict[str, StoredArray]:
        """Every sound array of numbers; a group that is met again counts again."""
        arrays, waiting = {}, [("", root, 0)]
        while waiting:
            path, group, depth = waiting.pop()
            self._links += len(group)
            check_count(self._links)
            if depth > _MOST_DEPTH:
                raise ValueError("groups too deep")
            if self._wants_orders and (order := _order(group)) is not None:
                self.orders[path.removesuffix("/")] = order
            for key in group:
                if group.links.get_info(key).type != h5py.h5l.TYPE_HARD:
                    continue
                item = h5py.h5o.open(group, key)
                own = path + key.decode(errors="surrogateescape")
                if isinstance(item, h5py.h5g.GroupID):
                    waiting.append((f"{own}/", item, depth + 1))
                elif isinstance(item, h5py.h5d.DatasetID) and self._is_plain(item):
                    arrays[own] = self._stored(item)
        return arrays

    @staticmethod
    def _is_plain(item: h5py.h5d.DatasetID) -> bool:
        """Numbers in this file: no text, no references, no empty or virtual dataset."""
        if item.get_space().get_simple_extent_type() == h5py.h5s.NULL:
            return False
        if not isinstance(item.get_type(), h5py.h5t.TypeFloatID):
            return False
        made = item.get_create_plist()
        return made.get_layout() != h5py.h5d.VIRTUAL and made.get_external_count() == 0

    def _stored(self, item: h5py.h5d.DatasetID) -> StoredArray:
        size = item.get_type().get_size()
        left = self._most - self._bytes
        if not is_shape(item.shape, left, size):
            raise ExplorerError("unpacks_too_large", "weights", bound=mebibytes(self._most))
        for length in item.shape:
            size *= length
        self._bytes += size
        return StoredArray(item.shape, functools.partial(_values, item))


def _values(item: h5py.h5d.DatasetID):
    return h5py.Dataset(item)[()]
