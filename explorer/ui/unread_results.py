"""Results of programs that nobody fetches: bounded in bytes, and dropped after a while.

Gradio keeps what an endpoint returned until it is read, for its last two thousand callers.
"""

import asyncio
import contextlib
import threading
import time
from collections.abc import AsyncIterator, Container
from contextlib import asynccontextmanager
from dataclasses import dataclass

import gradio as gr
from fastapi import FastAPI
from gradio.queueing import Event
from gradio.utils import LRUCache

from explorer.limits import MEMORY, PATIENCE
from explorer.model.memory import Reservation, memory
from explorer.ui.pieces import most_seconds
from explorer.ui.shares import Share, Taken

BYTES_PER_VALUE = 64  # of a number in a list, of the list's place for it, and of its text
_MOST_SENT = 24  # bytes of a number's text
MOST_VALUES = min(10**6, MEMORY // 8 // BYTES_PER_VALUE)
# Bytes of one client, and of all together, so that others and views find room beside them.
MOST_OF_ONE, MOST_UNREAD = MEMORY // 8, MEMORY // 4
_MOST_MESSAGES = 256  # of one session; a call has a handful, and each of a client's few calls
_LOOK = 1.0  # seconds between looks at what lies unread
_WAIT = 20  # seconds that a call waits for memory


@dataclass(frozen=True, eq=False)
class _Held:
    """What is set aside for the result of an event, and the time when that is sent or dropped."""

    event: Event | None
    end: float
    taken: Taken
    room: Reservation


_held: list[_Held] = []
_shares = Share(MOST_OF_ONE, MOST_UNREAD)
_lock = threading.Lock()


def hold_result(values: int, client: str, event: Event | None):
    """Counts a result in the process's memory until it is sent, or dropped unread.

    Args:
        event: the call in Gradio's queue; None where it is none, as nothing keeps its result then.

    Raises:
        ExplorerError: others lie unread that take all the room for such, the client's or all.
        NoRoomError: other work leaves too little.
    """
    taken = _shares.take(client, values * BYTES_PER_VALUE)
    room = memory.reserve(values * BYTES_PER_VALUE, _WAIT, heavy=True)
    most_seconds_unread = PATIENCE + 2 * _LOOK
    end = time.monotonic() + most_seconds_unread + most_seconds(values * _MOST_SENT)
    with _lock:
        _held.append(_Held(event, end, taken, room))


class _Sessions(LRUCache):
    """Gradio's messages by session; one that is gone may be told more, and be taken out again.

    Each stream of a session takes it out when its client leaves, before it ends what beats for it.
    Were a message for one that is gone an error, Gradio would work on no call any more.
    """

    def __missing__(self, session: str) -> asyncio.Queue:
        self[session] = asyncio.Queue()  # where it is dropped, as nobody reads it
        return self[session]

    def __delitem__(self, session: str):
        if session in self:
            super().__delitem__(session)


class _Events(dict):
    """Gradio's events by session; a stream may ask after its session has been forgotten."""

    def __missing__(self, session: str) -> set[str]:
        return set()


def let_streams_end(blocks: gr.Blocks):
    """Lets the streams of a session end in any order."""
    queue = blocks._queue
    queue.pending_event_ids_session = _Events()
    queue.pending_messages_per_session = _Sessions(queue.pending_messages_per_session.max_size)


@asynccontextmanager
async def dropping_unread(app: FastAPI, blocks: gr.Blocks) -> AsyncIterator[None]:
    """Drops, as long as it is open, what callers have not read within the patience for them."""
    task = asyncio.create_task(_drop_unread(blocks))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _drop_unread(blocks: gr.Blocks):
    queue = blocks._queue
    first_seen: dict[str, tuple[object, float]] = {}  # session -> its first message, and since when
    while True:
        await asyncio.sleep(_LOOK)
        kept, now = queue.pending_messages_per_session, time.monotonic()
        unread = {session: list(left._queue) for session, left in kept.items() if left.qsize()}
        # The first message of each: another one says that its caller reads.
        firsts = {session: messages[0] for session, messages in unread.items()}
        first_seen = {
            session: known
            if (known := first_seen.get(session)) and known[0] is first
            else (first, now)
            for session, first in firsts.items()
        }
        for session, (_, since) in list(first_seen.items()):
            if now - since > PATIENCE or len(unread[session]) > _MOST_MESSAGES:
                await queue.clean_events(session_hash=session)
                kept.pop(session, None)
                queue.pending_event_ids_session.pop(session, None)
                del unread[session]
        lying = {message.event_id for left in unread.values() for message in left}
        _forget_ended(queue.pending_event_ids_session, queue.event_ids_to_events, lying)
        _forget_empty(queue.pending_event_ids_session, unread)
        _forget_read(kept, unread, queue.pending_event_ids_session)
        _give_back(set().union(*queue.pending_event_ids_session.values()), lying, now)


def _forget_ended(
    events_of_sessions: dict[str, set[str]], at_work: Container[str], lying: Container[str]
):
    """Gradio keeps the id of an event that ended when its caller had left."""
    with _lock:
        sending = {held.event._id for held in _held if held.event and held.event.alive}
    for events in events_of_sessions.values():
        ended = {one for one in events if not (one in at_work or one in lying or one in sending)}
        events -= ended


def _forget_empty(events_of_sessions: dict[str, set[str]], unread: Container[str]):
    """Gradio keeps the names of all sessions that ever were."""
    for session, events in list(events_of_sessions.items()):
        if not events and session not in unread:
            del events_of_sessions[session]


def _forget_read(kept: LRUCache, unread: Container[str], waiting: Container[str]):
    """Gradio keeps sessions that have nothing left, and lets go of the oldest, at work or not."""
    for session in list(kept):
        if session not in unread and session not in waiting:
            del kept[session]


def _give_back(unsent: Container[str], lying: Container[str], now: float):
    """What is set aside for results that are sent, or whose clients have left.

    Args:
        unsent: the ids of events whose outcome is not all sent.
        lying: the ids of events that have a message which nobody has read yet.
        now: the time.
    """

    def lies_there(held: _Held) -> bool:
        event = held.event
        if event is None:
            return False
        return event._id in lying or (event.alive and event._id in unsent and held.end > now)

    with _lock:
        kept = [held for held in _held if lies_there(held)]
        ended = [held for held in _held if held not in kept]
        _held[:] = kept
    for held in ended:
        held.taken.release()
        held.room.release()
