"""Arrays at addresses that TensorFlow can use: it copies others, and keeps both copies."""

import math

import numpy as np

ALIGNMENT = 64  # bytes; what Eigen's widest instructions need


def aligned_empty(shape: tuple[int, ...]) -> np.ndarray:
    """Uninitialised float32 [shape] at an address that TensorFlow can use."""
    size = math.prod(shape)
    raw = np.empty(size + ALIGNMENT // 4, np.float32)
    skipped = -raw.ctypes.data % ALIGNMENT // 4
    return raw[skipped : skipped + size].reshape(shape)


def is_aligned(values: np.ndarray) -> bool:
    """Whether TensorFlow can use the values where they are."""
    return values.ctypes.data % ALIGNMENT == 0 and values.flags.c_contiguous and values.size > 0


def aligned(values: np.ndarray) -> np.ndarray:
    """The values themselves, or a copy that is aligned."""
    if is_aligned(values):
        return values
    copy = aligned_empty(values.shape)
    copy[...] = values
    return copy
