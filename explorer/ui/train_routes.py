"""Routes of live training: start, act, and a stream of progress while the page is open."""

import contextlib
import json
import time
from collections.abc import AsyncIterator

import anyio
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from explorer.errors import ExplorerError
from explorer.json_text import parse_json
from explorer.train.live import check_settings, live_runs
from explorer.ui.answers import answer
from explorer.ui.clients import client_address
from explorer.ui.pace import Pace
from explorer.ui.shares import Share

_MAX_BODY = 4096
_MAX_VISITOR = 64
_FORM = '{"visitor": "…", "settings": {…}}'
_KEY_FORM = '{"key": "…"}'
_watching = Share(each=64, all_together=200)
_beginning = Pace(a_second=1, at_once=10)  # each begins a process
_told: dict[str, tuple[float, str]] = {}  # run -> when it was last looked at, and its event
_PERIOD = 0.5  # seconds between looks at a run
_QUIET = 4  # looks without news after which the page is told that it is still heard
_RETRY = "retry: 1000\n\n"  # milliseconds after which a browser connects anew
_ALIVE = "event: alive\ndata:\n\n"


async def begin_run(request: Request) -> Response:
    """{"visitor", "settings"} to {"run": id, "key"}: the one to look, the other to act."""
    await _beginning.wait(client_address(request))
    return await answer(request, _MAX_BODY, _begin)


def _begin(body: bytes, request: Request) -> Response:
    visitor, settings = _read_visitor(body)
    run = live_runs.begin(visitor, client_address(request), settings)
    return JSONResponse({"run": run.id, "key": run.key})


async def check_run(request: Request) -> Response:
    """{"visitor", "settings"} to {"errors"}, one for each wrong setting; nothing starts."""
    return await answer(request, _MAX_BODY, _check)


def _check(body: bytes, request: Request) -> Response:
    errors = []
    try:
        check_settings(_read_visitor(body)[1])
    except ExplorerError as error:
        errors = [error, *error.others]
    return JSONResponse({"errors": [error.as_dict() for error in errors]})


async def find_own_run(request: Request) -> Response:
    """{"visitor"} to {"run": id, "key"}, or nulls: what a page that is loaded anew goes on with."""
    return await answer(request, _MAX_BODY, _find_own)


def _find_own(body: bytes, request: Request) -> Response:
    run = live_runs.of_visitor(_read_visitor(body)[0])
    return JSONResponse({"run": run and run.id, "key": run and run.key})


def _read_visitor(body: bytes) -> tuple[str, dict]:
    """Who asks, and the settings."""
    try:
        asked = parse_json(body)
        visitor = asked["visitor"]
        if not (isinstance(visitor, str) and 0 < len(visitor) <= _MAX_VISITOR):
            raise ValueError
        return visitor, dict(asked.get("settings", {}))
    except (ValueError, TypeError, KeyError, AttributeError):
        raise ExplorerError("request_damaged", form=_FORM) from None


async def act_on_run(request: Request) -> Response:
    """POST {"key"} to /explorer/train/<id>/<pause, resume or stop>."""
    return await answer(request, _MAX_BODY, _act)


def _act(body: bytes, request: Request) -> Response:
    asked = request.path_params
    live_runs.act(asked["run"], asked["action"], _read_key(body))
    return JSONResponse({"done": True})


def _read_key(body: bytes) -> str:
    with contextlib.suppress(ValueError):
        match parse_json(body):
            case {"key": str(key)}:
                return key
    raise ExplorerError("request_damaged", form=_KEY_FORM)


async def watch_run(request: Request) -> Response:
    """Server-sent events: the run each time it changed; {"error"} where there is none.

    Without news an event "alive" comes every two seconds, so that the page knows silence from rest.
    """
    return StreamingResponse(
        _events(request.path_params["run"], client_address(request)),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
    )


async def _events(run_id: str, client: str) -> AsyncIterator[str]:
    yield _RETRY
    try:
        watching = _watching.take(client)
        live_runs.watch(run_id, +1)
    except ExplorerError as error:
        yield _event({"error": error.as_dict()})
        return
    try:
        async for event in _changes(run_id):
            yield event
    finally:  # the page was closed
        watching.release()
        with contextlib.suppress(ExplorerError):  # forgotten meanwhile
            live_runs.watch(run_id, -1)


async def _changes(run_id: str) -> AsyncIterator[str]:
    last, quiet = "", 0
    while True:
        try:
            news = _news(run_id)
        except ExplorerError as error:
            yield _event({"error": error.as_dict()})
            return
        quiet = 0 if news != last else quiet + 1
        if quiet == 0:
            yield news
        elif quiet % _QUIET == 0:
            yield _ALIVE
        last = news
        await anyio.sleep(_PERIOD)


def _news(run_id: str) -> str:
    """The event of a run as it is now, made once for all who look at about the same time."""
    at, told = _told.get(run_id, (-_PERIOD, ""))
    now = time.monotonic()
    if now - at < _PERIOD / 2:
        return told
    try:
        told = _event(live_runs.describe(run_id))
    except ExplorerError:
        _told.pop(run_id, None)
        raise
    _told.pop(run_id, None)
    _told[run_id] = now, told  # the last one: what nobody has looked at lately comes first
    while _told[oldest := next(iter(_told))][0] < now - _PERIOD:
        del _told[oldest]
    return told


def _event(message: dict) -> str:
    return f"data: {json.dumps(message)}\n\n"
