"""One bound on the memory of the process: for all that is kept for later, and all under way.

Whatever is kept counts every byte that it keeps alive, its objects and its key too, and takes no
more than half of the bound; it goes as soon as work under way needs its room: what can be made anew
first, then what was given by whoever gave most, the least recently used of it first. Work waits for
other work, never for what is merely kept. All work leaves a part of the bound to what was given,
and heavy work another to light work, which need not wait for it.
"""

import math
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable, Iterable

from explorer.errors import ExplorerError
from explorer.limits import MEMORY
from explorer.model.cost import GIVEN_ROOM, LIGHT_ROOM
from explorer.model.freed_memory import freed_memory
from explorer.model.stopping import stop_if_unwanted
from explorer.sizes import mebibytes

_LOOK = 0.2  # seconds between looks whether anybody still waits for the work
# Bytes beside the numbers, measured and rounded up: of an array or a tensor, and of a kept value
# with its key and its place.
OBJECT_BYTES, ENTRY_BYTES = 1024, 1024
# Values kept at once, as they leave together, one by one, where work needs all of their room.
MOST_ENTRIES = 2**13


def bytes_held(arrays: Iterable) -> int:
    """What float32 arrays or tensors keep alive: their numbers, and the objects that they are."""
    return sum(OBJECT_BYTES + 4 * math.prod(array.shape) for array in arrays)


class NoRoomError(ExplorerError):
    """Work under way leaves no room now; later it may."""

    def __init__(self):
        super().__init__("server_busy")


class Reservation:
    """Room for work under way; given back by `release`, or when nothing refers to it any more."""

    def __init__(self, memory: "Memory", size: int, heavy: bool):
        self._memory, self.size, self._heavy = memory, size, heavy

    def shrink(self, size: int):
        """Gives back all but `size` bytes."""
        self._memory.give_back(max(0, self.size - size), self._heavy)
        self.size = min(size, self.size)

    def grow(self, size: int):
        """Takes `size` bytes more.

        Raises:
            NoRoomError: other work leaves too little.
        """
        self._memory.take(size, self._heavy)
        self.size += size

    def release(self):
        """Gives all of it back."""
        self.shrink(0)

    def __enter__(self) -> "Reservation":
        return self

    def __exit__(self, *error):
        self.release()

    def __del__(self):
        self.release()


class Memory:
    """Values kept by key and room for work, together within `bound` bytes; safe between threads.

    Args:
        bound: as the attribute.
        spared: bytes of `most_work` that are left to light work.
        given: bytes of the bound that are left to what visitors gave.

    Attributes:
        bound: bytes of all together.
        most_work: bytes of all work together.
        most_heavy: bytes of all heavy work together.
    """

    def __init__(self, bound: int, spared: int = 0, given: int = 0):
        self.bound, self.most_work, self._most_kept = bound, bound - given, bound // 2
        self.most_heavy = self.most_work - spared
        self._made: OrderedDict[Hashable, tuple[object, int]] = OrderedDict()
        self._given: OrderedDict[Hashable, tuple[object, int]] = OrderedDict()
        self._givers: dict[Hashable, str] = {}
        self._bytes_of: Counter[str] = Counter()
        self._kept_bytes = self._reserved = self._heavy_bytes = 0
        # Re-entrant, as a reservation may be collected while its own thread holds it.
        self._room = threading.Condition(threading.RLock())

    @property
    def kept_bytes(self) -> int:
        """Bytes of all that is kept."""
        return self._kept_bytes

    def get(self, key: Hashable, make: Callable[[], object], size: Callable[[object], int]):
        """The value under `key`, made and kept if it is not there."""
        value = self.find(key)
        if value is None:
            value = make()
            self.keep(key, value, size(value))
        return value

    def find(self, key: Hashable) -> object | None:
        """The value under `key`, if it is kept."""
        with self._room:
            for shelf in (self._made, self._given):
                if key in shelf:
                    shelf.move_to_end(key)
                    return shelf[key][0]
            return None

    def keep(self, key: Hashable, value: object, size: int, giver: str | None = None) -> bool:
        """Keeps a value of `size` bytes, where there is room for it and what keeps it.

        Args:
            giver: the visitor whom it came from; None where it can be made anew.
        """
        size += ENTRY_BYTES
        with self._room:
            most = min(self._most_kept, self.bound - self._reserved)
            given = self._bytes_of.total() if giver is None else 0
            if size > most - given or (given and len(self._given) >= MOST_ENTRIES):
                return False  # what was given does not leave for what can be made anew
            self.drop(key)
            if giver is not None:
                self._make_room_of_given(size)
            self._make_room(size, most)
            if len(self._made) + len(self._given) >= MOST_ENTRIES:
                self._drop_one()
            (self._made if giver is None else self._given)[key] = (value, size)
            if giver is not None:
                self._givers[key] = giver
                self._bytes_of[giver] += size
            self._kept_bytes += size
            return True

    def drop(self, key: Hashable):
        """Keeps the value under `key` no longer."""
        with self._room:
            shelf = self._given if key in self._given else self._made
            _, freed = shelf.pop(key, (None, 0))
            self._kept_bytes -= freed
            if key in self._givers:
                giver = self._givers.pop(key)
                self._bytes_of[giver] -= freed
                self._bytes_of += Counter()  # which forgets those who have nothing left

    def reserve(self, size: int, seconds: float = 0, heavy: bool = False) -> Reservation:
        """Room for work; waits for it no longer than some seconds.

        Raises:
            ExplorerError: it is more than all work of its kind may have.
            NoRoomError: other work leaves too little.
            Stopped: nobody waits for the work any longer.
        """
        most = self.most_heavy if heavy else self.most_work
        if size > most:
            raise ExplorerError(
                "too_many_bytes", None, estimate=mebibytes(size), bound=mebibytes(most)
            )
        end = time.monotonic() + seconds
        with self._room:
            while not self._has_room(size, heavy) and time.monotonic() < end:
                stop_if_unwanted()
                self._room.wait(_LOOK)
            self.take(size, heavy)
            room = Reservation(self, size, heavy)
        if size:  # a body begins with none, on the event loop
            freed_memory.make_room(size)
        return room

    def _has_room(self, size: int, heavy: bool) -> bool:
        fits = self._reserved + size <= self.most_work
        return fits and not (heavy and self._heavy_bytes + size > self.most_heavy)

    def take(self, size: int, heavy: bool):
        """Sets room aside; what reservations are made of, and grow by.

        Raises:
            NoRoomError: other work leaves too little.
        """
        with self._room:
            if not self._has_room(size, heavy):
                raise NoRoomError
            self._make_room(size, self.bound - self._reserved)
            self._reserved += size
            self._heavy_bytes += size * heavy

    def give_back(self, size: int, heavy: bool):
        """Ends a reservation, or a part of it."""
        if size:
            with self._room:
                self._reserved -= size
                self._heavy_bytes -= size * heavy
                self._room.notify_all()

    def _make_room(self, size: int, most: int):
        while self._kept_bytes and self._kept_bytes + size > most:
            self._drop_one()

    def _make_room_of_given(self, size: int):
        """Some of what is kept is always what can be made anew: views are quick by it."""
        while self._given and self._bytes_of.total() + size > self._most_kept * 3 // 4:
            self._drop_given()

    def _drop_one(self):
        if self._made:
            self.drop(next(iter(self._made)))
        else:
            self._drop_given()

    def _drop_given(self):
        [(largest, _)] = self._bytes_of.most_common(1)
        self.drop(next(key for key in self._given if self._givers[key] == largest))


memory = Memory(MEMORY, LIGHT_ROOM, GIVEN_ROOM)
