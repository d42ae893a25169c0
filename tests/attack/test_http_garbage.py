"""Requests that are no HTTP: closed, and nobody else notices."""

import contextlib
from contextlib import closing

import pytest

from tests.attack.conftest import PATIENCE
from tests.attack.connections import closed, first_line
from tests.support.attacked_app import MIB
from tests.support.http_calls import connect, head

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


@pytest.mark.parametrize("chunks", GARBAGE.values(), ids=list(GARBAGE))
@pytest.mark.parametrize("path", ["explorer/view", "gradio_api/call/describe"])
def test_chunks_of_garbage_are_refused(app, path, chunks):
    with closing(connect(app.url, PATIENCE + GRACE)) as connection:
        lines = head(
            "POST", f"/{path}", Transfer_Encoding="chunked", Content_Type="application/json"
        )
        with contextlib.suppress(OSError):
            connection.sendall(lines + chunks)
        assert b" 200 OK" not in first_line(connection)[:20] or path == "explorer/view"
        assert closed(connection, PATIENCE + GRACE)


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


@pytest.mark.parametrize("data", HEADS.values(), ids=list(HEADS))
def test_heads_of_garbage_are_closed(app, data):
    with closing(connect(app.url, PATIENCE + GRACE)) as connection:
        with contextlib.suppress(OSError):
            connection.sendall(data)
        assert closed(connection, PATIENCE + GRACE)
