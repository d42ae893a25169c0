"""The loop of a run: steps, progress, checkpoints and moments of the history."""

import json
import sys
import time

from tqdm import tqdm

from explorer.train.run_folder import RunFolder
from explorer.train.training import Training

CHECKPOINT_SECONDS = 60
_REPORT_SECONDS = 0.5
_FIRST_MOMENTS = (1, 2, 5, 10, 20, 50)


class BarReport:
    """A bar with the losses and the time left, for a terminal."""

    def __init__(self, training: Training):
        self._bar = tqdm(total=training.settings.steps, initial=training.step, unit="step")

    def progress(self, training: Training, losses: dict, speed: float):
        """Moves the bar on."""
        self._bar.set_postfix(
            {name: f"{value:.3f}" for name, value in losses.items()}, refresh=False
        )
        self._bar.update(training.step - self._bar.n)

    def moment(self, kept: dict):
        """A terminal does not show the history."""


class LineReport:
    """A JSON object a line on standard output, for a program."""

    def progress(self, training: Training, losses: dict, speed: float):
        """{"step", "speed" in steps per second, "generator", "discriminator", "realness"}."""
        self._say({"step": training.step, "speed": speed, **losses})

    def moment(self, kept: dict):
        """{"step", "figures", "kept"}, as from `RunFolder.write_moment`."""
        self._say(kept)

    @staticmethod
    def _say(message: dict):
        print(json.dumps(message), flush=True)


def train(
    training: Training,
    folder: RunFolder,
    report: BarReport | LineReport,
    history: int = 0,
    checkpoint_seconds: float = CHECKPOINT_SECONDS,
):
    """Trains to the last step, or until it is interrupted; then leaves a checkpoint.

    Args:
        history: how many moments to keep as weights; 0 keeps none.
        checkpoint_seconds: between two checkpoints.
    """
    clock = _Clock(training, history, checkpoint_seconds)
    if history:
        report.moment(folder.write_moment(training, history))
    losses, last = {}, (time.monotonic(), training.step)
    try:
        while training.step < training.settings.steps:
            losses = training.advance()
            if clock.report_due():
                now = (time.monotonic(), training.step)
                report.progress(training, losses, (now[1] - last[1]) / (now[0] - last[0]))
                last = now
            if clock.moment_due(training):
                report.moment(folder.write_moment(training, history))
            if clock.checkpoint_due():
                folder.write_checkpoint(training)
    finally:
        folder.write_checkpoint(training)
        if losses:
            report.progress(training, losses, 0.0)
        sys.stdout.flush()


class _Clock:
    """Says when something is due."""

    def __init__(self, training: Training, history: int, checkpoint_seconds: float):
        self._reported, self._saved = 0.0, time.monotonic()
        self._checkpoint_seconds = checkpoint_seconds
        end = training.settings.steps
        first = [step for step in _FIRST_MOMENTS if step < end]
        self._gap = max(50, end // (2 * history)) if history else 0
        self._moments = {*first, end} if history else set()

    def report_due(self) -> bool:
        due = time.monotonic() - self._reported >= _REPORT_SECONDS
        self._reported = time.monotonic() if due else self._reported
        return due

    def checkpoint_due(self) -> bool:
        due = time.monotonic() - self._saved >= self._checkpoint_seconds
        self._saved = time.monotonic() if due else self._saved
        return due

    def moment_due(self, training: Training) -> bool:
        return training.step in self._moments or bool(self._gap and training.step % self._gap == 0)
