"""Training runs that visitors start: few at once, the others in line, bounded and looked after.

A run is the command line's own loop in a process of its own, at a low priority, so that the
explorer stays quick. It lives while somebody watches it, and never longer than its server.
"""

import atexit
import contextlib
import logging
import secrets
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated

from explorer.errors import ExplorerError, quote
from explorer.limits import DISK
from explorer.model.config import SHAPE_FIELDS, GeneratorConfig, form_values
from explorer.model.declare import Range, Role, check_all, fields_of
from explorer.model.weight_store import forget_run, share_run
from explorer.model.weights import Seed
from explorer.sizes import mebibytes
from explorer.train.balance import discriminator_has_won
from explorer.train.failures import start_failure
from explorer.train.live_run import MOMENTS, RUNNING_AT_ONCE, LiveRun
from explorer.train.run_folder import most_bytes
from explorer.workspace import Hold, held_folder

MOST_WAITING = 8
MOST_OF_ADDRESS = 2  # runs that wait or go on
MOST_KEPT = 6  # runs that have ended, with their history, that nobody watches
MOST_WATCHED = 24  # runs that have ended and are watched
MAX_SECONDS = 15 * 60
UNWATCHED_SECONDS = 30
KEPT_SECONDS = 15 * 60  # of a run that has ended, once nobody watches it
_TICK = 0.5
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class LiveSettings:
    """What a visitor may choose of a run: less than the command line, so that it stays small."""

    upsample_dim: Annotated[int, Range(8, 96), Role.STRUCTURE] = 64
    kernel_size: Annotated[int, Range(1, 7), Role.STRUCTURE] = 5
    batch_size: Annotated[int, Range(8, 64)] = 32
    learning_rate: Annotated[float, Range(1e-5, 1e-2)] = 2e-4
    steps: Annotated[int, Range(100, 20000)] = 6000
    seed: Annotated[Seed, Role.UNSEEN] = 0


LIVE_FIELDS = fields_of(LiveSettings)


def check_settings(raw: Mapping) -> dict[str, object]:
    """The values of `LIVE_FIELDS` by name; those that are missing are their defaults.

    Raises:
        ExplorerError: of the first wrong one; it brings along those of all other wrong ones.
    """
    usual = {name: field.default for name, field in LIVE_FIELDS.items()}
    return usual | check_all(LIVE_FIELDS, raw)


class LiveRuns:
    """All runs on this machine; safe between threads."""

    def __init__(self):
        self._runs: dict[str, LiveRun] = {}
        self._lock = threading.RLock()
        self._keeper: threading.Thread | None = None
        self._forgotten: deque[LiveRun] = deque()
        self._trouble = ""

    def begin(self, visitor: str, address: str, raw: Mapping) -> LiveRun:
        """Starts a run, or puts it in line. Runs that have ended leave the disk for it.

        Args:
            visitor: who asks; each has one run at a time.
            address: from where; each has `MOST_OF_ADDRESS` at a time, whatever the visitors' names.
            raw: values of `LIVE_FIELDS`; those missing keep their defaults.

        Raises:
            ExplorerError: a bad value, a run of this visitor's that goes on, too many in line, or
                no room on the disk or for the process.
        """
        settings = check_settings(raw)
        config = GeneratorConfig(
            upsample_dim=settings["upsample_dim"], kernel_size=settings["kernel_size"]
        )
        size = most_bytes(config, MOMENTS)
        with self._lock:
            self._check_line(visitor, address, size)
            self._start_keeper()
        hold = Hold(size)  # without the lock, as room may have to be made
        with self._lock:
            self._check_line(visitor, address, size)  # another may have come meanwhile
            run_id, key = secrets.token_hex(16), secrets.token_hex(16)
            folder = held_folder("runs")
            run = LiveRun(run_id, key, visitor, address, settings, config, folder, hold)
            self._runs[run.id] = run
            share_run(run.id, folder / "history")
            self._tend()
        return run

    def _check_line(self, visitor: str, address: str, size: int):
        """Refuses a run that would be one too many, or take too much of the disk beside others."""
        unfinished = self._unfinished()
        if any(run.visitor == visitor for run in unfinished):
            raise ExplorerError("one_run_each")
        if sum(run.address == address for run in unfinished) >= MOST_OF_ADDRESS:
            raise ExplorerError("address_full", bound=MOST_OF_ADDRESS)
        if sum(run.state == "waiting" for run in unfinished) >= MOST_WAITING:
            raise ExplorerError("line_full", bound=MOST_WAITING)
        if unfinished and sum(run.hold.size for run in unfinished) + size > DISK // 2:
            raise ExplorerError("runs_disk_bound", bound=mebibytes(DISK // 2))

    def _unfinished(self) -> list[LiveRun]:
        return [run for run in self._runs.values() if not run.ended]

    def _start_keeper(self):
        Hold.yielding.add(self._make_room)
        if self._keeper is not None:
            return
        keeper = threading.Thread(target=self._keep, daemon=True)
        try:
            keeper.start()
        except RuntimeError as error:  # no run without one who bounds it
            raise start_failure(error) from None
        self._keeper = keeper
        # After the workspace's own, so before it at the end: first the processes go, then files.
        atexit.register(self.close)

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

    def act(self, run_id: str, action: str, key: str):
        """Pauses, resumes or stops a run; what does not apply to its state does nothing.

        Raises:
            ExplorerError: no such run, another key than the one that `begin` gave it, or no such
                action.
        """
        run = self.find(run_id)
        if not run.admits(key):
            raise ExplorerError("not_your_run")
        actions = {"pause": run.pause, "resume": run.resume, "stop": lambda: run.end("asked")}
        if action not in actions:
            raise ExplorerError("no_such_action", value=quote(action))
        with self._lock:
            actions[action]()
            self._tend()

    def watch(self, run_id: str, more: int):
        """Counts who watches: +1 for a page that opens, -1 for one that closes."""
        run = self.find(run_id)
        with self._lock:
            run.watch(more)

    def describe(self, run_id: str) -> dict:
        """A run as the page shows it to whoever has its id: JSON types only."""
        run = self.find(run_id)
        fields = form_values(run.config)
        with self._lock:
            line = [item.id for item in self._runs.values() if item.state == "waiting"]
        return {
            "id": run.id,
            "state": run.state,
            "reason": run.reason,
            "failure": run.failure,
            "place": line.index(run.id) + 1 if run.id in line else 0,
            "settings": run.settings,
            "fields": fields,
            "structure": {name: fields[name] for name in SHAPE_FIELDS},
            "seconds": round(run.seconds),
            "most_seconds": MAX_SECONDS,
            "points": run.points,
            "won": discriminator_has_won(run.points),
            "moments": [{"step": step, **figures} for step, figures in run.moments.items()],
        }

    def _keep(self):
        while True:
            time.sleep(_TICK)
            with self._carrying_on(), self._lock:
                self._tend()
            self._clear()

    def _tend(self):
        """Bounds every run, forgets what nobody needs, and lets the next in line start."""
        self._for_each(self._runs.values(), self._bound)
        self._for_each(self._surplus(), self._forget)
        active = sum(run.active for run in self._runs.values())
        waiting = [run for run in self._runs.values() if run.state == "waiting"]
        self._for_each(waiting[: max(0, RUNNING_AT_ONCE - active)], LiveRun.start)

    def _for_each(self, runs: Iterable[LiveRun], work: Callable[[LiveRun], None]):
        """What goes wrong with one run keeps no other from its bounds."""
        for run in list(runs):
            with self._carrying_on():
                work(run)

    @contextlib.contextmanager
    def _carrying_on(self):
        """Whatever happens is logged, once while it stays the same."""
        try:
            yield
        except Exception as error:
            if repr(error) != self._trouble:
                self._trouble = repr(error)
                _log.exception("A run could not be looked after")

    def _bound(self, run: LiveRun):
        now = time.monotonic()
        if run.active:
            run.seconds += now - run.tended
        run.tended = now
        run.settle()
        if run.seconds > MAX_SECONDS:
            run.end("time")
        elif run.idle(now) > UNWATCHED_SECONDS:
            run.end("unwatched")
        if run.ended and run.idle(now) > KEPT_SECONDS:
            self._forget(run)

    def _surplus(self) -> list[LiveRun]:
        """Those that have ended and are too many. One whose page was just lost counts as watched:
        it may come back.
        """
        now, watched, others = time.monotonic(), [], []
        for run in self._runs.values():
            lately = run.was_watched and run.idle(now) <= UNWATCHED_SECONDS
            if run.ended:
                (watched if lately else others).append(run)
        return [*_beyond(others, MOST_KEPT), *_beyond(watched, MOST_WATCHED)]

    def _make_room(self, missing: int):
        """Forgets ended runs until so many bytes are free: of the address that holds most, the
        oldest first. Where all of them would not do, none.
        """
        with self._lock:
            ended = [run for run in self._runs.values() if run.ended]
            if sum(run.hold.size for run in ended) < missing:
                return
            while missing > 0:
                held = Counter()
                for run in ended:
                    held[run.address] += run.hold.size
                (largest, _), *_ = held.most_common(1)
                oldest = next(run for run in ended if run.address == largest)
                ended.remove(oldest)
                missing -= oldest.hold.size
                self._forget(oldest)
        self._clear()

    def _forget(self, run: LiveRun):
        del self._runs[run.id]
        self._forgotten.append(run)
        forget_run(run.id)

    def _clear(self):
        """Removes what forgotten runs have written: without the lock, as it may take long."""
        with contextlib.suppress(IndexError):  # the last one, which another thread may have taken
            while True:
                run = self._forgotten.popleft()
                with self._carrying_on():
                    run.remove()

    def close(self):
        """Ends every run and removes what they left; for the server's own end."""
        Hold.yielding.discard(self._make_room)
        with self._lock:
            for run in list(self._runs.values()):
                run.end("asked")
                self._forget(run)
        self._clear()


def _beyond(runs: list[LiveRun], most: int) -> list[LiveRun]:
    """What there is too much of: the oldest of the address that has the most, and so on."""
    left, gone = list(runs), []
    while len(left) > most:
        counts = Counter(run.address for run in left)
        largest = max(counts.values())
        gone.append(next(run for run in left if counts[run.address] == largest))
        left.remove(gone[-1])
    return gone


live_runs = LiveRuns()
