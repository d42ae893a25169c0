"""What another website may do through a visitor's browser: look from a frame, and nothing else."""

import contextlib
import http.client
import itertools
import json
from urllib.parse import urlsplit

import pytest
from starlette.routing import Route

from explorer.ui.routes import page_routes
from tests.attack.test_restarts import trainers, wait_for
from tests.support.each import each
from tests.support.http_calls import JSON, Answer, pack_upload

RUN = "0" * 32
OURS = [
    route.path.replace("{run}", RUN).replace("{action}", "stop").lstrip("/")
    for route in page_routes()
    if isinstance(route, Route) and "POST" in route.methods
]
GRADIOS = [
    *(f"gradio_api/{way}/describe" for way in ("call", "call/v2", "run", "api")),
    *("gradio_api/queue/join", "gradio_api/upload", "gradio_api/reset", "gradio_api/cancel"),
    *("gradio_api/component_server", "gradio_api/stream/x", "gradio_api/stream/x/close"),
]
ASKED = (
    *("", "explorer/fields", "explorer/static/js/main.js", "explorer/static/nothing", "nothing"),
    *("explorer/plotly.js", "explorer/save?format=.exe", f"explorer/train/{RUN}/events"),
    *("config", "gradio_api/info", "theme.css", "favicon.ico", "assets/../x", "gradio_api/file=x"),
)
KINDS = ("application/json", "text/plain", "application/x-www-form-urlencoded")


def foreign(port: int) -> dict[str, str]:
    """Origins that look like the app's own, and are not."""
    own = f"127.0.0.1:{port}"
    return {
        "another site": "https://example.org",
        "a file or a sandboxed frame": "null",
        "a subdomain": f"http://page.{own}",
        "another port": f"http://127.0.0.1:{port + 1}",
        "no port": "http://127.0.0.1",
        "another scheme": f"https://{own}",
        "another name of this machine": f"http://localhost:{port}",
        "own name first": f"http://{own}.example.org",
        "own name as a user": f"http://{own}@example.org",
        "an extension": "chrome-extension://abcdefgh",
        "garbage": "\xff://[",
    }


def post(app, path: str, origin: str | None, value: object = (), **headers: str) -> Answer:
    sent = {**JSON, **headers} | ({} if origin is None else {"Origin": origin})
    return app.ask(path, json.dumps(value or {}).encode(), headers=sent)


def own(app) -> str:
    return app.url.rstrip("/")


@each(("at", "path"), [*enumerate(OURS + GRADIOS)])
def test_a_post_from_another_origin_is_refused(app, is_long, at, path):
    """With kinds of content by turns, another turn on each path; in a long run with all."""
    origins = foreign(urlsplit(app.url).port)
    turns = zip(origins.items(), itertools.islice(itertools.cycle(KINDS), at, None), strict=False)
    asked = itertools.product(origins.items(), KINDS) if is_long else turns
    taken = [
        (kind, content_type, answer.status)
        for (kind, origin), content_type in asked
        if (answer := post(app, path, origin, **{"Content-Type": content_type})).status != 403
    ]
    assert not taken


@each("method", ["PUT", "PATCH", "DELETE"])
def test_other_methods_from_another_origin_are_refused(app, method):
    headers = {"Origin": "https://example.org"}
    for path in ("explorer/view", f"explorer/train/{RUN}/stop", "gradio_api/upload"):
        answer = app.ask(path, b"{}", headers=headers, method=method)
        assert answer.status in (403, 405), (path, answer.status)


VIEW = {"state": {"upsample_dim": 16, "noise_dim": 4}}


@each("headers", [{}, {"Host": "explorer.example"}])
def test_the_pages_own_posts_are_taken(app, headers):
    origin = f"http://{headers['Host']}" if headers else own(app)
    answer = post(app, "explorer/view", origin, VIEW, **headers)
    assert (answer.status, answer.error) == (200, None)
    begun = post(app, "gradio_api/call/describe", origin, {"data": [{}]}, **headers)
    assert begun.status == 200
    assert_done(app, begun)


def assert_done(app, begun):
    """Of the call that was begun nothing is left for the next test."""
    assert app.ask(f"gradio_api/call/describe/{begun.json['event_id']}").status == 200


def test_programs_say_no_origin_and_are_taken(app):
    """`curl`, a notebook, gradio_client: no header at all beside the needed ones."""
    answer = post(app, "explorer/view", None, VIEW)
    assert (answer.status, answer.error) == (200, None)
    assert_done(app, post(app, "gradio_api/call/describe", None, {"data": [{}]}))


def state_of(app, run: str) -> str:
    """The state of a run, as the first event tells it."""
    place = urlsplit(app.url)
    connection = http.client.HTTPConnection(place.hostname, place.port, timeout=10)
    with contextlib.closing(connection):
        connection.request("GET", f"/explorer/train/{run}/events")
        lines = iter(connection.getresponse().readline, b"")
        data = next(line for line in lines if line.startswith(b"data: "))
    return json.loads(data.removeprefix(b"data: "))["state"]


def test_another_site_starts_and_stops_no_run(app):
    asked = {"visitor": "origins", "settings": {"steps": 100, "upsample_dim": 8}}
    assert post(app, "explorer/train", "https://example.org", asked).status == 403
    assert post(app, "explorer/train/mine", own(app), asked).json["run"] is None
    begun = post(app, "explorer/train", own(app), asked).json
    run, asked = begun["run"], asked | begun
    for action in ("pause", "stop"):
        refused = post(app, f"explorer/train/{run}/{action}", "https://example.org", asked)
        assert refused.status == 403
    assert state_of(app, run) in ("waiting", "running", "done")
    assert post(app, f"explorer/train/{run}/stop", own(app), asked).status == 200
    wait_for(lambda: not trainers(app.pid))  # the app is sound for the next test


def test_another_site_sends_no_file(app):
    body = pack_upload({"w.npz": b"PK"})
    headers = {"Origin": "https://example.org", "Content-Type": "text/plain"}
    answer = app.ask("explorer/weights", body, headers=headers)
    assert answer.status == 403
    assert app.ask("explorer/weights", body, headers={"Origin": own(app)}).status == 200


PUBLIC = {"X-Forwarded-Host": "explorer.example", "X-Forwarded-Proto": "https"}


@each("path", ["explorer/view", "gradio_api/call/describe"])
def test_a_forwarded_host_counts_for_nothing_without_a_proxy(app, path):
    """With one it does: in test_prefix, whose server stands behind one."""
    assert post(app, path, "https://explorer.example", VIEW, **PUBLIC).status == 403


@each("path", ASKED)
def test_no_answer_lets_another_origin_read_with_credentials(app, path):
    for host in (urlsplit(app.url).netloc, "explorer.example"):
        for origin in ("https://example.org", "null"):
            headers = app.ask(path, headers={"Origin": origin, "Host": host}).headers
            assert headers.get("access-control-allow-origin") not in (origin,)
            assert "access-control-allow-credentials" not in headers


@each("path", [*OURS, *GRADIOS, "", "explorer/fields"])
def test_a_preflight_allows_nothing(app, path):
    for host in (urlsplit(app.url).netloc, "explorer.example"):
        asked = {
            "Origin": "https://example.org",
            "Host": host,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type",
        }
        headers = app.ask(path, headers=asked, method="OPTIONS").headers
        assert headers.get("access-control-allow-origin") not in ("https://example.org", "*")
        assert "access-control-allow-credentials" not in headers


def assert_guarded(headers):
    """Not guessed at by browsers, and a policy on who may frame it that lets anyone."""
    assert headers.get("x-content-type-options") == "nosniff", headers
    assert "x-frame-options" not in headers, headers
    policy = headers.get("content-security-policy", "")
    rules = dict(rule.strip().partition(" ")[::2] for rule in policy.split(";"))
    assert "frame-ancestors" in rules, headers
    assert "'none'" not in rules["frame-ancestors"], headers


@each("path", ASKED)
def test_every_answer_is_guarded(app, path):
    assert_guarded(app.ask(path).headers)
    assert_guarded(app.ask(path, method="HEAD").headers)


@each("path", OURS + GRADIOS)
def test_every_answer_to_a_post_is_guarded(app, path):
    assert_guarded(post(app, path, None).headers)
    assert_guarded(post(app, path, "https://example.org").headers)
    assert_guarded(app.ask(path, method="OPTIONS").headers)


def test_an_answer_without_a_guard_is_noticed():
    good = {"x-content-type-options": "nosniff", "content-security-policy": "frame-ancestors *"}
    assert_guarded(good)
    for bad in ({}, {**good, "x-frame-options": "DENY"}, {"x-content-type-options": "nosniff"}):
        with pytest.raises(AssertionError):
            assert_guarded(bad)
