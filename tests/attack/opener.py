"""A process that opens files through the Python API, one path a line, and says what came of it."""

import contextlib
import hashlib
import json
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from queue import Empty, SimpleQueue

from explorer import ExplorerError, load_weights
from tests.support.app_server import ROOT
from tests.support.process_tree import Watcher


def digest(weights: Mapping) -> str:
    """One hash for names, shapes and numbers."""
    found = hashlib.sha256()
    for name, array in sorted(weights.items()):
        found.update(f"{name}{array.dtype}{array.shape}".encode() + array.tobytes())
    return found.hexdigest()


def serve():
    """The process itself: a line in is a path as JSON, a line out the outcome."""
    answers = sys.stdout
    with contextlib.redirect_stdout(sys.stderr):
        for line in sys.stdin:
            print(json.dumps(_outcome(json.loads(line))), file=answers, flush=True)


def _outcome(path: str) -> dict:
    try:
        return {"digest": digest(load_weights(path)[1])}
    except ExplorerError as error:
        return {"code": error.code, "message": str(error)}
    except BaseException as error:
        return {"raised": repr(error)[:500]}


class Opener:
    """The process as a test holds it; started anew after a file has ended it."""

    def __init__(self):
        self._start()

    def _start(self):
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.attack.opener"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._answers: SimpleQueue = SimpleQueue()
        threading.Thread(target=self._listen, args=(self._process,), daemon=True).start()
        self.open("", patience=60)  # imported, and refused
        self.watcher = Watcher(self._process.pid)

    def _listen(self, process: subprocess.Popen):
        answers = self._answers
        for line in process.stdout:
            answers.put(json.loads(line))
        answers.put({"ended": process.wait()})

    def open(self, path: str | Path, patience: float) -> dict:
        """{"digest"}, {"code", "message"}, {"raised"}, {"ended"} or {"late"}."""
        self._process.stdin.write(json.dumps(str(path)) + "\n")
        self._process.stdin.flush()
        try:
            return self._answers.get(timeout=patience)
        except Empty:
            return {"late": patience}

    def make_ready(self):
        """Starts the process anew if it has ended or is still busy."""
        if self._process.poll() is not None or "code" not in self.open("", patience=1):
            self.close()
            self._start()
        self.watcher.restart()

    def close(self):
        """Ends the process, whatever it does."""
        self.watcher.close()
        self._process.kill()
        self._process.wait()


if __name__ == "__main__":
    serve()
