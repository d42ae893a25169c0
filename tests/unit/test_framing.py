"""Lines and chunks are counted as h11 takes them, wherever the pieces of a request are cut."""

import contextlib
import time

import h11
import pytest

from explorer.ui.framing import (
    MOST_BEFORE_CHUNK,
    MOST_BLANKS,
    MOST_BYTES,
    MOST_LINES,
    MOST_PATH,
    USUAL_CHUNKS,
    BoundedBuffer,
)
from tests.support.each import each

GET = b"GET /a HTTP/1.1\r\nHost: x\r\n"
CHUNKED = b"POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"


def read(*pieces: bytes) -> int:
    """How many bytes of bodies h11 reads.

    Raises:
        h11.RemoteProtocolError: it was cut off, or is no HTTP.
    """
    connection, size = h11.Connection(h11.SERVER, 2**16), 0
    connection._receive_buffer = BoundedBuffer()
    for piece in pieces:
        connection.receive_data(piece)
        while (event := connection.next_event()) not in (h11.NEED_DATA, h11.PAUSED):
            size += len(event.data) if isinstance(event, h11.Data) else 0
    return size


def refused(*pieces: bytes) -> bool:
    with pytest.raises(
        h11.RemoteProtocolError, match=r"^(a head of many|chunks of some|a long line)"
    ):
        read(*pieces)
    return True


def chunks(size: int, count: int) -> bytes:
    return (b"%x\r\n" % size + bytes(size) + b"\r\n") * count


@each("cut", [1, 20, 40, 300])
@each("end", [b"\n", b"\r\n"])
def test_a_head_has_so_many_lines(cut, end):
    most = GET + (b"a:" + end) * (MOST_LINES - 2)
    assert read(most[:cut], most[cut:] + end) == 0
    assert refused(most[:cut], most[cut:] + b"a:" + end + end)


def test_a_head_has_so_many_bytes_but_for_its_query():
    assert read(GET.replace(b"/a", b"/?" + b"a" * 3 * MOST_BYTES) + b"\r\n") == 0
    assert refused(GET.replace(b"/a", b"/" + b"a" * MOST_PATH) + b"\r\n")
    assert refused(GET + b"a: " + b"b" * MOST_BYTES + b"\r\n\r\n")


def test_what_follows_a_body_is_a_head_too():
    assert read(CHUNKED + chunks(10, 3) + b"0\r\na: b\r\n\r\n") == 30
    assert refused(CHUNKED + b"0\r\n" + b"a:\n" * (MOST_LINES + 1) + b"\n")


@each("size", [1, 100])
def test_many_small_chunks_are_cut_off(size):
    assert read(CHUNKED + chunks(size, USUAL_CHUNKS)) == size * USUAL_CHUNKS
    assert refused(CHUNKED + chunks(size, 2 * USUAL_CHUNKS))
    assert refused(CHUNKED + chunks(2**16, 50) + chunks(size, 2 * USUAL_CHUNKS))


def test_what_one_request_had_does_not_count_for_the_next():
    """Behind a proxy it is another client's."""
    few = USUAL_CHUNKS - 1  # beside the last one, which is empty
    asked = CHUNKED + chunks(1, few) + b"0\r\n\r\n"
    connection, size = h11.Connection(h11.SERVER, 2**16), 0
    connection._receive_buffer = BoundedBuffer()
    for _ in range(3):
        connection.receive_data(asked)
        while (event := connection.next_event()) not in (h11.NEED_DATA, h11.PAUSED):
            size += len(event.data) if isinstance(event, h11.Data) else 0
            if isinstance(event, h11.EndOfMessage):
                break
        connection.send(h11.Response(status_code=200, headers=[("content-length", "0")]))
        connection.send(h11.EndOfMessage())
        connection.start_next_cycle()
    assert size == 3 * few


@each("size", [300, 5000])
def test_chunks_as_programs_send_them_are_read(size):
    pieces = [CHUNKED, *[chunks(size, 10)] * 100]
    assert read(*pieces) == 1000 * size


@each("blank", [b" ", b"\t", b" \t"])
@each("line", [b"a:%sb", b"a: b%s", b"%sb", b"a: b%sc"])
def test_blanks_in_a_row_are_few(blank, line):
    few = blank * (MOST_BLANKS // len(blank))
    text = GET + line % few + b"\r\n\r\n"
    assert read(text) == 0
    assert refused(GET + line % (few + blank) + b"\r\n\r\n")
    assert refused(CHUNKED + b"0\r\n" + line % (few + blank) + b"\r\n\r\n")


@each("sign", [b"\0", b"\r", b"\v", b"\f"])
def test_what_is_no_sign_of_a_head_is_refused_before_h11_looks_for_it(sign):
    assert refused(GET + b"a:" + sign + b"b\r\n\r\n")
    assert refused(CHUNKED + b"0\r\na:" + sign + b"b\r\n\r\n")


def test_lines_of_a_head_are_counted_before_they_are_taken_apart():
    assert refused(GET + b"a:\n" * MOST_LINES)  # not whole yet
    lines = b"\n" * 10 * MOST_LINES
    assert read(GET + b"Content-Length: %d\r\n\r\n" % len(lines) + lines) == len(lines)
    assert read(CHUNKED + chunks(10, 3) + b"0\r\n\r\n" + GET + b"a: b\r\n\r\n") == 30


def test_a_line_before_a_chunk_is_short():
    extension = b"3;" + b" " * (MOST_BEFORE_CHUNK - 4) + b"\r\n"
    assert read(CHUNKED + extension + b"abc\r\n") == 3
    assert refused(CHUNKED + extension.replace(b";", b"; ") + b"abc\r\n")


@each("end", [b"\0", b"\n", b"\r", b"a\0", b"\xff"])
@each("unit", [b" ", b"\t", b"a", b"a ", b";", b":", b",", b" \r\n "])
@each("begin", [GET + b"a:", GET, b"", b"GET ", b"GET /a ", CHUNKED + b"1;", CHUNKED + b"0\r\na:"])
def test_what_h11_refuses_it_refuses_at_once(begin, unit, end):
    start = time.thread_time()
    with contextlib.suppress(h11.RemoteProtocolError):
        read(begin + unit * (2**14 // len(unit)) + end + b"\r\n\r\n")
    assert time.thread_time() - start < 0.1
