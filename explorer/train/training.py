"""A training run: what it needs to go on, one step at a time, and its file on the disk."""

import contextlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import safetensors
import safetensors.numpy
import tensorflow as tf

from explorer.errors import ExplorerError, quote
from explorer.model.config import GeneratorConfig
from explorer.model.latent import normal_z
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
        return with_measured_statistics(self.config, averages)

    def save(self, path: Path):
        """Everything needed to go on, in one file that appears whole or not at all."""
        header = {
            "step": self.step,
            "config": asdict(self.config),
            "settings": asdict(self.settings),
        }
        arrays = {k: np.asarray(v.numpy()) for k, v in self._adversary.state().items()}
        part = path.with_name(f"{path.name}.part")
        try:
            safetensors.numpy.save_file(arrays, part, {_HEADER: json.dumps(header)})
            os.replace(part, path)
        finally:  # half of one, where the disk is full, would only keep it so
            part.unlink(missing_ok=True)

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


def read_plan(path: Path) -> tuple[GeneratorConfig, TrainSettings, int]:
    """Configuration, settings and steps done of a run's file, without its variables.

    Raises:
        ExplorerError: the file is no checkpoint of a training run, or is damaged.
    """
    with _opened(path) as file:
        return _plan_of(file)


def read_checkpoint(path: Path) -> tuple[GeneratorConfig, TrainSettings, int, Mapping]:
    """As `read_plan`, and every variable by name."""
    with _opened(path) as file:
        arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        return (*_plan_of(file), arrays)


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[safetensors.safe_open]:
    """Whatever a reader stumbles over is a damaged file; our own refusals pass."""
    try:
        with safetensors.safe_open(path, "numpy") as file:
            yield file
    except ExplorerError:
        raise
    except Exception:
        raise ExplorerError("no_checkpoint", "out", value=quote(path)) from None


def _plan_of(file: safetensors.safe_open) -> tuple[GeneratorConfig, TrainSettings, int]:
    header = json.loads(file.metadata()[_HEADER])
    config, settings = GeneratorConfig(**header["config"]), TrainSettings(**header["settings"])
    return config, settings, int(header["step"])


def with_measured_statistics(config: GeneratorConfig, weights: Mapping) -> dict[str, np.ndarray]:
    """The weights, calibrated on 512 fixed vectors."""
    return calibrate(config, weights, normal_z(_CALIBRATION, config.noise_dim, _CALIBRATION_SEED))


def limit_threads(count: int):
    """Leaves cores to others; must come before TensorFlow has run anything."""
    tf.config.threading.set_intra_op_parallelism_threads(count)
    tf.config.threading.set_inter_op_parallelism_threads(count)
