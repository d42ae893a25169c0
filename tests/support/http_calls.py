"""Plain HTTP requests as a test sends them: no redirects, no exceptions for a status."""

import http.client
import json
import socket
import struct
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

JSON = {"Content-Type": "application/json"}
PATIENCE = 30  # seconds


@dataclass(frozen=True)
class Answer:
    """What came back, and after how many seconds all of it was there."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float

    @property
    def json(self) -> object:
        """The body read as JSON; None where it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    @property
    def error(self) -> dict | None:
        """The refusal that the app answered with, if it did."""
        found = self.json
        return found.get("error") if isinstance(found, dict) else None


def ask(
    url: str,
    path: str,
    body: bytes | None = None,
    headers: Mapping[str, str] = (),
    method: str = "",
    patience: float = PATIENCE,
    source: str = "",
) -> Answer:
    """One request on a connection of its own: POST with a body, GET without one.

    Args:
        source: the address that it comes from, one of this machine's own: 127.x.y.z.

    Raises:
        OSError, http.client.HTTPException: no whole answer within `patience` seconds.
    """
    place, began = urlsplit(url), time.monotonic()
    connection = http.client.HTTPConnection(place.hostname, place.port, patience, (source, 0))
    try:
        method = method or ("GET" if body is None else "POST")
        connection.request(method, place.path + path, body, dict(headers))
        answer = connection.getresponse()
        headers = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, headers, answer.read(), time.monotonic() - began)
    finally:
        connection.close()


def post_json(url: str, path: str, value: object, **options) -> Answer:
    """`ask` with a value as JSON."""
    return ask(url, path, json.dumps(value).encode(), JSON, **options)


def pack_upload(files: Mapping[str, bytes], state: Mapping = ()) -> bytes:
    """The body of POST /explorer/weights."""
    listed = [{"name": name, "size": len(data)} for name, data in files.items()]
    header = json.dumps({"files": listed, "state": dict(state)}).encode()
    return struct.pack("<I", len(header)) + header + b"".join(files.values())


def connect(url: str, patience: float = PATIENCE, source: str = "") -> socket.socket:
    """A bare connection to the server; `source` as for `ask`."""
    place = urlsplit(url)
    return socket.create_connection((place.hostname, place.port), patience, (source, 0))


def head(method: str, path: str, **headers: object) -> bytes:
    """The first lines of a request, whole; underscores in names become hyphens."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode()
