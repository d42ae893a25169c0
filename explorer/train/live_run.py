"""One run that a visitor started: the process that trains, what it reports, and why it ended."""

import contextlib
import functools
import json
import logging
import os
import secrets
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from explorer.errors import ExplorerError
from explorer.model.config import GeneratorConfig
from explorer.train import FAST_TENSORFLOW
from explorer.train.failures import exit_failure, start_failure
from explorer.train.run_folder import most_file_bytes
from explorer.workspace import Hold, file_bytes

CORES = os.cpu_count() or 2
RUNNING_AT_ONCE = max(1, CORES // 2)
MOMENTS = 40
_POINTS = 300
_MOST_LINE = 2**16  # bytes of a report
_MOST_SAID = 2**12  # bytes of standard error that are kept, the last
_DYING_SECONDS = 5
_ENDED = ("done", "stopped", "failed")
_ROOT = Path(__file__).resolve().parents[2]
_log = logging.getLogger(__name__)


@dataclass(eq=False)
class LiveRun:
    """One visitor's run.

    Attributes:
        id: whoever has it may look.
        key: whoever has it may pause, resume and stop.
        visitor, address: who began it, and from where.
        state: "waiting", "running", "paused", "done", "stopped" or "failed".
        reason: why it was stopped from here: "asked", "time" (its time was up) or "unwatched".
        failure: why it failed, an error as the page receives it.
        points: progress as the process reported it, thinned out as it grows.
        moments: figures by step, of the moments whose weights are kept.
        watchers: pages that show it now.
        looked: when one of them came or left last, on the monotonic clock.
        seconds: how long it has been running or paused.
    """

    id: str
    key: str = field(repr=False)
    visitor: str = field(repr=False)
    address: str
    settings: dict
    config: GeneratorConfig
    folder: Path
    hold: Hold
    state: str = "waiting"
    reason: str = ""
    failure: dict | None = None
    points: list[dict] = field(default_factory=list)
    moments: dict[int, dict] = field(default_factory=dict)
    process: subprocess.Popen | None = None
    watchers: int = 0
    was_watched: bool = False
    looked: float = field(default_factory=time.monotonic)
    seconds: float = 0.0
    tended: float = field(default_factory=time.monotonic)
    _said: bytes = b""
    _settled: bool = False

    @property
    def ended(self) -> bool:
        """Whether nothing more will come."""
        return self.state in _ENDED

    @property
    def active(self) -> bool:
        """Whether it has a process."""
        return self.state in ("running", "paused")

    def settle(self):
        """Once it writes no more, gives back the room on the disk that it did not need."""
        writes = self.process is not None and self.process.poll() is None
        if self.ended and not writes and not self._settled:
            self._settled = True
            self.hold.resize(file_bytes(self.folder))

    def admits(self, key: str) -> bool:
        """Whether a key is this run's."""
        return secrets.compare_digest(self.key.encode(), key.encode(errors="replace"))

    def idle(self, now: float) -> float:
        """Seconds since somebody watched; 0 while somebody does."""
        return 0.0 if self.watchers else now - self.looked

    def watch(self, more: int):
        """+1 for a page that opens, -1 for one that closes."""
        self.watchers += more
        self.was_watched, self.looked = True, time.monotonic()

    def start(self):
        """Begins to train, in a process of its own; where that cannot be, the run has failed."""
        try:
            self.process = self._spawn()
            self.state = "running"
            if hasattr(os, "set_blocking"):  # who tells a process that does not read must not wait
                os.set_blocking(self.process.stdin.fileno(), False)
            self._errors = _thread(self._hear_errors)
            _thread(self._listen)
        except Exception as error:  # out of processes, threads, files, memory or disk
            self._break_off(start_failure(error))
            self._kill()

    def _spawn(self) -> subprocess.Popen:
        scratch = self.folder / "tmp"
        scratch.mkdir(exist_ok=True)
        temporary = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(scratch))
        return subprocess.Popen(
            self._command(),
            cwd=_ROOT,
            env=os.environ | FAST_TENSORFLOW | temporary,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def _command(self) -> list[str]:
        bounds = {
            "history": MOMENTS,
            "file_bytes": most_file_bytes(self.config),
            "threads": max(1, CORES // RUNNING_AT_ONCE),
            "nice": 10,
        }
        options = {"out": self.folder, **self.settings, "report": "json", **bounds}
        words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
        return [sys.executable, "-m", "explorer.train.follow", *words]

    def _listen(self):
        """Hears the process out. However that goes, the run has ended once the process has."""
        try:
            with self.process.stdout as reports:
                for line in iter(functools.partial(reports.readline, _MOST_LINE), b""):
                    self._hear(line)
        except Exception as error:
            _log.exception("A run's reports could not be read")
            self._break_off(start_failure(error))
            self._kill()
        status = self.process.wait()
        self._errors.join(_DYING_SECONDS)
        if status == 0 and not self.ended:
            self.state = "done"
        self._break_off(exit_failure(status, self._said))

    def _hear(self, line: bytes):
        """Takes one report; one that is damaged says nothing. NaN and infinities become None."""
        try:
            message = json.loads(line, parse_constant=lambda name: None)
        except (ValueError, RecursionError):
            return
        match message:
            case {"error": {"code": str(), "message": str()} as failure}:
                self._break_off_by(failure)
            case {"step": int(step), "figures": dict(figures), "kept": list(kept)}:
                known = {**self.moments, step: figures}
                self.moments = {step: known[step] for step in kept if step in known}
            case {"step": int(), "speed": float()}:
                points = [*self.points, message]
                self.points = points if len(points) <= _POINTS else points[::2]

    def _hear_errors(self):
        """Keeps the end of what the process says on standard error."""
        with contextlib.suppress(OSError, ValueError), self.process.stderr as errors:
            while said := errors.read1(_MOST_SAID):
                self._said = (self._said + said)[-_MOST_SAID:]

    def tell(self, word: str) -> bool:
        """Writes a line to the process; whether it could be told."""
        with contextlib.suppress(OSError, ValueError):  # it has ended, or its pipe is full
            return os.write(self.process.stdin.fileno(), f"{word}\n".encode()) > 0
        return False

    def pause(self):
        """Lets it stand still after the step that is under way."""
        if self.state == "running":
            self.state = "paused"  # before it is told, as it may end meanwhile
            if not self.tell("pause") and self.state == "paused":
                self.state = "running"

    def resume(self):
        """Lets it go on."""
        if self.state == "paused" and self.tell("resume"):
            self.state = "running"

    def end(self, reason: str):
        """Stops for good; what has been learned stays until the run is forgotten."""
        if not self.ended:
            self.state, self.reason = "stopped", reason
            self._kill()

    def _break_off(self, error: ExplorerError):
        self._break_off_by(error.as_dict())

    def _break_off_by(self, failure: dict):
        if not self.ended:
            self.failure = failure
            self.state = "failed"

    def _kill(self):
        if self.process is not None:
            self.process.kill()

    def remove(self):
        """Removes what the run has written, once its process can write no more."""
        if self.process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(_DYING_SECONDS)
        shutil.rmtree(self.folder, ignore_errors=True)
        self.hold.release()


def _thread(work) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread
