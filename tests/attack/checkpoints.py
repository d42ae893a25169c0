"""The index of a TensorFlow checkpoint, written byte by byte so that it can lie.

It is an SSTable: blocks of sorted entries (name -> BundleEntryProto), an index of the blocks, and a
footer of 48 bytes that says where the index is. Each block ends in a type byte and a checksum.
"""

import struct
from collections.abc import Iterable, Sequence
from functools import cache

FLOAT, STRING = 1, 7
KERNEL = b"noise_generator/fc1/dense/kernel"
GRAPH = b"_CHECKPOINTABLE_OBJECT_GRAPH"
DATA = bytes(256)
_MAGIC = struct.pack("<Q", 0xDB4775248B80FB57)
_FOOTER = 40  # bytes of the footer before its magic number

Entries = Iterable[tuple[bytes, bytes]]


def varint(number: int) -> bytes:
    """Seven bits a byte, lowest first; negative numbers as 64 bits in two's complement."""
    number %= 2**64
    low, rest = number & 0x7F, number >> 7
    return bytes([low | 0x80]) + varint(rest) if rest else bytes([low])


def message(*fields: tuple[int, object]) -> bytes:
    """A protocol buffer of (number, value): int as varint, bytes by length, `Fixed` as fixed32."""
    parts = []
    for number, value in fields:
        if isinstance(value, Fixed):
            parts.append(varint(number << 3 | 5) + value)
        elif isinstance(value, bytes):
            parts.append(varint(number << 3 | 2) + varint(len(value)) + value)
        else:
            parts.append(varint(number << 3) + varint(value))
    return b"".join(parts)


class Fixed(bytes):
    """Four bytes that travel as they are."""


@cache
def _crc_steps() -> list[int]:
    steps = list(range(256))
    for _ in range(8):
        steps = [step >> 1 ^ 0x82F63B78 * (step & 1) for step in steps]
    return steps


def checksum(data: bytes) -> bytes:
    """CRC-32C, masked as LevelDB does: rotated by 15 bits, plus a constant."""
    steps, crc = _crc_steps(), 2**32 - 1
    for byte in data:
        crc = crc >> 8 ^ steps[(crc ^ byte) & 0xFF]
    crc ^= 2**32 - 1
    return struct.pack("<I", ((crc >> 15 | crc << 17 & 0xFFFFFFFF) + 0xA282EAD8) % 2**32)


def block(entries: Entries, shared: int = 0) -> bytes:
    """Entries with one restart point; `shared` bytes are said to repeat the name before."""
    rows = [
        varint(shared) + varint(len(name)) + varint(len(value)) + name + value
        for name, value in entries
    ]
    return b"".join(rows) + struct.pack("<II", 0, 1)


def handle(offset: int, size: int) -> bytes:
    """Where a block is."""
    return varint(offset) + varint(size)


def _sealed(content: bytes, kind: int = 0) -> bytes:
    typed = content + bytes([kind])
    return typed + checksum(typed)


def table(content: bytes, kind: int = 0, index: bytes | None = None, at: bytes = b"") -> bytes:
    """An SSTable of one block of entries.

    Args:
        content: the block.
        kind: its compression: 0 none, 1 Snappy.
        index: the index block; the sound one where it is not given.
        at: where the footer says that the index is; where it is, if not given.
    """
    first = _sealed(content, kind)
    meta = _sealed(block([]))
    index = block([(b"\xff" * 8, handle(0, len(content)))]) if index is None else index
    index_place = len(first) + len(meta)
    footer = handle(len(first), len(meta) - 5) + (at or handle(index_place, len(index)))
    return first + meta + _sealed(index) + footer.ljust(_FOOTER, b"\0") + _MAGIC


def header(shards: int = 1) -> bytes:
    """BundleHeaderProto, the value under the empty name."""
    return message((1, shards), (3, message((1, 1))))


def shape(dims: Sequence[int], unknown_rank: bool = False) -> bytes:
    """TensorShapeProto."""
    sizes = [(2, message((1, size))) for size in dims]
    return message(*sizes, *([(3, 1)] if unknown_rank else []))


def part(*extents: tuple[int, int] | None) -> bytes:
    """TensorSliceProto: (start, length) an axis, None for the whole axis."""
    rows = [message() if row is None else message((1, row[0]), (2, row[1])) for row in extents]
    return message(*((1, row) for row in rows))


def entry(
    dims: Sequence[int] | bytes,
    dtype: int = FLOAT,
    offset: int = 0,
    size: int = len(DATA),
    shard: int = 0,
    crc: bytes | None = None,
    slices: Sequence[bytes] = (),
) -> bytes:
    """BundleEntryProto; `dims` may be a whole TensorShapeProto."""
    return message(
        (1, dtype),
        (2, dims if isinstance(dims, bytes) else shape(dims)),
        (3, shard),
        (4, offset),
        (5, size),
        (6, Fixed(checksum(DATA) if crc is None else crc)),
        *((7, piece) for piece in slices),
    )


def files(index: bytes, data: bytes = DATA) -> dict[str, bytes]:
    """A checkpoint of one shard."""
    return {"m.index": index, "m.data-00000-of-00001": data}


def checkpoint(value: bytes, name: bytes = KERNEL, shards: int = 1) -> dict[str, bytes]:
    """A checkpoint of a single entry."""
    return files(table(block([(b"", header(shards)), (name, value)])))
