"""The history of a training run: a folder of weights, one file for each moment that is kept."""

import re
from pathlib import Path

_NAME = re.compile(r"step-(\d+)\.npz")


def moment_path(history: Path, step: int) -> Path:
    """The file of one moment."""
    return history / f"step-{step:06d}.npz"


def moment_steps(history: Path) -> list[int]:
    """The steps whose weights are there, in order."""
    found = (_NAME.fullmatch(path.name) for path in history.glob("step-*.npz"))
    return sorted(int(match[1]) for match in found if match)
