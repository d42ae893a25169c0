"""Calls of programs: refused by their structure and by their number; results count until read."""

import asyncio
import base64
import time
from collections.abc import Iterable
from contextlib import ExitStack
from types import SimpleNamespace

import gradio as gr
import gradio.queueing
import numpy as np
import pytest
from gradio.queueing import EventQueue
from starlette.requests import Request

from explorer.errors import ExplorerError
from explorer.model.cost import WORKING_BYTES, Load
from explorer.model.memory import Memory
from explorer.ui import api, loop_time, unread_results
from explorer.ui.calls import MOST_EACH, MOST_QUEUED, Places, charge_calls, check_call, take_turns
from explorer.ui.quiet_blocks import QuietBlocks, _forget_values, _with_defaults
from explorer.ui.shares import Share
from tests.support import asynchronous
from tests.support.each import each
from tests.unit.refusals import refused


def test_a_body_of_lists_is_refused_before_it_is_parsed():
    check_call(b'{"data": [{"z_data": "' + b"A" * 500_000 + b'"}]}')
    with refused("file_too_large"):
        check_call(b'{"data": [' + b"[]," * 30_000 + b"1]}")


def test_a_body_of_values_is_refused_before_gradio_looks_at_each():
    check_call(b'{"data": [{"text": "' + b"1," * 250_000 + b'"}]}')
    for many in (b"[" + b"1," * 20_000 + b"1]", b"[" + b"[1,2,3]," * 7_000 + b"1]"):
        with refused("too_many_parts", "20,000", field="data"):
            check_call(b'{"data": [' + many + b"]}")


@each("session", ['"' + "x" * 65 + '"', '"\\ud83d\\ude00"', "7", '""', "[]"])
def test_a_session_of_no_plain_name_is_refused(session):
    with refused("request_damaged", "session_hash"):
        check_call(f'{{"data": [], "session_hash": {session}}}'.encode())


@each("body", [b'{"session_hash": "a1b2c3"}', b'{"session_hash": null}', b"[", b"7"])
def test_what_is_no_session_of_ours_to_refuse_passes(body):
    check_call(body)


def test_deep_lists_are_refused_before_gradio_parses_them():
    with refused("request_damaged", "data"):
        check_call(b'{"data": ' + b"[" * 1000 + b"]" * 1000 + b"}")


def call_of(address: str, **scope: object) -> Request:
    return Request({"type": "http", "headers": [], "client": (address, 1), **scope})


class FakeQueue:
    """Gradio's queue, as far as places need it: a pushed call is there until it is ended."""

    def __init__(self):
        self.event_ids_to_events = {}

    async def push(self, body: object, request: Request, username: str | None) -> tuple:
        if body is None:
            return False, "No function index provided.", "error"
        event = str(len(self.event_ids_to_events))
        self.event_ids_to_events[event] = request
        return True, event, "success"


def test_a_client_has_a_part_of_the_queue_from_the_first_byte_to_the_end():
    queue = FakeQueue()
    places = Places(queue)

    async def main():
        with ExitStack() as under_way:
            scopes = [{} for _ in range(MOST_EACH)]
            for scope in scopes:  # all are on their way before one is in the queue
                under_way.enter_context(places.place(scope, "a"))
            with refused("client_busy"):
                under_way.enter_context(places.place({}, "a"))
            under_way.enter_context(places.place({}, "b"))
            for body, scope in zip((1, 2, None), scopes, strict=False):
                await queue.push(body=body, request=call_of("a", **scope), username=None)
        # Two are in the queue, one was refused there and one never came to it.
        with ExitStack() as others, refused("client_busy"):
            for _ in range(MOST_EACH - 1):
                others.enter_context(places.place({}, "a"))
        assert len(places._of_calls) == 2
        del queue.event_ids_to_events["0"]
        with places.place({}, "a"), places.place({}, "a"), places.place({}, "a"):
            pass

    asynchronous.run(main)


def test_clients_take_turns_in_the_queue():
    with gr.Blocks() as blocks:
        gr.api(lambda: None, api_name="call", concurrency_id="calls", concurrency_limit=1)
    take_turns(blocks.queue())
    queue = blocks._queue
    line = queue.event_queue_per_concurrency_id.setdefault("calls", EventQueue("calls", 1))
    calls = {
        str(at): SimpleNamespace(request=call_of(client)) for at, client in enumerate("aaabbc")
    }
    served = ""
    for name, event in calls.items():
        event.fn, event.name = SimpleNamespace(batch=False), name
        line.queue.append(event)
    while found := queue.get_events():
        served += found[0][0].name
    assert served == "035142"  # a, b, c, a, b, a


def test_a_queue_without_calls_rests(monkeypatch):
    """Gradio's own looks for one a thousand times a second."""
    with gr.Blocks() as blocks:
        gr.api(lambda: None, api_name="call")
    take_turns(blocks.queue())
    queue, rests = blocks._queue, []

    async def sleep(seconds: float):
        rests.append(seconds)
        queue.stopped = len(rests) == 3

    monkeypatch.setattr(gradio.queueing.asyncio, "sleep", sleep)
    queue.stopped = False
    asynchronous.run(queue.start_processing)
    assert len(rests) == 3
    assert min(rests) >= 0.02


@pytest.fixture
def memory(monkeypatch):
    own = Memory(100 * unread_results.BYTES_PER_VALUE)
    monkeypatch.setattr(unread_results, "memory", own)
    shares = Share(50 * unread_results.BYTES_PER_VALUE, own.bound)
    monkeypatch.setattr(unread_results, "_shares", shares)
    monkeypatch.setattr(unread_results, "_held", [])
    monkeypatch.setattr(unread_results, "_WAIT", 0)
    return own


def event(name: str = "1") -> SimpleNamespace:
    return SimpleNamespace(_id=name, alive=True)


def test_results_count_until_they_are_sent(memory):
    now, call = time.monotonic(), event()
    unread_results.hold_result(40, "a", call)
    unread_results.hold_result(40, "b", event("2"))
    unread_results._give_back({"1"}, (), now)
    with refused("client_busy"):
        unread_results.hold_result(40, "a", call)
    assert memory._reserved == 40 * unread_results.BYTES_PER_VALUE
    unread_results._give_back({"2"}, (), now)
    assert memory._reserved == 0


def test_results_of_clients_that_leave_or_take_too_long_count_no_longer(memory):
    now, gone = time.monotonic(), event()
    unread_results.hold_result(40, "a", gone)
    unread_results._give_back({"1"}, (), now + 2 * unread_results.PATIENCE)
    assert memory._reserved
    gone.alive = False
    unread_results._give_back({"1"}, (), now)
    assert not memory._reserved
    unread_results.hold_result(40, "a", event())
    unread_results._give_back({"1"}, (), now + 10**6)
    assert not memory._reserved


def test_results_that_lie_behind_other_messages_count_as_long_as_they_lie(memory):
    sent_twice = event()
    unread_results.hold_result(40, "a", sent_twice)
    unread_results._give_back((), {"1"}, time.monotonic() + 10**6)
    assert memory._reserved
    unread_results._give_back((), (), time.monotonic())
    assert not memory._reserved


def test_a_session_that_is_filled_with_messages_is_dropped(app, monkeypatch):
    monkeypatch.setattr(unread_results, "_LOOK", 0.01)
    queue = app._queue
    kept = queue.pending_messages_per_session

    async def left(messages: int) -> bool:
        line = asyncio.Queue()
        monkeypatch.setitem(kept, "a", line)
        monkeypatch.setitem(queue.pending_event_ids_session, "a", {"1"})
        task = asyncio.create_task(unread_results._drop_unread(SimpleNamespace(_queue=queue)))
        for _ in range(messages):
            line.put_nowait(SimpleNamespace(event_id="1"))
        await asyncio.sleep(0.2)
        assert not task.done()
        task.cancel()
        return "a" in kept and "a" in queue.pending_event_ids_session

    most = unread_results._MOST_MESSAGES
    assert asynchronous.run(lambda: left(most))
    assert not asynchronous.run(lambda: left(most + 1))


def test_streams_of_a_session_end_in_any_order(app):
    kept = app._queue.pending_messages_per_session
    kept["a"] = asyncio.Queue()
    for _ in range(2):
        del kept["a"]
    assert "a" not in kept
    kept["gone"].put_nowait("a message")
    assert kept["gone"].qsize() == 1
    for session in range(kept.max_size + 1):
        kept[session] = asyncio.Queue()
    assert len(kept) == kept.max_size
    kept.clear()


def test_lists_of_one_value_are_counted():
    assert api._count_lists(np.zeros((2, 3, 4, 1))) == 1 + 2 + 6 + 24


def test_a_function_that_is_called_without_a_queue_keeps_no_result(memory):
    assert api._event() is None
    unread_results.hold_result(40, "a", None)
    unread_results._give_back(set(), (), time.monotonic())
    assert not memory._reserved


def test_events_that_ended_when_their_callers_had_left_are_forgotten(app, memory):
    sending, left = event("sending"), event("left")
    for held in (sending, left):
        unread_results.hold_result(1, "a", held)
    left.alive = False
    events = {"a": {"at work", "lying", "sending", "left"}, "b": {"ended"}}
    unread_results._forget_ended(events, {"at work": ()}, {"lying"})
    assert events == {"a": {"at work", "lying", "sending"}, "b": set()}
    assert app._queue.pending_event_ids_session["forgotten"] == set()


def test_sessions_that_wait_for_nothing_are_forgotten():
    events = {"done": set(), "unread": set(), "waits": {"1"}}
    unread_results._forget_empty(events, {"unread": ()})
    assert events == {"unread": set(), "waits": {"1"}}


def test_sessions_that_have_nothing_left_make_room_for_others():
    """Else Gradio lets go of the oldest, whose call may be at work, and stops for good."""
    kept = dict.fromkeys(("read", "unread", "waits"))
    unread_results._forget_read(kept, {"unread": ()}, {"waits": {"1"}})
    assert set(kept) == {"unread", "waits"}


def told_of(blocks: QuietBlocks, events: Iterable, value: object) -> list[gr.Error]:
    """What calls of events with a value end in."""

    async def call() -> list[gr.Error]:
        found = []
        for function in events:
            try:
                await blocks.process_api(function, [value] * len(function.inputs))
            except gr.Error as error:
                found.append(error)
        return found

    return asynchronous.run(call)


def test_no_value_that_a_control_does_not_take_is_printed_with_a_traceback():
    with QuietBlocks() as blocks:
        for control in (gr.Dropdown(["a"]), gr.Radio(["a"]), gr.Slider(0, 1), gr.Number(maximum=1)):
            control.change(lambda value: value, control)
    told = [
        error
        for value in ("x" * 15_000, 1e308)
        for error in told_of(blocks, blocks.fns.values(), value)
    ]
    assert len(told) == 8
    assert not [error for error in told if error.print_exception or len(error.message) > 300]


def test_events_that_the_browser_follows_alone_are_no_endpoints(app):
    events = [event for event in app.fns.values() if event.fn is None]
    told = told_of(app, events, "x")
    assert len(told) == len(events) > 100
    refusal = str(ExplorerError("call_damaged", why="no endpoint"))
    assert {error.message for error in told} == {refusal}


def test_gradio_remembers_few_callers(app):
    assert app.state_session_capacity == MOST_QUEUED


def test_results_of_one_client_leave_room_for_those_of_others(memory):
    unread_results.hold_result(40, "a", event())
    with refused("client_busy"):
        unread_results.hold_result(40, "a", event())
    unread_results.hold_result(40, "b", event())
    with refused("server_busy"):
        unread_results.hold_result(40, "c", event())


def test_results_that_nobody_fetches_leave_room_for_views(monkeypatch):
    held = []
    monkeypatch.setattr(unread_results, "_held", held)
    monkeypatch.setattr(unread_results, "memory", Memory(unread_results.MEMORY))
    shares = Share(unread_results.MOST_OF_ONE, unread_results.MOST_UNREAD)
    monkeypatch.setattr(unread_results, "_shares", shares)
    largest = unread_results.MOST_VALUES
    with refused("server_busy"):
        for client in range(100):
            unread_results.hold_result(largest, str(client), event())
    unread = sum(result.room.size for result in held)
    assert unread_results.MOST_UNREAD / 2 < unread <= unread_results.MOST_UNREAD


def test_a_session_keeps_no_values():
    """Gradio keeps the last input and output of each endpoint for thousands of sessions."""
    kept = {1: {"props": {"value": [1.0], "label": "x"}}, 2: {"id": 2}}
    _forget_values(SimpleNamespace(config_values=kept))
    assert kept == {1: {"props": {"label": "x"}}, 2: {"id": 2}}


def test_an_argument_that_is_left_out_is_its_default():
    assert _with_defaults(api.feature_map, [{}, "z"]) == [{}, "z", "list"]
    assert _with_defaults(api.feature_map, [{}, "z", "base64"]) == [{}, "z", "base64"]
    assert _with_defaults(api.feature_map, [{}]) == [{}]  # which Gradio refuses
    assert _with_defaults(api.feature_map, [1, 2, 3, 4]) == [1, 2, 3, 4]
    assert _with_defaults(None, [1]) == [1]


def test_lists_are_for_few_values(monkeypatch):
    monkeypatch.setattr(api, "hold_result", lambda *result: None)
    large = {"batch_size": 16, "upsample_dim": 64}, "upsample3/actv"
    with refused("lists_too_large", "25,000", "base64"):
        api.feature_map(*large)
    found = api.feature_map(*large, "base64")
    values = np.frombuffer(base64.b64decode(found["values"]), "<f4").reshape(found["shape"])
    assert values.size > api.MOST_IN_LISTS
    assert np.isfinite(values).all()
    with refused("not_a_choice", "list, base64", field="encoding"):
        api.feature_map({}, "z", "hex")


def test_a_call_waits_behind_views_that_wait_for_room(monkeypatch):
    looks = iter([True, True, False])
    monkeypatch.setattr(api, "views_wait_for_room", lambda: next(looks))
    monkeypatch.setattr(api, "memory", Memory(4 * WORKING_BYTES))
    monkeypatch.setattr(api, "_LOOK", 0)
    assert api._room(Load(0, 0)).size == WORKING_BYTES
    assert next(looks, None) is None


def test_the_time_of_the_loop_that_a_call_takes_is_its_callers(monkeypatch):
    charged = []
    monkeypatch.setattr(loop_time, "charge", lambda *told: charged.append(told))

    async def process(events, batch):
        time.sleep(0.02)
        await asyncio.sleep(0.1)
        assert (events, batch) == (calls, False)

    request = SimpleNamespace(client=SimpleNamespace(host="9.8.7.6"), headers={})
    calls = [SimpleNamespace(request=request)]
    blocks = SimpleNamespace(_queue=SimpleNamespace(process_events=process))
    charge_calls(blocks)
    asynchronous.run(lambda: blocks._queue.process_events(calls, False))
    assert {client for client, _ in charged} == {"9.8.7.6"}
    assert 0.02 < sum(seconds for _, seconds in charged) < 0.09
