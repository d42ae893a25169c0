"""Each client asks as often as it may, and what is more waits."""

import time

import anyio

from explorer.ui import bodies as bodies_module
from explorer.ui import guard as guard_module
from explorer.ui.guard import Guard
from explorer.ui.pace import Pace
from tests.support import asynchronous
from tests.support.each import each
from tests.unit.test_guard import NO_CALLS, NotedApp, ask, hold


def seconds_of(pace: Pace, *clients: str, amount: int = 1) -> list[float]:
    """When each request in its order went on, all asked at once."""

    async def main() -> list[float]:
        start, ended = time.monotonic(), [0.0] * len(clients)

        async def one(at: int, client: str):
            await pace.wait(client, amount)
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


def test_what_is_larger_waits_as_long_as_many_small_ones():
    seconds = seconds_of(Pace(a_second=20, at_once=3), *["one"] * 2, "other", amount=3)
    assert seconds[1] >= 0.9 * 3 / 20
    assert max(seconds[0], seconds[2]) < seconds[1]


def test_who_may_not_begin_at_once_is_told_so_and_not_counted():
    pace = Pace(a_second=20, at_once=3)
    assert [pace.admits("one") for _ in range(6)] == [True] * 3 + [False] * 3
    assert pace.admits("other")
    time.sleep(0.06)
    assert [pace.admits("one") for _ in range(2)] == [True, False]


def test_an_empty_body_waits_for_nothing():
    assert seconds_of(Pace(a_second=1, at_once=1), "one", "one", amount=0)[1] < 0.1


def test_the_bytes_of_bodies_keep_a_pace_by_client(monkeypatch):
    monkeypatch.setattr(bodies_module, "PACE", Pace(a_second=100, at_once=50))

    async def seconds(client: str) -> float:
        parts = [{"body": bytes(10), "more_body": at < 7} for at in range(8)]
        told, start = iter([part | {"type": "http.request"} for part in parts]), time.monotonic()

        async def receive() -> dict:
            return next(told)

        assert len(await bodies_module.read_body(receive, 100, client)) == 80
        return time.monotonic() - start

    async def main() -> list[float]:
        return [await seconds(client) for client in ("one", "other", "other")]

    first, other, again = asynchronous.run(main)
    assert min(first, other) >= 0.9 * 0.3
    assert again >= 0.9 * 0.8  # it had all that it may begin with


def test_a_client_that_rests_may_begin_anew_and_is_forgotten():
    pace = Pace(a_second=50, at_once=2)
    for _ in range(2):
        first, second = seconds_of(pace, "one", "one")
        assert max(first, second) < 0.02
        time.sleep(0.05)
    seconds_of(pace, "other")
    assert list(pace._even) == ["other"]


@each(("size", "passed"), [(2, 3), (100, 1)])
def test_calls_keep_a_pace_by_their_sizes(monkeypatch, size, passed):
    monkeypatch.setattr(guard_module, "_calls_pace", Pace(a_second=0.1, at_once=3))
    monkeypatch.setattr(guard_module, "_BYTES_OF_A_CALL", 50)
    body = b'"' + b"a" * (size - 2) + b'"'

    async def main() -> int:
        app = NotedApp()
        guard = Guard(app, NO_CALLS)

        async def call():
            await ask(guard, "/gradio_api/call/describe", "POST", body=body)

        with anyio.move_on_after(0.5):
            async with anyio.create_task_group() as tasks:
                for _ in range(4):
                    tasks.start_soon(call)
        return len(app.scopes)

    assert asynchronous.run(main) == passed


@each("client", ["10.0.0.1", "10.0.0.2"])
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
