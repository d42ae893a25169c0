"""Connections: who has how many, and that nothing of an answer waits for what was sent before."""

import asyncio
import socket
from collections.abc import Iterator

import pytest
from uvicorn import Config
from uvicorn.server import ServerState

from explorer.ui import patience
from explorer.ui.pace import Pace
from explorer.ui.patience import MOST_EACH, PatientProtocol
from tests.support.asynchronous import run
from tests.support.each import each


class Connection(socket.socket):
    """As if from some address."""

    address = ""

    def getpeername(self) -> tuple[str, int]:
        return self.address, 1


class Transport(asyncio.Transport):
    """Of a connection; tells whether it was ended at once."""

    is_aborted = is_paused = False

    def abort(self):
        self.is_aborted = True

    def pause_reading(self):
        self.is_paused = True

    def resume_reading(self):
        self.is_paused = False

    def write(self, data: bytes):
        """Nobody reads it."""

    def close(self):
        """Once the connection is lost there is nothing to close."""

    def is_closing(self):
        return self.is_aborted


async def nothing(scope, receive, send):
    """An app that is never asked."""


async def eager(scope, receive, send):
    """An app that asks for more at once."""
    while (await receive())["type"] != "http.disconnect":
        pass


def aborted(addresses: list[str], connection: Connection) -> list[bool]:
    """Whether connections of these addresses, opened one after the other, are ended at once."""

    async def open_all() -> list[bool]:
        config = Config(nothing, http=PatientProtocol, ws="none", log_level="critical")
        config.load()
        state, opened = ServerState(), []
        for address in addresses:
            connection.address = address
            protocol = PatientProtocol(config, state, {})
            opened.append((protocol, transport := Transport({"socket": connection})))
            protocol.connection_made(transport)
        ended = [transport.is_aborted for _, transport in opened]
        for protocol, _ in opened:
            protocol.connection_lost(None)
        return ended

    return run(open_all)


@pytest.fixture
def connection() -> Iterator[Connection]:
    with Connection() as one:
        yield one


def test_a_network_of_ipv6_is_one_client(connection, monkeypatch):
    monkeypatch.setattr(patience, "PROXIES", 0)
    one_network = [f"2001:db8::{at:x}" for at in range(MOST_EACH + 1)]
    assert aborted(one_network, connection) == [False] * MOST_EACH + [True]
    others = [f"10.0.{at // 250}.{at % 250}" for at in range(MOST_EACH + 1)]
    assert not any(aborted(others, connection))
    assert not patience._peers


def test_a_client_opens_connections_at_a_pace(connection, monkeypatch):
    """Where no proxy is told of, whose connections are everybody's."""
    monkeypatch.setattr(patience, "PROXIES", 0)
    monkeypatch.setattr(patience, "_connecting", Pace(a_second=1, at_once=3))
    seen = ["10.0.0.1"] * 4 + ["10.0.0.2", "10.0.0.1"]
    assert aborted(seen, connection) == [False] * 3 + [True, False, True]
    monkeypatch.setattr(patience, "PROXIES", 1)
    assert not any(aborted(seen, connection))


HEAD = b"POST / HTTP/1.1\r\nHost: a\r\n%s\r\n\r\n"
END = b"0\r\n\r\n"
LONG, CHUNKED = HEAD % b"Content-Length: 9000000", HEAD % b"Transfer-Encoding: chunked"


@pytest.mark.parametrize(
    ("head", "piece", "free"),
    [(LONG, b"a", 29), (LONG, bytes(2**16), 29), (CHUNKED, b"1\r\na\r\n" * 10, 2)],
    ids=["bytes", "pieces", "chunks"],
)
def test_reads_and_chunks_of_a_client_keep_a_pace(monkeypatch, head, piece, free):
    """Whatever the app asks for, on all its connections, those to come as well."""
    monkeypatch.setattr(patience, "_work", Pace(a_second=20, at_once=30))
    config = Config(eager, http=PatientProtocol, ws="none", log_level="critical")
    config.load()

    async def main() -> tuple[int, bool, bool]:
        protocol, transport = PatientProtocol(config, ServerState(), {}), Transport()
        protocol.connection_made(transport)
        protocol.data_received(head)
        count = 0
        while not transport.is_paused:
            protocol.data_received(piece)
            await asyncio.sleep(0)
            count += 1
        another, second = PatientProtocol(config, ServerState(), {}), Transport()
        another.connection_made(second)
        waits = second.is_paused
        await asyncio.sleep(0.9)
        for one in (protocol, another):
            one.connection_lost(None)
        return count - 1, waits, transport.is_paused or second.is_paused

    assert run(main) == (free, True, False)


@each(("end", "proxies", "rests"), [(b"", 1, True), (END, 1, False), (END, 0, True)])
def test_a_proxys_connection_is_read_on_once_a_request_has_come_whole(end, proxies, rests):
    """The next one on it is another client's."""

    async def main() -> bool:
        config = Config(eager, http=PatientProtocol, ws="none", log_level="critical")
        config.load()
        protocol, transport = PatientProtocol(config, ServerState(), {}), Transport()
        protocol.connection_made(transport)
        protocol.data_received(CHUNKED + b"1\r\na\r\n" * 10 + end)
        await asyncio.sleep(0)
        protocol.connection_lost(None)
        return transport.is_paused

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(patience, "_work", Pace(a_second=1, at_once=5))
        patch.setattr(patience, "PROXIES", proxies)
        assert run(main) is rests


def test_an_answer_is_sent_at_once(connection):
    aborted(["10.0.0.1"], connection)
    assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
