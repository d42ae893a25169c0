"""Gradio's HTML page, made once and kept, and told its own address.

It is the same for everybody who reaches the app by the same name, and takes Gradio a twentieth of a
second to make.

The address in the address bar need not lead to the page: behind a proxy that strips its prefix, the
page is there without the slash at the end as well, and the app cannot see the difference. Gradio's
`./` would then lead to the folder above. The page's own <base> says where it is.
"""

import html
from collections import OrderedDict

from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Scope

from explorer.ui.turns import Turns

MOST_KEPT = 16  # names that the app is reached by; what else asks for it must wait for its turn
_GRADIO_BASE = b'<base href="./" />'
# All that Gradio reads for the page: who asks is not among it.
_READ = (b"host", b"x-forwarded-host", b"x-forwarded-proto")
_LONGEST = 1000  # bytes of these headers in a page that is kept


class KeptPage:
    """The page of an ASGI app.

    Args:
        app: answers with it at its "/".
        base: where the page's addresses start; "" where they start beside it.
    """

    def __init__(self, app: ASGIApp, base: str):
        self._app = app
        self._base = f'<base href="{html.escape(base)}" />'.encode() if base else _GRADIO_BASE
        self._kept: OrderedDict[tuple, Response] = OrderedDict()
        self._turns = Turns(1)

    async def answer(self, scope: Scope, client: str) -> Response:
        """The page for a request of a client, who waits for a turn where it is to be made."""
        key = tuple(header for header in scope["headers"] if header[0] in _READ)
        if key not in self._kept:
            async with self._turns.slot(client):
                if key not in self._kept:  # else it was made meanwhile
                    page = await self._made(scope | {"method": "GET", "headers": list(key)})
                    if page.status_code != 200 or len(str(key)) > _LONGEST:
                        return page
                    self._kept[key] = page
                    if len(self._kept) > MOST_KEPT:
                        self._kept.popitem(last=False)
        page = self._kept[key]
        self._kept.move_to_end(key)
        return page

    async def _made(self, scope: Scope) -> Response:
        status, body = 500, bytearray()

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            body.extend(message.get("body", b""))

        await self._app(scope, receive, send)
        return HTMLResponse(bytes(body).replace(_GRADIO_BASE, self._base, 1), status)
