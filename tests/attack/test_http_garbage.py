"""Requests that are no HTTP: closed, and nobody else notices."""

import contextlib
import json
from contextlib import ExitStack, closing

import pytest

from tests.attack.conftest import PATIENCE
from tests.attack.connections import closed, first_line, still_open
from tests.support.attacked_app import MIB
from tests.support.contention import contention
from tests.support.http_calls import connect, head
from tests.support.light_visitor import LightVisitor

SLOWEST_VIEW = 3  # of another visitor, seconds
GRACE = 6  # seconds after its patience in which the server closes


GARBAGE = {
    "a size of no number": b"ZZZ\r\nabc\r\n",
    "a negative size": b"-5\r\nabc\r\n",
    "a size of 2^64": b"FFFFFFFFFFFFFFFFF\r\nabc\r\n",
    "a size of 10,000 digits": b"1" * 10_000,
    "an extension without end": b"5;" + b"a" * 100_000,
    "an extension of blanks": b"5;" + b" " * 60_000 + b"\n\r\n",
    "a chunk without its end": b"5\r\nabcdefgh\r\n",
    "trailers without end": b"0\r\n" + b"X: 1\r\n" * 20_000,
    "bytes": bytes(range(256)) * 10,
}


def lines(*given: str) -> bytes:
    return "\r\n".join([*given, "", ""]).encode()


POST = ("POST /explorer/view HTTP/1.1", "Host: x")
HEADS = {
    "two lengths": lines(*POST, "Content-Length: 4", "Content-Length: 5") + b"{}{}",
    "length and chunks": lines(*POST, "Content-Length: 4", "Transfer-Encoding: chunked", "", "0"),
    "a length of -1": lines(*POST, "Content-Length: -1"),
    "no host": lines("GET /explorer/fields HTTP/1.1"),
    "a header of a megabyte": lines("GET / HTTP/1.1", "Host: x", "X: " + "a" * MIB),
    "a header of blanks": lines("GET / HTTP/1.1", "Host: x", "X:" + " " * 16_000 + "\0"),
    "100,000 headers": lines("GET / HTTP/1.1", "Host: x", *(["X: 1"] * 100_000)),
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(300),
    "an upgrade": lines("GET / HTTP/1.1", "Host: x", "Connection: Upgrade", "Upgrade: websocket"),
}


def chunked(path: str, method: str = "POST", **headers: str) -> bytes:
    kind = {"Transfer_Encoding": "chunked", "Content_Type": "application/json"}
    return head(method, path, **kind, **headers)


REQUESTS = HEADS | {
    f"{name} for {how} {path}": begun + chunks
    for path in ("/explorer/view", "/explorer/weights", "/gradio_api/call/describe")
    for how, begun in {
        "POST": chunked(path),
        "HEAD": chunked(path, "HEAD"),
        "POST that waits for": chunked(path, Expect="100-continue"),
    }.items()
    for name, chunks in GARBAGE.items()
}


FRAMING = {
    "chunks of a byte": chunked("/explorer/weights") + b"1\r\na\r\n" * 40_000,
    "chunks of a byte that nobody takes": chunked("/explorer/fields") + b"1\r\na\r\n" * 40_000,
    "chunks of a byte after large ones": chunked("/explorer/weights")
    + (b"10000\r\n" + bytes(2**16) + b"\r\n") * 8
    + b"1\r\na\r\n" * 40_000,
    "short headers": lines("GET /explorer/nope HTTP/1.1", "Host: x", *(["a:"] * 15_000)),
    "short headers of a second request": lines("GET /explorer/fields HTTP/1.1", "Host: x")
    + b"GET /x HTTP/1.1\nHost: a\n"
    + b"a:\n" * 15_000
    + b"\n",
    "short headers behind a body": lines(*POST, "Content-Length: 2")
    + b"{}GET /x HTTP/1.1\nHost: a\n"
    + b"a:\n" * 15_000
    + b"\n",
    "short trailers": chunked("/explorer/view") + b"0\r\n" + b"a:\n" * 15_000 + b"\n",
}


@pytest.mark.parametrize("name", FRAMING)
def test_what_is_hardly_more_than_framing_is_cut_off(app, name):
    with closing(connect(app.url)) as connection:
        with contextlib.suppress(OSError):
            connection.sendall(FRAMING[name])
        assert closed(connection, PATIENCE / 2 * contention())


def test_chunks_of_a_program_are_taken(app):
    body = json.dumps({"link": "z_seed=3"}).encode()
    framed = b"".join(b"1\r\n%c\r\n" % byte for byte in body) + b"0\r\n\r\n"
    with closing(connect(app.url)) as connection:
        connection.sendall(chunked("/explorer/view") + framed)
        assert first_line(connection).startswith(b"HTTP/1.1 200")


def test_garbage_is_closed(app):
    with ExitStack() as open_connections, LightVisitor(app.url) as visitor:
        waiting = {}
        for name, data in REQUESTS.items():
            waiting[name] = open_connections.enter_context(closing(connect(app.url)))
            with contextlib.suppress(OSError):
                waiting[name].sendall(data)
        assert still_open(waiting, PATIENCE + GRACE) == []
    visitor.assert_served(SLOWEST_VIEW)
