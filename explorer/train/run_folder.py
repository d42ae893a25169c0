"""A run's folder: its checkpoint, the weights to show, sample grids and the history."""

import json
from pathlib import Path

import numpy as np

from explorer.errors import ExplorerError, quote_path
from explorer.model.config import GeneratorConfig
from explorer.model.files.save import write_weights
from explorer.model.latent import normal_z
from explorer.model.pictures import draw_pictures
from explorer.model.run_history import moment_path, moment_steps
from explorer.model.weights import init_weights, weight_list
from explorer.sizes import MIB
from explorer.train.figures import measure
from explorer.train.pictures import STREETS, draw_streets, to_grid, write_png
from explorer.train.quality import sliced_wasserstein
from explorer.train.training import Training, with_measured_statistics

SAMPLES, COLUMNS = 32, 4
_HELD_OUT = 1024
_DISCRIMINATOR = 4 * MIB  # its weights and its optimizer's memory, on pictures of 32x64
_SMALL = 4 * MIB  # the grids of samples, and code that TensorFlow generates
_HEADERS = 2**16  # names and shapes of one file of weights


class RunFolder:
    """Writes and finds what a run leaves behind."""

    def __init__(self, path: Path):
        self.path = path
        self.checkpoint = path / "checkpoint.safetensors"
        self.history = path / "history"
        self.generator = path / "generator.safetensors"

    def write_checkpoint(self, training: Training):
        """The run, its averaged generator and a grid of samples, as of now."""
        self.make()
        training.save(self.checkpoint)
        averaged = training.averaged()
        write_weights(self.generator, training.config, averaged)
        z = normal_z(SAMPLES, training.config.noise_dim, seed=0)
        grid = to_grid(draw_pictures(training.config, averaged, z), COLUMNS)
        (self.path / "samples").mkdir(exist_ok=True)
        write_png(self.path / "samples" / f"step-{training.step:06d}.png", grid)

    def write_moment(self, training: Training, most: int) -> dict:
        """Keeps the weights of this step; every second moment goes once there are too many.

        Returns:
            {"step", "figures": of this moment, "kept": the steps whose weights are there}.
        """
        self.make()
        weights = training.weights
        write_weights(self.moment(training.step), training.config, weights)
        kept = self.moments()
        if len(kept) > most:
            for step in kept[1:-1:2]:
                self.moment(step).unlink()
        figures = measure(training.config, weights)
        return {"step": training.step, "figures": figures, "kept": self.moments()}

    def moment(self, step: int) -> Path:
        """The file of one moment."""
        return moment_path(self.history, step)

    def moments(self) -> list[int]:
        """The steps whose weights are kept, in order."""
        return moment_steps(self.history)

    def write_quality(self, training: Training) -> dict:
        """The distance from held-out streets of the trained, the untrained and the real ones."""
        config, seed = training.config, training.settings.seed
        held, other = (draw_streets(config, _HELD_OUT, seed + offset) for offset in (1, 2))
        z = normal_z(_HELD_OUT, config.noise_dim, seed=1)
        fresh = with_measured_statistics(config, init_weights(config, seed))
        figures = {
            "step": training.step,
            "trained": sliced_wasserstein(held, draw_pictures(config, training.averaged(), z)),
            "untrained": sliced_wasserstein(held, draw_pictures(config, fresh, z)),
            "real": sliced_wasserstein(held, other),
        }
        (self.path / "quality.json").write_text(json.dumps(figures, indent=2))
        for name in ("trained", "untrained", "real"):
            levels = ", ".join(f"{size} px: {value:.1f}" for size, value in figures[name].items())
            mean = np.mean(list(figures[name].values()))
            print(f"sliced Wasserstein x1000, {name} against held-out: {mean:.1f} ({levels})")
        return figures

    def make(self):
        """Makes the folder.

        Raises:
            ExplorerError: nothing can be written there.
        """
        try:
            self.history.mkdir(parents=True, exist_ok=True)
        except OSError:
            raise ExplorerError("out_unwritable", "out", value=quote_path(self.path)) from None


def most_file_bytes(config: GeneratorConfig) -> int:
    """The most that one file of a run on streets holds: its checkpoint.

    That has the generator four times: as it is trained, its average, and the optimizer's two.
    """
    return 4 * _weight_bytes(config) + _DISCRIMINATOR


def most_bytes(config: GeneratorConfig, history: int) -> int:
    """The most that a run on streets writes with so many moments kept.

    A file of weights, and a checkpoint, is written whole before it takes the place of another.
    """
    weights = (history + 3) * (_weight_bytes(config) + _HEADERS)
    return weights + 2 * most_file_bytes(config) + _SMALL


def _weight_bytes(config: GeneratorConfig) -> int:
    return sum(4 * int(np.prod(weight.shape)) for weight in weight_list(config))


def check_quality(data: str):
    """Refuses a figure of quality where there are no held-out streets to compare with."""
    if data != STREETS:
        raise ExplorerError("quality_needs_streets", "data")
