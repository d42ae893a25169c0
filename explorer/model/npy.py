"""The header of an .npy file, as NumPy's own reader finds it; no numbers are read."""

from typing import IO

import numpy as np

_READERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}


def read_npy_header(file: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype]:
    """Shape, whether columns come first, and type; the file is left where the numbers begin.

    Raises:
        ValueError, KeyError: it is no such file, or of a version that NumPy does not write.
    """
    return _READERS[np.lib.format.read_magic(file)](file)
