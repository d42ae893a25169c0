"""Scripts, styles and what Gradio makes once are compressed once, and nothing on its way."""

import gzip
from pathlib import Path

import pytest
from gradio.route_utils import BUILD_PATH_LIB
from starlette.testclient import TestClient

from explorer.ui import joined_files, kept_answers, static_files
from explorer.ui.app import build_server_app
from explorer.ui.routes import ASSETS
from tests.support.each import each

MADE = (
    "/theme.css",
    "/explorer/styles.css",
    "/explorer/page.js",
    "/config",
    "/gradio_api/info",
    "/",
)
PATHS = ("/explorer/plotly.js", "/explorer/static/js/main.js", "/explorer/static/locales/en.json")


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(build_server_app(), base_url="http://localhost")


@each("encoding", ["br", "br;q=1, zstd", "identity", "gzip, br", "gzip"])
def test_scripts_are_compressed_once_or_not_at_all(client, encoding):
    largest = max(Path(BUILD_PATH_LIB).glob("*.js"), key=lambda path: path.stat().st_size)
    paths = (*PATHS, f"/assets/{largest.name}")
    plain = {path: client.get(path, headers={"Accept-Encoding": ""}).content for path in paths}
    for path in paths:
        answer = client.get(path, headers={"Accept-Encoding": encoding})
        assert answer.status_code == 200
        assert answer.content == plain[path]
        expected = "gzip" if "gzip" in encoding else None
        assert answer.headers.get("content-encoding") == expected
        assert "accept-encoding" in answer.headers["vary"].lower()
        sent = int(answer.headers["content-length"])
        assert sent < 0.6 * len(plain[path]) if expected else sent == len(plain[path])


def test_a_file_is_compressed_once(client, monkeypatch):
    headers = {"Accept-Encoding": "gzip"}
    first = client.get(PATHS[0], headers=headers)
    monkeypatch.setattr(static_files, "pack", None)  # would fail
    again = client.get(PATHS[0], headers=headers)
    assert first.headers["content-encoding"] == again.headers["content-encoding"] == "gzip"


@each("path", MADE)
@each("encoding", ["br", "identity", "gzip, br", "br, gzip;q=0.5", "br, gzip; q=0", "xgzip"])
def test_what_is_made_once_is_compressed_once_or_not_at_all(client, path, encoding):
    plain = client.get(path, headers={"Accept-Encoding": ""})
    answer = client.get(path, headers={"Accept-Encoding": encoding})
    assert plain.status_code == answer.status_code == 200
    assert answer.content == plain.content
    expected = "gzip" if encoding in ("gzip, br", "br, gzip;q=0.5") else None
    assert answer.headers.get("content-encoding") == expected
    assert "accept-encoding" in answer.headers["vary"].lower()
    sent = int(answer.headers["content-length"])
    assert sent < 0.5 * len(plain.content) if expected else sent == len(plain.content)


def test_nothing_that_is_made_once_is_compressed_twice(client, monkeypatch):
    headers = {"Accept-Encoding": "gzip"}
    first = [client.get(path, headers=headers) for path in MADE]
    for module in (joined_files, kept_answers):
        monkeypatch.setattr(module, "pack", None)  # would fail
    again = [client.get(path, headers=headers) for path in MADE]
    assert [one.content for one in first] == [one.content for one in again]


@each("path", ["/explorer/fields", "/explorer/parts", "/favicon.ico"])
def test_no_other_answer_is_compressed_on_its_way(client, path):
    answer = client.get(path, headers={"Accept-Encoding": "br, gzip"})
    assert answer.status_code == 200
    assert "content-encoding" not in answer.headers


def test_a_part_of_a_file_is_a_part_of_the_file(client):
    whole = (ASSETS / "js" / "main.js").read_bytes()
    headers = {"Accept-Encoding": "gzip", "Range": "bytes=10-19"}
    answer = client.get("/explorer/static/js/main.js", headers=headers)
    assert (answer.status_code, answer.content) == (206, whole[10:20])


def test_of_a_file_that_is_asked_for_in_many_parts_comes_all(client):
    headers = {"Range": "bytes=" + ",".join(f"{at}-{at}" for at in range(0, 200, 2))}
    answer = client.get("/explorer/static/js/main.js", headers=headers)
    whole = (ASSETS / "js" / "main.js").read_bytes()
    assert (answer.status_code, answer.content) == (200, whole)


def test_a_browser_that_has_the_file_is_not_sent_it_again(client):
    first = client.get(PATHS[1])
    assert first.headers["cache-control"] == "no-cache"
    again = client.get(PATHS[1], headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_full_disk_leaves_the_file_as_it_is(tmp_path, monkeypatch):
    script = tmp_path / "a.js"
    script.write_bytes(b"x" * 2000)
    monkeypatch.setattr(static_files, "workspace", lambda: tmp_path / "not there" / "nor this")
    assert static_files.compress(script) == script
    monkeypatch.setattr(static_files, "workspace", lambda: tmp_path)
    assert gzip.decompress(static_files.compress(script).read_bytes()) == b"x" * 2000
