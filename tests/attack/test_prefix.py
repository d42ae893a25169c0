"""The app under a prefix of another server, as in Gradio's nginx recipe, and in a frame."""

import http.server
import threading
from collections.abc import Iterator
from functools import partial
from types import SimpleNamespace

import pytest
from playwright.sync_api import Page

from tests.attack.test_origins import PUBLIC, VIEW, post
from tests.support.attacked_app import TunedServer
from tests.support.each import each
from tests.support.explorer_page import ExplorerPage
from tests.support.http_calls import ask
from tests.support.reverse_proxy import ReverseProxy

PREFIX = "/tools/explorer"
PATIENCE = 20_000  # milliseconds


@pytest.fixture(scope="module")
def prefixed() -> Iterator[TunedServer]:
    with TunedServer(GRADIO_ROOT_PATH=PREFIX, EXPLORER_PROXIES=1) as server:
        yield server


@pytest.fixture
def proxy(prefixed) -> Iterator[ReverseProxy]:
    """One that takes the prefix away."""
    with ReverseProxy(prefixed.url, PREFIX, strip=True) as running:
        yield running


@pytest.fixture
def page(browser) -> Iterator[Page]:
    context = browser.new_context(locale="en-US")
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


def failed_requests(page: Page) -> list[str]:
    """Filled while the page is used."""
    failed: list[str] = []
    page.on("response", lambda r: r.status >= 400 and failed.append(f"{r.status} {r.url}"))
    page.on("requestfailed", lambda r: failed.append(f"{r.failure} {r.url}"))
    return failed


def test_the_page_paints_and_saves_weights_under_a_prefix(proxy, page):
    """Asked for without the last slash, as a link to a folder often is."""
    failed = failed_requests(page)
    explorer = ExplorerPage(page, proxy.url.removesuffix("/")).open("upsample_dim=16")
    assert explorer.slide("kernel_size", 4)["kernel_size"] == 4
    assert "kernel_size=4" in explorer.link()
    assert explorer.canvases()
    assert explorer.show("page=padding&weights=untrained")["page"] == "padding"
    assert failed == []
    assert_weights_are_saved(explorer)
    assert proxy.outside == []
    assert explorer.problems == []


def assert_weights_are_saved(explorer: ExplorerPage):
    explorer.show("upsample_dim=16&noise_dim=8&weights=untrained")
    explorer.unfold("#save-weights")
    with explorer.page.expect_download() as download:
        explorer.page.click("#save-weights")
    assert download.value.url.startswith((explorer.url, "blob:"))
    assert download.value.suggested_filename.startswith("noise_generator")


def test_what_is_outside_the_prefix_is_noticed(proxy):
    assert ask(proxy.url.removesuffix(f"{PREFIX}/"), "/explorer/fields").status == 404
    assert proxy.outside == ["/explorer/fields"]


@each("path", ["explorer/view", "gradio_api/call/describe"])
def test_a_forwarded_host_counts_behind_a_proxy(prefixed, path):
    behind = SimpleNamespace(ask=partial(ask, prefixed.url))
    assert post(behind, path, "https://explorer.example", VIEW, **PUBLIC).status != 403
    assert post(behind, path, "https://example.org", VIEW, **PUBLIC).status == 403
    assert post(behind, path, "http://explorer.example", VIEW, **PUBLIC).status == 403


@pytest.fixture
def teacher() -> Iterator[str]:
    """A page of another origin, to be asked as ?<address of what it frames>."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            address = self.path.partition("?")[2]
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(f'<iframe src="{address}" width="1300" height="900">'.encode())

        def log_message(self, *args):
            """Quiet."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}/lesson?"
    server.shutdown()
    server.server_close()


def test_the_page_works_in_a_frame_of_another_origin(prefixed, page, teacher):
    """As Spaces and teachers embed it, here behind a proxy that leaves the prefix in its place:

    it paints, and its own requests are taken.
    """
    failed = failed_requests(page)
    with ReverseProxy(prefixed.url, PREFIX, strip=False) as proxy:
        page.goto(f"{teacher}{proxy.url}#weights=untrained")
        frame = page.frame_locator("iframe")
        frame.locator('.explorer[aria-busy="false"]').wait_for()
        assert frame.locator("canvas").count() > 3
        assert [url for url in failed if proxy.url in url] == []
        assert proxy.outside == []
