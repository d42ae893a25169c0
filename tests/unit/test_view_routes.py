"""Views by GET and by POST: the same bytes, kept where that is sound, compressed where wanted."""

import gzip
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from explorer.link import OPENING
from explorer.schema import FIELDS
from explorer.ui import answers, view_routes
from explorer.ui.app import build_server_app
from tests.support.each import each
from tests.unit.wire_format import read_message

SMALL = {"noise_dim": "8", "upsample_dim": "16"}
GONE = {"weights": f"file:{'0' * 32}"}
PLAIN = {"Accept-Encoding": "identity"}


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(build_server_app(), base_url="http://localhost")


def get(client: TestClient, **asked: str):
    return client.get(f"/explorer/view?{urlencode(asked)}", headers=PLAIN)


def test_a_get_and_a_post_say_the_same(client):
    parts = {"parts": "head,output"}
    by_get = get(client, **parts, **SMALL)
    by_post = client.post("/explorer/view", json={"state": SMALL, **parts}, headers=PLAIN)
    assert by_get.status_code == by_post.status_code == 200
    assert by_get.content == by_post.content
    assert list(read_message(by_get.content)["parts"]) == ["head", "output"]
    link = urlencode(SMALL)
    whole = get(client, link=link)
    posted = client.post("/explorer/view", json={"link": link}, headers=PLAIN)
    assert whole.content == posted.content
    assert whole.content == get(client, **SMALL).content


def test_no_field_has_the_name_of_something_else_in_a_query():
    assert not set(view_routes.RESERVED) & FIELDS.keys()


def test_every_value_of_a_field_goes_through_a_query(client):
    raw = {"lab_tensor": "[[1, 2], [3, 4]]", "expected": "a=b&c;d+e %25 é\n", "page": "shapes"}
    state = read_message(get(client, **raw).content)["parts"]["head"]["state"]
    assert raw.items() <= state.items()


def test_an_answer_is_kept_where_it_will_be_the_same(client):
    code = view_routes.code_version()
    kept = get(client, parts="head", code=code, **SMALL).headers["cache-control"]
    assert kept.startswith("private, max-age=")
    assert get(client, parts="head", **SMALL).headers["cache-control"] == "no-store"
    for asked in (
        {"coarse": "1", "parts": "stages"},
        {"parts": "head", **GONE},
        {"parts": "moment"},
        {"kernel_size": "0"},
        {"parts": "nothing"},
        {"code": "another's"},
    ):
        assert get(client, **{"code": code} | asked).headers["cache-control"] == "no-store", asked


def test_weights_that_are_gone_make_a_view_fleeting(client):
    assert read_message(get(client, parts="ledger", **GONE).content)["fleeting"]
    assert not read_message(get(client, parts="ledger").content)["fleeting"]
    trained = get(client, parts="ledger", weights="trained").content
    assert not read_message(trained)["fleeting"]


@each(
    ("query", "code"),
    [
        ("kernel_size=0&C=x", "out_of_range"),
        ("none=1", "unknown_field"),
        ("C=1&C=2", "request_damaged"),
        ("parts=head,x", "request_damaged"),
        ("parts=", "request_damaged"),
        ("&".join(f"a{at}=1" for at in range(300)), "link_parts"),
        ("z_seed=", "not_a_number"),
    ],
)
def test_a_wrong_query_is_told(client, query, code):
    answer = client.get(f"/explorer/view?{query}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (200, code)


@each("body", [[], "x", {"link": "", "state": {}}, {"state": {}, "more": 1}, {"parts": "head"}])
def test_a_wrong_body_is_told(client, body):
    answer = client.post("/explorer/view", json=body)
    assert answer.json()["error"]["code"] == "request_damaged"


def test_one_error_brings_those_of_all_fields(client):
    answer = client.get("/explorer/view?parts=head&kernel_size=0&C=x").json()
    others = [other["field"] for other in answer["others"]]
    assert {answer["error"]["field"], *others} == {"kernel_size", "C"}


def test_a_view_is_compressed_where_that_is_taken(client):
    plain = get(client, **SMALL)
    packed = client.get(f"/explorer/view?{urlencode(SMALL)}", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content
    assert int(packed.headers["content-length"]) < 0.9 * int(plain.headers["content-length"])
    for answer in (plain, packed):
        assert "accept-encoding" in answer.headers["vary"].lower()


def wire_bytes(client, **asked: str) -> int:
    answer = client.get(f"/explorer/view?{urlencode(asked)}", headers={"Accept-Encoding": "gzip"})
    return int(answer.headers["content-length"])


def test_what_is_asked_at_the_opening_state_is_small(client):
    opening = dict(pair.split("=") for pair in OPENING.split("&"))
    dragged = opening | {"z_scale": "1.5"}
    assert wire_bytes(client, link="") < 80_000
    assert wire_bytes(client, parts="head,stages,output", coarse="1", **dragged) < 50_000
    cell = {"page": "maps", "stage": "conv_out/conv2d", "cell": "0,9,9,0", "origins": "true"}
    clicked = opening | cell
    assert wire_bytes(client, parts="head,focus,values,explanation,kernels", **clicked) < 20_000
    assert wire_bytes(client, parts="head,ledger,diagnosis", **opening | {"page": "shapes"}) < 5_000


def test_what_is_compressed_is_made_by_the_code_that_is_told(client):
    told = client.get("/explorer/parts").json()
    assert told["code"] == view_routes.code_version()
    assert len(told["code"]) == 12
    assert gzip.decompress(view_routes.pack(b"x" * 100)) == b"x" * 100


def test_a_line_of_heavy_work_keeps_no_light_view_away(client):
    lines = [answers._heavy_at_work.take(f"10.0.0.{at}", 48) for at in range(2)]
    lines.append(answers._heavy_at_work.take("10.0.0.2", 32))
    try:
        assert client.get("/explorer/view?parts=head").headers["content-type"].endswith("stream")
        refused = client.get("/explorer/save?format=.npz&link=").json()["error"]
        assert refused["code"] == "server_busy"
    finally:
        for line in lines:
            line.release()
