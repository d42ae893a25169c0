"""A call that is taken back leaves the line; one at work goes on."""

import asyncio
import json
from types import SimpleNamespace

import pytest
from gradio.queueing import EventQueue
from starlette.requests import Request

from explorer.ui.cancelled_calls import cancel_call
from tests.support import asynchronous
from tests.support.each import each


@pytest.fixture
def queue(app, monkeypatch):
    """Gradio's queue with one call in line and one at work, both of one session."""
    made, line = app._queue, EventQueue("calls", 1)
    monkeypatch.setitem(made.event_queue_per_concurrency_id, "calls", line)
    events = {
        name: SimpleNamespace(_id=name, session_hash="a", concurrency_id="calls", alive=True)
        for name in ("waits", "works")
    }
    line.queue.append(events["waits"])
    monkeypatch.setattr(made, "event_ids_to_events", events)
    monkeypatch.setitem(made.pending_messages_per_session, "a", asyncio.Queue())
    return made


async def cancel(queue, body: object) -> int:
    blocks = SimpleNamespace(_queue=queue)
    scope = {"type": "http", "app": SimpleNamespace(get_blocks=lambda: blocks)}

    async def receive():
        return {"type": "http.request", "body": json.dumps(body).encode()}

    return (await cancel_call(Request(scope, receive))).status_code


def ask_to_cancel(queue, body: object) -> int:
    return asynchronous.run(lambda: cancel(queue, body))


def told(queue) -> list[str]:
    return [message.event_id for message in queue.pending_messages_per_session["a"]._queue]


def test_a_call_in_line_is_taken_out_and_told_once(queue):
    for _ in range(3):
        assert ask_to_cancel(queue, {"session_hash": "a", "event_id": "waits"}) == 200
    assert told(queue) == ["waits"]
    assert not queue.event_queue_per_concurrency_id["calls"].queue
    assert set(queue.event_ids_to_events) == {"works"}


@each("session", ["b", None, ["a"], {}])
def test_another_session_takes_none_out(queue, session):
    for name in ("waits", "works"):
        assert ask_to_cancel(queue, {"session_hash": session, "event_id": name}) == 200
    assert told(queue) == []
    assert set(queue.event_ids_to_events) == {"waits", "works"}


def test_a_call_at_work_goes_on_and_tells_nothing(queue):
    """Gradio would break it off, even before it gives back its place in the end."""

    async def main() -> bool:
        task = asyncio.create_task(asyncio.sleep(0))
        task.set_name("a_0<gradio-sep>works")
        await cancel(queue, {"session_hash": "a", "fn_index": 0, "event_id": "works"})
        await task
        return task.cancelled()

    assert asynchronous.run(main) is False
    assert told(queue) == []
    assert "works" in queue.event_ids_to_events


@each("body", [None, [], 7, "x", {}, {"event_id": "works"}, {"session_hash": "a"}])
def test_what_names_no_call_is_refused(queue, body):
    assert ask_to_cancel(queue, body) == 400
