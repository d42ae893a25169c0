"""Where each padded cell comes from: the index maps behind `tf.pad`."""

import numpy as np

CONSTANT_SOURCE = -1


def pad_sources(size: int, before: int, after: int, mode: str) -> np.ndarray:
    """Source index of every cell along one padded axis.

    REFLECT mirrors about the edge cell, SYMMETRIC about the edge itself (so that the edge cell
    comes twice); CONSTANT has no source.

    Returns:
        int32 [before + size + after]; `CONSTANT_SOURCE` where a constant stands.

    Example:
        >>> pad_sources(4, 2, 2, "REFLECT").tolist()
        [2, 1, 0, 1, 2, 3, 2, 1]
    """
    index = np.arange(-before, size + after, dtype=np.int32)
    if mode == "CONSTANT":
        return np.where((index < 0) | (index >= size), CONSTANT_SOURCE, index)
    edge = 1 if mode == "REFLECT" else 0
    low = np.where(index < 0, -index - 1 + edge, index)
    return np.where(low >= size, 2 * size - 1 - edge - low, low).astype(np.int32)
