"""Starts the processes that read strangers' files; one may wait, ready, for the next file.

Starting one takes longer than most files do. Each reads one file and ends, whether it waited or
not, so that nothing of one file reaches what reads the next; one whose server is gone ends, too.
"""

import os
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

from explorer.model.niceness import step_back
from explorer.sizes import MIB

_ROOT = Path(__file__).resolve().parents[3]
# All of the environment that the reading process gets, so that it knows no secrets.
_PASSED_ON = ("PATH", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "SYSTEMROOT", "LANG", "TMPDIR")
_OWN_SETTINGS = {
    "OPENBLAS_NUM_THREADS": "1",  # each thread takes addresses, which are bounded
    "HDF5_PLUGIN_PRELOAD": "::",  # filters that are no part of the library are not loaded
    "HDF5_USE_FILE_LOCKING": "FALSE",
}
# To collect garbage while modules load takes an eighth of that time.
_CODE = (
    "import gc; gc.disable(); from explorer.model.files import reader_process; gc.enable();"
    "reader_process.main()"
)
_PIPE = MIB  # the process goes on while an answer of that size is taken up
# Seconds after the start, or after a file came, in which there is better to do.
_LATER = 3


class Readers:
    """Processes that read one file each; by default none is started before it is needed."""

    def __init__(self):
        self._lock = threading.Lock()
        self._waiting: subprocess.Popen | None = None
        self._keeps_one = False

    def keep_one(self):
        """From now on has one wait."""
        self._keeps_one = True
        self._prepare_later()

    def take(self) -> subprocess.Popen:
        """One that nobody else gets; the caller ends it.

        Raises:
            OSError: none can be started.
        """
        with self._lock:
            taken, self._waiting = self._waiting, None
        if self._keeps_one:
            self._prepare_later()
        if taken is not None:
            if taken.poll() is None:
                return taken
            taken.communicate()
        return _start()

    def _prepare_later(self):
        timer = threading.Timer(_LATER, self._prepare)
        timer.daemon = True
        with suppress(RuntimeError):  # no more threads: there is one process fewer for now
            timer.start()

    def _prepare(self):
        step_back()  # and so does what is started here
        with self._lock, suppress(OSError):
            if self._waiting is None:
                self._waiting = _start()


def _start() -> subprocess.Popen:
    passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return subprocess.Popen(
        [sys.executable, "-c", _CODE],
        cwd=_ROOT,
        env=passed | _OWN_SETTINGS,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        pipesize=_PIPE,
    )


readers = Readers()
