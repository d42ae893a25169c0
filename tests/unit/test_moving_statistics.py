"""Stored statistics that were never updated, or by batches of one, are told from trained ones."""

import numpy as np
import pytest

from explorer import GeneratorConfig, init_weights, trace
from explorer.model.moving_statistics import untold_statistics
from explorer.model.weight_store import shipped_weights
from tests.unit.samples import random_weights

CONFIG = GeneratorConfig(noise_dim=8, upsample_dim=16)
BLOCKS = ["fc1", "upsample1", "upsample2", "upsample3"]


def changed(weights: dict, ending: str, change) -> dict:
    return {n: change(v) if n.endswith(ending) else v for n, v in weights.items()}


def test_fresh_statistics_are_neutral():
    assert untold_statistics(init_weights(CONFIG)) == {"neutral": BLOCKS, "near_zero": []}


@pytest.mark.parametrize("weights", [random_weights(CONFIG, 0), shipped_weights().weights])
def test_trained_statistics_are_neither(weights):
    assert untold_statistics(weights) == {"neutral": [], "near_zero": []}


@pytest.mark.parametrize(
    "ending",
    [f"upsample1/batch_normalization/moving_{kind}" for kind in ("mean", "variance")],
)
def test_one_updated_value_is_enough_to_be_no_longer_neutral(ending):
    def update(value):
        value = value.copy()
        value[0] = 0.5
        return value

    found = untold_statistics(changed(init_weights(CONFIG), ending, update))
    assert found["neutral"] == ["fc1", "upsample2", "upsample3"]


def test_batches_of_one_leave_a_variance_near_zero():
    """The variance of one value is 0: the stored one shrinks by the momentum at each step."""
    config = GeneratorConfig(noise_dim=8, upsample_dim=16, training=True)
    weights = init_weights(config)
    z = np.random.RandomState(0).normal(size=(1, 8)).astype(np.float32)
    batch = trace(config, weights, z)["fc1/actv"]
    shrunk = changed(
        weights,
        "fc1/batch_normalization/moving_variance",
        lambda value: (0.99**700 * value + (1 - 0.99**700) * batch.var(axis=0)).astype(np.float32),
    )
    assert untold_statistics(shrunk)["near_zero"] == ["fc1"]


def test_some_dead_units_are_not_near_zero():
    def kill(value):
        return np.where(np.arange(len(value)) % 2, value, 0)

    weights = changed(random_weights(CONFIG, 0), "moving_variance", kill)
    assert untold_statistics(weights) == {"neutral": [], "near_zero": []}
