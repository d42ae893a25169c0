"""What a request is framed by, counted before it is parsed: lines of its head, chunks of its body.

h11 takes some 10 to 40 us for a line or a chunk, on the event loop; a client that sends little else
would hold up everybody.
"""

import re

MOST_LINES = 200  # of a head; browsers and proxies send some 40
MOST_BYTES = 2**14  # of these lines but the first, which is a whole link
_BLANK = re.compile(rb"\n\r?\n")  # as h11 finds the end of a head
_USUAL_LINES = 256  # in a window, however short
_SHORTEST = 128  # bytes, on the average, from one line end of a chunked body to the next
_WINDOW = 2**16  # bytes that are counted together


class Head:
    """The head that a connection is in."""

    def __init__(self) -> None:
        self._begin()

    def _begin(self):
        self._lines = self._bytes = 0
        self._tail = b""

    def take(self, data: bytes) -> int | None:
        """How many of the bytes belong to the head; None where that is too large."""
        end = _BLANK.search(self._tail + data)
        size = end.end() - len(self._tail) if end else len(data)
        lines = data.count(b"\n", 0, size)
        if self._lines:
            self._bytes += size
        elif lines:
            self._bytes = size - data.index(b"\n")
        self._lines += lines
        if self._lines > MOST_LINES or self._bytes > MOST_BYTES:
            return None
        if end:
            self._begin()
        else:
            self._tail = (self._tail + data)[-2:]
        return size


class Chunks:
    """The chunks of a body, or requests that follow before the answer."""

    def __init__(self) -> None:
        self._lines = self._bytes = 0

    def are_small(self, data: bytes) -> bool:
        """Whether what comes is hardly more than its framing."""
        self._lines += data.count(b"\r\n")
        self._bytes += len(data)
        small = self._lines > _USUAL_LINES and self._bytes < _SHORTEST * self._lines
        if self._bytes >= _WINDOW:
            self._lines = self._bytes = 0
        return small
