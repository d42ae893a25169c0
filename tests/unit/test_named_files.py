"""No call makes the server open, copy or fetch a file that it names."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from explorer.ui import calls, guard, quiet_blocks
from explorer.ui.app import build_server_app
from explorer.ui.named_files import refuse_files
from tests.support.each import each
from tests.unit.refusals import refused

META = {"_type": "gradio.FileData"}
MARK = "not-for-calls"  # in the name of what no call may touch
_touched: list[str] = []


def _note(event: str, args: tuple):
    if event in ("open", "socket.getaddrinfo") and MARK in str(args[0]):
        _touched.append(str(args[0]))


sys.addaudithook(_note)  # once, as Python takes none back


@pytest.fixture(scope="module")
def copies(tmp_path_factory) -> Path:
    """The folder that Gradio copies files to."""
    return tmp_path_factory.mktemp("copies")


@pytest.fixture(scope="module")
def client(copies) -> Iterator[TestClient]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADIO_TEMP_DIR", str(copies))
        guarded = build_server_app()
    with TestClient(guarded, base_url="http://localhost") as open_client:
        yield open_client


@pytest.fixture
def named(tmp_path, copies) -> Iterator[list[dict]]:
    """Files in each form that Gradio takes for one; none of them may be touched."""
    path = tmp_path / f"{MARK}.svg"
    path.write_text("<svg/>")
    _touched.clear()
    file = {"path": str(path), "meta": META}
    yield [
        file,
        file | {"is_stream": True},
        file | {"url": f"http://{MARK}.invalid/x"},
        file | {"path": f"http://{MARK}.invalid/x.svg"},
    ]
    assert _touched == []
    assert [path for path in copies.rglob("*") if path.is_file()] == []


def requests(file: dict) -> list[tuple[str, dict]]:
    """A call with a file through all that Gradio serves, or would serve, for calls."""
    deep = {"weights": [{"weights": file}]}
    joined = {"fn_index": 0, "session_hash": "s"}
    return [
        ("queue/join", joined | {"data": [file]}),
        ("queue/join", joined | {"data": [deep], "fn_index": 3}),
        ("queue/join", joined | {"data": [{}], "event_data": file}),
        ("call/describe", {"data": [file]}),
        ("call/feature_map/", {"data": [deep, "z"]}),
        ("call/v2/describe", {"state": deep}),
        ("call/v2/read_vector", {"text": file}),
        ("run/predict", joined | {"data": [file]}),
        ("run/describe", {"data": [file]}),
        ("api/describe", {"data": [file]}),
        (
            "component_server",
            {"data": file, "component_id": 1, "fn_name": "x", "session_hash": "s"},
        ),
    ]


def test_calls_that_name_files_are_refused(client, named):
    for file in named:
        for path, body in requests(file):
            answer = client.post(f"/gradio_api/{path}", json=body)
            assert answer.status_code in (400, 404), path
            if answer.status_code == 400:
                assert answer.json()["error"]["code"] == "file_named", path


def answers(client: TestClient, file: dict) -> list[str]:
    """What becomes of the calls that are taken."""
    told = []
    for path, body in requests(file):
        answer = client.post(f"/gradio_api/{path}", json=body)
        if answer.status_code != 200:
            continue
        event = answer.json()["event_id"]
        call = path.replace("/v2/", "/").strip("/")
        waits = "queue/data?session_hash=s" if path == "queue/join" else f"{call}/{event}"
        told.append(client.get(f"/gradio_api/{waits}").text)
    return told


def test_what_lies_behind_the_guard_touches_no_file_either(client, named, monkeypatch):
    """Gradio's own inputs, reached by calls that the guard did not look at."""
    monkeypatch.setattr(guard, "check_call", lambda body: None)
    for file in named:
        told = answers(client, file)
        assert len(told) == 7
        assert sum("names a file" in text for text in told) == 6  # one gives it as no input


def test_a_file_that_is_touched_is_noticed(client, named, copies, monkeypatch):
    monkeypatch.setattr(guard, "check_call", lambda body: None)
    monkeypatch.setattr(quiet_blocks, "refuse_files", lambda given: None)
    answers(client, named[0])
    assert _touched
    assert any(path.is_file() for path in copies.rglob("*"))
    _touched.clear()
    answers(client, named[3])
    assert _touched
    _touched.clear()
    for path in copies.iterdir():
        shutil.rmtree(path)


@each("beside", ["meta", "url"])
@each("path", ["/dev/zero", "http://10.0.0.1/", 7, None])
def test_a_path_beside_what_makes_it_a_file_is_refused_at_any_depth(beside, path):
    file = {beside: None, "path": path}
    for given in (file, [file], {"a": [1, {"b": {"c": [file]}}]}):
        with refused("file_named", path):
            refuse_files(given)


@each("given", [None, 7, "path", ["path", "url"], {"path": "x"}, {"url": "x"}])
def test_what_names_no_file_passes(given):
    refuse_files(given)
    refuse_files([{"a": given}])


def test_calls_are_checked_for_files():
    with refused("file_named", "/dev/zero"):
        calls.check_call(b'{"data": [{"path": "/dev/zero", "meta": {}}]}')
