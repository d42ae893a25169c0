"""What to watch while a generator learns, as numbers of one moment."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from explorer.model.config import GeneratorConfig
from explorer.model.latent import normal_z
from explorer.model.ops.batch_normalization import BN_EPSILON
from explorer.model.overlap import checkerboard_share
from explorer.model.stages import stages
from explorer.model.trace import trace
from explorer.train.adversary import run_batch

FIGURES = ("checkerboard", "dead", "drift")
_ITEMS = 64


def measure(config: GeneratorConfig, weights: Mapping) -> dict[str, float]:
    """Figures of the generator on 64 fixed vectors.

    Returns:
        checkerboard: share of the output's energy that repeats with the stride, 0 to 1.
        dead: share of the activations' channels (units of fc1) that are 0 everywhere.
        drift: how far the moving means are from the batch's own, in standard deviations of the
            batch: the mean over all normalized channels.
    """
    z = normal_z(_ITEMS, config.noise_dim, seed=3)
    _, statistics = run_batch(config, weights, z)
    stored = trace(replace(config, training=False), weights, z)
    maps = np.moveaxis(stored["conv_out/conv2d"], 0, -1)
    share, _ = checkerboard_share(maps.reshape(*maps.shape[:2], -1), config.stride)
    alive = [
        np.any(stored[stage.name] != 0, axis=tuple(range(stored[stage.name].ndim - 1)))
        for stage in stages(config, _ITEMS)
        if stage.op.may_die
    ]
    dead = float(1 - np.concatenate(alive).mean())
    measured = (float(share or 0.0), dead, _drift(weights, statistics))
    return dict(zip(FIGURES, measured, strict=True))


def _drift(weights: Mapping, statistics: Mapping) -> float:
    apart = [
        np.abs(weights[name] - mean)
        / np.sqrt(statistics[name.replace("moving_mean", "moving_variance")] + BN_EPSILON)
        for name, mean in statistics.items()
        if name.endswith("moving_mean")
    ]
    return float(np.concatenate(apart).mean())
