"""Any value at any endpoint: an answer, never a failure of the server, never a traceback."""

import json
import struct
from collections.abc import Callable
from random import Random
from types import SimpleNamespace
from urllib.parse import quote

import pytest
from starlette.routing import Route

from explorer.schema import FIELDS
from explorer.train.live import LIVE_FIELDS
from explorer.ui.routes import page_routes
from tests.attack.nasty_json import as_json, garbage, nasty
from tests.support.each import each
from tests.support.http_calls import JSON, ask

NAMES = tuple(FIELDS)
NAMED = ("describe", "feature_map", "open_link", "read_vector")
ROUTES = [route for route in page_routes() if isinstance(route, Route)]
POSTED = [route.path for route in ROUTES if "POST" in route.methods]
ASKED = [route.path for route in ROUTES if "GET" in route.methods]
SAVE_KINDS = (".npz", ".safetensors", ".keras", ".ckpt", ".exe", "")
_PATIENCE = 60  # seconds for an answer of a machine that is busy


def view(random: Random) -> object:
    state = {random.choice(NAMES): nasty(random, NAMES) for _ in range(random.randint(1, 3))}
    return random.choice(
        (
            {"state": state},
            {"state": nasty(random, NAMES)},
            {"link": nasty(random)},
            {"link": link(random)},
            nasty(random, ("state", "link", *NAMES)),
        )
    )


def link(random: Random) -> str:
    pairs = [f"{random.choice(NAMES)}={value_text(random)}" for _ in range(random.randint(1, 4))]
    return "&".join(pairs)


def value_text(random: Random) -> str:
    """A value as it stands in an address; half of a surrogate pair as the bytes of one."""
    value = nasty(random, depth=0)
    text = value if isinstance(value, str) else as_json(value).decode()
    return quote(text[:20_000].encode(errors="surrogatepass"))


def training(random: Random) -> object:
    """Never settings that a run would start with: steps are always wrong."""
    settings = {random.choice(tuple(LIVE_FIELDS)): nasty(random) for _ in range(3)}
    wrong = random.choice((None, [], "\ud800", -1, 1e308, {"a": 1}))
    return {
        "visitor": random.choice(("me", nasty(random))),
        "settings": settings | {"steps": wrong},
        **{name: nasty(random) for name in ("key", "id", "run") if random.random() < 0.3},
    }


def upload(random: Random) -> bytes:
    entries = random.choice(
        ([{"name": nasty(random), "size": random.choice((0, 4, -1, nasty(random)))}], nasty(random))
    )
    header = as_json({"files": entries, "state": nasty(random, NAMES)})
    length = random.choice((len(header), 0, 2**32 - 1, len(header) - 1))
    return struct.pack("<I", length) + header + random.choice((b"", b"PK\3\4", bytes(500)))


def body_for(path: str, random: Random) -> bytes:
    makers: dict[str, Callable] = {
        "/explorer/view": lambda: as_json(view(random)),
        "/explorer/weights": lambda: upload(random),
    }
    if random.random() < 0.15:
        return garbage(random)
    if path in makers:
        return makers[path]()
    return as_json(training(random)) if path.startswith("/explorer/train") else garbage(random)


def fill_path(path: str, random: Random) -> str:
    """A route's path with random parts in its braces."""
    parts = ("0" * 32, "x", "%00", "%ED%A0%80", "..%2f..", "a" * 5000, "%20", value_text(random))
    for name in ("{run}", "{action}", "{key}", "{id}", "{source}"):
        path = path.replace(name, random.choice(("stop", *parts)) or "x")
    return path.lstrip("/")


def query_for(path: str, random: Random) -> str:
    if path == "/explorer/save":
        return f"?format={random.choice(SAVE_KINDS)}&link={quote(small_link(random))}"
    if path == "/explorer/view":
        parts = random.choice(
            ("", "&parts=head,stages", f"&parts={value_text(random)}", "&coarse=1")
        )
        return f"?{random.choice(('link=', ''))}{link(random)}{parts}"
    names = ("noise_dim", "batch_size", "item", "name", "format", "link")
    pairs = [f"{random.choice(names)}={value_text(random)}" for _ in range(random.randint(0, 3))]
    return "?" + "&".join(pairs) if pairs else ""


def small_link(random: Random) -> str:
    return f"upsample_dim=8&noise_dim=4&kernel_size=3&{link(random)}"


def assert_no_failure(answer, *asked: object):
    assert answer.status < 500, (answer.status, answer.body[:300], *asked)
    assert b"Traceback" not in answer.body, asked
    assert (answer.error or {}).get("code") != "internal", asked


def attack_post(app, random: Random):
    path = random.choice(POSTED)
    body, place = body_for(path, random), fill_path(path, random) + query_for(path, random)
    kind = random.choice((JSON, {}, {"Content-Type": "text/plain; charset=\u00ff"}))
    assert_no_failure(app.ask(place, body, headers=kind, patience=_PATIENCE), place, body[:300])


def attack_get(app, random: Random):
    path = random.choice((*ASKED, "/explorer/static/{source}", "/explorer/{source}"))
    place = fill_path(path, random) + query_for(path, random)
    assert_no_failure(app.ask(place, patience=_PATIENCE), place)


def attack_api(app, random: Random):
    """A call, then what came of it; events of a call whose arguments are wrong end at once."""
    place = f"gradio_api/{random.choice(('call', 'run'))}/{random.choice(NAMED)}"
    data = random.choice((arguments(random), nasty(random)))
    body = random.choice((as_json({"data": data}), as_json(nasty(random)), garbage(random)))
    answer = app.ask(place, body, headers=JSON, patience=_PATIENCE)
    if "/run/" in place and answer.status == 500:  # Gradio's answer to a mistake, as JSON
        assert isinstance(answer.json, dict), answer.body[:300]
        assert "error" in answer.json, body[:300]
        return
    assert_no_failure(answer, place, body[:300])
    begun = answer.json
    if isinstance(begun, dict) and "event_id" in begun:
        events = app.ask(f"{place}/{begun['event_id']}", patience=_PATIENCE)
        assert_no_failure(events, place, body[:300])


def arguments(random: Random) -> list:
    state = {random.choice(NAMES): nasty(random, NAMES) for _ in range(2)}
    return random.choice(
        ([state], [state, nasty(random)], [nasty(random)], [link(random)], [], [nasty(random)] * 9)
    )


def test_any_value_at_any_endpoint_is_answered(app, rounds):
    for random in rounds(usual_seconds=3, at_least=60):
        random.choice((attack_post, attack_post, attack_get, attack_api))(app, random)
        assert app.watcher.lives


@each("name", NAMED)
@each("value", ["\ud800", [[[[]]]], 10**4000, None, "x" * 10**5])
def test_a_named_endpoint_answers_any_value(app, name, value):
    body = json.dumps({"data": [value, value][: 1 + (name == "feature_map")]}).encode()
    begun = app.ask(f"gradio_api/call/{name}", body, headers=JSON)
    assert_no_failure(begun, name)
    if begun.status == 200:
        assert_no_failure(app.ask(f"gradio_api/call/{name}/{begun.json['event_id']}"), name)


@each(
    ("header", "value"),
    [
        *(("Host", name) for name in ("999.1.1.1", "xn--", "[::1", "a b", "a:b", "")),
        *(("X-Forwarded-Host", name) for name in ("999.1.1.1", "xn--a", "a, 1.2.3.999")),
        *(("X-Gradio-Server", name) for name in ("http://999.1.1.1", "a:b", "\x7f", "file:///etc")),
        *(("X-Forwarded-Proto", name) for name in ("1http", "", "..", "file")),
        ("Referer", "http://999.1.1.1"),
        ("Content-Type", "application/json; charset=\xff"),
    ],
)
def test_a_call_under_any_name_is_answered(app, header, value):
    body = json.dumps({"data": ["z_seed=3"]}).encode()
    begun = app.ask("gradio_api/call/open_link", body, headers=JSON | {header: value})
    assert_no_failure(begun, header, value)
    if begun.status == 200:
        events = app.ask(f"gradio_api/call/open_link/{begun.json['event_id']}")
        assert_no_failure(events, header, value)


def test_each_field_answers_each_value(app, is_long, subtests):
    """By state, by link and where a file is saved.

    Unit tests read any value of every field: the usual run sends those of one field of each kind.
    """
    of_each_kind = {field.kind: name for name, field in FIELDS.items()}
    for field in NAMES if is_long else of_each_kind.values():
        with subtests.test(field=field):
            assert_values_are_answered(app, field)


def assert_values_are_answered(app, field: str):
    random = Random(field)
    for value in ("\ud800", "9" * 4400, [[[]]], {"a": "\udfff"}, float("nan"), 10**400, None):
        for body in ({"state": {field: value}}, {"link": f"{field}={value_text(random)}"}):
            assert_no_failure(app.ask("explorer/view", as_json(body)), field, value)
    digits = f'{{"state": {{"{field}": {"9" * 4400}}}}}'.encode()
    assert_no_failure(app.ask("explorer/view", digits), field)
    surrogate = f"explorer/save?format=.npz&link={field}=%25ED%25A0%2580"
    assert_no_failure(app.ask(surrogate), field)


def test_an_endpoint_that_fails_is_noticed(app):
    for status, body, code in ((500, b"", ""), (200, b"Traceback", ""), (200, b"", "internal")):
        with pytest.raises(AssertionError):
            assert_no_failure(SimpleNamespace(status=status, body=body, error={"code": code}))
    assert_no_failure(ask(app.url, "explorer/fields"))


def test_all_routes_are_attacked():
    assert {"/explorer/view", "/explorer/weights", "/explorer/train"} <= set(POSTED)
    assert {"/explorer/fields", "/explorer/save"} <= set(ASKED)
