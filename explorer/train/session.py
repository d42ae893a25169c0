"""The loop of a run: steps, progress, checkpoints and moments of the history."""

import json
import sys
import time
from collections.abc import Callable

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
    pause: Callable[[], bool] | None = None,
):
    """Trains to the last step, or until it is interrupted; then leaves a checkpoint.

    Args:
        history: how many moments to keep as weights; 0 keeps none.
        checkpoint_seconds: between two checkpoints.
        pause: called before each step; stays as long as the run is to stand still, and returns
            whether it did.
    """
    now = time.monotonic()
    reports, checkpoints = _Every(_REPORT_SECONDS, last=0.0), _Every(checkpoint_seconds, last=now)
    if history:
        report.moment(folder.write_moment(training, history))
    losses, last = {}, (time.monotonic(), training.step)
    try:
        while training.step < training.settings.steps:
            if pause and pause():
                last = (time.monotonic(), training.step)
            losses = training.advance()
            if reports.due():
                now = (time.monotonic(), training.step)
                report.progress(training, losses, (now[1] - last[1]) / (now[0] - last[0]))
                last = now
            if history and _is_moment(training.step, training.settings.steps, history):
                report.moment(folder.write_moment(training, history))
            if checkpoints.due():
                folder.write_checkpoint(training)
    finally:
        folder.write_checkpoint(training)
        if losses:
            report.progress(training, losses, 0.0)
        sys.stdout.flush()


class _Every:
    """Is due again each time that some seconds have passed."""

    def __init__(self, seconds: float, last: float):
        self._seconds, self._last = seconds, last

    def due(self) -> bool:
        now = time.monotonic()
        if now - self._last < self._seconds:
            return False
        self._last = now
        return True


def _is_moment(step: int, end: int, history: int) -> bool:
    """Whether a step is worth keeping: more of them at the start, the last in any case."""
    gap = max(50, end // (2 * history))
    return step in (*_FIRST_MOMENTS, end) or step % gap == 0
