"""What every request passes first: who may act, how much may come, and where the app is mounted.

A browser tells where a request comes from (Origin, Sec-Fetch-Site), and no page can change that. So
what acts is taken from pages of this app alone (in a frame of another site too, as it is the own
address of the frame that counts) and from programs, which are no browser and send neither header.
"""

import asyncio
import logging
from contextlib import ExitStack
from functools import partial
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from explorer.errors import ExplorerError, quote
from explorer.limits import FRAMES, PROXIES
from explorer.model.stopping import Stopped
from explorer.ui.answers import read_call
from explorer.ui.bodies import read_body
from explorer.ui.calls import MOST_BYTES, Places, check_call
from explorer.ui.clients import client_address
from explorer.ui.compression import plain_answers
from explorer.ui.gradio_paths import (
    is_call,
    is_kept,
    is_served,
    is_stream,
    longest_query,
    without_query,
)
from explorer.ui.kept_answers import KeptAnswers, has_no_name
from explorer.ui.loop_time import Metered, wait_for_turn
from explorer.ui.pace import Pace
from explorer.ui.pieces import send_in_pieces
from explorer.ui.shares import Share

_log = logging.getLogger(__name__)
_LOOKING = ("GET", "HEAD", "OPTIONS")
_PORTS = {"http": 80, "https": 443}
_MOST_OTHER_BYTES = 4096  # of a body that is no call's: what ends one, for instance
# These read their own bodies, with bounds of their own.
_OWN_BOUNDS = "/explorer/"
_GRADIO = "/gradio_api/"
# Gradio's answers to what it does not understand; one tells all that came, several times over.
_STUMBLES = (422, 500)
# Of refused bodies; where it is none of these the server is busy.
_STATUS = {
    "file_too_large": 413,
    "body_too_slow": 408,
    "request_damaged": 400,
    "file_named": 400,
    "too_many_parts": 413,
}
# Requests that are not answered yet, whatever they ask for; what a browser with several tabs, or a
# class of them behind one address, has at once is far less.
_under_way = Share(each=200, all_together=800)
# A page begins with some 60 of them, a drag asks for 40 a second; the cheapest takes the loop 1 ms.
_pace = Pace(a_second=200, at_once=1000)
# Of calls, each of which takes the loop 40 ms: Gradio makes a session for it, and goes through all
# that was sent, several times.
_calls_pace = Pace(a_second=4, at_once=16)
_BYTES_OF_A_CALL = 2**14  # that take as long as the session does
_REFUSED_REST = 0.5  # seconds that a refusal waits, so that a connection gets two a second
# Of these, answers of Gradio's that wait for what becomes of a call.
_waiting = Share(each=16, all_together=160)


class Guard:
    """ASGI middleware around the whole app.

    Args:
        app: what it guards.
        places: of calls in Gradio's queue.
        root: the address that the app is reached at, or its path; "" where that is "/".
        head: what the page's head begins with.
    """

    def __init__(self, app: ASGIApp, places: Places, root: str = "", head: str = ""):
        self._app, self._places = app, places
        address = urlsplit(root)
        self._prefix = "/" + address.path.strip("/") if address.path.strip("/") else ""
        self._root_origin = _origin(root) if address.netloc else None
        self._streams: set[asyncio.Task] = set()  # that run until somebody ends them
        self._kept = KeptAnswers(app, f"{self._prefix}/" if self._prefix else "", head)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, or refuses it."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        client = client_address(HTTPConnection(scope))
        return await Metered(self._serve(scope, receive, send, client), client)

    async def _serve(self, scope: Scope, receive: Receive, send: Send, client: str) -> None:
        scope, send = dict(scope), _with_headers(send)
        is_bare = bool(self._prefix) and scope["path"] == self._prefix
        self._mount(scope)
        scope = plain_answers(without_query(scope, self._own_path(scope)))
        try:
            taken = self._take_share(scope, client)
        except ExplorerError as error:
            await asyncio.sleep(_REFUSED_REST)
            return await self._answered(_refused(503, error), scope, receive, send)
        with taken:
            await _pace.wait(client)
            await wait_for_turn(client)
            if is_bare:  # the page's addresses are relative
                away = RedirectResponse(f"{self._prefix}/")
                return await self._answered(away, scope, receive, send)
            await self._pass_on(scope, receive, send, client)

    def _take_share(self, scope: Scope, client: str) -> ExitStack:
        """A part of what the client may have under way."""
        with ExitStack() as taken:
            taken.enter_context(_under_way.take(client))
            if is_stream(scope, self._own_path(scope)):
                taken.enter_context(_waiting.take(client))
            return taken.pop_all()

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send, client: str) -> None:
        refusal = self._refusal(scope)
        with ExitStack() as request:
            if refusal is None and scope["method"] not in _LOOKING:
                receive, refusal = await self._bounded(scope, receive, client, request)
            app = refusal or self._inner(scope, client)
            await self._answered(app, scope, receive, send)

    def end_streams(self):
        """Ends the answers that would go on for ever, so that the server can end at once."""
        for task in self._streams:
            task.cancel()

    def _inner(self, scope: Scope, client: str) -> ASGIApp:
        """The app, of which some answers are kept."""
        if not is_kept(scope, self._own_path(scope)):
            return self._app

        async def kept(scope: Scope, receive: Receive, send: Send) -> None:
            await (await self._kept.answer(scope, client))(scope, receive, send)

        return kept

    def _mount(self, scope: Scope):
        """A proxy may keep its prefix or strip it; Starlette wants the whole path."""
        if self._prefix:
            if not scope["path"].startswith(f"{self._prefix}/"):
                scope["path"] = self._prefix + scope["path"]
            scope["root_path"] = self._prefix

    def _own_path(self, scope: Scope) -> str:
        return scope["path"].removeprefix(self._prefix)

    def _refusal(self, scope: Scope) -> Response | None:
        if has_no_name(scope):
            return _refused(400, ExplorerError("no_host_name"))
        size, bound = len(scope["query_string"]), longest_query(self._own_path(scope))
        if size > bound:
            return _refused(414, ExplorerError("query_too_long", size=size, bound=bound))
        headers = Headers(scope=scope)
        acts = scope["method"] not in _LOOKING or "access-control-request-method" in headers
        if acts and not self._is_own(headers, scope["scheme"]):
            error = ExplorerError("foreign_origin", value=quote(headers.get("origin", "?"), 200))
            return _refused(403, error)
        if not is_served(self._own_path(scope)):
            return _refused(404, ExplorerError("not_served", form=f"{_GRADIO}info"))
        return None

    def _is_own(self, headers: Headers, scheme: str) -> bool:
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if site is not None:
            return site == "same-origin"
        if origin is None:
            return True
        host = headers.get("host", "")
        if PROXIES and "x-forwarded-host" in headers:
            host = headers["x-forwarded-host"].split(",")[-1].strip()
        scheme = headers.get("x-forwarded-proto", scheme).split(",")[0].strip()
        found = _origin(origin)
        return found is not None and found in (_origin(f"{scheme}://{host}"), self._root_origin)

    async def _bounded(
        self, scope: Scope, receive: Receive, client: str, request: ExitStack
    ) -> tuple[Receive, Response | None]:
        """The body of a request to Gradio's endpoints, which take any: read here, then replayed."""
        path = self._own_path(scope)
        if path.startswith(_OWN_BOUNDS):
            return receive, None
        calls = is_call(scope, path)
        try:
            if calls:
                request.enter_context(self._places.place(scope, client))
            body = await read_body(receive, MOST_BYTES if calls else _MOST_OTHER_BYTES, client)
            if calls:
                await _calls_pace.wait(client, 1 + len(body) // _BYTES_OF_A_CALL)
            await self._check(body, client)
        except ExplorerError as error:
            return receive, _refused(_STATUS.get(error.code, 503), error)
        except Stopped:  # nobody reads this
            return receive, Response(status_code=499)
        told = iter([{"type": "http.request", "body": body, "more_body": False}])

        async def replay() -> Message:
            return next(told, None) or await receive()

        return replay, None

    async def _check(self, body: bytes, client: str):
        """As `check_call`; a small body is looked through sooner than a thread is found."""
        if len(body) > _MOST_OTHER_BYTES:
            await read_call(client, partial(check_call, body))
        else:
            check_call(body)

    async def _answered(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send):
        """Runs the app. Where Gradio stumbles over a request, its client gets a message instead."""
        path, task = self._own_path(scope), asyncio.current_task()
        stumbled = too_slow = False

        async def receiving() -> Message:
            return {"type": "http.disconnect"} if too_slow else await receive()

        async def sending(message: Message) -> None:
            nonlocal stumbled, too_slow
            if stumbled or too_slow:
                return
            if message.get("status") in _STUMBLES and not path.startswith(_OWN_BOUNDS):
                stumbled = True
                error = ExplorerError("request_damaged", form=f"{_GRADIO}info")
                await _refused(400, error)(scope, receive, send)
                return
            if _is_stream(message):
                self._streams.add(task)
            if message["type"] == "http.response.body" and task in self._streams:
                too_slow = not await send_in_pieces(send, message)
            else:
                await send(message)
            if message["type"] == "http.response.body" and not message.get("more_body", False):
                self._streams.discard(task)

        try:
            await app(scope, receiving, sending)
        except asyncio.CancelledError:  # the server ends
            if task in self._streams:
                await send({"type": "http.response.body", "body": b""})
        except Exception as error:
            kind = type(error).__name__
            _log.error("%s %s: %s %s", scope["method"], quote(path, 200), kind, quote(error, 200))
        finally:
            self._streams.discard(task)


def _is_stream(message: Message) -> bool:
    """Whether an answer begins that has no end of its own."""
    kind = Headers(raw=message.get("headers", [])).get("content-type", "")
    return kind.startswith("text/event-stream")


def _origin(address: str) -> tuple[str, str, int] | None:
    """Scheme, host and port of an address; None where it has none."""
    try:
        parts = urlsplit(address)
        if parts.scheme in _PORTS and parts.hostname:
            return parts.scheme, parts.hostname, parts.port or _PORTS[parts.scheme]
    except ValueError:  # no port, no address
        pass
    return None


def _refused(status: int, error: ExplorerError) -> Response:
    """A message; what still comes of a body is taken and left, so that its sender reads this."""
    return JSONResponse({"error": error.as_dict()}, status)


def _with_headers(send: Send) -> Send:
    """Adds to every answer what browsers have to keep to."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["X-Content-Type-Options"] = "nosniff"
            headers["Content-Security-Policy"] = f"frame-ancestors {FRAMES}"
        await send(message)

    return sending
