"""z drawn from a seed, and z as the controls compose it."""

import numpy as np
import pytest

from explorer import draw_z
from explorer.model.latent import BATCH_SIZE, compose_z, fit_rows
from tests.support.each import each
from tests.unit.refusals import refused


def test_a_seed_gives_these_numbers():
    z = draw_z(seed=0, batch_size=2, noise_dim=128)
    assert (z.shape, z.dtype) == ((2, 128), np.float32)
    # The first values of NumPy's frozen legacy stream of seed 0.
    known = [1.7640524, 0.4001572, 0.9787380, 2.2408932, 1.8675580, -0.9772779]
    np.testing.assert_allclose(z[0, :6], known, rtol=1e-6)


@each(("seed", "total", "weighted"), [(0, -13.20323, -7962.46), (20180402, 22.15787, 3632.22)])
def test_the_checksum_of_a_batch_is_the_same_on_every_machine(seed, total, weighted):
    z = draw_z(seed, 4, 128).astype(np.float64)
    # The logarithm of the stream's polar method may differ in the last bit between machines.
    assert z.sum() == pytest.approx(total, abs=1e-4)
    assert (z.ravel() * np.arange(1, z.size + 1)).sum() == pytest.approx(weighted, abs=1e-1)


def test_the_same_seed_gives_the_same_batch_and_another_seed_another():
    assert np.array_equal(draw_z(7, 3, 16), draw_z(7, 3, 16))
    assert not np.isclose(draw_z(7, 3, 16), draw_z(8, 3, 16)).any()


def test_drawing_leaves_numpy_s_own_stream_alone():
    np.random.seed(1)
    expected = np.random.standard_normal()
    np.random.seed(1)
    draw_z(5, 2, 16)
    assert np.random.standard_normal() == expected


@each("batch", [2, 3, 8, 64])
def test_items_stay_when_the_batch_grows(batch):
    grown = draw_z(3, batch, 128)
    assert np.array_equal(grown[:1], draw_z(3, 1, 128))
    assert np.array_equal(grown[:2], draw_z(3, 2, 128))
    assert len(np.unique(grown, axis=0)) == batch


def test_it_is_standard_normal():
    z = draw_z(1, 64, 4096).astype(np.float64)
    n = z.size
    assert abs(z.mean()) < 5 / np.sqrt(n)
    assert abs(z.var() - 1) < 5 * np.sqrt(2 / n)
    assert abs((np.abs(z) < 1).mean() - 0.682689) < 5 * np.sqrt(0.25 / n)


@each(
    ("code", "arguments", "field"),
    [
        ("out_of_range", {"seed": -1}, "seed"),
        ("out_of_range", {"seed": 2**32}, "seed"),
        ("not_whole", {"seed": 1.5}, "seed"),
        ("out_of_range", {"batch_size": 0}, "batch_size"),
        ("out_of_range", {"batch_size": 65}, "batch_size"),
        ("not_a_number", {"batch_size": "many"}, "batch_size"),
        ("out_of_range", {"noise_dim": 0}, "noise_dim"),
        ("out_of_range", {"noise_dim": -1}, "noise_dim"),
        ("not_a_number", {"noise_dim": "long"}, "noise_dim"),
    ],
)
def test_a_bad_argument_is_named(code, arguments, field):
    with refused(code, field, next(iter(arguments.values())), field=field):
        draw_z(**arguments)


def test_batches_hold_one_to_sixty_four_items():
    assert (BATCH_SIZE.low, BATCH_SIZE.high) == (1, 64)


DRAWN = draw_z(5, 3, 6)


def compose(scale=1.0, given=(), edits=None) -> np.ndarray:
    return compose_z(5, 3, 6, scale, list(given), edits or {})


def test_composed_z_is_the_drawn_one_scaled():
    assert np.array_equal(compose(), DRAWN)
    assert np.array_equal(compose(scale=2.0), 2 * DRAWN)
    assert not compose(scale=0.0).any()


def test_given_rows_cover_their_items_and_are_scaled():
    rows = np.full((1, 6), 7, np.float32)
    z = compose(scale=0.5, given=[(1, rows)])
    assert (z[1] == 3.5).all()
    assert np.array_equal(z[[0, 2]], 0.5 * DRAWN[[0, 2]])


def test_later_rows_cover_earlier_ones():
    z = compose(given=[(0, np.full((3, 6), 1, np.float32)), (2, np.full((1, 6), 2, np.float32))])
    assert z[:, 0].tolist() == [1, 1, 2]


def test_short_rows_leave_the_rest_drawn_and_long_ones_are_cut():
    z = compose(given=[(2, np.full((5, 4), 9, np.float32)), (7, np.ones((1, 6), np.float32))])
    assert (z[2, :4] == 9).all()
    assert np.array_equal(z[2, 4:], DRAWN[2, 4:])
    assert np.array_equal(z[:2], DRAWN[:2])
    assert compose(given=[(0, np.full((1, 9), 4, np.float32))])[0].tolist() == [4] * 6


def test_edits_come_last_and_are_not_scaled():
    z = compose(scale=3.0, given=[(0, np.ones((3, 6), np.float32))], edits={(1, 2): -0.25})
    assert z[1, 2] == np.float32(-0.25)
    assert (np.delete(z.ravel(), 8) == 3).all()


def test_edits_beyond_the_batch_or_the_vector_are_left_out():
    assert np.array_equal(compose(edits={(3, 0): 1.0, (0, 6): 1.0, (9999, 99999): 1.0}), DRAWN)


def test_composing_leaves_the_given_rows_alone():
    rows = np.ones((1, 6), np.float32)
    compose(scale=5.0, given=[(0, rows)], edits={(0, 0): 3.0})
    assert (rows == 1).all()


@each("count", [1, 3])
def test_one_vector_or_one_for_each_item_fits(count):
    rows = np.ones((count, 6), np.float32)
    assert fit_rows(rows, noise_dim=6, batch_size=3) is rows


def test_vectors_that_do_not_fit_are_refused_with_what_would():
    with refused("z_length", "vector is 5", "length 6", field="z"):
        fit_rows(np.ones((1, 5), np.float32), noise_dim=6, batch_size=3)
    with refused("z_rows", "2 vectors", "batch_size is 3", field="z"):
        fit_rows(np.ones((2, 6), np.float32), noise_dim=6, batch_size=3)
