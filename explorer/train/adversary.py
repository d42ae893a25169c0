"""One step of adversarial training: generator against discriminator, and the moving averages.

Losses: non-saturating logistic (Goodfellow et al. 2014) or hinge (Lim and Ye 2017). R1 penalty on
real pictures (Mescheder et al. 2018), taken lazily, every eighth step (Karras et al. 2020). Adam
with a short memory. The generator shown is the moving average of the trained one (Yazici et al.
2019).
"""

from collections.abc import Mapping
from dataclasses import replace

import keras
import numpy as np
import tensorflow as tf

from explorer.model.config import GeneratorConfig
from explorer.model.ops.batch_normalization import BN_MOMENTUM
from explorer.model.stages import MOVING_STATISTICS, stages
from explorer.model.trace import run_stage
from explorer.model.weights import init_weights
from explorer.train.discriminator import make_discriminator
from explorer.train.settings import TrainSettings

PENALTY_EVERY = 8
_BETAS = {"beta_1": 0.5, "beta_2": 0.99}


class Adversary:
    """Both networks, their optimizers and the moving averages; `step` moves them on.

    Attributes:
        weights: variable name -> tf.Variable, the generator being trained.
        averages: the same names, their moving averages.
    """

    def __init__(self, config: GeneratorConfig, settings: TrainSettings):
        self.config, self.settings = config, settings
        start = init_weights(config, settings.seed)
        self.weights = {name: tf.Variable(value) for name, value in start.items()}
        self.averages = {name: tf.Variable(value) for name, value in start.items()}
        self.discriminator = make_discriminator((*config.map_size, config.C), settings.seed)
        self._trained = [
            v for name, v in self.weights.items() if not name.endswith(MOVING_STATISTICS)
        ]
        self._optimizers = [keras.optimizers.Adam(settings.learning_rate, **_BETAS) for _ in "gd"]
        self._optimizers[0].build(self._trained)
        self._optimizers[1].build(self.discriminator.trainable_variables)

    def step(self, pictures: np.ndarray, number: int) -> dict[str, float]:
        """Trains both networks once.

        Args:
            pictures: real ones, float32 [batch_size, height, width, C], -1 to 1.
            number: steps done before; with the seed it fixes z.

        Returns:
            "generator" and "discriminator" losses, and "realness": the share of real pictures that
            the discriminator takes for real.
        """
        penalise = bool(self.settings.penalty) and number % PENALTY_EVERY == 0
        losses = self._step(tf.constant(pictures), tf.constant(number, tf.int32), penalise)
        return {name: float(value) for name, value in losses.items()}

    @tf.function(reduce_retracing=True)
    def _step(self, pictures, number, penalise: bool):
        z = tf.random.stateless_normal(
            (self.settings.batch_size, self.config.noise_dim), (self.settings.seed % 2**31, number)
        )
        with tf.GradientTape(persistent=True) as tape:
            drawn, statistics = run_batch(self.config, self.weights, z)
            real, fake = self.discriminator(pictures), self.discriminator(tf.tanh(drawn))
            against, own = _LOSSES[self.settings.loss](real, fake)
            penalised = against + self._penalty(pictures) if penalise else against
        critic = self.discriminator.trainable_variables
        self._optimizers[0].apply_gradients(
            zip(tape.gradient(own, self._trained), self._trained, strict=True)
        )
        self._optimizers[1].apply_gradients(
            zip(tape.gradient(penalised, critic), critic, strict=True)
        )
        self._move(statistics, number)
        realness = tf.reduce_mean(tf.cast(real > 0, tf.float32))
        return {"generator": own, "discriminator": against, "realness": realness}

    def _penalty(self, pictures):
        """gamma / 2 times the squared gradient of the verdict by real pictures."""
        with tf.GradientTape() as tape:
            tape.watch(pictures)
            verdict = tf.reduce_sum(self.discriminator(pictures))
        squares = tf.reduce_sum(tf.square(tape.gradient(verdict, pictures)), axis=(1, 2, 3))
        return PENALTY_EVERY * self.settings.penalty / 2 * tf.reduce_mean(squares)

    def _move(self, statistics, number):
        for name, value in statistics.items():
            self.weights[name].assign_add((1 - BN_MOMENTUM) * (value - self.weights[name]))
        done = tf.cast(number, tf.float32)
        decay = tf.minimum(self.settings.average, (1 + done) / (10 + done))
        for name, average in self.averages.items():
            average.assign_add((1 - decay) * (self.weights[name] - average))

    def state(self) -> dict[str, tf.Variable]:
        """Every variable by name: what a checkpoint holds."""
        critic = {f"discriminator/{i}": v for i, v in enumerate(self.discriminator.weights)}
        memory = {
            f"{name}_optimizer/{i}": v
            for name, optimizer in zip(
                ("generator", "discriminator"), self._optimizers, strict=True
            )
            for i, v in enumerate(optimizer.variables)
        }
        averages = {f"averages/{name}": v for name, v in self.averages.items()}
        return {**self.weights, **averages, **critic, **memory}


def _logistic(real, fake):
    against = tf.reduce_mean(tf.nn.softplus(fake)) + tf.reduce_mean(tf.nn.softplus(-real))
    return against, tf.reduce_mean(tf.nn.softplus(-fake))


def _hinge(real, fake):
    against = tf.reduce_mean(tf.nn.relu(1 + fake)) + tf.reduce_mean(tf.nn.relu(1 - real))
    return against, -tf.reduce_mean(fake)


_LOSSES = {"logistic": _logistic, "hinge": _hinge}


def run_batch(config: GeneratorConfig, weights: Mapping, z) -> tuple[tf.Tensor, dict]:
    """Runs the generator by the batch's own statistics, training=True.

    Returns:
        The output, and the name of each moving mean and variance -> its value in this batch.
    """
    config, x, statistics = replace(config, training=True), tf.convert_to_tensor(z), {}
    _, *others = stages(config, x.shape[0])
    for stage in others:
        measured = stage.op.batch_statistics(x)
        statistics |= {stage.weight_name(name): value for name, value in measured.items()}
        x = run_stage(stage, weights, [x])
    return x, statistics


def calibrate(config: GeneratorConfig, weights: Mapping, z: np.ndarray) -> dict[str, np.ndarray]:
    """The weights with the moving mean and variance measured on z.

    Averaged weights were never run in training, so their own statistics are measured afterwards
    (as Wu and Johnson 2021 do for batch normalization in general).

    Args:
        z: [N, noise_dim]; some hundreds.
    """
    _, statistics = run_batch(config, weights, z)
    return {name: np.asarray(value) for name, value in {**weights, **statistics}.items()}
