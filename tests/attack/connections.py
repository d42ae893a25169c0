"""Bare connections: what is sent, and whether the other end closes."""

import contextlib
import select
import socket
import time
from collections.abc import Iterator, Mapping

TRICKLE_PAUSE = 0.25  # seconds between two bytes


def closed(connection: socket.socket, seconds: float) -> bool:
    """Whether the other end closes within that time, whatever it says before."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        if select.select([connection], [], [], left)[0]:
            try:
                if not connection.recv(2**16):
                    return True
            except OSError:
                return True
    return False


def still_open(connections: Mapping[object, socket.socket], seconds: float) -> list:
    """The names of those that the other end has not closed after that time."""
    end = time.monotonic() + seconds
    return [
        name
        for name, connection in connections.items()
        if not closed(connection, max(0.05, end - time.monotonic()))
    ]


def trickle(connection: socket.socket, data: Iterator[bytes], seconds: float) -> bool:
    """Sends piece by piece; whether the other end closes or answers meanwhile."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError):
            connection.sendall(next(data))
        if select.select([connection], [], [], TRICKLE_PAUSE)[0]:
            return True
    return False


def send(connection: socket.socket, size: int) -> int:
    """Sends zeros until all are sent or the other end does not take them; how many it took."""
    piece, sent = bytes(2**18), 0
    with contextlib.suppress(OSError):
        while sent < size:
            sent += connection.send(piece[: size - sent])
    return sent


def first_line(connection: socket.socket) -> bytes:
    """The beginning of an answer; b"" where the other end closes without one."""
    with contextlib.suppress(OSError):
        return connection.recv(2**16)
    return b""
