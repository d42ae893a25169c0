"""The memory of the process: kept values leave for work, work waits for work, nothing exceeds."""

import gc
import threading

import pytest

from explorer.model import memory as module
from explorer.model.memory import ENTRY_BYTES, MOST_ENTRIES, Memory
from explorer.model.stopping import Stopped, stopped_by
from tests.unit.refusals import refused


@pytest.fixture(autouse=True)
def entries_of_no_size(monkeypatch):
    """So that sizes are told in a few bytes; `test_an_entry_has_a_size_of_its_own` puts it back."""
    monkeypatch.setattr(module, "ENTRY_BYTES", 0)


class Made:
    """Counts how often each key's value was made."""

    def __init__(self, bound: int):
        self.memory, self.counts = Memory(bound), {}

    def get(self, key: str, size: int = 1) -> str:
        return self.memory.get(key, lambda: self._make(key), lambda value: size)

    def _make(self, key: str) -> str:
        self.counts[key] = self.counts.get(key, 0) + 1
        return key.upper()


def test_a_value_is_made_once():
    made = Made(bound=20)
    assert [made.get("a"), made.get("a"), made.get("b")] == ["A", "A", "B"]
    assert made.counts == {"a": 1, "b": 1}


def test_the_least_recently_used_value_leaves_when_half_of_the_bound_is_full():
    made = Made(bound=20)
    for key in ("a", "b", "a", "c", "a", "b"):
        made.get(key, size=5)
    assert made.counts == {"a": 1, "b": 2, "c": 1}
    assert made.memory.kept_bytes == 10


def test_a_value_too_large_to_be_kept_is_made_but_displaces_nothing():
    made = Made(bound=20)
    made.get("a")
    assert [made.get("big", size=11), made.get("big", size=11)] == ["BIG", "BIG"]
    made.get("a")
    assert made.counts == {"a": 1, "big": 2}


def test_what_visitors_gave_leaves_last():
    memory = Memory(40)
    memory.keep("given", 1, 10, giver="a")
    for key in "abc":
        memory.keep(key, key, 10)
    assert (memory.find("given"), memory.find("a"), memory.find("c")) == (1, None, "c")
    with memory.reserve(40):
        assert memory.find("given") is None
        assert memory.kept_bytes == 0


def test_whoever_gave_most_loses_its_oldest_first():
    memory = Memory(108)
    memory.keep("small", 1, 10, giver="b")
    for key in range(6):
        memory.keep(key, key, 10, giver="a")
    assert [memory.find(key) is not None for key in range(6)] == [False] * 3 + [True] * 3
    assert memory.find("small") == 1
    memory.keep("small", 1, 10, giver="a")  # it sent the same: the last giver's
    assert memory.find(3) == 3
    memory.keep("other", 1, 10, giver="b")
    assert memory.find(4) is None
    assert memory.find("small") == 1


def test_what_was_given_leaves_for_no_value_that_can_be_made_anew():
    memory = Memory(80)
    for key in range(4):
        memory.keep(key, key, 10, giver=f"{key}")
    assert [memory.find(key) for key in range(4)] == [None, 1, 2, 3]  # three quarters
    assert memory.keep("made", 1, 10)
    assert not memory.keep("large", 1, 11)
    assert [memory.find(key) for key in ("made", 1, 2, 3)] == [1, 1, 2, 3]


def test_work_leaves_room_to_what_visitors_gave():
    memory = Memory(40, spared=10, given=10)
    memory.keep("small", 1, 4, giver="a")
    memory.keep("large", 1, 10, giver="b")
    memory.keep("made", 1, 1)
    with memory.reserve(20, heavy=True), memory.reserve(10):
        assert [memory.find(name) for name in ("made", "large", "small")] == [None, None, 1]
        with refused("server_busy"):
            memory.reserve(1)
    for heavy, most in ((True, 20), (False, 30)):
        with refused("too_many_bytes"):
            memory.reserve(most + 1, heavy=heavy)


def test_kept_values_leave_for_work_and_come_back_after_it():
    memory = Memory(20)
    memory.keep("a", 1, 8)
    with memory.reserve(15):
        assert memory.find("a") is None
        assert not memory.keep("a", 1, 8)
        assert memory.keep("b", 1, 5)
    assert memory.keep("a", 1, 5)


def test_work_waits_for_work():
    memory, begun = Memory(20), threading.Event()
    first = memory.reserve(15)

    def second():
        with memory.reserve(10, seconds=30):
            begun.set()

    thread = threading.Thread(target=second)
    thread.start()
    assert not begun.wait(0.3)
    first.shrink(10)
    assert begun.wait(5)
    thread.join()
    first.release()
    first.release()  # no room is given back twice
    with memory.reserve(20):
        pass


def test_heavy_work_leaves_room_to_others():
    memory = Memory(20, spared=8)
    heavy = memory.reserve(7, heavy=True)
    memory.reserve(5, heavy=True).release()
    with refused("server_busy"):
        memory.reserve(6, heavy=True)
    with refused("server_busy"):
        heavy.grow(6)
    heavy.grow(5)
    with memory.reserve(8):
        heavy.shrink(6)
        assert memory.keep("a", 1, 6)
    memory.reserve(6, heavy=True).release()
    with memory.reserve(14), refused("server_busy"):
        memory.reserve(1, heavy=True)
    heavy.release()
    with refused("too_many_bytes"):
        memory.reserve(13, heavy=True)


def test_room_comes_back_when_nothing_refers_to_it():
    memory = Memory(20)
    held = memory.reserve(20)
    del held
    gc.collect()
    memory.reserve(20).release()


def test_work_that_nobody_waits_for_does_not_wait_either():
    memory, gone = Memory(20), threading.Event()
    gone.set()
    with memory.reserve(20), stopped_by(gone), pytest.raises(Stopped):
        memory.reserve(1, seconds=30)


def test_work_waits_no_longer_than_it_says():
    memory = Memory(20)
    with memory.reserve(20):
        for seconds in (0, 0.3):
            with refused("server_busy"):
                memory.reserve(1, seconds)
        room = memory.reserve(0)
        with refused("server_busy"):
            room.grow(1)
    room.grow(20)
    room.release()
    memory.reserve(20).release()


def test_what_does_not_fit_leaves_what_was_there():
    memory = Memory(20)
    memory.keep("a", 1, 5)
    assert not memory.keep("a", 2, 11)
    assert memory.find("a") == 1


def test_work_beyond_the_bound_is_refused_at_once():
    with refused("too_many_bytes", "3.0 MiB", "2.0 MiB"):
        Memory(2 * 2**20).reserve(3 * 2**20)


def test_an_entry_has_a_size_of_its_own(monkeypatch):
    monkeypatch.setattr(module, "ENTRY_BYTES", ENTRY_BYTES)
    memory = Memory(8 * ENTRY_BYTES)
    for key in range(9):
        memory.keep(key, key, 0)
    assert memory.kept_bytes == memory.bound / 2
    assert [key for key in range(9) if memory.find(key) is not None] == [5, 6, 7, 8]
    memory.drop(8)
    assert memory.kept_bytes == 3 * ENTRY_BYTES


def test_few_enough_are_kept_to_leave_together():
    memory = Memory(MOST_ENTRIES)
    memory.keep("given", 1, 0, giver="a")
    for key in range(MOST_ENTRIES + 3):
        memory.keep(key, key, 0)
    assert len(memory._made) + len(memory._given) == MOST_ENTRIES
    assert (memory.find("given"), memory.find(3), memory.find(4)) == (1, None, 4)
