"""A process with its children, watched from outside: what memory they hold, whether they live."""

import contextlib
import threading
from pathlib import Path

_PROC = Path("/proc")
_COUNTED = ("Pss_Anon:", "Pss_Shmem:")  # libraries and cached files can be taken back at any time
_SMALL = 2**20  # bytes
_RESIDENT = ("RssAnon:", "RssShmem:")


def family(pid: int) -> list[int]:
    """A process and all that descend from it, eldest first; [] once it is gone."""
    children: dict[int, list[int]] = {}
    alive = set()
    for entry in _PROC.iterdir():
        if entry.name.isdigit() and (parent := _parent(entry)) is not None:
            children.setdefault(parent, []).append(int(entry.name))
            alive.add(int(entry.name))
    members = [pid] if pid in alive else []
    for member in members:
        members += children.get(member, [])
    return members


def _parent(entry: Path) -> int | None:
    """None for a process that has ended, collected or not."""
    with contextlib.suppress(OSError):
        state, parent, *_ = (entry / "stat").read_text().rpartition(")")[2].split()
        return None if state in "ZX" else int(parent)
    return None


def memory(pid: int) -> int:
    """Bytes that the process and its children hold, shared pages counted once.

    A child that is just being born has, until it runs a program of its own, the very memory of its
    parent, which both call their own; such twins, alike to the kilobyte, count once too.
    """
    return sum(dict(map(_own_memory, family(pid))).values())


def _own_memory(pid: int) -> tuple[str, int]:
    """What tells its memory from others', and the process's share of it in bytes."""
    return _counted(pid, "smaps_rollup", _COUNTED)


def resident(pid: int) -> int:
    """Bytes as of `memory`, but shared pages count for each; hundreds of times as quick to read."""
    return sum(_counted(member, "status", _RESIDENT)[1] for member in family(pid))


def _counted(pid: int, file: str, names: tuple[str, ...]) -> tuple[str, int]:
    """The text of one of a process's files, and the sum of these of its numbers in bytes."""
    with contextlib.suppress(OSError):
        text = (_PROC / str(pid) / file).read_text()
        rows = [row.split() for row in text.splitlines()]
        return text, 1024 * sum(int(row[1]) for row in rows if row[0] in names)
    return "", 0


def command(pid: int) -> str:
    """The command line of a process; "" once it is gone."""
    with contextlib.suppress(OSError):
        return (_PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
    return ""


class Watcher:
    """A thread that records the most that a process and its children held.

    What counts was there at two looks in a row, as the processes are not looked at all at once. As
    a look stops them for a while, none is taken where what is resident is as it was.

    Attributes:
        base: bytes held at the last `restart`, the measure for `grown`.
        peak: the most held since then.
    """

    def __init__(self, pid: int, period: float = 0.03):
        self.pid, self._period = pid, period
        self._stop = threading.Event()
        self.restart()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def restart(self):
        """Measures from here on."""
        self._resident = resident(self.pid)
        self.base = self.peak = self._look()

    @property
    def grown(self) -> int:
        """Bytes by which the peak exceeds the base."""
        return self.peak - self.base

    @property
    def lives(self) -> bool:
        """Whether the process itself is there and has not ended."""
        return bool(family(self.pid))

    def _watch(self):
        while not self._stop.wait(self._period):
            now = resident(self.pid)
            if abs(now - self._resident) > _SMALL:
                self._resident = now
                self.peak = max(self.peak, self._look())

    def _look(self) -> int:
        return min(memory(self.pid), memory(self.pid))

    def close(self):
        """Ends the thread."""
        self._stop.set()
        self._thread.join()
