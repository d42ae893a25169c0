"""Who takes an answer slowly holds one piece of it, and not for long."""

import anyio
import pytest

from explorer.ui import pieces
from explorer.ui.guard import Guard
from explorer.ui.pieces import PIECE, most_seconds, send_in_pieces
from tests.support import asynchronous
from tests.unit.test_guard import NO_CALLS

BODY = b"0123456789" * (3 * PIECE // 10)


def test_a_body_goes_out_in_pieces():
    async def main() -> list:
        sent = []

        async def send(message):
            sent.append(message)

        for more in (True, False):
            assert await send_in_pieces(send, {"body": BODY, "more_body": more})
        return sent

    sent = asynchronous.run(main)
    assert b"".join(message["body"] for message in sent) == 2 * BODY
    assert max(len(message["body"]) for message in sent) == PIECE
    assert [message["more_body"] for message in sent].count(False) == 1
    assert not sent[-1]["more_body"]


def test_a_larger_body_may_take_longer():
    assert most_seconds(10**7) - most_seconds(0) == pytest.approx(10**7 / 2**15)


def test_a_stream_that_is_taken_slowly_ends_as_if_its_client_had_left(monkeypatch):
    monkeypatch.setattr(pieces, "most_seconds", lambda size: 0.2)
    told, sent = [], []

    async def stream(scope, receive, send):
        kind = [(b"content-type", b"text/event-stream")]
        await send({"type": "http.response.start", "status": 200, "headers": kind})
        for _ in range(2):
            told.append((await receive())["type"])
            await send({"type": "http.response.body", "body": BODY, "more_body": True})
        told.append((await receive())["type"])

    async def main():
        async def receive():
            return {"type": "http.request", "body": b""}

        async def send(message):
            sent.append(len(message.get("body", b"")))
            if sum(sent) > len(BODY) + PIECE:  # the second one is not taken
                await anyio.sleep_forever()

        scope = {"type": "http", "method": "GET", "scheme": "http", "query_string": b"",
                 "headers": [], "client": ("10.0.0.1", 1),
                 "path": "/gradio_api/queue/data"}  # fmt: skip
        await Guard(stream, NO_CALLS)(scope, receive, send)

    asynchronous.run(main)
    assert told == ["http.request", "http.request", "http.disconnect"]
    assert sum(sent) == len(BODY) + 2 * PIECE
