"""Tells the page its own address, which the one in the address bar need not lead to.

Gradio's page finds its parts beside itself. Behind a proxy that strips its prefix, the page is
there without the slash at the end as well, and the app cannot see the difference: `./` would then
lead to the folder above. The page's own <base> says where it is.
"""

import html

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_GRADIO_BASE = b'<base href="./" />'


class BasedPage:
    """ASGI app around another one's HTML page: its addresses start at `base`."""

    def __init__(self, app: ASGIApp, base: str):
        self._app = app
        self._element = f'<base href="{html.escape(base)}" />'.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers with the page; it is a few kilobytes, so that it may be held whole."""
        start: Message | None = None
        body = bytearray()

        async def sending(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            body.extend(message.get("body", b""))
            if message.get("more_body") or start is None:
                return
            page = bytes(body).replace(_GRADIO_BASE, self._element, 1)
            MutableHeaders(scope=start)["Content-Length"] = str(len(page))
            await send(start)
            await send({"type": "http.response.body", "body": page})

        plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        await self._app(scope | {"headers": plain}, receive, sending)
