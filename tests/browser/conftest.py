"""One app and one browser for all browser tests; a test fails on any console error or traceback."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.support import chromium
from tests.support.app_server import AppServer
from tests.support.explorer_page import ExplorerPage

OPTIONS = {"viewport": {"width": 1440, "height": 1000}, "locale": "en-US"}
PATIENCE = 15_000  # milliseconds


@pytest.fixture(scope="session")
def server() -> Iterator[AppServer]:
    with AppServer() as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = chromium.launch(playwright)
        yield running
        running.close()


@pytest.fixture(autouse=True)
def quiet_log(server) -> Iterator[None]:
    """Whatever a user does, the server runs on and its log holds no traceback."""
    assert server.process.poll() is None, "the app has stopped"
    before = len(server.log())
    yield
    assert "Traceback" not in server.log()[before:]


@pytest.fixture
def context_options() -> dict:
    """Options of the browser context; a test module may replace them."""
    return {}


@pytest.fixture(scope="session")
def usual_context(browser) -> Iterator[BrowserContext]:
    context = browser.new_context(**OPTIONS)
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.fixture
def page(server, browser, usual_context, context_options) -> Iterator[ExplorerPage]:
    """A document of its own, not opened yet."""
    context = browser.new_context(**OPTIONS | context_options) if context_options else usual_context
    context.set_default_timeout(PATIENCE)
    explorer = ExplorerPage(context.new_page(), server.url)
    yield explorer
    (context if context_options else explorer.page).close()
    assert explorer.problems == []


@pytest.fixture(scope="session")
def _shared(server, usual_context) -> ExplorerPage:
    return ExplorerPage(usual_context.new_page(), server.url).open()


@pytest.fixture
def live(_shared) -> Iterator[ExplorerPage]:
    """One document for many tests, set back to the default view: quicker than `page`."""
    _shared.problems.clear()
    _shared.page.mouse.move(1, 1)
    _shared.show()
    yield _shared
    assert _shared.problems == []
