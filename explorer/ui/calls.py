"""Calls of programs to Gradio's endpoints: how large they are, how many, and whose turn it is."""

import re
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import accumulate, count

import gradio as gr
from gradio.data_classes import PredictBodyInternal
from gradio.queueing import Event, Queue
from starlette.requests import Request
from starlette.types import Scope

from explorer.errors import ExplorerError
from explorer.json_text import TooDeepError, containers, parse_json
from explorer.sizes import MIB, mebibytes
from explorer.ui.clients import client_address
from explorer.ui.loop_time import Metered
from explorer.ui.named_files import refuse_files
from explorer.ui.shares import Share

MOST_BYTES = MIB
MOST_QUEUED = 16
MOST_EACH = 4
_MOST_COMING = 10 * MOST_QUEUED  # of all clients: in the queue, or on their way to it
_PLACE = "explorer.place"  # in a request's scope
_LOOK = 0.02  # seconds between looks for a call; Gradio's thousand a second take 5 % of a core
_MOST_SERVED = 1000  # clients of which it is known when they had their turn
# Lists and objects, each of which takes some hundred bytes once it is parsed; and all values, which
# Gradio looks at one by one on the event loop.
_MOST_BRACKETS, _MOST_VALUES = 20_000, 20_000
_SESSION = re.compile(r"[0-9A-Za-z_-]{1,64}")


def check_call(body: bytes):
    """Refuses a body that would take far more memory than its bytes, or keep memory for good.

    Gradio remembers thousands of sessions by their names, however long these are.

    Raises:
        ExplorerError: it holds too many values, names a file, or names no plain session.
    """
    if body.count(b"[") + body.count(b"{") > _MOST_BRACKETS:
        raise ExplorerError("file_too_large", bound=mebibytes(MOST_BYTES))
    try:
        call = parse_json(body)
    except TooDeepError:
        raise ExplorerError("request_damaged", form='{"data": [], …}') from None
    except ValueError:  # Gradio says what is wrong
        return
    if _has_more_values(call, _MOST_VALUES):
        raise ExplorerError("too_many_parts", "data", most=f"{_MOST_VALUES:,}")
    refuse_files(call)
    session = call.get("session_hash") if isinstance(call, dict) else None
    if session is not None and not (isinstance(session, str) and _SESSION.fullmatch(session)):
        raise ExplorerError("request_damaged", form='{"session_hash": "[0-9A-Za-z_-]{1,64}", …}')


def _has_more_values(value: object, most: int) -> bool:
    """Whether lists and objects hold more values in all; they are no longer followed then."""
    found = accumulate(map(len, containers(value)))
    return any(count > most for count in found)


class Places:
    """Places of calls: from the first byte of a request's body until the call has ended.

    Args:
        queue: Gradio's.
    """

    def __init__(self, queue: Queue):
        self._queue, self._push = queue, queue.push
        self._share = Share(MOST_EACH, _MOST_COMING)
        self._of_calls: dict[str, ExitStack] = {}
        queue.push = self._push_with_place

    @contextmanager
    def place(self, scope: Scope, client: str) -> Iterator[None]:
        """A place for the call that a request becomes; for the request alone if it becomes none.

        Raises:
            ExplorerError: the client has too many.
        """
        self._free_ended()
        with ExitStack() as request:
            scope[_PLACE] = request
            request.enter_context(self._share.take(client))
            yield

    async def _push_with_place(self, body: PredictBodyInternal, request: Request, username):
        was_pushed, told, state = await self._push(body, request, username)
        if was_pushed and (place := request.scope.get(_PLACE)):
            self._of_calls[told] = place.pop_all()
        return was_pushed, told, state

    def _free_ended(self):
        for event in self._of_calls.keys() - self._queue.event_ids_to_events.keys():
            self._of_calls.pop(event).close()


def charge_calls(blocks: gr.Blocks):
    """Counts the time of the event loop that a call takes as its caller's."""
    queue = blocks._queue
    process = queue.process_events

    async def charged(events: list[Event], *others: object):
        await Metered(process(events, *others), client_address(events[0].request))

    queue.process_events = charged


def take_turns(blocks: gr.Blocks):
    """Lets clients take turns in Gradio's queue, which would serve them as their calls came.

    So what one client has in line delays another by one call. While there are none, it rests.
    """
    queue, served, turns = blocks._queue, OrderedDict(), count(1)
    queue.sleep_when_free, next_events = _LOOK, queue.get_events

    def last_turn(event) -> int:
        return served.get(client_address(event.request), 0)

    def get_events():
        for line in queue.event_queue_per_concurrency_id.values():
            line.queue.sort(key=last_turn)  # those of one client stay in order
        found = next_events()
        for event in found[0] if found else ():
            client = client_address(event.request)
            served[client] = next(turns)
            served.move_to_end(client)
            if len(served) > _MOST_SERVED:
                served.popitem(last=False)
        return found

    queue.get_events = get_events
