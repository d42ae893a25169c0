"""The wire format of a view: a JSON header, then the arrays that it points to, as bytes.

Layout: uint32 header length (little endian), the header as UTF-8 JSON padded with spaces to a
multiple of four bytes, then the arrays, each at a multiple of four from the end of the header.

Large float32 maps travel by planes: the first byte of each value, then the second ones, and so on.
A map's codes travel channel by channel, each code as its difference from one a few columns before
it (modulo 256), as neighbours, or those of the same phase of a stride, are alike: that is what a
compressor needs. What is the same as another map points to that one.
"""

import json
import struct

import numpy as np

from explorer.model.stopping import stop_if_unwanted
from explorer.views.maps import LEVELS, QuantizedMap, quantize

ALIGN = 4
MOST_EXACT = 1500  # values of a map that always comes exact: the page may write them into its cells
LEAST_PLANES = 256  # values
_ROUNDED_BY = 4  # levels of a coarse map's codes that become one
# By the dtype itself: to spell out its name takes as long as to copy a small array.
_TYPES = {np.dtype(name): (name, kind) for name, kind in (("float32", "<f4"), ("uint8", "u1"))}
_STEPS = (0, 1, 2)  # columns from a code to the one that it is told by; 0: it is told by itself


class Buffers:
    """Collects arrays; each call returns what the header must hold to find the array again.

    Args:
        coarse: whether large maps come as codes.

    Attributes:
        coarsened: how many did.
    """

    def __init__(self, coarse: bool = False):
        self._coarse, self.coarsened = coarse, 0
        self._parts: list[bytes] = []
        self._length = 0
        self._sent: dict[int, tuple[np.ndarray, dict]] = {}  # codes by identity, kept alive

    def add(self, array: np.ndarray) -> dict:
        """Appends a float32 or uint8 array in row-major order.

        Returns:
            {"at": byte offset, "type": "float32" or "uint8", "shape": [...]}.

        Raises:
            Stopped: nobody waits for the view any longer.
        """
        stop_if_unwanted()
        name, kind = _TYPES[array.dtype]
        data = np.ascontiguousarray(array, kind).tobytes()
        at = self._length
        self._parts += [data, b"\0" * (-len(data) % ALIGN)]
        self._length += len(data) + -len(data) % ALIGN
        return {"at": at, "type": name, "shape": list(array.shape)}

    def map(self, values: np.ndarray) -> dict:
        """Appends float32 values, or the codes of a large map."""
        values = values.astype(np.float32, copy=False)
        if self._coarse and values.size > MOST_EXACT and values.ndim in (2, 3):
            wide = values if values.ndim == 3 else values[..., None]
            return self.coarse(quantize(wide)) | {"shape": list(values.shape)}
        return self.add(values) if values.size < LEAST_PLANES else self._planes(values)

    def _planes(self, values: np.ndarray) -> dict:
        """The first bytes of all values, then the second ones, and so on: the last are alike."""
        data = np.ascontiguousarray(values, "<f4").view(np.uint8).reshape(-1, 4)
        return self.add(data.T) | {"type": "planes", "shape": list(values.shape)}

    def coarse(self, shown: QuantizedMap) -> dict:
        """A map that its reader takes for values: its codes, and each channel's range.

        Returns:
            {"type": "coarse", "shape", "codes", "low", "high"}, the last three arrays.
        """
        self.coarsened += 1
        return self.small(shown)

    def small(self, shown: QuantizedMap) -> dict:
        """The same of a map that is shown too small for more to be seen."""
        return {
            "type": "coarse",
            "shape": list(shown.codes.shape),
            "codes": self.codes(shown.codes),
            "low": self.add(shown.low),
            "high": self.add(shown.high),
        }

    def codes(self, codes: np.ndarray) -> dict:
        """Appends a map's codes, uint8 [height, width, channels]; the same array once.

        Returns:
            {"at", "type": "codes", "shape", "step": columns to the code that it is told by}.
        """
        found = self._sent.get(id(codes))
        if found is None:
            shown = self._rounded(codes) if self._coarse else codes
            planes = np.ascontiguousarray(shown.transpose(2, 0, 1))
            step, told = min(
                ((step, _differences(planes, step)) for step in _STEPS), key=_spread_of_second
            )
            place = self.add(told) | {"type": "codes", "shape": list(codes.shape), "step": step}
            found = self._sent[id(codes)] = codes, place
        return found[1]

    def _rounded(self, codes: np.ndarray) -> np.ndarray:
        """A quarter of the levels, which takes two thirds of the bytes."""
        self.coarsened += 1
        few = np.minimum((codes + np.uint8(_ROUNDED_BY // 2)) // _ROUNDED_BY * _ROUNDED_BY, LEVELS)
        return np.where(codes > LEVELS, codes, few)

    def pack(self, header: dict) -> bytes:
        """The whole message."""
        text = json.dumps(header, separators=(",", ":"), allow_nan=False).encode()
        text += b" " * (-len(text) % ALIGN)
        return b"".join([struct.pack("<I", len(text)), text, *self._parts])


def _differences(planes: np.ndarray, step: int) -> np.ndarray:
    """Codes [channels, height, width] told by those `step` columns before them."""
    if not step:
        return planes
    told = planes.copy()
    told[..., step:] -= planes[..., :-step]
    return told


def _spread_of_second(told: tuple[int, np.ndarray]) -> int:
    """How far from 0 its codes are, as signed ones: what is near to it takes few bits."""
    return int(np.abs(told[1].view(np.int8).astype(np.int16)).sum())
