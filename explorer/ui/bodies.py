"""Bodies of requests in memory: bounded each, in time, and all together."""

import anyio
from starlette.types import Receive

from explorer.errors import ExplorerError, mebibytes
from explorer.limits import BODY_SECONDS
from explorer.model.memory import Reservation, memory
from explorer.model.stopping import Stopped

_STEP = 2**16  # room is taken in steps of this size


class Body(bytes):
    """The bytes of a body, which count in the process's memory as long as they are there."""

    room: Reservation


async def read_body(receive: Receive, most: int) -> Body:
    """All of a body.

    Raises:
        ExplorerError: it is larger than `most`, too slow, or the server holds too much already.
        Stopped: the client has left.
    """
    body, room, more = bytearray(), memory.reserve_now(0), True
    with anyio.move_on_after(BODY_SECONDS):
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Stopped
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > most:
                raise ExplorerError("file_too_large", bound=mebibytes(most))
            if len(body) > room.size:
                room.grow(len(body) + _STEP - room.size)
    if more:
        raise ExplorerError("body_too_slow", seconds=BODY_SECONDS)
    whole = Body(body)
    whole.room = room
    return whole
