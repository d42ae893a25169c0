"""Calls of programs: refused by their structure and by their number; results count until read."""

import base64
import time
from collections import deque
from types import SimpleNamespace

import gradio as gr
import numpy as np
import pytest
from gradio.queueing import EventQueue
from starlette.requests import Request

from explorer.model.cost import WORKING_BYTES, Load
from explorer.model.memory import Memory
from explorer.ui import api, unread_results
from explorer.ui.calls import MOST_EACH, check_call, counting_calls, take_turns
from explorer.ui.quiet_blocks import _forget_values, _with_defaults
from explorer.ui.shares import Share
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


@pytest.mark.parametrize("session", ['"' + "x" * 65 + '"', '"\\ud83d\\ude00"', "7", '""', "[]"])
def test_a_session_of_no_plain_name_is_refused(session):
    with refused("request_damaged", "session_hash"):
        check_call(f'{{"data": [], "session_hash": {session}}}'.encode())


@pytest.mark.parametrize(
    "body", [b'{"session_hash": "a1b2c3"}', b'{"session_hash": null}', b"[", b"7"]
)
def test_what_is_no_session_of_ours_to_refuse_passes(body):
    check_call(body)


def test_deep_lists_are_refused_before_gradio_parses_them():
    with refused("request_damaged", "data"):
        check_call(b'{"data": ' + b"[" * 1000 + b"]" * 1000 + b"}")


def calls_from(*addresses: str):
    requests = [
        Request({"type": "http", "headers": [], "client": (address, 1)}) for address in addresses
    ]
    events = {str(at): SimpleNamespace(request=request) for at, request in enumerate(requests)}
    return SimpleNamespace(_queue=SimpleNamespace(event_ids_to_events=events))


def test_a_client_has_a_part_of_the_queue():
    check = counting_calls(calls_from(*["10.0.0.1"] * MOST_EACH, "10.0.0.2"))
    check("10.0.0.2")
    with refused("client_busy"):
        check("10.0.0.1")


def test_clients_take_turns_in_the_queue():
    with gr.Blocks() as blocks:
        gr.api(lambda: None, api_name="call", concurrency_id="calls", concurrency_limit=1)
    take_turns(blocks.queue())
    queue = blocks._queue
    line = queue.event_queue_per_concurrency_id.setdefault("calls", EventQueue("calls", 1))
    calls = calls_from("a", "a", "a", "b", "b", "c")._queue.event_ids_to_events
    served = ""
    for name, event in calls.items():
        event.fn, event.name = SimpleNamespace(batch=False), name
        line.queue.append(event)
    while found := queue.get_events():
        served += found[0][0].name
    assert served == "035142"  # a, b, c, a, b, a


@pytest.fixture
def memory(monkeypatch):
    own = Memory(100 * unread_results.BYTES_PER_VALUE)
    monkeypatch.setattr(unread_results, "memory", own)
    shares = Share(50 * unread_results.BYTES_PER_VALUE, own.bound)
    monkeypatch.setattr(unread_results, "_shares", shares)
    monkeypatch.setattr(unread_results, "_held", deque())
    monkeypatch.setattr(unread_results, "_WAIT", 0)
    return own


def test_results_count_until_nothing_lies_unread(memory):
    unread_results.hold_result(60, "a")
    with refused("client_busy"):
        unread_results.hold_result(60, "a")
    now = time.monotonic()
    unread_results._give_back(all_of_it=False, now=now)
    with refused("client_busy"):
        unread_results.hold_result(60, "a")
    unread_results._give_back(all_of_it=True, now=now)
    unread_results.hold_result(60, "a")
    unread_results._give_back(all_of_it=False, now=now + 10**6)  # long since dropped
    unread_results.hold_result(60, "a")


def test_results_of_one_client_leave_room_for_those_of_others(memory):
    unread_results.hold_result(40, "a")
    with refused("client_busy"):
        unread_results.hold_result(40, "a")
    unread_results.hold_result(40, "b")
    with refused("server_busy"):
        unread_results.hold_result(40, "c")


def test_results_that_nobody_fetches_leave_room_for_views(monkeypatch):
    held = deque()
    monkeypatch.setattr(unread_results, "_held", held)
    monkeypatch.setattr(unread_results, "memory", Memory(unread_results.MEMORY))
    shares = Share(unread_results.MOST_OF_ONE, unread_results.MOST_UNREAD)
    monkeypatch.setattr(unread_results, "_shares", shares)
    largest = unread_results.MOST_VALUES
    with refused("server_busy"):
        for client in range(100):
            unread_results.hold_result(largest, str(client))
    unread = sum(room.size for _, _, room in held)
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
    monkeypatch.setattr(api, "hold_result", lambda values, client: None)
    large = {"batch_size": 16, "upsample_dim": 64}, "upsample3/actv"
    with refused("lists_too_large", "100,000", "base64"):
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
