"""Reads HDF5 files of weights: hard links alone are followed, and no more of them than a bound."""

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import h5py

from explorer.errors import ExplorerError
from explorer.model.files.archives import Unpacking, most_unpacked
from explorer.model.files.arrays import ArrayFile, StoredArray, check_count, is_shape
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


class _Walk:
    """One walk over all groups, with a count of all links and bytes met so far."""

    def __init__(self, most: int):
        self._most, self._links, self._bytes = most, 0, 0

    def arrays_of(self, root: h5py.h5g.GroupID) -> dict[str, StoredArray]:
        """Every sound array of numbers; a group that is met again counts again."""
        arrays, waiting = {}, [("", root, 0)]
        while waiting:
            path, group, depth = waiting.pop()
            self._links += len(group)
            check_count(self._links)
            if depth > _MOST_DEPTH:
                raise ValueError("groups too deep")
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
