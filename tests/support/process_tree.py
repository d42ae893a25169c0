"""A process with its children, watched from outside: what memory they hold, whether they live."""

import contextlib
import os
import threading
import time

_COUNTED = (b"Pss_Anon:", b"Pss_Shmem:")  # libraries and cached files can be taken back at any time
_SMALL = 2**20  # bytes
_RESIDENT = (b"RssAnon:", b"RssShmem:")
_LARGEST_FILE = 2**20  # bytes


def family(pid: int) -> list[int]:
    """A process and all that descend from it, eldest first; [] once it is gone."""
    children: dict[int, list[int]] = {}
    alive = set()
    for name in os.listdir("/proc"):
        if name.isdigit() and (parent := _parent(name)) is not None:
            children.setdefault(parent, []).append(int(name))
            alive.add(int(name))
    members = [pid] if pid in alive else []
    for member in members:
        members += children.get(member, [])
    return members


def _parent(pid: str) -> int | None:
    """None for a process that has ended, collected or not."""
    if stat := _content(pid, "stat"):
        state, parent, _ = stat.rpartition(b")")[2].split(None, 2)
        return None if state in b"ZX" else int(parent)
    return None


def _content(pid: int | str, file: str) -> bytes:
    """One of a process's files, read at once, as watchers read many; b"" once it is gone."""
    with contextlib.suppress(OSError), open(f"/proc/{pid}/{file}", "rb", 0) as source:
        return source.read(_LARGEST_FILE)
    return b""


def memory(pid: int) -> int:
    """Bytes that the process and its children hold, shared pages counted once.

    A child that is just being born has, until it runs a program of its own, the very memory of its
    parent, which both call their own; such twins, alike to the kilobyte, count once too.
    """
    return sum(dict(map(_own_memory, family(pid))).values())


def _own_memory(pid: int) -> tuple[bytes, int]:
    """What tells its memory from others', and the process's share of it in bytes."""
    return _counted(pid, "smaps_rollup", _COUNTED)


def resident(pid: int) -> int:
    """Bytes as of `memory`, but shared pages count for each; hundreds of times as quick to read.

    So it is never less than `memory`.
    """
    return sum(_counted(member, "status", _RESIDENT)[1] for member in family(pid))


def _counted(pid: int, file: str, names: tuple[bytes, ...]) -> tuple[bytes, int]:
    """The text of one of a process's files, and the sum of these of its numbers in bytes."""
    text = _content(pid, file)
    rows = [line.split() for line in text.splitlines() if line.startswith(names)]
    return text, 1024 * sum(int(row[1]) for row in rows)


def command(pid: int) -> str:
    """The command line of a process; "" once it is gone."""
    return _content(pid, "cmdline").replace(b"\0", b" ").decode().strip()


class Watcher:
    """A thread that records the most that a process and its children held.

    What counts was there at two looks in a row, as the processes are not looked at all at once. As
    a look stops them for a while, none is taken where what is resident is as it was, or no more
    than the peak: it could find nothing above it.

    Attributes:
        base: bytes held at the last `restart`, the measure for `grown`.
        peak: the most held since then.
    """

    def __init__(self, pid: int, period: float = 0.03):
        self.pid, self._period = pid, period
        self._stop, self._awake = threading.Event(), threading.Event()
        self.restart()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def restart(self):
        """Measures from here on."""
        self._resident = resident(self.pid)
        self.base = self.peak = self._look()
        self._awake.set()

    def rest(self):
        """Looks no more until the next `restart`: a look takes the time of what is tested."""
        self._awake.clear()

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
            self._awake.wait()
            now = resident(self.pid)
            if now > self.peak and abs(now - self._resident) > _SMALL:
                self._resident = now
                self.peak = max(self.peak, self._look())

    def _look(self) -> int:
        first = memory(self.pid)
        time.sleep(self._period / 3)
        return min(first, memory(self.pid))

    def close(self):
        """Ends the thread."""
        self._stop.set()
        self._awake.set()
        self._thread.join()
