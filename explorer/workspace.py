"""One folder for all that a process of the app writes, removed at its end or by the next start."""

import atexit
import contextlib
import functools
import shutil
import tempfile
import threading
import weakref
from pathlib import Path
from typing import IO

from explorer.errors import ExplorerError, mebibytes
from explorer.limits import DISK

try:
    import fcntl
except ImportError:  # Windows: folders of processes that were killed stay until they are cleared
    fcntl = None

_PREFIX = "explorer-work-"
_LOCK = "lock"
_SCRATCH = "scratch"
_held: list[IO] = []  # an open lock says that its folder's process lives


@functools.cache
def workspace() -> Path:
    """This process's own folder; clears away those that killed processes left.

    Raises:
        ExplorerError: nothing can be written to the folder for temporary files.
    """
    _sweep()
    with disk_errors():
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
        lock = (folder / _LOCK).open("w")
    if fcntl:
        fcntl.flock(lock, fcntl.LOCK_EX)
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


class Scratch:
    """A folder for one request's files, with room on the disk set aside for it.

    Removed by `close`, at the end of a `with` block, or when nothing refers to it any more.

    Args:
        size: bytes that will be written there at most.

    Raises:
        ExplorerError: the bound on this process's files leaves no such room, or the disk is full.
    """

    _held = 0
    _lock = threading.Lock()

    def __init__(self, size: int):
        check_room(size)
        with disk_errors():
            (workspace() / _SCRATCH).mkdir(exist_ok=True)
            self.path = Path(tempfile.mkdtemp(dir=workspace() / _SCRATCH))
        Scratch._hold(size)
        self._size = [size]  # shared with what ends it
        self.close = weakref.finalize(self, Scratch._end, self.path, self._size)

    def shrink(self, size: int):
        """Gives back the room beyond `size` bytes."""
        Scratch._hold(size - self._size[0])
        self._size[0] = size

    @classmethod
    def held_bytes(cls) -> int:
        """Bytes set aside for all of them."""
        return cls._held

    @classmethod
    def _hold(cls, size: int):
        with cls._lock:
            cls._held += size

    @classmethod
    def _end(cls, path: Path, size: list[int]):
        shutil.rmtree(path, ignore_errors=True)
        cls._hold(-size[0])

    def __enter__(self) -> Path:
        return self.path

    def __exit__(self, *error):
        self.close()


def used_bytes() -> int:
    """Bytes of all files in this process's folder, and of those that room is set aside for."""
    total = Scratch.held_bytes()
    for entry in workspace().iterdir():
        if entry.name != _SCRATCH:
            total += _size(entry)
    return total


def _size(entry: Path) -> int:
    total = 0
    for path in (entry, *entry.rglob("*")):
        with contextlib.suppress(OSError):  # gone meanwhile
            total += path.lstat().st_size
    return total


def check_room(size: int):
    """Refuses what would exceed the bound on this process's files.

    Raises:
        ExplorerError: with the bound.
    """
    if used_bytes() + size > DISK:
        raise ExplorerError("disk_bound", None, bound=mebibytes(DISK))


@contextlib.contextmanager
def disk_errors():
    """A full disk, or one that cannot be written to, becomes a message that says so."""
    try:
        yield
    except OSError as error:
        raise ExplorerError("disk_full", None, reason=error.strerror or "?") from error
