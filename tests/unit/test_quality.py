"""The sliced Wasserstein figure: 0 for the same pictures, larger the further apart."""

import numpy as np
import pytest

from explorer.train.quality import sliced_wasserstein
from explorer.train.scenes import draw_scenes


@pytest.fixture(scope="module")
def scenes() -> list[np.ndarray]:
    """Two draws of pictures of one kind."""
    return [draw_scenes(256, seed=seed) for seed in (0, 1)]


def test_the_same_pictures_are_at_distance_zero(scenes):
    same = scenes[0][:16]
    assert sliced_wasserstein(same, same) == {32: 0.0, 16: 0.0}


def test_real_is_nearer_to_real_than_spoiled_pictures_are(scenes):
    real, other = scenes
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 256, real.shape)
    blurred = (real.astype(int) + np.roll(real, 1, axis=2) + np.roll(real, -1, axis=2)) // 3
    near, far, dull = (sliced_wasserstein(real, x) for x in (other, noise, blurred))
    for level in (32, 16):
        assert near[level] < far[level] / 3
    assert near[32] < dull[32]


def test_what_is_spoiled_in_the_details_alone_shows_at_the_fine_level(scenes):
    real, other = scenes[0], scenes[1].astype(int)
    rows, columns = np.mgrid[:32, :64]
    checkered = other + 40 * ((rows + columns) % 2)[None, :, :, None]
    near, spoiled = sliced_wasserstein(real, other), sliced_wasserstein(real, checkered)
    assert spoiled[32] > 3 * near[32]
    assert spoiled[16] < 2 * near[16]
