"""Each client asks as often as it may, and what is more waits."""

import time

import anyio
import pytest

from explorer.ui import guard as guard_module
from explorer.ui.guard import Guard
from explorer.ui.pace import Pace
from tests.support import asynchronous
from tests.unit.test_guard import NO_CALLS, NotedApp, hold


def seconds_of(pace: Pace, *clients: str) -> list[float]:
    """When each request in its order went on, all asked at once."""

    async def main() -> list[float]:
        start, ended = time.monotonic(), [0.0] * len(clients)

        async def one(at: int, client: str):
            await pace.wait(client)
            ended[at] = time.monotonic() - start

        async with anyio.create_task_group() as tasks:
            for at, client in enumerate(clients):
                tasks.start_soon(one, at, client)
        return ended

    return asynchronous.run(main)


def test_what_is_more_than_at_once_waits_and_others_do_not():
    seconds = seconds_of(Pace(a_second=20, at_once=3), *["one"] * 6, "other")
    assert seconds[:6] == sorted(seconds[:6])
    for at, least in enumerate((0.05, 0.1, 0.15), start=3):
        assert seconds[at] >= 0.9 * least
    assert max(*seconds[:3], seconds[6]) < seconds[3]


def test_a_client_that_rests_may_begin_anew_and_is_forgotten():
    pace = Pace(a_second=50, at_once=2)
    for _ in range(2):
        first, second = seconds_of(pace, "one", "one")
        assert max(first, second) < 0.02
        time.sleep(0.05)
    seconds_of(pace, "other")
    assert list(pace._even) == ["other"]


@pytest.mark.parametrize("client", ["10.0.0.1", "10.0.0.2"])
def test_the_guard_keeps_the_pace_by_client(monkeypatch, client):
    monkeypatch.setattr(guard_module, "_pace", Pace(a_second=0.1, at_once=2))

    async def main() -> int:
        app = NotedApp()
        with anyio.move_on_after(1):
            await hold(
                Guard(app, NO_CALLS),
                app,
                [("/explorer/save", "10.0.0.1")] * 2 + [("/explorer/save", client)],
            )
        return len(app.scopes)

    assert asynchronous.run(main) == (2 if client == "10.0.0.1" else 3)
