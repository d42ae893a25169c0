"""How much the items of a batch differ: one number, 0 for a batch of copies."""

import numpy as np
import pytest

from explorer import GeneratorConfig, init_weights, trace
from explorer.views.statistics import items_differ
from tests.support.each import each

RANDOM = np.random.RandomState(0)


def normal(*shape: int) -> np.ndarray:
    return RANDOM.normal(size=shape).astype(np.float32)


def by_pairs(batch: np.ndarray) -> float:
    """The same by comparing every two items, and every two values."""
    flat = batch.reshape(len(batch), -1).astype(np.float64)
    first, second = np.triu_indices(len(flat), 1)
    items = np.square(flat[first] - flat[second]).mean()
    values = flat.ravel()
    one, other = np.triu_indices(values.size, 1)
    return np.sqrt(items / np.square(values[one] - values[other]).mean())


@each("shape", [(2, 3, 4, 5), (5, 1, 1, 7), (3, 6, 2, 1)])
def test_it_compares_every_two_items(shape):
    batch = normal(*shape) + normal(1, *shape[1:])
    assert items_differ(batch) == pytest.approx(by_pairs(batch), rel=1e-6)


def test_copies_do_not_differ():
    assert items_differ(np.repeat(normal(1, 4, 8, 3), 5, axis=0)) == 0
    assert items_differ(np.full((3, 2, 2, 1), 7, np.float32)) == 0


@each("items", [2, 16])
def test_unrelated_items_differ_as_any_two_values(items):
    assert items_differ(normal(items, 16, 16, 8)) == pytest.approx(1, abs=0.05)


@each("value", [np.nan, np.inf])
def test_there_is_none_for_a_batch_of_one_or_what_is_not_finite(value):
    assert items_differ(normal(1, 4, 8, 3)) is None
    batch = normal(2, 4, 8, 3)
    batch[1, 2, 3, 1] = value
    assert items_differ(batch) is None


def test_it_falls_to_nothing_where_a_generator_forgets_z():
    config = GeneratorConfig(noise_dim=8, upsample_dim=16)
    weights = init_weights(config)
    weights["noise_generator/upsample1/batch_normalization/gamma"][:] = 0
    made = trace(config, weights, normal(4, 8))
    found = {name: items_differ(values) for name, values in made.items()}
    assert found["upsample1/actv"] > 0.1
    assert found["upsample1/batch_normalization"] == found["conv_out/conv2d"] == 0
