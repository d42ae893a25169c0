"""Room that a view held is there again at once, however the view ended."""

import gc
import time

import anyio
import pytest
from starlette.requests import Request

from explorer.model.cost import Load
from explorer.model.memory import Memory
from explorer.model.runs import Origin
from explorer.model.stopping import stop_if_unwanted
from explorer.schema import State
from explorer.ui import answers, view_routes
from explorer.ui.view_routes import Asked
from tests.support import asynchronous
from tests.support.each import each


@pytest.fixture
def memory(monkeypatch):
    own = Memory(4 * 2**30)
    monkeypatch.setattr(view_routes, "memory", own)
    gc.disable()  # a collector that comes by soon enough would hide what is kept alive
    yield own
    gc.enable()


def request(*messages: dict, address: str = "10.0.0.1") -> Request:
    told = iter(messages)

    async def receive() -> dict:
        return next(told, None) or await anyio.sleep_forever()

    scope = {"type": "http", "headers": [], "client": (address, 1), "query_string": b""}
    return Request(scope, receive)


@each("failure", [RuntimeError, KeyboardInterrupt])
def test_a_view_that_fails_holds_nothing(memory, monkeypatch, failure):
    def fail(*args):
        raise failure

    monkeypatch.setattr(view_routes, "draw_page", fail)
    with pytest.raises(failure) as caught:
        view_routes._drawn(Asked(State(), [], ["head"]), Origin(), Load(0, 0), request())
    assert caught.traceback, "the traceback is kept, as a task group or a log may keep it"
    memory.reserve(memory.bound).release()


def test_a_view_whose_client_leaves_holds_nothing(memory, monkeypatch):
    """The client is gone while the view is drawn."""

    def draw(*args):
        time.sleep(0.2)
        stop_if_unwanted()
        raise AssertionError("the work was not stopped")

    monkeypatch.setattr(view_routes, "draw_page", draw)
    asked = request({"type": "http.disconnect"})
    view = Asked(State(), [], ["head"])

    async def ask():
        async def read():
            return lambda: view_routes._drawn(view, Origin(), Load(0, 0), asked)

        return await answers.answered(asked, read)

    assert asynchronous.run(ask).status_code == 499
    memory.reserve(memory.bound).release()


def test_work_that_finds_no_room_is_in_nobodys_way_for_long(monkeypatch):
    """What finds room meanwhile passes by in its turn; what comes later joins the line."""
    monkeypatch.setattr(answers, "_ROOM_LOOK", 1)
    own, kind, done = Memory(100), answers._Kind(2), []

    def taking(size: int, name: str):
        with own.reserve(size):
            done.append(name)

    async def ask(size: int, name: str):
        asked = request(address=name)
        await answers._with_room(asked, lambda: taking(size, name), kind)

    async def until(is_so):
        with anyio.fail_after(10):
            while not is_so():
                await anyio.sleep(0.01)

    async def main():
        held = own.reserve(60)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(ask, 50, "large")
            await until(lambda: kind.for_room.taken)
            tasks.start_soon(ask, 30, "small")
            await until(lambda: kind.for_room._waiting)
            assert done == [], "nobody goes past those who wait"
            await until(lambda: done == ["small"])
            held.release()
        assert done == ["small", "large"]

    asynchronous.run(main)
