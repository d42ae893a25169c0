"""Runs the scripts beside the tests, each in a process of its own: one cannot hold two Keras."""

import subprocess
import sys
from pathlib import Path

SECONDS = 300


def run_script(name: str, *arguments: object, folder: Path | None = None) -> str:
    """What a script of that name prints; fails with what it says of an error.

    Args:
        folder: that it runs in.
    """
    script = str(Path(__file__).with_name(name))
    run = subprocess.run(
        [sys.executable, script, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        cwd=folder,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-4000:]
    return run.stdout
