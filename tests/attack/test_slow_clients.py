"""Clients that are slow, silent or endless hold neither memory nor connections for long."""

import contextlib
import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from urllib.parse import quote

import pytest

from explorer.limits import DISK
from explorer.ui.framing import MOST_PATH
from tests.attack.conftest import MEMORY, PATIENCE
from tests.attack.connections import first_line, send, still_open, trickle
from tests.attack.test_restarts import wait_for
from tests.support.attacked_app import MIB
from tests.support.http_calls import connect, head
from tests.support.light_visitor import LightVisitor

SLOWEST_VIEW = 3  # of another visitor, seconds
GRACE = 6  # seconds after its patience in which the server closes
LONG_TRICKLE = 80  # seconds, more than a short body may take in all
JSON_TYPE, FORM_TYPE = "application/json", "multipart/form-data; boundary=edge"
CALL = "/gradio_api/call/describe"
UPLOADS, UPLOAD_BYTES = 8, 100 * MIB
READERS, SAVED = 8, "noise_dim=128&upsample_dim=1024"  # weights of 90 MB
BODY_BOUND = 256 * MIB  # of an upload, as the README says


def all_at_once(work: Callable, items: list):
    threads = [threading.Thread(target=work, args=(item,), daemon=True) for item in items]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)


def letters() -> Iterator[bytes]:
    """A request whose headers never end."""
    yield from (bytes([byte]) for byte in head("GET", "/explorer/fields")[:-2])
    yield b"X-More: "
    while True:
        yield b"a"


def spaces() -> Iterator[bytes]:
    while True:
        yield b" "


# A request each that stops in its middle, all at the same time.
SILENT = {
    "nothing": b"",
    "a method": b"GET ",
    "headers": b"GET /explorer/fields HTTP/1.1\r\nHost: x\r\nX-More: ",
    "a whole request": head("GET", "/explorer/fields"),
    **{
        f"a body for {path}": head("POST", path, Content_Length=4000, Content_Type=JSON_TYPE)
        + b'{"'
        for path in (
            *(f"/explorer/{name}" for name in ("view", "weights", "z", "train", "train/mine")),
            *(f"/gradio_api/{name}" for name in ("call/describe", "queue/join", "run/describe")),
        )
    },
    "a form for Gradio": head(
        "POST", "/gradio_api/upload", Content_Length=4000, Content_Type=FORM_TYPE
    ),
    "chunks": head("POST", "/explorer/view", Transfer_Encoding="chunked") + b"5\r\nab",
}


def test_requests_that_stop_are_closed(app):
    with ExitStack() as open_connections, LightVisitor(app.url) as visitor:
        waiting = {}
        for name, data in SILENT.items():
            waiting[name] = open_connections.enter_context(closing(connect(app.url)))
            waiting[name].sendall(data)
        assert still_open(waiting, PATIENCE + GRACE) == []
    visitor.assert_served(SLOWEST_VIEW)


def test_headers_that_never_end_are_closed(app):
    with closing(connect(app.url)) as connection:
        assert trickle(connection, letters(), PATIENCE + GRACE)


def test_bodies_of_a_byte_a_time_disturb_nobody(app, is_long):
    """In a long run they must also come to their end: no pause is long, but all together."""
    seconds = LONG_TRICKLE if is_long else PATIENCE
    ended = []

    def drip(_):
        with closing(connect(app.url, PATIENCE + GRACE)) as connection:
            connection.sendall(head("POST", "/explorer/view", Content_Length=2000))
            ended.append(trickle(connection, spaces(), seconds))

    with LightVisitor(app.url) as visitor:
        all_at_once(drip, list(range(60)))
    visitor.assert_served(SLOWEST_VIEW)
    assert len(ended) == 60
    assert not is_long or all(ended)


def test_unfinished_uploads_hold_no_memory(app):
    with ExitStack() as open_connections, LightVisitor(app.url) as visitor:
        connections = [
            open_connections.enter_context(closing(connect(app.url, patience=20)))
            for _ in range(UPLOADS)
        ]

        def upload(connection: socket.socket):
            lines = head("POST", "/explorer/weights", Content_Length=UPLOAD_BYTES)
            with contextlib.suppress(OSError):
                connection.sendall(lines)
                send(connection, UPLOAD_BYTES - 1)

        all_at_once(upload, connections)
        grown = app.watcher.grown
        assert still_open(dict(enumerate(connections)), PATIENCE + GRACE) == []
    assert grown < 300 * MIB, f"{grown / MIB:.0f} MiB"
    visitor.assert_served(SLOWEST_VIEW)


def test_an_upload_that_was_cut_off_leaves_room_for_the_next(app):
    """More bytes in all than one client may have on the disk, each time left unfinished."""
    size = BODY_BOUND - MIB
    header = json.dumps({"files": [{"name": "w.npz", "size": size}], "state": {}}).encode()
    begun = struct.pack("<I", len(header)) + header

    def is_next_taken() -> bool:
        return app.ask("explorer/weights", b"\0" * 100).error["code"] == "request_damaged"

    for _ in range(DISK // 2 // size + 1):
        with closing(connect(app.url, patience=20)) as connection:
            connection.sendall(head("POST", "/explorer/weights", Content_Length=len(begun) + size))
            connection.sendall(begun + bytes(MIB))
            time.sleep(0.05)
        assert wait_for(is_next_taken, PATIENCE)


def test_readers_that_do_not_read_hold_no_memory(app):
    path = f"/explorer/save?format=.npz&link={quote(SAVED)}"
    with ExitStack() as open_connections, LightVisitor(app.url) as visitor:
        connections = []
        for _ in range(READERS):
            connection = open_connections.enter_context(closing(connect(app.url, PATIENCE + GRACE)))
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2**14)
            connection.sendall(head("GET", path))
            connections.append(connection)
        for connection in connections:
            wait_for_answer(connection)
        time.sleep(PATIENCE + GRACE)
        grown = app.watcher.grown
        received = [drain(connection) for connection in connections]
    assert grown < MEMORY * MIB, f"{grown / MIB:.0f} MiB"
    assert max(received) < 80 * MIB, "a whole file was kept for one who does not read"
    visitor.assert_served(SLOWEST_VIEW)


def wait_for_answer(connection: socket.socket):
    """Until the other end has sent anything, or closed; none of it is taken."""
    connection.settimeout(60)
    connection.recv(1, socket.MSG_PEEK)


def drain(connection: socket.socket) -> int:
    """Bytes that still come until the other end closes, or for a second."""
    connection.settimeout(1)
    taken = 0
    with contextlib.suppress(OSError):
        while piece := connection.recv(2**20):
            taken += len(piece)
    return taken


def test_bodies_that_announce_too_much_are_refused(app):
    """Before more than a few megabytes have come."""
    with ExitStack() as open_connections:
        waiting = {}
        for path in ("view", "weights", "z", "train", "train/check", "train/mine"):
            connection = open_connections.enter_context(closing(connect(app.url, PATIENCE)))
            connection.sendall(head("POST", f"/explorer/{path}", Content_Length=2**40))
            send(connection, 4 * MIB)
            waiting[path] = connection
        assert still_open(waiting, PATIENCE + GRACE) == []
    assert app.watcher.grown < 300 * MIB


def test_who_sends_far_too_much_reads_why(app):
    """At a pace that others do not notice, and on a connection that goes on."""
    with closing(connect(app.url, patience=20)) as connection:
        announced = head("POST", CALL, Content_Length=10 * MIB, Content_Type=JSON_TYPE)
        connection.sendall(announced)
        began = time.monotonic()
        assert send(connection, 10 * MIB) == 10 * MIB
        assert time.monotonic() - began > 1
        assert b" 413 " in first_line(connection)[:20]
        connection.sendall(head("GET", "/explorer/fields"))
        assert b" 200 " in first_line(connection)[:20]


def test_who_sends_a_body_after_a_damaged_head_reads_why(app):
    for _ in range(20):
        answer = app.ask(f"explorer/{'a' * MOST_PATH}", bytes(MIB))
        assert answer.status == 400
        assert b"Invalid HTTP request" in answer.body


def test_a_body_of_chunks_that_never_ends_is_refused(app):
    with closing(connect(app.url, patience=10)) as connection:
        connection.sendall(head("POST", "/explorer/weights", Transfer_Encoding="chunked"))
        chunk, sent = b"100000\r\n" + bytes(MIB) + b"\r\n", 0
        with contextlib.suppress(OSError):
            while sent < 2 * BODY_BOUND:
                connection.sendall(chunk)
                sent += MIB
        assert sent < 2 * BODY_BOUND
    assert app.watcher.grown < 300 * MIB


def multipart(size: int) -> tuple[bytes, bytes]:
    """The first and the last lines of a form with one file of `size` bytes."""
    first = (
        b"--edge\r\n"
        b'Content-Disposition: form-data; name="files"; filename="a.bin"\r\n'
        b"Content-Type: application/octet-stream\r\n\r\n"
    )
    return first, b"\r\n--edge--\r\n"


def test_a_large_upload_to_gradio_is_refused(app):
    """The app has no use for Gradio's own uploads; nothing removes them."""
    size = 2 * BODY_BOUND
    first, last = multipart(size)
    with closing(connect(app.url, patience=20)) as connection:
        connection.sendall(
            head(
                "POST",
                "/gradio_api/upload",
                Content_Length=len(first) + size + len(last),
                Content_Type=FORM_TYPE,
            )
        )
        with contextlib.suppress(OSError):
            connection.sendall(first)
            send(connection, size)
            connection.sendall(last)
        assert b" 200 " not in first_line(connection)[:20]
    assert app.watcher.grown < 300 * MIB


@pytest.mark.parametrize("addresses", [1, 50])
def test_idle_connections_disturb_nobody(app, addresses):
    with ExitStack() as open_connections, LightVisitor(app.url) as visitor:
        for at in range(500):
            source = f"127.0.1.{1 + at % addresses}"
            with contextlib.suppress(OSError):  # it may refuse more of one address
                connection = connect(app.url, source=source)
                open_connections.enter_context(closing(connection))
                connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n" * (at % 2))
        time.sleep(PATIENCE)
    visitor.assert_served(SLOWEST_VIEW)
