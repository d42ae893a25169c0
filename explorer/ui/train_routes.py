"""Routes of live training: start, act, and a stream of progress while the page is open."""

import contextlib
import json
from collections.abc import AsyncIterator

import anyio
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from explorer.errors import ExplorerError
from explorer.train.live import check_settings, live_runs
from explorer.ui.answers import answer

_MAX_BODY = 4096
_MAX_VISITOR = 64
_FORM = '{"visitor": "…", "settings": {…}}'
_PERIOD = 0.5  # seconds between looks at a run
_QUIET = 20  # looks without news after which a line keeps the connection open


async def begin_run(request: Request) -> Response:
    """{"visitor", "settings"} to {"run": id}."""
    return await answer(request, _MAX_BODY, _begin)


def _begin(body: bytes, request: Request) -> Response:
    visitor, settings = _read_visitor(body)
    return JSONResponse({"run": live_runs.begin(visitor, settings).id})


async def check_run(request: Request) -> Response:
    """{"visitor", "settings"} to {"errors"}, one for each wrong setting; nothing starts."""
    return await answer(request, _MAX_BODY, _check)


def _check(body: bytes, request: Request) -> Response:
    _, errors = check_settings(_read_visitor(body)[1])
    return JSONResponse({"errors": [error.as_dict() for error in errors]})


async def find_own_run(request: Request) -> Response:
    """{"visitor"} to {"run": id}, or null: what a page that was loaded anew goes on watching."""
    return await answer(request, _MAX_BODY, _find_own)


def _find_own(body: bytes, request: Request) -> Response:
    run = live_runs.of_visitor(_read_visitor(body)[0])
    return JSONResponse({"run": run and run.id})


def _read_visitor(body: bytes) -> tuple[str, dict]:
    """Who asks, and the settings."""
    try:
        asked = json.loads(body)
        visitor = asked["visitor"]
        if not (isinstance(visitor, str) and 0 < len(visitor) <= _MAX_VISITOR):
            raise ValueError
        return visitor, dict(asked.get("settings", {}))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise ExplorerError("request_damaged", form=_FORM) from None


async def act_on_run(request: Request) -> Response:
    """POST /explorer/train/<id>/<pause, resume or stop>."""
    return await answer(request, _MAX_BODY, _act)


def _act(body: bytes, request: Request) -> Response:
    live_runs.act(request.path_params["run"], request.path_params["action"])
    return JSONResponse({"done": True})


async def watch_run(request: Request) -> Response:
    """Server-sent events: the run each time it changed; {"error"} where there is none."""
    return StreamingResponse(
        _events(request.path_params["run"]),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
    )


async def _events(run_id: str) -> AsyncIterator[str]:
    try:
        live_runs.watch(run_id, +1)
    except ExplorerError as error:
        yield _event({"error": error.as_dict()})
        return
    try:
        async for event in _changes(run_id):
            yield event
    finally:  # the page was closed
        with contextlib.suppress(ExplorerError):  # forgotten meanwhile
            live_runs.watch(run_id, -1)


async def _changes(run_id: str) -> AsyncIterator[str]:
    last, quiet = "", 0
    while True:
        try:
            news = _event(live_runs.describe(run_id))
        except ExplorerError as error:
            yield _event({"error": error.as_dict()})
            return
        quiet = 0 if news != last else quiet + 1
        if quiet == 0:
            yield news
        elif quiet % _QUIET == 0:
            yield ": still here\n\n"
        last = news
        await anyio.sleep(_PERIOD)


def _event(message: dict) -> str:
    return f"data: {json.dumps(message)}\n\n"
