"""Results of programs that nobody fetches: bounded in bytes, and dropped after a while.

Gradio keeps what an endpoint returned until it is read, for its last two thousand callers.
"""

import asyncio
import contextlib
import threading
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import gradio as gr
from fastapi import FastAPI

from explorer.errors import ExplorerError
from explorer.limits import MEMORY, PATIENCE
from explorer.model.memory import Reservation, memory

BYTES_PER_VALUE = 64  # of a number in a list, of the list's place for it, and of its text
MOST_VALUES = min(10**6, MEMORY // 8 // BYTES_PER_VALUE)
MOST_UNREAD = MEMORY // 4  # bytes of all together, so that views find room beside them
_LOOK = 1.0  # seconds between looks at what lies unread
_WAIT = 20  # seconds that a call waits for memory
_held: deque[tuple[float, Reservation]] = deque()  # with the time at which each is given back
_lock = threading.Lock()


def hold_result(values: int):
    """Counts a result in the process's memory until it is read, or dropped unread.

    Raises:
        ExplorerError: others lie unread that take all the room for such.
        NoRoomError: other work leaves too little.
    """
    with _lock:
        unread = sum(room.size for _, room in _held)
    if unread + values * BYTES_PER_VALUE > MOST_UNREAD:
        raise ExplorerError("server_busy")
    room = memory.reserve(values * BYTES_PER_VALUE, _WAIT)
    with _lock:
        _held.append((time.monotonic() + PATIENCE + 2 * _LOOK, room))


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
        # The first message of each: another one says that its caller reads.
        firsts = {session: unread._queue[0] for session, unread in kept.items() if unread.qsize()}
        first_seen = {
            session: known
            if (known := first_seen.get(session)) and known[0] is first
            else (first, now)
            for session, first in firsts.items()
        }
        for session, (_, since) in list(first_seen.items()):
            if now - since > PATIENCE:
                await queue.clean_events(session_hash=session)
                kept.pop(session, None)
                queue.pending_event_ids_session.pop(session, None)
        _give_back(all_of_it=not firsts, now=now)


def _give_back(all_of_it: bool, now: float):
    """Where nothing lies unread no result is in memory; else those that were dropped are not."""
    with _lock:
        while _held and (all_of_it or _held[0][0] < now):
            _held.popleft()[1].release()
