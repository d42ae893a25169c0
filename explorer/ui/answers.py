"""Answers to requests: work off the event loop, bounded bodies, messages for a user's mistakes."""

import logging
import os
from collections.abc import Callable

import anyio
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from explorer.errors import ExplorerError, mebibytes

_log = logging.getLogger(__name__)
# More at once than there are cores would only hold more memory.
_slots = anyio.CapacityLimiter(os.cpu_count() or 2)


async def answer(
    request: Request, bound: int, work: Callable[[bytes, Request], Response]
) -> Response:
    """Runs `work` off the event loop; a user's mistake becomes a message, ours is logged."""
    try:
        body = await _bounded_body(request, bound)
        return await anyio.to_thread.run_sync(work, body, request, limiter=_slots)
    except ExplorerError as error:  # an answer like any other: browsers log a 4xx as their error
        others = [other.as_dict() for other in error.others]
        return JSONResponse({"error": error.as_dict(), "others": others})
    except Exception:
        _log.exception("A view failed")
        return JSONResponse({"error": ExplorerError("internal").as_dict()}, status_code=500)


async def _bounded_body(request: Request, bound: int) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > bound:
            raise ExplorerError("file_too_large", bound=mebibytes(bound))
    return bytes(body)
