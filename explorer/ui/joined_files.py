"""Files that go out as one: compressed once, and checked each time by the browser that has them."""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache

import anyio
from starlette.requests import Request
from starlette.responses import Response

from explorer.ui.compression import ONCE, pack, takes_gzip


@dataclass(frozen=True)
class Joined:
    """What some files hold together, as it is and compressed, and the tag that tells it apart."""

    text: bytes
    packed: bytes
    tag: str

    @classmethod
    def of(cls, text: bytes) -> "Joined":
        """A text, compressed; to be called off the event loop."""
        return cls(text, pack(text, ONCE), f'"{hashlib.sha256(text).hexdigest()[:32]}"')

    def answer(self, request: Request, media_type: str) -> Response:
        """For a browser that may have it."""
        headers = {"Cache-Control": "no-cache", "ETag": self.tag, "Vary": "Accept-Encoding"}
        if request.headers.get("if-none-match") == self.tag:
            return Response(status_code=304, headers=headers)
        if not takes_gzip(request.scope):
            return Response(self.text, headers=headers, media_type=media_type)
        headers["Content-Encoding"] = "gzip"
        return Response(self.packed, headers=headers, media_type=media_type)


def answering(make: Callable[[], str], media_type: str) -> Callable[[Request], Awaitable[Response]]:
    """Answers with what some files hold together: joined at the first request, then kept.

    A look at each file at each request would take a thread, and the disk, for every browser that
    asks whether something is new.
    """
    joined = cache(lambda: Joined.of(make().encode()))

    async def answer(request: Request) -> Response:
        # What is there needs no thread, which others may have taken.
        known = joined.cache_info().currsize
        found = joined() if known else await anyio.to_thread.run_sync(joined)
        return found.answer(request, media_type)

    return answer
