"""Calls of programs to Gradio's endpoints: how large they are, and how many each client has."""

import json
import re
from collections.abc import Callable

import gradio as gr

from explorer.errors import ExplorerError
from explorer.sizes import MIB, mebibytes
from explorer.ui.clients import client_address

MOST_BYTES = MIB
MOST_QUEUED = 16
MOST_EACH = 4
# Lists and objects, each of which takes some hundred bytes once it is parsed.
_MOST_BRACKETS = 20_000
_SESSION = re.compile(r"[0-9A-Za-z_-]{1,64}")


def check_call(body: bytes):
    """Refuses a body that would take far more memory than its bytes, or keep memory for good.

    Gradio remembers thousands of sessions by their names, however long these are.

    Raises:
        ExplorerError: it holds too many lists and objects, or names no plain session.
    """
    if body.count(b"[") + body.count(b"{") > _MOST_BRACKETS:
        raise ExplorerError("file_too_large", bound=mebibytes(MOST_BYTES))
    try:
        session = json.loads(body)["session_hash"]
    except (ValueError, TypeError, LookupError, RecursionError):  # Gradio says what is wrong
        return
    if session is not None and not (isinstance(session, str) and _SESSION.fullmatch(session)):
        raise ExplorerError("request_damaged", form='{"session_hash": "[0-9A-Za-z_-]{1,64}", …}')


def counting_calls(blocks: gr.Blocks) -> Callable[[str], None]:
    """What refuses a client that has too many calls in Gradio's queue.

    Returns:
        A function of the client's address.

    Raises:
        ExplorerError: from that function.
    """

    def check(client: str):
        events = blocks._queue.event_ids_to_events.values()
        mine = sum(client_address(event.request) == client for event in list(events))
        if mine >= MOST_EACH:
            raise ExplorerError("client_busy")

    return check
