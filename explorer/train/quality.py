"""A figure of quality: sliced Wasserstein distance on Laplacian patches (Karras et al. 2018)."""

import numpy as np
import tensorflow as tf

PATCH = 7
_PATCHES_EACH = 64  # descriptors of a picture and level
_DIRECTIONS = 512
_SMALLEST = 16
_KERNEL = np.outer((1, 4, 6, 4, 1), (1, 4, 6, 4, 1)).astype(np.float32) / 256


def sliced_wasserstein(one: np.ndarray, other: np.ndarray, seed: int = 0) -> dict[int, float]:
    """How far two sets of pictures are apart, for each level of detail.

    Patches of 7x7 are taken from each level of the Laplacian pyramid and normalized for each
    channel; their projections onto 512 random directions are sorted, and the mean distance between
    the sorted lists is the figure, times 1000 as in the paper.

    Args:
        one, other: uint8 or float [N, height, width, channels], as many of each.
        seed: of the patches and the directions.

    Returns:
        Height of the level in pixels -> distance.
    """
    rng = np.random.default_rng(seed)
    levels = zip(_pyramid(one), _pyramid(other), strict=True)
    return {a.shape[1]: _level_distance(a, b, rng) for a, b in levels}


def _pyramid(pictures: np.ndarray) -> list[np.ndarray]:
    level, levels = tf.constant(pictures, tf.float32), []
    while level.shape[1] > _SMALLEST:
        smaller = _blur(level)[:, ::2, ::2]
        levels.append(np.asarray(level - _enlarge(smaller, level.shape)))
        level = smaller
    return [*levels, np.asarray(level)]


def _blur(x, gain: float = 1.0):
    channels = x.shape[-1]
    kernel = np.repeat((gain * _KERNEL)[:, :, None, None], channels, axis=2)
    return tf.nn.depthwise_conv2d(
        tf.pad(x, ((0, 0), (2, 2), (2, 2), (0, 0)), "REFLECT"), kernel, (1, 1, 1, 1), "VALID"
    )


def _enlarge(x, shape):
    spread = np.zeros(shape, np.float32)
    spread[:, ::2, ::2] = x
    return _blur(tf.constant(spread), gain=4.0)


def _level_distance(one: np.ndarray, other: np.ndarray, rng: np.random.Generator) -> float:
    seed = rng.integers(2**32)  # of the places, the same in both sets
    a, b = (_patches(level, np.random.default_rng(seed)) for level in (one, other))
    directions = rng.standard_normal((a.shape[1], _DIRECTIONS)).astype(np.float32)
    directions /= np.linalg.norm(directions, axis=0)
    return 1000 * float(
        np.abs(np.sort(a @ directions, axis=0) - np.sort(b @ directions, axis=0)).mean()
    )


def _patches(level: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    windows = np.lib.stride_tricks.sliding_window_view(level, (PATCH, PATCH), axis=(1, 2))
    count, rows, columns, channels = windows.shape[:4]
    pick = np.repeat(np.arange(count), _PATCHES_EACH)
    row, column = (rng.integers(0, size, len(pick)) for size in (rows, columns))
    found = windows[pick, row, column].reshape(len(pick), channels, -1)
    found = found - found.mean(axis=(0, 2), keepdims=True)
    found /= found.std(axis=(0, 2), keepdims=True) + 1e-8
    return found.reshape(len(pick), -1)
