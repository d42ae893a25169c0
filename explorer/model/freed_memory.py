"""Gives memory that was freed back to the system: by itself the allocator keeps much of it.

glibc keeps freed blocks in one arena for each few threads and returns only the ends of them. Few
arenas, and a trim where much is resident, hold the process to what it counts. Other allocators
(those of macOS, Windows, musl) are left as they are.
"""

import ctypes
import gc
import mmap
import sys
import threading
import time

from explorer.limits import MEMORY

_ARENA_MAX = -8  # mallopt's number for it, in glibc's malloc.h
_ARENAS = 2
_SECONDS = 0.1  # between two trims, as each looks through the whole heap
_COLLECT_SECONDS = 1  # between two looks through all objects since the start
_lock = threading.Lock()


class FreedMemory:
    """Trims the heap where new work would exceed the bound beside what is resident."""

    def __init__(self):
        self._start, self._trimmed, self._collected = float("inf"), 0.0, 0.0
        try:
            self._libc = ctypes.CDLL("libc.so.6") if sys.platform == "linux" else None
        except OSError:  # another C library
            self._libc = None
        if self._libc:
            self._libc.mallopt(_ARENA_MAX, _ARENAS)

    def has_started(self):
        """What is resident now is what the start takes, and stays for good."""
        gc.collect()
        gc.freeze()  # else each later look for what is free goes through all that was imported
        if self._libc:
            self._start = resident_bytes()

    def make_room(self, size: int):
        """Trims, if there is reason to, before `size` bytes are taken."""
        if not self._libc or resident_bytes() + size <= self._start + MEMORY - MEMORY // 8:
            return
        with _lock:
            now = time.monotonic()
            if now - self._trimmed > _SECONDS:
                self._trimmed = now
                self._collect(now)
                self._libc.malloc_trim(0)

    def _collect(self, now: float):
        """Frees objects in circles, as a Keras model is one, with all its weights."""
        if now - self._collected > _COLLECT_SECONDS:
            self._collected = now
            gc.collect()


def resident_bytes() -> int:
    """Of this process; 0 where no file can be opened now. Linux alone tells."""
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[1]) * mmap.PAGESIZE
    except OSError:
        return 0


freed_memory = FreedMemory()
