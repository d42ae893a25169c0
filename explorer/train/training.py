"""A training run: what it needs to go on, one step at a time, and its file on the disk."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import safetensors
import safetensors.numpy
import tensorflow as tf

from explorer.errors import ExplorerError, quote
from explorer.model.config import GeneratorConfig
from explorer.model.trace import trace
from explorer.train.adversary import Adversary, calibrate
from explorer.train.settings import TrainSettings, check_trainable

_HEADER = "training"
_CALIBRATION = 512  # vectors that the averaged weights' statistics are measured on
_CALIBRATION_SEED = 2**32


class Training:
    """One run: the networks, the pictures and the number of steps done.

    Every step's pictures and z follow from the seed and the step's number alone, so a run that was
    stopped goes on as if it had not been.
    """

    def __init__(self, config: GeneratorConfig, settings: TrainSettings, pictures: np.ndarray):
        check_trainable(config)
        self.config, self.settings, self.step = config, settings, 0
        self._pictures, self._adversary = pictures, Adversary(config, settings)

    def advance(self) -> dict[str, float]:
        """One step; returns the losses of `Adversary.step`."""
        rng = np.random.default_rng([self.settings.seed, self.step])
        chosen = self._pictures[rng.integers(0, len(self._pictures), self.settings.batch_size)]
        losses = self._adversary.step(chosen.astype(np.float32) / 127.5 - 1, self.step)
        self.step += 1
        return losses

    @property
    def weights(self) -> dict[str, np.ndarray]:
        """The generator as it is being trained."""
        return {name: value.numpy() for name, value in self._adversary.weights.items()}

    def averaged(self) -> dict[str, np.ndarray]:
        """The moving average of the generator, its statistics measured anew: the best pictures."""
        averages = {name: value.numpy() for name, value in self._adversary.averages.items()}
        z = normal(_CALIBRATION, self.config.noise_dim, _CALIBRATION_SEED)
        return calibrate(self.config, averages, z)

    def save(self, path: Path):
        """Everything needed to go on, in one file that appears whole or not at all."""
        header = {
            "step": self.step,
            "config": asdict(self.config),
            "settings": asdict(self.settings),
        }
        arrays = {k: np.asarray(v.numpy()) for k, v in self._adversary.state().items()}
        part = path.with_name(f"{path.name}.part")
        safetensors.numpy.save_file(arrays, part, {_HEADER: json.dumps(header)})
        os.replace(part, path)

    @classmethod
    def resume(cls, path: Path, pictures: np.ndarray, steps: int | None = None) -> "Training":
        """Goes on from a file of `save`; the file states all settings, `steps` may extend them.

        Raises:
            ExplorerError: the file is no checkpoint of a training run, or is damaged.
        """
        config, settings, step, arrays = read_checkpoint(path)
        training = cls(config, replace(settings, steps=steps or settings.steps), pictures)
        variables = training._adversary.state()
        shapes = {name: tuple(variable.shape) for name, variable in variables.items()}
        if shapes != {name: array.shape for name, array in arrays.items()}:
            raise ExplorerError("no_checkpoint", "out", value=quote(path))
        for name, variable in variables.items():
            variable.assign(arrays[name])
        training.step = step
        return training


def read_checkpoint(path: Path) -> tuple[GeneratorConfig, TrainSettings, int, Mapping]:
    """Configuration, settings, steps done and every variable of a run's file.

    Raises:
        ExplorerError: the file is no checkpoint of a training run, or is damaged.
    """
    try:
        with safetensors.safe_open(path, "numpy") as file:
            header = json.loads(file.metadata()[_HEADER])
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        config, settings = GeneratorConfig(**header["config"]), TrainSettings(**header["settings"])
        return config, settings, int(header["step"]), arrays
    except ExplorerError:
        raise
    except Exception:
        raise ExplorerError("no_checkpoint", "out", value=quote(path)) from None


def normal(count: int, noise_dim: int, seed: int) -> np.ndarray:
    """Vectors from N(0, 1), float32 [count, noise_dim]; `draw_z` is bounded for the page."""
    return np.random.default_rng(seed).standard_normal((count, noise_dim), np.float32)


def draw_pictures(config: GeneratorConfig, weights: Mapping, z: np.ndarray) -> np.ndarray:
    """What the generator draws, uint8 [N, height, width, C]: tanh of its output as pixels."""
    output = trace(config, weights, z)["conv_out/conv2d"]
    return np.rint(127.5 * (np.tanh(output) + 1)).astype(np.uint8)


def limit_threads(count: int):
    """Leaves cores to others; must come before TensorFlow has run anything."""
    tf.config.threading.set_intra_op_parallelism_threads(count)
    tf.config.threading.set_inter_op_parallelism_threads(count)
