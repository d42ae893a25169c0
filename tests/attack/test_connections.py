"""Connections that are busy or take their answers steadily are not slow ones."""

import json
import time

import pytest

from tests.attack.conftest import PATIENCE
from tests.support.http_calls import connect, head

VIEW = json.dumps({"state": {"upsample_dim": 8, "noise_dim": 4}}).encode()
SAVE = "/explorer/save?format=.npz&link=noise_dim%3D512%26upsample_dim%3D512"


def read_answer(connection) -> bytes:
    """One answer of a stated length."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(2**16)
    headers, _, body = data.partition(b"\r\n\r\n")
    length = int(headers.lower().split(b"content-length:")[1].split(b"\r\n")[0])
    while len(body) < length:
        body += connection.recv(2**16)
    return headers


def test_a_connection_with_many_requests_stays(app):
    """Each look of the server's falls between two requests."""
    connection = connect(app.url)
    end = time.monotonic() + 3 * PATIENCE
    while time.monotonic() < end:
        request = head("POST", "/explorer/view", Content_Length=len(VIEW), Connection="keep-alive")
        connection.sendall(request + VIEW)
        assert b" 200 " in read_answer(connection).splitlines()[0]
        time.sleep(0.05)


@pytest.mark.parametrize("rate", [5 * 2**20])
def test_a_file_that_is_taken_steadily_arrives_whole(app, rate):
    connection = connect(app.url, 60)
    connection.sendall(head("GET", SAVE))
    data, begun = b"", time.monotonic()
    while b"\r\n\r\n" not in data:
        data += connection.recv(2**16)
    headers, _, body = data.partition(b"\r\n\r\n")
    length = int(headers.lower().split(b"content-length:")[1].split(b"\r\n")[0])
    assert length > 3 * PATIENCE * rate, "too small to take longer than the patience"
    taken = len(body)
    while taken < length and (part := connection.recv(2**16)):
        taken += len(part)
        time.sleep(max(0.0, begun + taken / rate - time.monotonic()))
    assert taken == length
    assert time.monotonic() - begun > 2 * PATIENCE


def test_who_forwards_is_believed_only_where_the_operator_knows_of_it(app):
    """Each call is from another address, as it says; all of them count as one client's."""
    body = b'{"data": [{"noise_dim": 512, "upsample_dim": 384}]}'
    answers = []
    for at in range(12):
        connection = connect(app.url)
        asked = {"Content_Length": len(body), "Content_Type": "application/json"}
        path = "/gradio_api/call/describe"
        request = head("POST", path, **asked, X_Forwarded_For=f"9.9.9.{at}")
        connection.sendall(request + body)
        answers.append(connection.recv(2**16).splitlines()[0])
    assert any(b" 503 " in line for line in answers), answers
