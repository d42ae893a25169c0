"""Zip archives written record by record, so that sizes, names and flags can lie."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

STORED, DEFLATED = 0, 8
ENCRYPTED, UTF8 = 1, 0x800
_MOST = 2**16 - 1


@dataclass(frozen=True)
class Member:
    """One member: what is stored, and what is said of it.

    Attributes:
        name: bytes, as `flags` say in UTF-8 or else in code page 437.
        packed: the bytes as they are stored.
        size: the announced size; that of `packed` where it is None.
    """

    name: bytes
    packed: bytes
    size: int | None = None
    method: int = STORED
    flags: int = UTF8
    crc: int | None = None

    def _facts(self) -> bytes:
        """The part that stands in both records: version, flags, ... to the name's length."""
        size = len(self.packed) if self.size is None else self.size
        crc = zlib.crc32(self.packed) if self.crc is None else self.crc
        lengths = crc, len(self.packed), size, len(self.name), 0
        return struct.pack("<HHHHHIIIHH", 20, self.flags, self.method, 0, 33, *lengths)

    def local(self) -> bytes:
        """The record before the content, and the content."""
        return b"PK\3\4" + self._facts() + self.name + self.packed

    def central(self, offset: int) -> bytes:
        """The record in the directory at the archive's end."""
        place = struct.pack("<HHHII", 0, 0, 0, 0, offset)
        return b"PK\1\2" + struct.pack("<H", 20) + self._facts() + place + self.name


def archive(*members: Member, repeat: int = 1) -> bytes:
    """An archive whose directory lists the members, `repeat` times, all at the same places."""
    body, directory = b"", b""
    for member in members:
        directory += member.central(len(body))
        body += member.local()
    directory *= repeat
    count = min(len(members) * repeat, _MOST)
    end = struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), len(body), 0)
    return body + directory + b"PK\5\6" + end


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A sound archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in files.items():
            target.writestr(name, data)
    return out.getvalue()


def deflated_run(byte: bytes, size: int, piece: int = 2**24) -> bytes:
    """A long run of one byte, deflated without ever being held: one piece's bytes repeated."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    once = packer.compress(byte * piece) + packer.flush(zlib.Z_FULL_FLUSH)
    return once * (size // piece) + packer.flush()


def bomb(name: bytes, size: int, byte: bytes = b"\0", announced: int | None = None) -> Member:
    """A member of `size` equal bytes."""
    announced = size if announced is None else announced
    return Member(name, deflated_run(byte, size), announced, DEFLATED, crc=0)


def nested(depth: int, inner: bytes) -> bytes:
    """An archive in an archive in an archive."""
    for at in range(depth):
        inner = zipped({f"{at}.zip": inner})
    return inner
