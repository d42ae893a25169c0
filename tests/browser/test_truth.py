"""The helpers of truth.py are seen to fail on wrong input."""

import numpy as np
import pytest

from tests.browser.truth import assert_printed, assert_same, exact, tile_origin
from tests.support.each import each


def test_a_changed_value_is_not_the_same():
    expected = np.linspace(-1, 1, 20, dtype=np.float32)
    assert_same(expected.copy(), expected)
    for wrong in (expected * np.float32(1.001), expected[::-1], expected[:, None]):
        with pytest.raises(AssertionError):
            assert_same(wrong, expected)


def test_nan_and_infinity_must_stand_in_the_same_places():
    expected = np.array([np.nan, np.inf, 1], np.float32)
    assert_same(expected.copy(), expected)
    with pytest.raises(AssertionError):
        assert_same(np.array([np.nan, -np.inf, 1], np.float32), expected)


@each(
    ("value", "text"),
    [
        (0, "0"),
        (1.5, "1.5"),
        (-0.25, "−0.25"),
        (3e-8, "3e−8"),
        (1e22, "1e+22"),
        (12345678, "12345678"),
    ],
)
def test_a_number_in_full(value, text):
    assert exact(value) == text


def test_a_number_in_full_gives_the_float32_back():
    for value in np.random.RandomState(0).standard_normal(200).astype(np.float32):
        assert np.float32(float(exact(value).replace("−", "-"))) == value


def test_a_rounded_number_has_four_digits():
    assert_printed("−0.1235", -0.12346)
    assert_printed("1.23e−5", 1.2345e-5)
    with pytest.raises(AssertionError):
        assert_printed("−0.1236", -0.12346)


def test_tiles_stand_one_cell_apart():
    assert tile_origin((8, 19), (3, 4, 10), 5) == (5, 4)
