"""Bodies of requests in memory: bounded each, in time, and all together."""

from contextlib import ExitStack

import anyio
from starlette.types import Receive

from explorer.errors import ExplorerError
from explorer.limits import BODY_SECONDS, MEMORY
from explorer.model.memory import Reservation, memory
from explorer.model.stopping import Stopped
from explorer.sizes import MIB, mebibytes
from explorer.ui.pace import Pace
from explorer.ui.shares import Share, Taken

_STEP = 2**16  # room is taken in steps of this size
_bodies = Share(each=MEMORY // 32, all_together=MEMORY // 8)
# Bytes; what is in such a body is looked at one by one, which costs far more than their way here.
PACE = Pace(a_second=MIB, at_once=4 * MIB)


class Body(bytes):
    """The bytes of a body, which count in the process's memory as long as they are there."""

    held: tuple[Reservation, list[Taken]]


async def read_body(receive: Receive, most: int, client: str) -> Body:
    """All of a body.

    Args:
        receive: what gives its parts.
        most: its bytes at most.
        client: whose it is.

    Raises:
        ExplorerError: it is larger than `most`, too slow, or the server holds too much already.
        Stopped: the client has left.
    """
    with ExitStack() as after_failure:
        room = after_failure.enter_context(memory.reserve(0))
        body, more, shares = bytearray(), True, []
        with anyio.move_on_after(BODY_SECONDS):
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Stopped
                part = message.get("body", b"")
                await PACE.wait(client, len(part))
                body += part
                more = message.get("more_body", False)
                if len(body) > most:
                    raise ExplorerError("file_too_large", bound=mebibytes(most))
                if len(body) > room.size:
                    step = len(body) + _STEP - room.size
                    shares.append(after_failure.enter_context(_bodies.take(client, step)))
                    room.grow(step)
        if more:
            raise ExplorerError("body_too_slow", seconds=BODY_SECONDS)
        after_failure.pop_all()
    whole = Body(body)
    whole.held = room, shares
    return whole
