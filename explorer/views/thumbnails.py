"""Maps made as small as they are shown in the strip: some of their rows and columns."""

import math
from collections.abc import Iterable

import numpy as np

# Cells of a picture in the strip, which has 88 x 46 pixels: eight to each.
MOST_SHOWN = 2**15


def find_step(shapes: Iterable[tuple[int, int, int]], stride: int) -> int:
    """The smallest step from one shown row, or column, to the next at which each map is small.

    One for all maps, as they are shown on one scale. It shares no factor with the stride, so that
    every phase of a transposed convolution is shown. At the latest a channel is one cell.

    Args:
        shapes: [height, width, channels] of each map.
    """
    shapes = list(shapes)
    last = max(max(height, width) for height, width, _ in shapes)
    if max(channels for _, _, channels in shapes) > MOST_SHOWN:
        return last
    steps = (step for step in range(1, last) if math.gcd(step, stride) == 1)
    return next((step for step in steps if _is_small(shapes, step)), last)


def _is_small(shapes: list[tuple[int, int, int]], step: int) -> bool:
    return all(
        math.ceil(height / step) * math.ceil(width / step) * channels <= MOST_SHOWN
        for height, width, channels in shapes
    )


def thin_out(cells: np.ndarray, step: int) -> np.ndarray:
    """The middle of each `step` x `step` cells.

    Args:
        cells: [height, width, channels].

    Returns:
        [ceil(height / step), ceil(width / step), channels]; `cells` itself where step is 1.
    """
    if step == 1:
        return cells
    rows, columns = (
        np.minimum(np.arange(0, side, step) + step // 2, side - 1) for side in cells.shape[:2]
    )
    return cells[np.ix_(rows, columns)]
