"""What a request is framed by, counted as h11 reads it: lines of its head, chunks of its body.

h11 takes some 10 to 40 us for a line or a chunk, on the event loop; a client that sends little else
would hold up everybody. Where blanks follow each other its patterns take a time that grows by the
square of their number.
"""

from h11 import RemoteProtocolError
from h11._receivebuffer import ReceiveBuffer

MOST_LINES = 200  # of a head, or of what follows a body; browsers and proxies send some 40
MOST_BYTES = 2**14  # of these lines but the first, which is a whole link
MOST_PATH = 2**11  # bytes of the first up to its query
MOST_BLANKS = 100  # in a row
MOST_BEFORE_CHUNK = 256  # bytes of the line that tells its size
USUAL_CHUNKS = 32  # of a body, however short they are
SHORTEST_CHUNK = 256  # bytes, on the average of those after them
_WRONG = b"\0\r\v\f"  # in any line
_WINDOW = 2**16  # bytes that are counted together


class BoundedBuffer(ReceiveBuffer):
    """What a connection received, of which h11 takes lines and chunks; too many end it."""

    def __init__(self) -> None:
        super().__init__()
        self._chunks = self._bytes = 0
        self._untold = 0  # chunks

    def count_chunks(self) -> int:
        """Those that were taken since this was asked last."""
        count, self._untold = self._untold, 0
        return count

    def maybe_extract_lines(self) -> list[bytearray] | None:
        """The lines of a head, once it is whole.

        Raises:
            RemoteProtocolError: there are too many, or one is wrong, or has too many blanks.
        """
        if self._has_many_lines():
            raise RemoteProtocolError("a head of many lines")
        lines = super().maybe_extract_lines()
        if lines and _is_long(lines):
            raise RemoteProtocolError("a head of many bytes")
        if lines and any(map(_is_slow, lines)):
            raise RemoteProtocolError("a head of many blanks, or of signs that are none of a head")
        if lines:  # another request begins, behind a proxy perhaps another client's
            self._chunks = self._bytes = 0
        return lines

    def _has_many_lines(self) -> bool:
        """Of those that have come, before they are taken apart; what follows a head is no line."""
        ends = [at for end in (b"\n\n", b"\n\r\n") if (at := self._data.find(end)) >= 0]
        lines = self._data.count(b"\n", 0, min(ends, default=len(self._data))) + bool(ends)
        return lines > MOST_LINES

    def maybe_extract_next_line(self) -> bytearray | None:
        """The line before a chunk, once it is whole.

        Raises:
            RemoteProtocolError: it is long, or the chunks are hardly more than such lines.
        """
        line = super().maybe_extract_next_line()
        if line and len(line) > MOST_BEFORE_CHUNK:
            raise RemoteProtocolError("a long line before a chunk")
        self._chunks += line is not None
        self._untold += line is not None
        if self._chunks > USUAL_CHUNKS and self._bytes < SHORTEST_CHUNK * self._chunks:
            raise RemoteProtocolError("chunks of some bytes")
        return line

    def maybe_extract_at_most(self, count: int) -> bytearray | None:
        """A piece of a body."""
        piece = super().maybe_extract_at_most(count)
        self._bytes += len(piece or b"")
        if self._bytes >= _WINDOW:
            self._chunks = self._bytes = 0
        return piece


def _is_long(lines: list[bytearray]) -> bool:
    return sum(map(len, lines[1:])) > MOST_BYTES or len(lines[0].partition(b"?")[0]) > MOST_PATH


def _is_slow(line: bytearray) -> bool:
    """Whether h11 would take long to find that a line is wrong, or that it is right."""
    blanks = b" " * (MOST_BLANKS + 1)
    return any(map(line.count, _WRONG)) or blanks in line.replace(b"\t", b" ")
