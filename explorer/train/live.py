"""Training runs that visitors start: each a process of its own, few at once, the others in line.

A run is the command line's own loop, at a low priority, so that the explorer stays quick and a run
can be paused, stopped and bounded from outside. It lives while somebody watches it.
"""

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from explorer.errors import ExplorerError, quote
from explorer.model.config import SHAPE_FIELDS, GeneratorConfig, form_values
from explorer.model.fields import Field, by_name
from explorer.model.weight_store import forget_run, share_run
from explorer.train.settings import FAST_TENSORFLOW

RUNNING_AT_ONCE = max(1, (os.cpu_count() or 2) // 2)
MOST_WAITING = 8
MOST_KEPT = 6  # runs that have ended, with their history
MAX_SECONDS = 15 * 60
UNWATCHED_SECONDS = 30
KEPT_SECONDS = 15 * 60  # of a run that has ended, once nobody watches it
MOMENTS = 40
_POINTS = 300
_TICK = 0.5
_ROOT = Path(__file__).resolve().parents[2]

LIVE_FIELDS = by_name(
    (
        Field("upsample_dim", 64, "int", 8, 96, step_to=96),
        Field("kernel_size", 5, "int", 1, 7, step_to=7),
        Field("batch_size", 32, "int", 8, 64, step_to=64),
        Field("learning_rate", 2e-4, "float", 1e-5, 1e-2),
        Field("steps", 6000, "int", 100, 20000),
        Field("seed", 0, "int", 0, 2**32 - 1),
    )
)
_ENDED = ("done", "stopped", "failed")


@dataclass
class LiveRun:
    """One visitor's run.

    Attributes:
        state: "waiting", "running", "paused", "done", "stopped" or "failed".
        reason: why it was stopped from here: "asked", "time" (its time was up) or "unwatched".
        points: progress as the process reported it, thinned out as it grows.
        moments: figures by step, of the moments whose weights are kept.
    """

    id: str
    visitor: str
    settings: dict
    config: GeneratorConfig
    folder: Path
    state: str = "waiting"
    reason: str = ""
    points: list[dict] = field(default_factory=list)
    moments: dict[int, dict] = field(default_factory=dict)
    process: subprocess.Popen | None = None
    watchers: int = 0
    watched: float = field(default_factory=time.monotonic)
    seconds: float = 0.0
    tended: float = field(default_factory=time.monotonic)

    @property
    def ended(self) -> bool:
        """Whether nothing more will come."""
        return self.state in _ENDED

    def start(self):
        """Begins to train, in a process of its own."""
        command = [sys.executable, "-m", "explorer.train", "--out", str(self.folder)]
        command += [
            word for name, value in self.settings.items() for word in (f"--{name}", str(value))
        ]
        command += ["--report", "json", "--history", str(MOMENTS)]
        command += ["--threads", str(_threads()), "--nice", "10"]
        self.process = subprocess.Popen(
            command,
            cwd=_ROOT,
            env=os.environ | FAST_TENSORFLOW,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.state = "running"
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        for line in self.process.stdout:
            message = json.loads(line)
            if "kept" in message:
                figures = {**self.moments, message["step"]: message["figures"]}
                self.moments = {step: figures[step] for step in message["kept"]}
            else:
                self._add(message)
        code = self.process.wait()
        if not self.ended:
            self.state = "done" if code == 0 else "failed"

    def _add(self, point: dict):
        points = [*self.points, point]
        self.points = points if len(points) <= _POINTS else points[::2]

    def signal(self, number: int):
        """Tells the process, if there is one that lives."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)

    def end(self, reason: str):
        """Stops for good; what has been learned stays until the run is forgotten."""
        if not self.ended:
            self.state, self.reason = "stopped", reason
            self.signal(signal.SIGKILL)


def _threads() -> int:
    return max(1, (os.cpu_count() or 2) // RUNNING_AT_ONCE)


def check_settings(raw: Mapping) -> tuple[dict, list[ExplorerError]]:
    """The values of `LIVE_FIELDS` that are sound, by name, and an error for each other one.

    Those that are missing are their defaults.
    """
    settings, errors = {}, []
    for name, item in LIVE_FIELDS.items():
        try:
            settings[name] = item.check(raw.get(name, item.default))
        except ExplorerError as error:
            errors.append(error)
    return settings, errors


class LiveRuns:
    """All runs on this machine; safe between threads."""

    def __init__(self):
        self._runs: dict[str, LiveRun] = {}
        self._lock = threading.RLock()
        self._keeper: threading.Thread | None = None

    def begin(self, visitor: str, raw: Mapping) -> LiveRun:
        """Starts a run, or puts it in line.

        Args:
            visitor: who asks; each has one run at a time.
            raw: values of `LIVE_FIELDS`; those missing keep their defaults.

        Raises:
            ExplorerError: a bad value, a run of this visitor's that goes on, or too many in line.
        """
        settings, errors = check_settings(raw)
        if errors:
            raise errors[0]
        config = GeneratorConfig(
            upsample_dim=settings["upsample_dim"], kernel_size=settings["kernel_size"]
        )
        with self._lock:
            if any(run.visitor == visitor and not run.ended for run in self._runs.values()):
                raise ExplorerError("one_run_each")
            if sum(run.state == "waiting" for run in self._runs.values()) >= MOST_WAITING:
                raise ExplorerError("line_full", bound=MOST_WAITING)
            folder = Path(tempfile.mkdtemp(prefix="explorer-run-"))
            run = LiveRun(secrets.token_hex(16), visitor, settings, config, folder)
            self._runs[run.id] = run
            share_run(run.id, folder / "history")
            self._tend()
            if self._keeper is None:
                self._keeper = threading.Thread(target=self._keep, daemon=True)
                self._keeper.start()
        return run

    def find(self, run_id: str) -> LiveRun:
        """The run of an id.

        Raises:
            ExplorerError: there is none, or it is forgotten.
        """
        with self._lock:
            if run_id not in self._runs:
                raise ExplorerError("no_such_run")
            return self._runs[run_id]

    def of_visitor(self, visitor: str) -> LiveRun | None:
        """The newest run of a visitor's that is still known; None where there is none."""
        with self._lock:
            return next(
                (run for run in reversed(self._runs.values()) if run.visitor == visitor), None
            )

    def act(self, run_id: str, action: str):
        """Pauses, resumes or stops a run; what does not apply to its state does nothing."""
        run = self.find(run_id)
        with self._lock:
            if action == "pause" and run.state == "running":
                run.signal(signal.SIGSTOP)
                run.state = "paused"
            elif action == "resume" and run.state == "paused":
                run.signal(signal.SIGCONT)
                run.state = "running"
            elif action == "stop":
                run.end("asked")
            elif action not in ("pause", "resume"):
                raise ExplorerError("no_such_action", value=quote(action))
            self._tend()

    def watch(self, run_id: str, more: int):
        """Counts who watches: +1 for a page that opens, -1 for one that closes."""
        run = self.find(run_id)
        with self._lock:
            run.watchers += more
            run.watched = time.monotonic()

    def describe(self, run_id: str) -> dict:
        """A run as the page shows it: JSON types only."""
        run = self.find(run_id)
        fields = form_values(run.config)
        with self._lock:
            line = [item.id for item in self._runs.values() if item.state == "waiting"]
        return {
            "id": run.id,
            "state": run.state,
            "reason": run.reason,
            "place": line.index(run.id) + 1 if run.id in line else 0,
            "settings": run.settings,
            "fields": fields,
            "structure": {name: fields[name] for name in SHAPE_FIELDS},
            "seconds": round(run.seconds),
            "most_seconds": MAX_SECONDS,
            "points": run.points,
            "moments": [{"step": step, **figures} for step, figures in run.moments.items()],
        }

    def _keep(self):
        while True:
            time.sleep(_TICK)
            with self._lock:
                self._tend()

    def _tend(self):
        """Bounds every run, lets the next in line start, and forgets what nobody needs."""
        now = time.monotonic()
        for run in list(self._runs.values()):
            idle = now - run.watched if run.watchers == 0 else 0
            if run.state in ("running", "paused"):
                run.seconds += now - run.tended
            run.tended = now
            if run.seconds > MAX_SECONDS:
                run.end("time")
            elif idle > UNWATCHED_SECONDS:
                run.end("unwatched")
            if run.ended and idle > KEPT_SECONDS:
                self._forget(run)
        kept = [run for run in self._runs.values() if run.ended]
        for run in kept[: max(0, len(kept) - MOST_KEPT)]:
            self._forget(run)
        active = sum(run.state in ("running", "paused") for run in self._runs.values())
        waiting = [run for run in self._runs.values() if run.state == "waiting"]
        for run in waiting[: max(0, RUNNING_AT_ONCE - active)]:
            run.start()

    def _forget(self, run: LiveRun):
        del self._runs[run.id]
        forget_run(run.id)
        shutil.rmtree(run.folder, ignore_errors=True)

    def close(self):
        """Ends every run and removes what they left; for the server's own end."""
        with self._lock:
            for run in list(self._runs.values()):
                run.end("asked")
                self._forget(run)


live_runs = LiveRuns()
