"""Files that go out as one: compressed once, and checked each time by the browser that has them."""

import hashlib
from dataclasses import dataclass

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
