"""Stored statistics that were never updated, or by batches of one, are told from trained ones."""

from dataclasses import replace

import numpy as np

from explorer import GeneratorConfig, init_weights, trace
from explorer.model.builders.dcgan import dcgan_generator
from explorer.model.graph_store import StoredGraph
from explorer.model.weight_store import StoredWeights, shipped_weights
from tests.support.each import each
from tests.unit.samples import random_weights

CONFIG = GeneratorConfig(noise_dim=8, upsample_dim=16)
BLOCKS = ["fc1", "upsample1", "upsample2", "upsample3"]


def told(weights: dict, config: GeneratorConfig = CONFIG) -> dict[str, list[str]]:
    found = StoredWeights("file:0", config, weights).untold
    return {kind: blocks for kind, blocks in found.items() if blocks}


def changed(weights: dict, ending: str, change) -> dict:
    return {n: change(v) if n.endswith(ending) else v for n, v in weights.items()}


def test_fresh_statistics_are_neutral():
    assert told(init_weights(CONFIG)) == {"neutral": BLOCKS}


@each(
    "stored",
    [StoredWeights("file:0", CONFIG, random_weights(CONFIG, 0)), shipped_weights()],
)
def test_of_trained_statistics_nothing_is_said(stored):
    assert told(stored.weights, stored.config) == {}


@each(
    "ending",
    [f"upsample1/batch_normalization/moving_{kind}" for kind in ("mean", "variance")],
)
def test_one_updated_value_is_enough_to_be_no_longer_neutral(ending):
    def update(value):
        value = value.copy()
        value[0] = 0.5
        return value

    found = told(changed(init_weights(CONFIG), ending, update))
    assert found["neutral"] == ["fc1", "upsample2", "upsample3"]
    other = "no_variance" if ending.endswith("mean") else "no_mean"
    assert found[other] == ["upsample1"]


@each(
    ("ending", "value", "kind"),
    [("moving_mean", 0, "no_mean"), ("moving_variance", 1, "no_variance")],
)
def test_one_of_the_two_alone_is_said_to_be_missing(ending, value, kind):
    weights = changed(random_weights(CONFIG, 0), ending, lambda old: np.full_like(old, value))
    assert told(weights) == {kind: BLOCKS}


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
    assert told(shrunk)["near_zero"] == ["fc1"]


@each(("gamma", "found"), [(1, BLOCKS), (-1, BLOCKS), (0.02, []), (0.6, [])])
def test_a_small_variance_matters_only_where_gamma_lets_it(gamma, found):
    """1 / sqrt(1e-4 + 1e-3) = 30.2, times gamma."""
    weights = random_weights(CONFIG, 0)
    for ending, value in {"moving_variance": 1e-4, "gamma": gamma}.items():
        weights = changed(weights, ending, lambda old, value=value: np.full_like(old, value))
    assert told(weights).get("near_zero", []) == found


def test_some_dead_units_are_not_near_zero():
    def kill(value):
        return np.where(np.arange(len(value)) % 2, value, 0)

    weights = changed(random_weights(CONFIG, 0), "moving_variance", kill)
    assert told(weights) == {}


def test_of_an_opened_generator_the_stages_are_named_that_normalize_by_what_is_stored():
    graph, weights = dcgan_generator(CONFIG), init_weights(CONFIG)
    stages = [f"{block}/batch_normalization" for block in BLOCKS]
    assert StoredGraph("graph:0", graph, weights).untold["neutral"] == stages
    own = dcgan_generator(replace(CONFIG, training=True))
    assert not any(StoredGraph("graph:0", own, weights).untold.values())
