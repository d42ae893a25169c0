"""Reads TensorFlow checkpoints: the .index and .data files that Saver and Checkpoint write.

TensorFlow's own reader ends the process at a damaged file; this one checks every entry first. The
format is that of tensor_bundle.h in TensorFlow's sources.
"""

import functools
import math
import re
import struct
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import ml_dtypes
import numpy as np
from google.protobuf.message import Message

from explorer.errors import ExplorerError, quote
from explorer.model.files.arrays import ArrayFile, StoredArray, is_shape
from explorer.model.files.checkpoint_messages import MESSAGES
from explorer.model.files.sorted_table import masked_checksum, table_entries
from explorer.sizes import MIB, mebibytes

SHARD = re.compile(r"(.+)\.data-(\d{5})-of-(\d{5})", re.DOTALL | re.IGNORECASE)
INDEX, META = ".index", ".meta"
_GRAPH_KEY = "_CHECKPOINTABLE_OBJECT_GRAPH"
_SUFFIX = "/.ATTRIBUTES/VARIABLE_VALUE"
_MAX_INDEX = 16 * MIB
_MAX_GRAPH = 16 * MIB
_STRING = 7
# TensorFlow's number of a type -> NumPy's.
_FLOATS = {1: np.float32, 2: np.float64, 14: ml_dtypes.bfloat16, 19: np.float16}
# An optimizer's lists lead to variables too; the layers' own paths say more.
_LISTS = frozenset({"optimizer", "_trainable_variables", "_variables", "_non_trainable_variables"})


@dataclass(frozen=True)
class _Bundle:
    """A checkpoint's files: where each shard lies, its size, and the order of bytes."""

    shards: Mapping[int, Path]
    sizes: Mapping[int, int]
    order: str

    def bytes_of(self, entry: Message) -> bytes:
        """What an entry refers to, compared with its checksum."""
        with self.shards[entry.shard_id].open("rb") as file:
            file.seek(entry.offset)
            data = file.read(entry.size)
        if masked_checksum(data) != entry.crc32c:
            raise ValueError("damaged numbers")
        return data

    def values_of(self, entry: Message, shape: tuple[int, ...]) -> np.ndarray:
        """The array of an entry."""
        kind = np.dtype(_FLOATS[entry.dtype]).newbyteorder(self.order)
        return np.frombuffer(self.bytes_of(entry), kind).reshape(shape)


@contextmanager
def open_checkpoint(index: str, files: Mapping[str, Path]) -> Iterator[ArrayFile]:
    """The arrays of a checkpoint, by their variables' names or their objects' paths.

    Args:
        index: name of the .index file.
        files: plain name -> file; those of other checkpoints may be among them.

    Raises:
        ExplorerError: a part is missing, the index is too long, or a variable is stored in slices.
        ValueError, KeyError: the files are damaged.
    """
    if files[index].stat().st_size > _MAX_INDEX:
        bound = mebibytes(_MAX_INDEX)
        raise ExplorerError("file_part_too_large", "weights", value=quote(index), bound=bound)
    entries = dict(table_entries(files[index].read_bytes()))
    header = MESSAGES["Header"].FromString(entries.pop(b""))
    bundle = _bundle(index, files, header)
    named = {key: value for key, value in entries.items() if key[:1] != b"\0"}  # slices' keys
    arrays = dict(_stored(bundle, named))
    graph = named.get(_GRAPH_KEY.encode())
    paths = _variable_paths(_text(bundle, graph)) if graph is not None else {}
    named = {paths.get(key, key.removesuffix(_SUFFIX)): a for key, a in arrays.items()}
    meta = "" if graph is not None else index[: -len(INDEX)] + META
    yield ArrayFile(named, meta=files.get(meta), meta_name=meta)


def _bundle(index: str, files: Mapping[str, Path], header: Message) -> _Bundle:
    prefix = index[: -len(INDEX)]
    found = {}
    for name, path in files.items():
        match = SHARD.fullmatch(name)
        if match and match[1] == prefix and int(match[3]) == max(1, header.num_shards):
            found[int(match[2])] = path
    if not found:
        raise ExplorerError("checkpoint_part", "weights", value=quote(index))
    sizes = {shard: path.stat().st_size for shard, path in found.items()}
    return _Bundle(found, sizes, ">" if header.endianness else "<")


def _stored(bundle: _Bundle, entries: Mapping[bytes, bytes]) -> Iterator[tuple[str, StoredArray]]:
    """Each array of numbers; together they are no larger than the files."""
    left = sum(bundle.sizes.values())
    for key, value in entries.items():
        entry = MESSAGES["Entry"].FromString(value)
        if entry.dtype not in _FLOATS:
            continue
        if entry.slices:
            raise ExplorerError("checkpoint_slices", "weights", value=quote(key.decode()))
        shape = tuple(dim.size for dim in entry.shape.dim)
        kind = np.dtype(_FLOATS[entry.dtype])
        sound = not entry.shape.unknown_rank and is_shape(shape, left, kind.itemsize)
        if not sound or entry.size != math.prod(shape) * kind.itemsize:
            raise ValueError("another size than announced")
        _check_place(bundle, entry)
        left -= entry.size
        yield key.decode(), StoredArray(shape, functools.partial(bundle.values_of, entry, shape))


def _check_place(bundle: _Bundle, entry: Message):
    if entry.shard_id not in bundle.sizes:
        raise ExplorerError("checkpoint_shard", "weights", value=entry.shard_id)
    if min(entry.offset, entry.size) < 0:
        raise ValueError("a negative place")
    if entry.offset + entry.size > bundle.sizes[entry.shard_id]:
        raise ValueError("numbers past the end")


def _text(bundle: _Bundle, value: bytes) -> bytes:
    """One string, stored as its length, a checksum of the length, and its bytes."""
    entry = MESSAGES["Entry"].FromString(value)
    if entry.dtype != _STRING or entry.shape.dim or not 0 < entry.size <= _MAX_GRAPH:
        raise ValueError("no single text")
    _check_place(bundle, entry)
    with bundle.shards[entry.shard_id].open("rb") as file:
        file.seek(entry.offset)
        data = file.read(entry.size)
    length = 0
    for at, byte in enumerate(data[:10]):
        length |= (byte & 127) << 7 * at
        if byte < 128:
            break
    text = data[at + 5 :]
    stored = struct.unpack_from("<I", data, at + 1)[0]
    if len(text) != length or masked_checksum(struct.pack("<I", length)) != stored:
        raise ValueError("a damaged text")
    return text


def _variable_paths(serialized: bytes) -> dict[str, str]:
    """Tensor's key in the checkpoint -> path of the variable, e.g. "model/_operations/1/kernel".

    TensorFlow names each tensor by the shortest path to it, which may lead through an optimizer.
    """
    graph = MESSAGES["ObjectGraph"].FromString(serialized)
    found, seen, waiting = {}, {0}, deque([(0, "")])
    while waiting:
        at, path = waiting.popleft()
        node = graph.nodes[at]
        for attribute in node.attributes:
            found.setdefault(attribute.checkpoint_key, path)
        for child in node.children:
            if child.local_name not in _LISTS and child.node_id not in seen:
                seen.add(child.node_id)
                waiting.append((child.node_id, f"{path}/{child.local_name}".lstrip("/")))
    return found
