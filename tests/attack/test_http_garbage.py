"""Requests that are no HTTP: closed, and nobody else notices."""

import contextlib
from contextlib import ExitStack, closing

from tests.attack.conftest import PATIENCE
from tests.attack.connections import still_open
from tests.support.attacked_app import MIB
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
    "100,000 headers": lines("GET / HTTP/1.1", "Host: x", *(["X: 1"] * 100_000)),
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(300),
    "an upgrade": lines("GET / HTTP/1.1", "Host: x", "Connection: Upgrade", "Upgrade: websocket"),
}


def chunked(path: str) -> bytes:
    return head("POST", path, Transfer_Encoding="chunked", Content_Type="application/json")


REQUESTS = HEADS | {
    f"{name} for {path}": chunked(path) + chunks
    for name, chunks in GARBAGE.items()
    for path in ("/explorer/view", "/explorer/weights", "/gradio_api/call/describe")
}


def test_garbage_is_closed(app):
    with ExitStack() as open_connections, LightVisitor(app.url) as visitor:
        waiting = {}
        for name, data in REQUESTS.items():
            waiting[name] = open_connections.enter_context(closing(connect(app.url)))
            with contextlib.suppress(OSError):
                waiting[name].sendall(data)
        assert still_open(waiting, PATIENCE + GRACE) == []
    visitor.assert_served(SLOWEST_VIEW)
