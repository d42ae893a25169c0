"""What the guard lets through to the app, seen from an app that only notes what reaches it."""

import time
from collections.abc import Mapping
from types import SimpleNamespace

import anyio
import pytest

from explorer.errors import ExplorerError
from explorer.ui.calls import MOST_EACH, Places
from explorer.ui.guard import Guard
from explorer.ui.kept_answers import MOST_KEPT
from tests.support import asynchronous
from tests.support.each import each

NO_CALLS = Places(SimpleNamespace(push=None, event_ids_to_events={}))


class NotedApp:
    """Answers each request with 200, once it may."""

    def __init__(self):
        self.scopes, self.may_answer = [], anyio.Event()
        self.may_answer.set()

    async def __call__(self, scope, receive, send):
        self.scopes.append(scope)
        await self.may_answer.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"page"})


def scope_of(
    path: str, method: str = "GET", headers: Mapping = (), client: str = "10.0.0.1"
) -> dict:
    path, _, query = path.partition("?")
    sent = [(name.lower().encode(), value.encode()) for name, value in dict(headers).items()]
    return {
        "type": "http",
        "method": method,
        "scheme": "http",
        "path": path,
        "query_string": query.encode(),
        "headers": [(b"host", b"localhost"), *sent],
        "client": (client, 1),
    }


async def ask(guard: Guard, path: str, *how, body: bytes = b"{}", **options) -> int:
    """The status of the answer; method, headers and client as of `scope_of`."""
    scope, told = scope_of(path, *how, **options), []

    async def receive():
        return {"type": "http.request", "body": body}

    async def send(message):
        told.append(message)

    await guard(scope, receive, send)
    return told[0]["status"]


def status_of(path: str, method: str = "GET", root: str = "", **options) -> tuple[int, list]:
    """Status, and what reached the app."""

    async def main():
        app = NotedApp()
        return await ask(Guard(app, NO_CALLS, root), path, method, **options), app.scopes

    return asynchronous.run(main)


NEEDED = (
    *("/", "/?view=api", "/config", "/theme.css", "/favicon.ico", "/manifest.json"),
    *("/assets/index.js", "/static/fonts/a.woff2", "/explorer/view", "/explorer/static/js/main.js"),
    *("/gradio_api/info?serialize=False", "/gradio_api/queue/data?session_hash=a-1"),
    *("/gradio_api/queue/join", "/gradio_api/cancel", "/gradio_api/reset"),
    *("/monitoring/summary", "/gradio_api/mcp/schema"),
    *(
        "/gradio_api/call/describe",
        "/gradio_api/call/describe/4f9c",
        "/gradio_api/call/v2/describe",
    ),
)
CLOSED = (
    *("/gradio_api/deep_link?session_hash=a", "/gradio_api/custom_component/a/client/t/A%0d"),
    *("/gradio_api/file=http://example.org/", "/gradio_api/file/x", "/gradio_api/proxy=http://x"),
    *("/gradio_api/heartbeat/a", "/gradio_api/upload", "/gradio_api/upload_progress?upload_id=1"),
    *("/gradio_api/component_server", "/gradio_api/process_recording", "/gradio_api/dev/reload"),
    *("/gradio_api/stream/a/b/c/playlist.m3u8", "/gradio_api/run/describe", "/gradio_api/runs"),
    *("/gradio_api/vibe-code", "/monitoring", "/monitoring/x", "/login", "/logout"),
    *("/static/" + "a/" * 7, "/explorer/static/" + "a" * 201, "/assets//a"),
    *("//gradio_api/deep_link", "/gradio_api//deep_link", "/gradio_api/openapi.json", "/svelte/x"),
    *(
        "/gradio_api/call/a/b/c",
        "/gradio_api/infox",
        "/gradio_api/mcp",
        "/pwa_icon/9999",
        "/token",
        "/nothing",
    ),
)


@each("root", ["", "/tools"])
@each("path", NEEDED)
def test_what_the_page_and_its_clients_need_is_served(path, root):
    assert status_of(root + path, root=root)[0] == 200


@each("method", ["GET", "HEAD", "POST", "OPTIONS", "DELETE"])
@each("path", CLOSED)
def test_of_gradios_other_addresses_none_is(path, method):
    for root in ("", "/tools"):
        assert status_of(root + path, method, root) == (404, [])


@each("path", ["/", "/config", "/gradio_api/info"])
def test_no_query_makes_gradio_look_something_up(path):
    status, (scope,) = status_of(f"{path}?deep_link=a&page=b&view=api")
    assert status == 200
    assert scope["query_string"] == b""


def test_no_cookie_is_looked_into_and_no_other_server_is_named():
    headers = {"Cookie": 'a="\\\\"', "X-Gradio-Server": "http://a:b", "Accept": "b"}
    _, (scope,) = status_of("/robots.txt", headers=headers)
    assert [name for name, _ in scope["headers"]] == [b"host", b"accept"]


@each(
    ("host", "status"),
    [
        *((name, 200) for name in ("a.b-c.example:7860", "[::1]:7860", "127.0.0.1", "a, b:80", "")),
        *(
            (name, 400)
            for name in (
                *("[v1.x]", "[1.2]", "a:b", "a" * 1001, "<b>", "[::1", "a]", "x@y", "é"),
                *("999.1.1.1", "01.02.03.04:80", "[1.2.3.4]", "a, 999.1.1.1", "xn--a", "xn--"),
            )
        ),
    ],
)
def test_what_is_no_host_name_is_refused(host, status):
    headers = {"X-Forwarded-Host": host}
    assert status_of("/config", headers=headers)[0] == status


@each(
    ("path", "most"),
    [("/robots.txt", 1024), ("/gradio_api/cancel", 1024), ("/explorer/view", 8192)],
)
def test_a_query_has_so_many_bytes_where_it_is_read(path, most):
    assert status_of(f"{path}?{'a' * most}")[0] == 200
    assert status_of(f"{path}?{'a' * (most + 1)}") == (414, [])
    assert status_of(f"/?{'a' * 10 * most}")[0] == 200, "a link that the page reads"


@each("path", ["queue/join", "call/describe", "call/v2/describe"])
def test_calls_whose_bodies_end_together_have_their_places_before(path):
    """And whoever has them all can still cancel one."""

    async def main() -> tuple[int, int]:
        app, statuses = NotedApp(), []
        app.may_answer = anyio.Event()
        guard = Guard(app, NO_CALLS)

        async def note(path: str = path):
            statuses.append(await ask(guard, f"/gradio_api/{path}", "POST"))

        async with anyio.create_task_group() as tasks:
            for _ in range(MOST_EACH + 5):
                tasks.start_soon(note)
            await anyio.wait_all_tasks_blocked()
            tasks.start_soon(note, "cancel")
            await anyio.wait_all_tasks_blocked()
            app.may_answer.set()
        await note()  # all was given back
        return statuses.count(200), statuses.count(503)

    assert asynchronous.run(main) == (MOST_EACH + 2, 5)


async def hold(guard: Guard, app: NotedApp, requests: list[tuple[str, str]]) -> dict:
    """How many of (path, client) were refused while none is answered, by path and client."""
    app.may_answer, refused = anyio.Event(), {}

    async def note(path: str, client: str):
        if await ask(guard, path, client=client) == 503:
            refused[path, client] = refused.get((path, client), 0) + 1

    async with anyio.create_task_group() as tasks:
        for path, client in requests:
            tasks.start_soon(note, path, client)
        await anyio.wait_all_tasks_blocked()
        app.may_answer.set()
    return refused


@each(
    ("path", "most"), [("/gradio_api/queue/data", 16), ("/theme.css", 200), ("/explorer/save", 200)]
)
def test_a_client_has_a_part_of_what_is_under_way(path, most):
    """Behind a proxy too, where all connections are the proxy's."""
    other = (path, "10.0.0.2")

    async def main():
        app = NotedApp()
        guard, began = Guard(app, NO_CALLS), time.monotonic()
        assert await hold(guard, app, [(path, "10.0.0.1")] * (most + 5) + [other]) == {
            (path, "10.0.0.1"): 5
        }
        assert time.monotonic() - began > 0.4, "refusals wait, or a flood of them costs others"
        assert await hold(guard, app, [(path, "10.0.0.1")] * most) == {}  # all was given back

    asynchronous.run(main)


@each("path", ["/", "/config", "/gradio_api/info"])
def test_what_is_the_same_for_all_is_made_once_for_each_name_of_the_app(path):
    async def main() -> list:
        app = NotedApp()
        guard = Guard(app, NO_CALLS)
        await hold(guard, app, [(f"{path}?a", f"10.0.0.{at}") for at in range(9)])
        for method in ("GET", "HEAD"):
            headers = {"Accept-Language": method, "Cookie": method}
            assert await ask(guard, f"{path}?b", method, headers=headers) == 200
        assert len(app.scopes) == 1
        for at in range(3 * MOST_KEPT):
            await ask(guard, path, headers={"X-Forwarded-Host": f"host{at}"})
        assert len(app.scopes) == 1 + 3 * MOST_KEPT
        assert len(guard._kept._kept) == MOST_KEPT
        return app.scopes

    for scope in asynchronous.run(main):
        assert {name for name, _ in scope["headers"]} <= {b"host", b"x-forwarded-host"}


@pytest.mark.parametrize(("root", "path"), [("", "/explorer/view"), ("/tools", "/tools")])
def test_what_cannot_be_told_any_more_is_one_line_in_the_log(root, path, monkeypatch, caplog):
    """Of a refusal and of a redirect, where the connection has ended meanwhile."""

    async def gone(message):
        raise RuntimeError("the connection has ended")

    async def main():
        guard = Guard(NotedApp(), NO_CALLS, root)
        if not root:
            monkeypatch.setattr(guard, "_take_share", refuse)
        await guard(scope_of(path), None, gone)

    def refuse(scope, client):
        raise ExplorerError("server_busy")

    asynchronous.run(main)
    assert [record.exc_info for record in caplog.records] == [None]


@each("status", [422, 500])
def test_what_gradio_stumbles_over_is_told_in_few_words(status):
    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b"x" * 10**6})

    guard = Guard(app, NO_CALLS)
    assert asynchronous.run(lambda: ask(guard, "/gradio_api/cancel", "POST")) == 400


@each("name", ["Host", "X-Forwarded-Host"])
def test_nothing_is_made_for_a_name_that_is_none(name):
    async def main() -> tuple[int, list]:
        app = NotedApp()
        return await ask(Guard(app, NO_CALLS), "/", headers={name: "a" * 2000}), app.scopes

    assert asynchronous.run(main) == (400, [])


@each(("root", "base"), [("", "./"), ("/tools", "/tools/")])
def test_the_page_is_told_its_address(root, base):
    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"a<base href=", "more_body": True})
        await send({"type": "http.response.body", "body": b'"./" />z'})

    async def main() -> bytes:
        guard = Guard(app, NO_CALLS, root)
        page = await guard._kept.answer({"path": "/", "headers": []}, "10.0.0.1")
        return page.body

    assert asynchronous.run(main) == f'a<base href="{base}" />z'.encode()
