"""The header of an .npy file: short ones, one at a time."""

import io
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from explorer.model.npy import MOST_BYTES, read_npy_header
from explorer.model.pad_call import read_pad_call
from tests.support.each import each

SECONDS = 1.5  # in which threads that take turns read some hundred texts each
LINE = "x = tf.pad(x, [[0, 0], [1, 2], [3, 3], [0, 0]])"


def npy(header: bytes) -> io.BytesIO:
    return io.BytesIO(b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header)


def sound(pad_to: int) -> bytes:
    header = b"{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }"
    return header.ljust(pad_to - 1) + b"\n"


@each("size", [60, MOST_BYTES])
def test_a_header_is_read(size):
    assert read_npy_header(npy(sound(size))) == ((2, 3), True, np.dtype("<f4"))


@each("piece", [b"'\\", b"[", b"((1,", b"-", b" "])
def test_a_long_header_is_refused_unread(piece):
    began = time.perf_counter()
    with pytest.raises(ValueError, match="max_header_size"):
        read_npy_header(npy((piece * 10_000)[:10_000]))
    assert time.perf_counter() - began < 0.05


def test_headers_and_lines_of_code_that_are_read_at_once_are_all_read():
    """Python 3.11 counts for all threads together how deep it is in a text."""
    header = sound(MOST_BYTES)
    ends = time.monotonic() + SECONDS

    def read_all(read) -> int:
        count = 0
        while time.monotonic() < ends:
            read()
            count += 1
        return count

    with ThreadPoolExecutor() as threads:
        kinds = (lambda: read_npy_header(npy(header)), lambda: read_pad_call(LINE))
        counts = list(threads.map(read_all, kinds * 2))
    assert min(counts) > 0
