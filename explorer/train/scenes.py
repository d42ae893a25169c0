"""Procedural street scenes, which the shipped generator learned from: seeded, 32x64 RGB.

A sky that runs from day to night, a sun or a moon, a skyline with lit windows, a pavement and a
road with a dashed lane. All that varies is drawn from one generator, so a seed fixes a scene.
"""

import numpy as np

HEIGHT, WIDTH = 32, 64
_ROWS, _COLUMNS = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32)

# Colours at night, dusk and day, 0 to 1.
_HOURS = (0.0, 0.5, 1.0)
_ZENITH = ((0.03, 0.04, 0.14), (0.25, 0.20, 0.45), (0.25, 0.52, 0.90))
_HORIZON = ((0.10, 0.12, 0.28), (0.98, 0.55, 0.30), (0.78, 0.90, 0.98))
_LIGHT = ((0.25, 0.27, 0.38), (0.75, 0.58, 0.55), (1.0, 1.0, 1.0))
_DISC = ((0.92, 0.93, 0.88), (1.0, 0.72, 0.30), (1.0, 0.95, 0.55))
_WALLS = ((0.62, 0.36, 0.30), (0.70, 0.62, 0.50), (0.45, 0.50, 0.58), (0.56, 0.48, 0.62))
_LAMP = np.array((1.0, 0.86, 0.45), np.float32)
_GLASS = np.array((0.30, 0.38, 0.46), np.float32)


def draw_scenes(count: int, seed: int) -> np.ndarray:
    """Draws street scenes.

    Args:
        count: how many.
        seed: the same seed, the same scenes.

    Returns:
        uint8 [count, 32, 64, 3], RGB.

    Example:
        >>> draw_scenes(2, seed=0).shape
        (2, 32, 64, 3)
    """
    rng = np.random.default_rng(seed)
    scenes = np.empty((count, HEIGHT, WIDTH, 3), np.uint8)
    for scene in scenes:
        scene[:] = np.rint(255 * _scene(rng).clip(0, 1))
    return scenes


def _scene(rng: np.random.Generator) -> np.ndarray:
    hour = rng.uniform()
    pavement = 2 * int(rng.integers(10, 12))
    light = _at(_LIGHT, hour)
    picture = _sky(hour, pavement)
    _draw_disc(picture, rng, hour)
    _draw_skyline(picture, rng, hour, pavement, light)
    _draw_road(picture, rng, pavement, light)
    return picture


def _at(colors, hour: float) -> np.ndarray:
    """A colour between night (0), dusk and day (1)."""
    return np.array([np.interp(hour, _HOURS, channel) for channel in zip(*colors, strict=True)])


def _sky(hour: float, pavement: int) -> np.ndarray:
    down = (_ROWS / pavement).clip(0, 1)[..., None]
    return ((1 - down) * _at(_ZENITH, hour) + down * _at(_HORIZON, hour)).astype(np.float32)


def _draw_disc(picture: np.ndarray, rng: np.random.Generator, hour: float):
    """The sun by day, the moon by night; it stands lower at dusk."""
    column, radius = rng.uniform(6, WIDTH - 6), rng.uniform(2.2, 3.6)
    row = rng.uniform(3, 6) + 5 * (1 - abs(2 * hour - 1))
    distance = np.hypot(_ROWS - row, _COLUMNS - column)
    glow = 0.35 * np.exp(-(((distance - radius).clip(0) / 4) ** 2))
    cover = np.maximum((radius + 0.5 - distance).clip(0, 1), glow)[..., None]
    picture += cover * (_at(_DISC, hour) - picture)


def _draw_skyline(picture, rng, hour: float, pavement: int, light: np.ndarray):
    left = -2 * int(rng.integers(0, 4))
    while left < WIDTH:
        width, floors = 4 * int(rng.integers(2, 5)) + 2, int(rng.integers(2, 5))
        wall = np.array(_WALLS[rng.integers(len(_WALLS))]) * rng.uniform(0.8, 1.1) * light
        top, columns = pavement - 4 * floors - 1, slice(max(left, 0), max(left + width, 0))
        picture[top:pavement, columns] = wall
        picture[top, columns] = 0.6 * wall
        _draw_windows(picture, rng, hour, (top, pavement), (left, left + width), light)
        left += width + (2 * int(rng.integers(1, 4)) if rng.uniform() < 0.5 else 0)


def _draw_windows(picture, rng, hour: float, rows, columns, light: np.ndarray):
    """Windows of 2x2, four apart; more of them are lit the darker it is."""
    for row in range(rows[0] + 2, rows[1] - 1, 4):
        for column in range(columns[0] + 2, columns[1] - 1, 4):
            lit = rng.uniform() < 0.8 - 0.75 * hour
            picture[row : row + 2, max(column, 0) : max(column + 2, 0)] = (
                _LAMP if lit else _GLASS * light
            )


def _draw_road(picture, rng, pavement: int, light: np.ndarray):
    picture[pavement : pavement + 2] = 0.66 * light
    picture[pavement + 2 :] = rng.uniform(0.24, 0.32) * light
    lane = (pavement + 2 + HEIGHT) // 2
    dash = (_COLUMNS[0] + rng.integers(0, 10)) % 10 < 6
    picture[lane, dash] = np.array((0.95, 0.92, 0.80)) * (0.35 + 0.65 * light)
