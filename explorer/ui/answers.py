"""Answers to requests: bounded bodies, work off the event loop, messages for a user's mistakes.

Views have slots of their own, so that heavy work (opening, saving, searching, the largest views)
never holds them up; in either, clients take turns.
Work whose client has left ends at its next step, and does not begin where it still waits.
"""

import asyncio
import logging
import os
import threading
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, suppress
from contextvars import copy_context
from dataclasses import dataclass
from types import MappingProxyType

import anyio
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from explorer.errors import ExplorerError
from explorer.limits import MEMORY
from explorer.model.light_work import TooHeavy, kept_light
from explorer.model.memory import NoRoomError, Reservation, memory
from explorer.model.niceness import step_back
from explorer.model.stopping import Stopped, stopped_by
from explorer.ui.bodies import read_body
from explorer.ui.clients import client_address
from explorer.ui.pieces import send_in_pieces
from explorer.ui.shares import Share
from explorer.ui.turns import Turns

_log = logging.getLogger(__name__)
_MOST_LIGHT_BODY = 2**16  # bytes
_ROOM_SECONDS, _ROOM_LOOK = 20, 0.02  # for which, and after which, work waits for memory
_VIEWS_PASS = 100  # looks
# Requests that work or wait for a slot, those of heavy work apart; bytes of answers on their way.
_at_work, _heavy_at_work = (Share(each=48, all_together=128) for _ in range(2))
_unsent = Share(each=MEMORY // 16, all_together=MEMORY // 4)

Work = Callable[[], "Response | Heavy"]


class _Kind:
    """Work of one kind: its slots, and whose turn it is to look for room where there was none."""

    def __init__(self, slots: int, is_heavy: bool = False):
        self.slots, self.for_room = Turns(slots), Turns(1)
        self._threads = ThreadPoolExecutor(slots, initializer=step_back if is_heavy else None)

    async def run(self, work: Work):
        """What work gives, off the event loop; it is waited for even if that is cancelled."""
        with anyio.CancelScope(shield=True):
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._threads, copy_context().run, _whole(work))


def _whole(work: Work) -> Work:
    """The same work; no future takes a StopIteration, and who waits for it would wait for ever."""

    def run():
        try:
            return work()
        except StopIteration as error:
            raise RuntimeError("an iterator had ended") from error

    return run


# More at once than there are cores would only hold more memory.
_views = _Kind(os.cpu_count() or 2)
_heavy = _Kind(max(1, (os.cpu_count() or 2) // 2), is_heavy=True)
_calls = _Kind(1, is_heavy=True)
_reading = _Kind(1, is_heavy=True)


@dataclass(frozen=True)
class Heavy:
    """Work that takes long, or turned out to: it is done in a slot for that."""

    work: Callable[[], Response]


class HeldResponse(Response):
    """A body that counts in the process's memory until it is sent, and goes out in pieces.

    It waits for its client, for as long as a slow line needs.
    """

    def __init__(
        self,
        body: bytes,
        room: Reservation,
        request: Request,
        media_type: str,
        headers: Mapping[str, str] = MappingProxyType({}),
    ):
        super().__init__(body, media_type=media_type, headers=headers)
        room.shrink(len(body))
        self._held = room, _unsent.take(client_address(request), len(body))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends it."""
        start = {"type": "http.response.start", "status": self.status_code}
        await send(start | {"headers": self.raw_headers})
        await send_in_pieces(send, {"body": self.body})


async def answer(request: Request, bound: int, work: Callable[[bytes, Request], Response | Heavy]):
    """Answers a request whose body fits into memory.

    Args:
        request: what came.
        bound: bytes of its body at most.
        work: body and request to the answer, or to heavy work that makes it.
    """

    async def read() -> Work | Heavy:
        body = await read_body(request.receive, bound, client_address(request))
        heavy = len(body) > _MOST_LIGHT_BODY  # takes long to be read
        return Heavy(lambda: work(body, request)) if heavy else lambda: work(body, request)

    return await answered(request, read)


async def answered(request: Request, read: Callable[[], Awaitable["Work | Heavy"]]) -> Response:
    """Reads a request, then works on it off the event loop.

    A user's mistake becomes a message like any other answer, as browsers log a 4xx as their own
    error; ours is logged, and said to be ours.
    """
    try:
        work = await read()
        client = client_address(request)
        if not isinstance(work, Heavy):
            with _at_work.take(client):
                work = await _as_light(request, work)
        while isinstance(work, Heavy):
            with _heavy_at_work.take(client):
                work = await _with_room(request, work.work, _heavy)
        return _counted(work, request)
    except ExplorerError as error:
        others = [other.as_dict() for other in error.others]
        return JSONResponse({"error": error.as_dict(), "others": others})
    except (Stopped, ClientDisconnect):  # nobody reads this
        return Response(status_code=499)
    except Exception:
        _log.exception("A view failed")
        failed = {"error": ExplorerError("internal").as_dict(), "others": []}
        return JSONResponse(failed, status_code=500)


def _counted(response: Response, request: Request) -> Response:
    """A large answer counts until it is sent, whatever made it.

    Raises:
        NoRoomError: other work leaves too little.
    """
    body = getattr(response, "body", b"")  # a file has none
    if isinstance(response, HeldResponse) or len(body) <= _MOST_LIGHT_BODY:
        return response
    room = memory.reserve(len(body), heavy=True)
    return HeldResponse(body, room, request, response.media_type)


async def call(work: Callable[[], dict]) -> dict:
    """What a program's call gives, one at a time, and as heavy work behind all views."""
    return await _calls.run(work)


async def read_call(client: str, work: Callable[[], None]):
    """Looks through a large body of a call, behind all views; clients take turns."""
    async with _reading.slots.slot(client):
        await _reading.run(work)


async def _as_light(request: Request, work: Work) -> Response | Heavy:
    """What light work gives; where it turns out to take long, it is heavy work from its start."""
    try:
        with kept_light():
            return await _with_room(request, work, _views)
    except TooHeavy:
        return Heavy(work)


async def _with_room(request: Request, work: Work, kind: _Kind):
    """As `_in_slot`; work that finds no room leaves its slot to others and waits for its turn.

    Nobody goes past those who wait, and none of them is in others' way for long.

    Raises:
        NoRoomError: there was none for long.
    """
    end = anyio.current_time() + _ROOM_SECONDS
    if not kind.for_room.taken:
        with suppress(NoRoomError):
            return await _in_slot(request, work, kind)
    while anyio.current_time() < end:
        async with AsyncExitStack() as turn:
            with anyio.move_on_after(end - anyio.current_time()) as waiting:
                await turn.enter_async_context(kind.for_room.slot(client_address(request)))
            if waiting.cancelled_caught:
                break
            with suppress(NoRoomError):
                return await _in_slot(request, work, kind)
            await anyio.sleep(_ROOM_LOOK)
    raise NoRoomError


def views_wait_for_room() -> bool:
    """Whether a view found no room, so that what is freed is not to be taken by larger work."""
    return _views.for_room.taken


async def _let_views_pass():
    """For some seconds at most: views come without end where one client asks for them so."""
    for _ in range(_VIEWS_PASS):
        if not views_wait_for_room():
            return
        await anyio.sleep(_ROOM_LOOK)


async def _in_slot(request: Request, work: Work, kind: _Kind):
    """What work gives.

    Heavy work begins only where no view waits for room, or it would take what is freed each time.

    Raises:
        Stopped: the client has left.
    """
    gone, result, failure = threading.Event(), None, None
    async with anyio.create_task_group() as tasks:

        async def notice_leaving():
            while (await request.receive())["type"] != "http.disconnect":
                pass
            gone.set()
            tasks.cancel_scope.cancel()

        tasks.start_soon(notice_leaving)
        with stopped_by(gone):
            try:
                async with kind.slots.slot(client_address(request)):
                    if kind is _heavy:
                        await _let_views_pass()
                    result = await kind.run(work)
            except Exception as error:  # a task group would wrap it
                failure = error
        tasks.cancel_scope.cancel()
    try:
        if failure is not None:
            raise failure
    finally:
        failure = None  # else it and this frame would keep each other, and all that it saw, alive
    if gone.is_set():
        raise Stopped
    return result
