"""Gradio's HTML page and what it tells programs of itself, made once and kept.

They are the same for everybody who reaches the app by the same name, and take Gradio up to a
twentieth of a second to make. Each is compressed once.

The page is told its own address, as the one in the address bar need not lead to it: behind a proxy
that strips its prefix, the page is there without the slash at the end as well, and the app cannot
see the difference. Gradio's `./` would then lead to the folder above. The page's own <base> says
where it is. And it asks at once for what is needed as soon as Gradio has mounted it.
"""

import html
import re
from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache

import anyio
import httpx
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Scope

from explorer.ui.compression import ONCE, pack, takes_gzip
from explorer.ui.turns import Turns

MOST_KEPT = 48  # of some names that the app is reached by; those of others are made in turns
_REST = 5  # times as long as the last one took; then the next of those is made
_GRADIO_BASE = b'<base href="./" />'
# All that Gradio reads for these: who asks is not among it.
_READ = (b"host", b"x-forwarded-host", b"x-forwarded-proto")
_LONGEST = 1000  # bytes of them; the page holds them many times over


# A name, or an address, and the port.
_NAME = re.compile(r"(?:[0-9A-Za-z._-]*|\[[0-9A-Fa-f:.]*\])(?::[0-9]{0,5})?")


def has_no_name(scope: Scope) -> bool:
    """Whether a request names what it asks by what is no name, or by more than any is long."""
    names = [value.decode("latin-1") for name, value in scope["headers"] if name in _READ]
    entries = ",".join(names).split(",")  # a proxy adds its own
    return sum(map(len, names)) > _LONGEST or not all(_is_name(entry.strip()) for entry in entries)


@lru_cache(256)
def _is_name(entry: str) -> bool:
    """Whether Gradio, too, can read it, which makes an address of it."""
    try:
        return _NAME.fullmatch(entry) is not None and httpx.URL(f"http://{entry}").host is not None
    except (httpx.InvalidURL, UnicodeError):  # numbers that are no address, or a name that is none
        return False


@dataclass(frozen=True)
class _Answer:
    """One answer, as it is and compressed."""

    plain: Response
    packed: Response

    def fitting(self, scope: Scope) -> Response:
        """The one that the client of a request takes."""
        return self.packed if takes_gzip(scope) else self.plain


class KeptAnswers:
    """Answers of an ASGI app that depend on a request's path and the app's name alone.

    Args:
        app: makes them.
        base: where the page's addresses start; "" where they start beside it.
        head: what follows in the page's head.
    """

    def __init__(self, app: ASGIApp, base: str, head: str = ""):
        self._app = app
        self._head = head.encode()
        self._base = f'<base href="{html.escape(base)}" />'.encode() if base else _GRADIO_BASE
        self._kept: OrderedDict[tuple, _Answer] = OrderedDict()
        self._turns, self._rested = Turns(1), 0.0

    async def answer(self, scope: Scope, client: str) -> Response:
        """For a request of a client, who waits for a turn where the answer is to be made."""
        headers = [header for header in scope["headers"] if header[0] in _READ]
        key = scope["path"], *headers
        if key not in self._kept:
            async with self._turns.slot(client):
                if key not in self._kept:  # else it was made meanwhile
                    found = await self._made_at_rest(scope | {"method": "GET", "headers": headers})
                    if found.plain.status_code != 200:
                        return found.fitting(scope)
                    self._kept[key] = found
                    if len(self._kept) > MOST_KEPT:
                        self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key].fitting(scope)

    async def _made_at_rest(self, scope: Scope) -> _Answer:
        """A name that nobody has is new each time, and would keep the event loop busy."""
        if len(self._kept) >= MOST_KEPT:
            await anyio.sleep(max(0, self._rested - anyio.current_time()))
        began = anyio.current_time()
        made = await self._made(scope)
        now = anyio.current_time()
        self._rested = now + _REST * (now - began)
        return made

    async def _made(self, scope: Scope) -> _Answer:
        status, kind, body = 500, None, bytearray()

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            nonlocal status, kind
            if message["type"] == "http.response.start":
                status = message["status"]
                kind = Headers(raw=message["headers"]).get("content-type")
            body.extend(message.get("body", b""))

        await self._app(scope, receive, send)
        page = bytes(body).replace(_GRADIO_BASE, self._base + self._head, 1)
        headers = {"Vary": "Accept-Encoding"}
        plain = Response(page, status, headers, kind)
        small = await anyio.to_thread.run_sync(pack, page, ONCE)
        return _Answer(plain, Response(small, status, headers | {"Content-Encoding": "gzip"}, kind))
