"""Bodies in pieces, in a bounded time: who takes them slowly holds one piece, and not for long.

A server takes a whole body at once, however slowly its client reads, and lets the next one wait.
"""

import anyio
from starlette.types import Message, Send

from explorer.limits import PATIENCE

PIECE = 2**16
_SLOWEST = 2**15  # bytes a second of a line that answers are sent over


def most_seconds(size: int) -> float:
    """That a client may take for so many bytes."""
    return PATIENCE + size / _SLOWEST


async def send_in_pieces(send: Send, message: Message) -> bool:
    """Sends a body, or a part of one; whether the client took nearly all of it in time."""
    body, more_body = message.get("body", b""), message.get("more_body", False)
    with anyio.move_on_after(most_seconds(len(body))):
        for at in range(0, len(body), PIECE):
            piece = body[at : at + PIECE]
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": more_body})
        return True
    return False
