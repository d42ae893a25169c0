"""Which stages can hold negative values: the kind of their colours hangs on it, not on a moment."""

from dataclasses import replace

import numpy as np
from hypothesis import given

from explorer import GeneratorConfig, trace
from explorer.model.config import ACTIVATIONS
from explorer.model.stages import signed_stages, stages
from tests.support.each import each
from tests.unit.samples import configs, random_weights

NON_NEGATIVE = ("relu", "sigmoid")  # activations that give nothing below 0
CONFIG = GeneratorConfig(noise_dim=8, upsample_dim=16)


@given(configs(batch=2))
def test_a_stage_that_is_not_signed_never_holds_a_negative_value(config):
    signs = signed_stages(stages(config, 2))
    z = np.random.RandomState(0).normal(0, 3, (2, config.noise_dim)).astype(np.float32)
    made = trace(config, random_weights(config, 0), z)
    assert list(signs) == list(made)
    for name, signed in signs.items():
        assert signed or made[name].min() >= 0, name


@each("actv", ACTIVATIONS)
def test_every_signed_stage_can_hold_one(actv):
    """By some weights or by their opposites; what moves values is as what it moves."""
    config = replace(CONFIG, actv=actv)
    signs = signed_stages(stages(config, 4))
    z = np.random.RandomState(0).normal(0, 3, (4, 8)).astype(np.float32)
    weights = random_weights(config, 0)
    opposite = {n: v if n.endswith("moving_variance") else -v for n, v in weights.items()}
    made = [trace(config, each, z) for each in (weights, opposite)]
    for name, signed in signs.items():
        assert signed == any(maps[name].min() < 0 for maps in made), name
    assert signs["fc1/actv"] == (actv not in NON_NEGATIVE)


def test_what_only_moves_values_is_as_what_came_in():
    before = replace(CONFIG, bn_position="before")
    signs = signed_stages(stages(before))
    assert not signs["fc1/reshape"]
    assert not signs["conv_out/pad"]
    signs = signed_stages(stages(CONFIG))
    assert signs["fc1/reshape"]
    assert signs["conv_out/pad"]
