"""Results of programs that nobody fetches: bounded in bytes, and dropped after a while.

Gradio keeps what an endpoint returned until it is read, for its last two thousand callers.
"""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import gradio as gr
from fastapi import FastAPI

from explorer.limits import MEMORY, PATIENCE
from explorer.model.memory import Memory

BYTES_PER_VALUE = 64  # of a number in a list, of the list's place for it, and of its text
_results = Memory(MEMORY // 8)
MOST_VALUES = min(10**6, _results.bound // BYTES_PER_VALUE)


def hold_result(values: int):
    """Counts a result as held for as long as it may lie unread; waits while there are too many."""
    room = _results.reserve(values * BYTES_PER_VALUE)
    release = threading.Timer(2 * PATIENCE, room.release)
    release.daemon = True
    release.start()


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
    queue, before = blocks._queue, set()
    while True:
        await asyncio.sleep(PATIENCE)
        kept = queue.pending_messages_per_session
        unread = {session for session, messages in kept.items() if messages.qsize()}
        for session in unread & before:
            await queue.clean_events(session_hash=session)
            kept.pop(session, None)
            queue.pending_event_ids_session.pop(session, None)
        before = unread - before
