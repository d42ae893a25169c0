"""Overlap of a transposed convolution's stamps: how uneven it is, and how a map shows it."""

import numpy as np

from explorer.model.taps import same_crop, transposed_taps


def overlap_counts(size: int, kernel: int, stride: int) -> np.ndarray:
    """Contributions to each output row (or column): int [size·stride].

    In two dimensions a cell's count is the product of its row's and its column's (Odena et al.,
    "Deconvolution and Checkerboard Artifacts", Distill 2016).

    Example:
        >>> overlap_counts(4, 5, 2).tolist()
        [1, 2, 2, 3, 2, 3, 2, 2]
    """
    return transposed_taps(size, kernel, stride).contributions()


def phase_counts(kernel: int, stride: int) -> np.ndarray:
    """The counts of one period inside a map, away from its edges: int [stride]."""
    size = kernel + 2  # so that the middle period has all its neighbours
    middle = (size // 2) * stride
    return overlap_counts(size, kernel, stride)[middle : middle + stride]


def thin_edge(size: int, kernel: int, stride: int) -> tuple[int, int]:
    """How many output rows at either end get fewer contributions than their phase inside.

    There the input that would stamp them lies beyond the border.

    Example:
        >>> thin_edge(4, 5, 2)
        (2, 1)
    """
    inside = np.tile(phase_counts(kernel, stride), size)
    fewer = np.flatnonzero(overlap_counts(size, kernel, stride) < inside)
    middle = size * stride / 2
    before, after = fewer[fewer < middle], fewer[fewer >= middle]
    return (
        int(before.max()) + 1 if before.size else 0,
        size * stride - int(after.min()) if after.size else 0,
    )


def has_whole_period(size: int, kernel: int, stride: int) -> bool:
    """Whether some output rows of every phase get all that their phase gets inside.

    Example:
        >>> has_whole_period(4, 5, 2), has_whole_period(4, 9, 2)
        (True, False)
    """
    before, after = thin_edge(size, kernel, stride)
    return before + stride + after <= size * stride


def phase_taps(kernel: int, stride: int) -> list[list[int]]:
    """The kernel's taps that meet in the output cells of each phase, away from the edges.

    Example:
        >>> phase_taps(5, 2)
        [[1, 3], [0, 2, 4]]
    """
    before = same_crop(kernel, stride)[0]
    return [
        [tap for tap in range(kernel) if (tap - before - phase) % stride == 0]
        for phase in range(stride)
    ]


def checkerboard_share(maps: np.ndarray, stride: int) -> tuple[float | None, float]:
    """How much of the maps' energy repeats with the stride in both axes.

    The share of variance, about each map's mean, that the mean of each of the stride x stride
    phases explains. By Parseval it is the energy at the frequencies (a/stride, b/stride) cycles a
    cell other than (0, 0), over the energy at all frequencies other than (0, 0).

    Args:
        maps: [rows, columns, channels], rows and columns multiples of the stride.
        stride: the period, in cells.

    Returns:
        The share from 0 to 1, None where the maps are constant or not finite; and the share that
        white noise of this size has on average.
    """
    rows, columns, channels = maps.shape
    with np.errstate(invalid="ignore", over="ignore"):
        centred = maps.astype(np.float64) - maps.mean(axis=(0, 1), dtype=np.float64)
        phases = centred.reshape(rows // stride, stride, columns // stride, stride, channels)
        explained = np.square(phases.mean(axis=(0, 2))).mean(axis=(0, 1)).sum()
        whole = np.square(centred).mean(axis=(0, 1)).sum()
    chance = (stride**2 - 1) / max(1, rows * columns - 1)
    known = np.isfinite(whole) and whole > 0
    return (float(explained / whole) if known else None), min(1.0, chance)
