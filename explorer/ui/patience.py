"""HTTP connections that end where a client keeps the server waiting: headers, bodies, answers.

So do those whose requests are hardly more than their framing.
"""

import asyncio
import socket
import time
from collections import Counter
from contextlib import suppress

import h11
from starlette.requests import HTTPConnection
from uvicorn.protocols.http.h11_impl import STATUS_PHRASES, H11Protocol

from explorer.limits import PATIENCE, PROXIES
from explorer.sizes import MIB
from explorer.ui.clients import client_address, household
from explorer.ui.framing import BoundedBuffer
from explorer.ui.loop_time import charge
from explorer.ui.pace import Pace

MOST_CONNECTIONS = 800
MOST_EACH = 200  # of one client; a proxy's are everybody's
# Bytes of a refused body that are still taken: browsers read a refusal once they have sent it all.
MOST_IGNORED = 16 * MIB
_IGNORED_A_SECOND = 4 * MIB  # so that others notice nothing of it
# A connection costs the loop as much as a small request does, also where it is closed at once.
_connecting = Pace(a_second=250, at_once=1000)
# Reads, and chunks of bodies: each costs the loop some 25 to 50 us, however little it brings. Who
# is past this is read later, and then at once what came meanwhile.
_work = Pace(a_second=2000, at_once=2000)
_LONGEST_READ = 2**16  # bytes, so that others have their turn soon
_LINGERS = 2  # seconds that what follows a refused head is taken: so its sender reads why
_SEND_BUFFER = 2**18
_LOOKS = 4  # in the time of one patience
_peers: Counter[str] = Counter()


class PatientProtocol(H11Protocol):
    """uvicorn's own protocol, which by itself waits for ever."""

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Counts the connection, and begins to look at what it waits for."""
        began = time.perf_counter()
        super().connection_made(transport)
        self._received = self._ignored = self._taken = self._answers = 0
        self._refused = False
        self.conn._receive_buffer = BoundedBuffer()
        if hasattr(transport, "max_size"):  # asyncio's own, which reads four times as much
            transport.max_size = _LONGEST_READ
        if connection := transport.get_extra_info("socket"):
            # A slow line takes a little often, which shows that it takes anything.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
            # Else the end of an answer waits until its client has told that the beginning came.
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._doing, self._since = None, self.loop.time()
        self._peer = household(self.client[0]) if self.client else ""
        _peers[self._peer] += 1
        crowd = not PROXIES and (
            _peers[self._peer] > MOST_EACH or not _connecting.admits(self._peer)
        )
        if crowd or len(self.connections) > MOST_CONNECTIONS:
            transport.abort()
        cost = charge(self._peer, time.perf_counter() - began) if not PROXIES else 0
        self._rest(max(cost, _work.delay(self._sender(), 0)))
        self._timer = self.loop.call_later(PATIENCE / _LOOKS, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stops looking."""
        self._timer.cancel()
        _peers[self._peer] -= 1
        if not _peers[self._peer]:
            del _peers[self._peer]
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """A body may go on as long as it comes, but not much longer than its answer."""
        if self._refused:
            self._rest(_work.delay(self._sender(), 1))
            return
        self._received += 1
        ignored = self.cycle and self.cycle.response_complete and self.cycle.more_body
        self._ignored += len(data) if ignored else 0
        if self._ignored > MOST_IGNORED:
            self.transport.abort()
            return
        began = time.perf_counter()
        super().data_received(data)
        late = max(
            _work.delay(self._sender(), 1 + self.conn._receive_buffer.count_chunks()),
            charge(self._sender(), time.perf_counter() - began),
        )
        self._rest(max(late, len(data) / _IGNORED_A_SECOND if ignored else 0))

    def _sender(self) -> str:
        """Whose work it is; over a proxy's connections its clients come, as their heads say."""
        if not PROXIES:
            return self._peer
        return client_address(HTTPConnection(self.cycle.scope)) if self.cycle else "?"

    def _rest(self, seconds: float):
        """Reads no more for some time; not by `flow`, which goes on when the app asks for more.

        A proxy's connection, once a request has come whole, is the next client's.
        """
        is_others = PROXIES and not (self.cycle and self.cycle.more_body)
        if seconds and not is_others:
            self.transport.pause_reading()
            self.loop.call_later(seconds, self._go_on)

    def _go_on(self):
        if not self.flow.read_paused:
            self.transport.resume_reading()

    def send_400_response(self, msg: str) -> None:
        """Tells what was wrong with a request, where it has no answer yet."""
        if self.cycle:  # nothing more can be told to who waits for this request
            self.cycle.disconnected, self.cycle.waiting_for_100_continue = True, False
            self.cycle.message_event.set()
        if self.conn.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            self.transport.abort()
            return
        headers = [("content-type", "text/plain; charset=utf-8"), ("connection", "close")]
        head = h11.Response(status_code=400, headers=headers, reason=STATUS_PHRASES[400])
        with suppress(h11.LocalProtocolError):  # HEAD is told no more than the head
            for part in (head, h11.Data(data=msg.encode("ascii")), h11.EndOfMessage()):
                self.transport.write(self.conn.send(part))
        # Were the connection closed at once, what still comes would end it before this is read.
        self._refused = True
        self.transport.write_eof()
        self.loop.call_later(_LINGERS, self.transport.abort)

    def resume_writing(self) -> None:
        """An answer may go out as long as it is taken."""
        self._taken += 1
        super().resume_writing()

    def on_response_complete(self) -> None:
        """Counts anew what comes after an answer."""
        self._ignored = 0
        self._answers += 1
        super().on_response_complete()

    def _look(self):
        doing, now = self._waits_for(), self.loop.time()
        if doing != self._doing:
            self._doing, self._since = doing, now
        elif doing is not None and now - self._since >= PATIENCE:
            self.transport.abort()
            return
        self._timer = self.loop.call_later(PATIENCE / _LOOKS, self._look)

    def _waits_for(self) -> object:
        """What the client owes; None where it is the server that works."""
        if self.flow.write_paused or self.transport.is_closing():
            return "to take what was sent", self._taken
        if self.cycle is None or self.cycle.response_complete:
            return "its headers", self._answers
        if self.cycle.more_body and not self.flow.read_paused:
            return "its body", self._received
        return None
