"""Runs the scripts beside the tests, each in a process of its own: one cannot hold two Keras.

They are copies of one that has loaded TensorFlow with Keras 2, which takes seconds.
"""

import functools
import json
import os
import runpy
import signal
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path

SECONDS = 300  # that a script may take
_HERE = Path(__file__).parent
_CODE = "from tests.parity import scripts; scripts.serve()"


def run_script(name: str, *arguments: object, folder: Path | None = None) -> str:
    """What a script of that name prints; fails with what it says of an error.

    Args:
        folder: that it runs in.
    """
    with tempfile.NamedTemporaryFile("r") as told:
        job = [str(_HERE / name), [*map(str, arguments)], str(folder or Path.cwd()), told.name]
        server = _server()
        server.stdin.write(json.dumps(job) + "\n")
        server.stdin.flush()
        status = server.stdout.readline()
        said = told.read()
    assert status == "0\n", said[-4000:]
    return said


@functools.cache
def _server() -> subprocess.Popen:
    """The process that is copied; it ends when this one does."""
    return subprocess.Popen(
        [sys.executable, "-c", _CODE],
        cwd=_HERE.parents[1],
        env=os.environ | {"TF_USE_LEGACY_KERAS": "1", "TF_CPP_MIN_LOG_LEVEL": "3"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def serve():
    """In the process that is copied: a copy for each line."""
    import tensorflow as tf

    assert "tf_keras" in tf.keras.layers.__name__, "which loads it"
    for line in iter(sys.stdin.readline, ""):
        pid = os.fork()
        if not pid:
            _run(*json.loads(line))
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)


def _run(script: str, arguments: list[str], folder: str, told: str):
    """Runs a script as `python script arguments` would; what it prints is in a file."""
    signal.alarm(SECONDS)
    out = os.open(told, os.O_WRONLY)
    os.dup2(out, 1)
    os.dup2(out, 2)
    os.chdir(folder)
    sys.argv, sys.path[0] = [script, *arguments], str(Path(script).parent)
    status = 1
    try:
        runpy.run_path(script, run_name="__main__")
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(status)
