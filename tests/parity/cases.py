"""Seeded random configurations with weights in which every variable matters."""

import random
from dataclasses import dataclass

import numpy as np

from explorer import ExplorerError, GeneratorConfig, draw_z, init_weights
from explorer.model.config import ACTIVATIONS, BN_POSITIONS, PAD_MODES
from explorer.model.stages import stages

COUNT = 48


@dataclass(frozen=True)
class Case:
    """A configuration, its batch, and the seed of its weights and z."""

    config: GeneratorConfig
    batch: int
    seed: int

    @property
    def label(self) -> str:
        c = self.config
        return (
            f"{self.seed}-k{c.kernel_size}-s{c.stride}-D{c.upsample_dim}-C{c.C}-N{self.batch}"
            f"-{c.actv}-{c.bn_position}{'-training' if c.training else ''}"
        )

    @property
    def z(self) -> np.ndarray:
        return draw_z(self.seed, self.batch, self.config.noise_dim)

    @property
    def weights(self) -> dict[str, np.ndarray]:
        """Glorot kernels; biases, gammas, betas, means and variances far from their defaults."""
        numbers = np.random.RandomState(self.seed)
        weights = init_weights(self.config, self.seed)
        for name, value in weights.items():
            if name.endswith(("gamma", "moving_variance")):
                weights[name] = numbers.uniform(0.4, 2, value.shape).astype(np.float32)
            elif not name.endswith("kernel"):
                weights[name] = numbers.normal(0, 0.4, value.shape).astype(np.float32)
        return weights


def _random_config(index: int, batch: int) -> GeneratorConfig:
    """Goes through kernel sizes, activations, positions and training in turn; draws the rest."""
    draw = random.Random(index)
    blocks = draw.choice((1, 2, 3, 3, 4))
    turn = {
        "kernel_size": 1 + index % 9,
        "actv": ACTIVATIONS[index % 8],
        "C": 1 + index * 7 % 16,
        "training": index // 8 % 2 == 1,
        "bn_position": BN_POSITIONS[index // 16 % 2],
        "pad_mode": PAD_MODES[index % 3],
    }
    while True:
        drawn = {
            "noise_dim": draw.randint(1, 40),
            "upsample_dim": draw.randint(2**blocks, 40),
            "base_height": draw.randint(1, 5),
            "base_width": draw.randint(1, 8),
            "upsample_blocks": blocks,
            "stride": draw.choice((1, 2, 2, 3, 4) if blocks < 3 else (1, 2, 2, 3)),
            "output_kernel": draw.randint(1, 9),
            "paddings": _random_paddings(draw),
        }
        try:
            config = GeneratorConfig(**turn, **drawn)
            plan = stages(config, batch)
        except ExplorerError:
            continue
        if sum(stage.macs for stage in plan) < 2 * 10**8:
            return config


def _random_paddings(draw: random.Random) -> tuple:
    spatial = [(draw.randint(0, 4), draw.randint(0, 4)) for _ in range(2)]
    outer = [(draw.randint(0, 2), draw.randint(0, 2)) if draw.random() < 0.4 else (0, 0)
             for _ in range(2)]  # fmt: skip
    return (outer[0], *spatial, outer[1])


def make_cases() -> list[Case]:
    """The original with and without training, then `COUNT` random ones."""
    cases = [Case(GeneratorConfig(), 1, 1000), Case(GeneratorConfig(training=True), 2, 1001)]
    for index in range(COUNT):
        batch = 1 + index // 3 % 4
        cases.append(Case(_random_config(index, batch), batch, index))
    return cases
