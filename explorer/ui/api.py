"""The named API endpoints: the same views for a program, as JSON."""

import base64
import json
import logging
import math
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial, wraps
from typing import Literal

import gradio as gr
import numpy as np
from gradio.context import LocalContext
from gradio.queueing import Event

from explorer.errors import ExplorerError
from explorer.link import moved_selection, read_link, write_link
from explorer.model.cost import Load, estimate_cost
from explorer.model.declare import Field, Text
from explorer.model.latent import encode_rows, read_z
from explorer.model.memory import NoRoomError, Reservation, memory
from explorer.model.runs import Origin, Run
from explorer.model.stages import Stage
from explorer.schema import State, read_state
from explorer.ui.answers import call, views_wait_for_room
from explorer.ui.clients import client_address
from explorer.ui.unread_results import MOST_VALUES, hold_result
from explorer.views.ledger import as_markdown, stage_row, totals
from explorer.views.load import run_load
from explorer.views.maps import item_map
from explorer.views.page import run_state
from explorer.views.statistics import describe_map, items_differ
from explorer.views.weights import check_weights, weights_view

_log = logging.getLogger(__name__)
_BYTES_OF_A_VALUE = 16  # of text, at least as many as a number takes
MOST_IN_LISTS = min(25_000, MOST_VALUES)  # Gradio goes through each, and the loop waits
_VALUES_OF_A_LIST = 2  # a list takes as many bytes as two values, rounded up
_WAIT, _LOOK = 20, 0.15  # seconds that a call waits for memory, and between two looks


def add_api():
    """Adds the endpoints to the `gr.Blocks` that is being built."""
    for function in (describe, feature_map, open_link, read_vector):
        gr.api(
            _with_messages(function),
            api_name=function.__name__,
            api_description=function.__doc__,
            concurrency_id="calls",  # one at a time, so that views find room between them
            concurrency_limit=1,
        )


def describe(state: dict) -> dict:
    """Runs a state: its link, the ledger of every stage with statistics, totals, Markdown.

    `state` maps field names to values, e.g. {"kernel_size": 4, "z_seed": 7}; the rest are defaults.
    "messages" tell what the generator does not have, and what the answer is about instead.
    """
    checked = read_state(state)
    origin = _origin(checked)
    with _room(run_load(checked, origin)):
        return _describe(state, checked, origin)


def _describe(state: dict, checked: State, origin: Origin) -> dict:
    plan = checked.plan
    made = run_state(checked, origin)
    rows = [stage_row(stage) | {"statistics": _statistics(checked, made, stage)} for stage in plan]
    cost = estimate_cost(plan)
    return {
        "state": checked.as_dict(),
        "link": write_link(checked),
        "messages": [str(error) for error in moved_selection(state, checked)],
        "weights": weights_view(checked, origin),
        "device": made.device,
        "stages": rows,
        "totals": totals(plan) | {"estimated_bytes": cost.bytes},
        "markdown": as_markdown(plan),
    }


def _statistics(state: State, made: Run, stage: Stage) -> dict:
    batch = made.stages[stage.name]
    shown = describe_map(item_map(stage, batch, state["item"]))
    return shown | {"items_differ": items_differ(batch)}


def feature_map(state: dict, stage: str, encoding: str = "list") -> dict:
    """The float32 output of one stage: {"stage", "shape", "values"}, values as nested lists.

    In lists there are up to 100,000 values; what JSON has no number for stands as text: "nan",
    "inf", "-inf". `encoding` "base64" takes up to a million: "values" is then one text, base64 of
    little-endian float32 in C order, for np.frombuffer(base64.b64decode(values), "<f4").
    "weights" tells whose they are, and what was done to them for another structure.
    """
    encoded = Field("encoding", Literal["list", "base64"]).check(encoding)
    checked = read_state(state | {"stage": stage} if isinstance(state, dict) else state)
    origin = _origin(checked)
    with _room(run_load(checked, origin)):
        values = run_state(checked, origin).stages[checked["stage"]]
        weights = weights_view(checked, origin)
    if values.size > MOST_VALUES:
        raise ExplorerError("maps_too_large", estimate=f"{values.size:,}", bound=f"{MOST_VALUES:,}")
    if encoded == "list" and values.size > MOST_IN_LISTS:
        size, bound, most = (f"{count:,}" for count in (values.size, MOST_IN_LISTS, MOST_VALUES))
        raise ExplorerError("lists_too_large", estimate=size, bound=bound, most=most)
    lists = _count_lists(values) if encoded == "list" else 0
    hold_result(values.size + _VALUES_OF_A_LIST * lists, _caller(), _event())
    return {
        "stage": checked["stage"],
        "weights": weights,
        "shape": list(values.shape),
        "values": _ENCODINGS[encoded](values),
    }


def _count_lists(values: np.ndarray) -> int:
    """How many lists the values take, one in another."""
    return sum(math.prod(values.shape[:axis]) for axis in range(values.ndim))


def _caller() -> str:
    """The address of whoever calls; the same one for all calls that come from no request."""
    request = LocalContext.request.get(None)
    return client_address(request.request) if request else ""


def _event() -> Event | None:
    """The call in Gradio's queue that is being answered."""
    if (blocks := LocalContext.blocks.get(None)) is None:
        return None
    return blocks._queue.event_ids_to_events.get(LocalContext.event_id.get(None))


def _room(load: Load) -> Reservation:
    """Room for a call, which waits for it behind the views that do.

    Raises:
        NoRoomError: there was none for long.
    """
    end = time.monotonic() + _WAIT
    while time.monotonic() < end:
        if not views_wait_for_room():
            with suppress(NoRoomError):
                return memory.reserve(load.reserved, heavy=True)
        time.sleep(_LOOK)
    return memory.reserve(load.reserved, heavy=True)


def _origin(state: State) -> Origin:
    """A page may show other weights than the chosen ones and say so; numbers alone may not."""
    origin = state.find_origin()
    check_weights(state.config, state["weights"], origin)
    return origin


def open_link(link: str) -> dict:
    """The state that a link stands for, and a message for each part that could not be read."""
    state, errors = read_link(_text("link", link).rpartition("#")[2])
    return {"state": state.as_dict(), "messages": [str(error) for error in errors]}


def read_vector(text: str) -> dict:
    """Numbers as text to the field `z_data`: {"z_data", "shape"}."""
    rows = read_z(_text("text", text).encode())
    return {"z_data": encode_rows(rows), "shape": list(rows.shape)}


def _text(name: str, value: object) -> str:
    return Field(name, Text).check(value)


def _json_values(values) -> list:
    """Nested lists; what JSON has no number for becomes its name."""
    if isinstance(values, list):
        return [_json_values(item) for item in values]
    if isinstance(values, float):
        return values if math.isfinite(values) else str(values)
    return _json_values(values.tolist())


def _base64(values: np.ndarray) -> str:
    """One text, which Gradio does not look at value by value as it does at lists, on its loop."""
    return base64.b64encode(np.ascontiguousarray(values, "<f4").tobytes()).decode()


_ENCODINGS = {"list": _json_values, "base64": _base64}


def _with_messages(function: Callable) -> Callable:
    """A user's mistake becomes a message, without a traceback in the log."""

    def held(*args) -> dict:
        result = function(*args)
        if function is not feature_map:  # which counts its own, before it makes the lists
            size = len(json.dumps(result)) // _BYTES_OF_A_VALUE
            hold_result(size, _caller(), _event())
        return result

    @wraps(function)
    async def guarded(*args) -> dict:
        try:
            return await call(partial(held, *args))
        except ExplorerError as error:
            messages = "\n".join(map(str, (error, *error.others)))
            raise gr.Error(messages, print_exception=False) from None
        except Exception:
            _log.exception("A call failed")
            raise gr.Error(str(ExplorerError("internal")), print_exception=False) from None

    return guarded
