"""The header of an .npy file, as NumPy's own reader finds it; no numbers are read."""

from typing import IO

import numpy as np

from explorer.model.python_text import parsing

MOST_BYTES = 1024  # of a header; NumPy's own are of 128, and it takes far longer for long ones
_READERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}


def read_npy_header(file: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype]:
    """Shape, whether columns come first, and type; the file is left where the numbers begin.

    Raises:
        ValueError, KeyError: it is no such file, of a version that NumPy does not write for plain
            numbers, or its header is longer than `MOST_BYTES`.
    """
    with parsing:
        return _READERS[np.lib.format.read_magic(file)](file, max_header_size=MOST_BYTES)
