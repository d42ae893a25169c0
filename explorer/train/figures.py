"""What to watch while a generator learns, as numbers of one moment."""

import itertools
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from explorer.model.config import GeneratorConfig
from explorer.model.overlap import checkerboard_share
from explorer.model.stages import stages
from explorer.model.trace import trace
from explorer.train.training import normal

_ITEMS = 64
_EPSILON = 1e-3


def measure(config: GeneratorConfig, weights: Mapping) -> dict[str, float]:
    """Figures of the generator on 64 fixed vectors.

    Returns:
        checkerboard: share of the output's energy that repeats with the stride, 0 to 1.
        dead: share of the activations' channels (units of fc1) that are 0 everywhere.
        drift: how far the moving means are from the batch's own, in standard deviations of the
            batch: the mean over all normalized channels.
    """
    batch = trace(replace(config, training=True), weights, normal(_ITEMS, config.noise_dim, seed=3))
    stored = trace(replace(config, training=False), weights, batch["z"])
    maps = np.moveaxis(stored["conv_out/conv2d"], 0, -1)
    share, _ = checkerboard_share(maps.reshape(*maps.shape[:2], -1), config.stride)
    plan = stages(config, _ITEMS)
    alive = [
        np.any(stored[stage.name] != 0, axis=tuple(range(stored[stage.name].ndim - 1)))
        for stage in plan
        if stage.op == "actv"
    ]
    return {
        "checkerboard": float(share or 0.0),
        "dead": float(1 - np.concatenate(alive).mean()),
        "drift": _drift(plan, weights, batch),
    }


def _drift(plan, weights: Mapping, batch: Mapping) -> float:
    apart = []
    for before, stage in itertools.pairwise(plan):
        if stage.op == "batch_normalization":
            x = batch[before.name].reshape(-1, stage.shape[-1])
            moving = weights[stage.weight_name("moving_mean")]
            apart.append(np.abs(moving - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + _EPSILON))
    return float(np.concatenate(apart).mean())
