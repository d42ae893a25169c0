"""What goes out compressed, and who takes that.

Gradio compresses every answer anew, on the event loop, with up to five megabytes of buffers for
each. So what a client takes is kept from Gradio, and noted for those who look here. Nor is it asked
for several parts of a file at once, each of which would take the loop as long as a whole one, or
told of cookies, or of another server's address.
"""

import zlib

from starlette.datastructures import Headers
from starlette.types import Scope

_TAKES_GZIP = "explorer.takes_gzip"
# Nothing here has cookies; to take the quotes off one of 16 KB takes Python half a second. By the
# last Gradio would let anybody say where it is.
_KEPT_BACK = (b"accept-encoding", b"cookie", b"x-gradio-server")
_REFUSED = ("q=0", "q=0.", "q=0.0", "q=0.00", "q=0.000")
_GZIP = 31  # zlib's name for it
ONCE, EACH_TIME = 6, 1  # levels: of what is kept, and of what is made for one answer
# Bytes from which on a view is mostly numbers that do not repeat: a search for what repeats would
# take twice as long and find nothing.
_LARGE = 2**17


def plain_answers(scope: Scope) -> Scope:
    """A request whose answer nobody compresses on its way, or cuts into several parts."""
    taken = Headers(scope=scope).get("accept-encoding", "")
    headers = [header for header in scope["headers"] if _is_passed_on(*header)]
    return scope | {"headers": headers, _TAKES_GZIP: any(map(_is_gzip, taken.split(",")))}


def _is_gzip(coding: str) -> bool:
    """Whether one of the codings that a client takes is gzip; of no weight is one that it refuses.

    RFC 9110, 12.5.3.
    """
    name, _, weight = (part.strip().lower() for part in coding.partition(";"))
    return name == "gzip" and weight not in _REFUSED


def _is_passed_on(name: bytes, value: bytes) -> bool:
    return name not in _KEPT_BACK and not (name == b"range" and b"," in value)


def takes_gzip(scope: Scope) -> bool:
    """Whether the client of a request that passed `plain_answers` takes it."""
    return bool(scope.get(_TAKES_GZIP))


def pack(data: bytes, level: int = EACH_TIME) -> bytes:
    """The bytes, compressed; to be called off the event loop."""
    search = zlib.Z_RLE if level == EACH_TIME and len(data) > _LARGE else zlib.Z_DEFAULT_STRATEGY
    packer = zlib.compressobj(level, zlib.DEFLATED, _GZIP, strategy=search)
    return packer.compress(data) + packer.flush()
