"""How much of a picture is left in another one."""

import numpy as np
import pytest

from explorer.model.likeness import likeness

PICTURE = np.random.RandomState(0).standard_normal((6, 8, 3)).astype(np.float32)


def test_brightness_contrast_and_a_negative_leave_it_all():
    assert likeness(-3 * PICTURE + [1, 2, 3], PICTURE) == pytest.approx(1)
    assert likeness(PICTURE.repeat(2, 0).repeat(2, 1), PICTURE) > 0.7


def test_another_picture_leaves_next_to_nothing():
    other = np.random.RandomState(1).standard_normal((60, 80, 3)).astype(np.float32)
    assert likeness(other, PICTURE) < 0.01


def test_a_flat_picture_shows_nothing_and_can_be_lost_nowhere():
    flat = np.ones_like(PICTURE)
    assert likeness(flat, PICTURE) == 0
    assert np.isnan(likeness(PICTURE, flat))
    for value in (np.nan, np.inf):
        broken = PICTURE.copy()
        broken[2, 3, 1] = value
        assert np.isnan(likeness(broken, PICTURE))
        assert np.isnan(likeness(PICTURE, broken))
