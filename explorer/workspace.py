"""One folder for all that a process of the app writes, removed at its end or by the next start."""

import atexit
import contextlib
import functools
import shutil
import tempfile
import threading
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import IO, ClassVar

from explorer.errors import ExplorerError
from explorer.limits import DISK
from explorer.sizes import mebibytes

try:
    import fcntl
except ImportError:  # Windows: folders of processes that were killed stay until they are cleared
    fcntl = None

_PREFIX = "explorer-work-"
_LOCK = "lock"
_HELD = "held"
_held: list[IO] = []  # an open lock says that its folder's process lives


@functools.cache
def workspace() -> Path:
    """This process's own folder; clears away those that killed processes left.

    Raises:
        ExplorerError: nothing can be written to the folder for temporary files.
    """
    _sweep()
    while True:
        with disk_errors():
            folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
            lock = (folder / _LOCK).open("w")
        if fcntl:
            fcntl.flock(lock, fcntl.LOCK_EX)
        if (folder / _LOCK).exists():  # else another start swept it away before it was locked
            break
    _held.append(lock)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _sweep():
    """Removes the folders whose process no longer holds their lock."""
    if not fcntl:
        return
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError), (folder / _LOCK).open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)


class Hold:
    """Room on the disk, set aside; given back by `release`, or when nothing refers to it any more.

    What is merely kept leaves for it where that gives it the room.

    Args:
        size: bytes that will be written at most.

    Raises:
        ExplorerError: the bound on this process's files leaves no such room.
    """

    # Of those who keep what they can do without: each lets so many bytes go, or nothing.
    yielding: ClassVar[set[Callable[[int], None]]] = set()
    _held = 0
    _lock = threading.RLock()  # a hold may be collected while its own thread holds it

    def __init__(self, size: int):
        self._size = [0]  # shared with what ends it
        self.release = weakref.finalize(self, Hold._end, self._size)
        self.resize(size)
        if size <= DISK and (missing := used_bytes() - DISK) > 0:
            for let_go in tuple(Hold.yielding):
                let_go(missing)
        if used_bytes() > DISK:
            self.release()
            if size > DISK:
                raise ExplorerError(
                    "disk_too_small", None, size=mebibytes(size), bound=mebibytes(DISK)
                )
            raise ExplorerError("disk_bound", None, bound=mebibytes(DISK))

    @property
    def size(self) -> int:
        """Bytes that it sets aside now."""
        return self._size[0]

    @classmethod
    def held_bytes(cls) -> int:
        """Bytes set aside in all."""
        return cls._held

    def resize(self, size: int):
        """Sets aside other than before, without a look at the bound."""
        with Hold._lock:
            Hold._held += size - self._size[0]
            self._size[0] = size

    @classmethod
    def _end(cls, size: list[int]):
        with cls._lock:
            cls._held -= size[0]
            size[0] = 0


class Scratch:
    """A folder for one request's files, with room on the disk.

    Removed by `close`, at the end of a `with` block, or when nothing refers to it any more.

    Args:
        size: as of `Hold`.

    Raises:
        ExplorerError: as `Hold`, or the disk is full.
    """

    def __init__(self, size: int):
        self._hold = Hold(size)
        self.path = held_folder("scratch")
        self.close = weakref.finalize(self, _remove, self.path, self._hold)

    def shrink(self, size: int):
        """Gives back the room beyond `size` bytes."""
        self._hold.resize(size)

    def __enter__(self) -> Path:
        return self.path

    def __exit__(self, *error):
        self.close()


def held_folder(kind: str) -> Path:
    """A new folder for files that a `Hold` counts, whatever is in it.

    Raises:
        ExplorerError: the disk is full.
    """
    with disk_errors():
        place = workspace() / _HELD / kind
        place.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(dir=place))


def _remove(path: Path, hold: Hold):
    shutil.rmtree(path, ignore_errors=True)
    hold.release()


def used_bytes() -> int:
    """Bytes that room is set aside for, and of all other files in this process's folder."""
    others = (entry for entry in workspace().iterdir() if entry.name != _HELD)
    return Hold.held_bytes() + sum(map(file_bytes, others))


def file_bytes(entry: Path) -> int:
    """Of a file, or of all files in a folder."""
    total = 0
    for path in (entry, *entry.rglob("*")):
        with contextlib.suppress(OSError):  # gone meanwhile
            total += path.lstat().st_size
    return total


@contextlib.contextmanager
def disk_errors():
    """A full disk, or one that cannot be written to, becomes a message that says so."""
    try:
        yield
    except OSError as error:
        raise ExplorerError("disk_full", None, reason=error.strerror or "?") from error
