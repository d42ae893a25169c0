"""The wire format of a view: a JSON header, then the arrays that it points to, as bytes.

Layout: uint32 header length (little endian), the header as UTF-8 JSON padded with spaces to a
multiple of four bytes, then the arrays, each at a multiple of four from the end of the header.
"""

import json
import struct

import numpy as np

ALIGN = 4
_TYPES = {"float32": "<f4", "uint8": "u1"}


class Buffers:
    """Collects arrays; each call returns what the header must hold to find the array again."""

    def __init__(self):
        self._parts: list[bytes] = []
        self._length = 0

    def add(self, array: np.ndarray) -> dict:
        """Appends a float32 or uint8 array in row-major order.

        Returns:
            {"at": byte offset, "type": "float32" or "uint8", "shape": [...]}.
        """
        kind = array.dtype.name
        data = np.ascontiguousarray(array, _TYPES[kind]).tobytes()
        at = self._length
        self._parts += [data, b"\0" * (-len(data) % ALIGN)]
        self._length += len(data) + -len(data) % ALIGN
        return {"at": at, "type": kind, "shape": list(array.shape)}

    def map(self, values: np.ndarray) -> dict:
        """Appends float32 values."""
        return self.add(values.astype(np.float32, copy=False))

    def pack(self, header: dict) -> bytes:
        """The whole message."""
        text = json.dumps(header, separators=(",", ":"), allow_nan=False).encode()
        text += b" " * (-len(text) % ALIGN)
        return b"".join([struct.pack("<I", len(text)), text, *self._parts])
