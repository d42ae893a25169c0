"""Requests that the page would never send: answered with a message, never 500, no traceback."""

import json
import urllib.error
import urllib.request

import pytest

from explorer.link import read_link
from tests.support.each import each


def post(server, path: str, body: bytes) -> tuple[int, bytes]:
    request = urllib.request.Request(server.url + path, data=body, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def refused(server, body: bytes, path: str = "explorer/view") -> dict:
    status, answer = post(server, path, body)
    assert status == 200  # a refusal is an answer: browsers log a 4xx as an error of the page
    error = json.loads(answer)["error"]
    assert error["message"]
    assert set(error) == {"code", "field", "params", "message", "offer"}
    return error


BROKEN = {
    "empty": b"",
    "broken JSON": b'{"state": {',
    "a list": b"[1, 2, 3]",
    "a number": b"5",
    "null": b"null",
    "text": b'"state"',
    "not UTF-8": b"\xff\xfe\x00",
    "very deep": b"[" * 100_000,
    "deep state": b'{"state":' * 5_000 + b"1" + b"}" * 5_000,
    "no keys": b"{}",
    "an unknown key": b'{"sate": {"kernel_size": 4}}',
    "a key too many": b'{"state": {}, "page": "maps"}',
    "state is a list": b'{"state": []}',
    "state is null": b'{"state": null}',
    "state is text": b'{"state": "kernel_size=4"}',
    "huge": b'{"state": {"z_data": "' + b"A" * (2 * 2**20) + b'"}}',
    "unknown field": b'{"state": {"colour": "red"}}',
    "very long field": b'{"state": {"' + b"x" * 200_000 + b'": 1}}',
}


@each("body", BROKEN)
def test_a_broken_request_gets_a_message(server, body):
    assert len(refused(server, body)["message"]) < 1500


WRONG = {
    "null": None,
    "nested lists": [[[1]]],
    "an object": {"a": 1},
    "a very long text": "9" * 100_000,
    "infinite": 1e400,
    "huge integer": 10**400,
}


@each("value", WRONG)
def test_a_value_of_a_wrong_type_gets_a_message(server, value):
    body = json.dumps({"state": {"kernel_size": value}}).encode()
    assert "kernel_size" in refused(server, body)["message"]


@each(
    "paddings",
    [
        [1, 2, 3],
        [[0, 0]] * 5,
        [[0, 0, 0]] * 4,
        [["a", 0]] * 4,
        "0,0,3",
        [0] * 8,
        [[None, 1]] * 4,
        7,
    ],
)
def test_bad_paddings_get_a_message(server, paddings):
    error = refused(server, json.dumps({"state": {"paddings": paddings}}).encode())
    assert "paddings" in error["message"]


def view_of(server, link: object) -> dict:
    """The parts of the view that a link opens; a refusal, which is a 200 as well, has none."""
    _, answer = post(server, "explorer/view", json.dumps({"link": link}).encode())
    size = int.from_bytes(answer[:4], "little")
    assert not answer.startswith(b"{"), answer[:300]
    header = json.loads(answer[4 : 4 + size])
    return header["parts"]["head"] | header["parts"]["stages"] | {"messages": header["messages"]}


LINKS = {
    "a number": (5, "link_damaged"),
    "null": (None, "link_damaged"),
    "a list": ([], "link_damaged"),
    "an object": ({}, "link_damaged"),
    "no escapes": ("%%%", "link_damaged"),
    "no name": ("=" * 1000, "unknown_field"),
    "a bad value": ("z_seed=\u0000", "not_a_number"),
    "too many parts": ("x&" * 5000, "link_parts"),
    "a field that there is not": ("colour=red", "unknown_field"),
}


@each(("link", "code"), LINKS)
def test_any_link_opens_a_view_and_says_what_was_wrong_with_it(server, link, code):
    view = view_of(server, link)
    assert code in [message["code"] for message in view["messages"]]
    assert view["state"] == read_link("")[0].as_dict()
    assert view["stages"][-1]["name"] == "conv_out/conv2d"


def test_empty_parts_are_nothing_to_tell(server):
    assert view_of(server, "&" * 5000)["messages"] == []


def test_a_sound_link_opens_its_own_state(server):
    view = view_of(server, "z_seed=7&weights=untrained")
    assert (view["state"]["z_seed"], view["messages"]) == (7, [])


@each(
    "query",
    [
        "noise_dim=abc",
        "noise_dim=9999999",
        "batch_size=-1",
        "item=x",
        "name=z.exe",
        "name=" + "a" * 3000,
    ],
)
def test_a_bad_question_about_a_vector_gets_a_message(server, query):
    refused(server, b"1 2 3", f"explorer/z?{query}")


def test_a_body_that_is_too_large_is_refused(server):
    error = refused(server, b"1," * (3 * 2**20), "explorer/z?name=z.csv")
    assert error["code"] == "file_too_large"


@pytest.mark.parametrize(
    "path", ["explorer/static/../../app.py", "explorer/static/%2e%2e/%2e%2e/app.py"]
)
def test_only_assets_are_served(server, path):
    with pytest.raises(urllib.error.HTTPError) as error:
        urllib.request.urlopen(server.url + path, timeout=10)
    assert error.value.code in (403, 404, 405)
