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

from explorer.limits import MEMORY, PATIENCE
from explorer.model.memory import Reservation, memory
from explorer.ui.shares import Share, Taken

BYTES_PER_VALUE = 64  # of a number in a list, of the list's place for it, and of its text
MOST_VALUES = min(10**6, MEMORY // 8 // BYTES_PER_VALUE)
# Bytes of one client, and of all together, so that others and views find room beside them.
MOST_OF_ONE, MOST_UNREAD = MEMORY // 8, MEMORY // 4
_LOOK = 1.0  # seconds between looks at what lies unread
_WAIT = 20  # seconds that a call waits for memory
# With the time at which each is given back.
_held: deque[tuple[float, Taken, Reservation]] = deque()
_shares = Share(MOST_OF_ONE, MOST_UNREAD)
_lock = threading.Lock()


def hold_result(values: int, client: str):
    """Counts a result in the process's memory until it is read, or dropped unread.

    Raises:
        ExplorerError: others lie unread that take all the room for such, the client's or all.
        NoRoomError: other work leaves too little.
    """
    taken = _shares.take(client, values * BYTES_PER_VALUE)
    room = memory.reserve(values * BYTES_PER_VALUE, _WAIT, heavy=True)
    with _lock:
        _held.append((time.monotonic() + PATIENCE + 2 * _LOOK, taken, room))


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
            for part in _held.popleft()[1:]:
                part.release()
