"""A picture as an input takes it: its size, its channels, and the range of its values."""

import numpy as np

from explorer.errors import ExplorerError
from explorer.model.lazy_tensorflow import tf

COLOURS = 3  # channels that a picture has; what an input takes beyond them is 1 everywhere
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)  # of red, green, blue (ITU-R BT.601)


def is_for_pictures(shape: tuple[int, ...]) -> bool:
    """Whether a picture goes into an input of a shape: [height, width, 1, 3 or 4]."""
    return len(shape) == 3 and shape[2] in (1, 3, 4)


def fit_picture(
    values: np.ndarray, shape: tuple[int, ...], span: tuple[float, float]
) -> np.ndarray:
    """A picture as an input of maps.

    Args:
        values: float32 [height, width, 3], red, green and blue from 0 to 1.
        shape: [height, width, channels] of the input: 1 channel is grey, 4 are the colours and 1.
        span: what 0 and 1 become.

    Raises:
        ExplorerError: the input takes no picture.
    """
    if not is_for_pictures(shape):
        raise ExplorerError("takes_no_picture", "given", shape=list(shape))
    resized = np.asarray(tf.image.resize(values, shape[:2], antialias=True))
    if shape[2] == 1:
        resized = (resized @ _LUMA)[..., None]
    if shape[2] > COLOURS:
        resized = np.concatenate([resized, np.ones((*shape[:2], 1), np.float32)], axis=2)
    low, high = span
    return (low + (high - low) * resized).astype(np.float32)
