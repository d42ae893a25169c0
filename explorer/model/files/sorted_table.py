"""Reads the index of a TensorFlow checkpoint: a sorted table of keys and values, as LevelDB's.

The format is that of table_format.md in LevelDB's sources: blocks of entries whose keys share
prefixes, each block followed by its kind and a checksum, and a footer that finds the index block.
"""

import struct
from collections.abc import Iterator

import google_crc32c

from explorer.model.files.arrays import check_count

_MAGIC = 0xDB4775248B80FB57
_FOOTER = 48
_UNCOMPRESSED = 0  # all that TensorFlow ever wrote
_MASK = 0xA282EAD8


def table_entries(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Every key and value of a table, in its order.

    Raises:
        ValueError: the table is damaged or compressed.
        ExplorerError: it holds too many entries.
    """
    if len(data) < _FOOTER or struct.unpack("<Q", data[-8:]) != (_MAGIC,):
        raise ValueError("no table")
    footer = data[-_FOOTER:]
    _, at = _handle(footer, 0)
    index, _ = _handle(footer, at)
    found = 0
    for _, value in _block(data, index):
        handle, _ = _handle(value, 0)
        for entry in _block(data, handle):
            found += 1
            check_count(found)
            yield entry


def masked_checksum(data: bytes) -> int:
    """The CRC-32C of some bytes, rotated and offset as LevelDB stores it."""
    crc = google_crc32c.value(data)
    return ((crc >> 15 | crc << 17) + _MASK) & 0xFFFFFFFF


def _block(data: bytes, handle: tuple[int, int]) -> Iterator[tuple[bytes, bytes]]:
    start, size = handle
    end = start + size
    if end + 5 > len(data):
        raise ValueError("a block outside the table")
    kind, checksum = struct.unpack_from("<BI", data, end)
    if kind != _UNCOMPRESSED or checksum != masked_checksum(data[start : end + 1]):
        raise ValueError("a compressed or damaged block")
    (restarts,) = struct.unpack_from("<I", data, end - 4)
    stop = end - 4 - 4 * restarts
    at, key = start, b""
    while at < stop:
        shared, at = _varint(data, at)
        own, at = _varint(data, at)
        length, at = _varint(data, at)
        if shared > len(key) or at + own + length > stop:
            raise ValueError("an entry outside its block")
        key = key[:shared] + data[at : at + own]
        yield key, data[at + own : at + own + length]
        at += own + length


def _handle(data: bytes, at: int) -> tuple[tuple[int, int], int]:
    start, at = _varint(data, at)
    size, at = _varint(data, at)
    return (start, size), at


def _varint(data: bytes, at: int) -> tuple[int, int]:
    number = 0
    for shift in range(0, 64, 7):
        byte = data[at]
        number |= (byte & 127) << shift
        at += 1
        if byte < 128:
            return number, at
    raise ValueError("a number that does not end")
