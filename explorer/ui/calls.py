"""Calls of programs to Gradio's endpoints: how large they are, and how many each client has."""

from collections.abc import Callable

import gradio as gr

from explorer.errors import ExplorerError, mebibytes
from explorer.ui.clients import client_address

MOST_BYTES = 2**20
MOST_QUEUED = 16
MOST_EACH = 4
# Lists and objects, each of which takes some hundred bytes once it is parsed.
_MOST_BRACKETS = 20_000


def check_call(body: bytes):
    """Refuses a body that would take far more memory than its bytes, before anything parses it.

    Raises:
        ExplorerError: it holds too many lists and objects.
    """
    if body.count(b"[") + body.count(b"{") > _MOST_BRACKETS:
        raise ExplorerError("file_too_large", bound=mebibytes(MOST_BYTES))


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
