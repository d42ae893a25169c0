"""What a client costs the event loop: counted step by step, whatever the work does."""

import time

import anyio
import pytest

from explorer.ui import loop_time
from explorer.ui.loop_time import Metered, charge, wait_for_turn
from explorer.ui.pace import Pace
from tests.support import asynchronous


@pytest.fixture(autouse=True)
def charged(monkeypatch) -> list[tuple[str, float]]:
    made = []
    monkeypatch.setattr(loop_time, "charge", lambda client, spent: made.append((client, spent)))
    return made


def spin(seconds: float):
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        pass


def test_the_time_of_a_step_counts_and_that_of_waiting_does_not(charged):
    async def work() -> str:
        spin(0.02)
        await anyio.sleep(0.3)
        spin(0.02)
        return "done"

    async def run() -> str:
        return await Metered(work(), "a")

    assert asynchronous.run(run) == "done"
    assert {client for client, _ in charged} == {"a"}
    assert 0.04 <= sum(spent for _, spent in charged) < 0.2


def test_what_fails_counts_and_fails_as_before(charged):
    async def work():
        await anyio.sleep(0)
        spin(0.02)
        raise LookupError("x")

    async def run():
        with pytest.raises(LookupError, match="x"):
            await Metered(work(), "a")

    asynchronous.run(run)
    assert sum(spent for _, spent in charged) >= 0.02


def test_what_is_cancelled_ends_by_itself(charged):
    ended = []

    async def work():
        try:
            await anyio.sleep(9)
        finally:
            ended.append(True)

    async def run():
        with anyio.move_on_after(0.05):
            await Metered(work(), "a")

    asynchronous.run(run)
    assert ended == [True]


def test_who_held_the_loop_for_long_waits_and_others_do_not(monkeypatch):
    monkeypatch.setattr(loop_time, "_pace", Pace(a_second=0.25, at_once=0.1))

    async def run() -> tuple[float, float]:
        waits = []
        charge("a", 0.15)
        for client in ("a", "b"):
            began = time.monotonic()
            await wait_for_turn(client)
            waits.append(time.monotonic() - began)
        return tuple(waits)

    one, other = asynchronous.run(run)
    assert 0.1 < one < 2
    assert other < 0.1
