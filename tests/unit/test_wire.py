"""Arrays come back as they were sent; coarse ones within what their levels allow."""

import numpy as np

from explorer.views.maps import quantize
from explorer.views.wire import MOST_EXACT, Buffers
from tests.support.each import each
from tests.unit.wire_format import read_message

RANDOM = np.random.default_rng(0)
LARGE = (40, 50)  # more values than always come exact
ODD = (np.nan, np.inf, -np.inf)


def sent(array: np.ndarray, coarse: bool = False) -> tuple[np.ndarray, int]:
    """What comes of an array, and how many came coarse."""
    buffers = Buffers(coarse)
    place = buffers.map(array)
    return read_message(buffers.pack({"a": place}))["a"], buffers.coarsened


@each("shape", [(0, 5), (), (3,), (16, 16), (3, 5, 7), (2, 300), LARGE])
def test_values_come_exact(shape):
    values = RANDOM.standard_normal(shape).astype(np.float32)
    if values.size > len(ODD):
        values.reshape(-1)[: len(ODD)] = ODD
    found, coarsened = sent(values)
    assert np.array_equal(found, values, equal_nan=True)
    assert not coarsened
    assert sent(values.astype(np.float64))[0].dtype == np.float32


@each("shape", [LARGE, (16, 16, 9)])
def test_large_maps_may_come_coarse_to_a_level_of_their_channel(shape):
    values = RANDOM.standard_normal(shape).astype(np.float32)
    found, coarsened = sent(values, coarse=True)
    assert coarsened
    step = np.ptp(values, axis=(0, 1)) / 250
    assert (np.abs(found - values) <= 2.6 * step).all()
    assert (found.max(axis=(0, 1)) == values.max(axis=(0, 1))).all()
    assert (found.min(axis=(0, 1)) == values.min(axis=(0, 1))).all()
    assert not np.array_equal(found, values)


def test_what_is_not_finite_is_so_in_a_coarse_map():
    values = RANDOM.standard_normal(LARGE).astype(np.float32)
    values[0, :3] = ODD
    found, _ = sent(values, coarse=True)
    assert np.array_equal(found[0, :3], ODD, equal_nan=True)
    assert np.isfinite(found).sum() == values.size - 3


def test_numbers_that_the_page_writes_down_are_always_exact():
    small = RANDOM.standard_normal((30, MOST_EXACT // 30)).astype(np.float32)
    vector = RANDOM.standard_normal(10 * MOST_EXACT).astype(np.float32)
    for values in (small, vector):
        found, coarsened = sent(values, coarse=True)
        assert np.array_equal(found, values)
        assert not coarsened


def checkerboard(height: int, width: int) -> np.ndarray:
    rows, columns = np.mgrid[:height, :width]
    slope = rows + columns + 100 * (columns % 2)
    return np.stack([slope, slope[::-1]], axis=-1).astype(np.uint8)


@each(
    "codes",
    {
        "a column": RANDOM.integers(0, 256, (5, 1, 3), dtype=np.uint8),
        "noise": RANDOM.integers(0, 256, (7, 9, 2), dtype=np.uint8),
        "checkerboard": checkerboard(8, 12),
        "zeros": np.zeros((4, 2, 1), np.uint8),
    },
)
def test_codes_come_back_however_they_are_told(codes):
    buffers = Buffers()
    assert np.array_equal(read_message(buffers.pack(buffers.codes(codes))), codes)


def test_a_map_of_a_period_is_told_by_its_own_phase():
    assert Buffers().codes(checkerboard(8, 12))["step"] == 2


def test_the_same_codes_are_sent_once():
    codes = RANDOM.integers(0, 250, (6, 8, 4), dtype=np.uint8)
    buffers = Buffers()
    place = buffers.codes(codes)
    size = len(buffers.pack({}))
    assert buffers.codes(codes) is place
    assert len(buffers.pack({})) == size


def test_a_coarse_message_rounds_codes_and_keeps_marks():
    codes = np.array([0, 1, 2, 125, 249, 250, 253, 254, 255], np.uint8).reshape(3, 3, 1)
    buffers = Buffers(coarse=True)
    found = read_message(buffers.pack({"a": buffers.codes(codes)}))["a"].ravel().tolist()
    assert found == [0, 0, 4, 124, 248, 250, 253, 254, 255]
    assert buffers.coarsened == 1


def test_a_stage_that_comes_coarse_has_the_codes_that_are_sent_anyway():
    shown = quantize(RANDOM.standard_normal((16, 16, 9)).astype(np.float32))
    buffers = Buffers(coarse=True)
    buffers.codes(shown.codes)
    size = len(buffers.pack({}))
    buffers.coarse(shown)
    assert len(buffers.pack({})) == size + 8 * len(shown.low)
