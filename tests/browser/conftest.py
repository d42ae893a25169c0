"""One document for many tests; a test fails on any message of the console and any traceback."""

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.support import firefox
from tests.support.app_server import AppServer
from tests.support.explorer_page import ExplorerPage

OPTIONS = {"viewport": {"width": 1440, "height": 1000}, "locale": "en-US"}
PATIENCE = 30_000  # milliseconds; a file's reader steps back behind whatever else runs

expect.set_options(timeout=PATIENCE)


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Where there is no Firefox there is no test of it."""
    if collection_path.name == "test_firefox.py" and not firefox.is_installed():
        return True
    return None


@pytest.fixture(autouse=True)
def quiet_log(server) -> Iterator[None]:
    """Whatever a user does, the server runs on and its log holds no traceback."""
    assert server.process.poll() is None, "the app has stopped"
    before = len(server.log())
    yield
    assert "Traceback" not in server.log()[before:]


@pytest.fixture
def context_options() -> dict:
    """Options of the page's browser context; a test module may replace them."""
    return {}


@pytest.fixture(scope="session")
def _new_document(server, browser) -> Callable[[dict], ExplorerPage]:
    def new(options: dict) -> ExplorerPage:
        context = browser.new_context(**OPTIONS | options)
        context.set_default_timeout(PATIENCE)
        return ExplorerPage(context.new_page(), server.url)

    return new


@pytest.fixture
def visit(browser) -> Iterator[Callable[..., ExplorerPage]]:
    """Makes visitors, each with a browser of its own: visit(server, script to run first)."""
    contexts = []

    def begin(server: AppServer, script: str = "") -> ExplorerPage:
        context = browser.new_context(**OPTIONS)
        context.set_default_timeout(PATIENCE)
        context.add_init_script(script)
        contexts.append(context)
        return ExplorerPage(context.new_page(), server.url)

    yield begin
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def _documents(_new_document) -> Callable[[dict], ExplorerPage]:
    """A document for each set of context options; a new one for each test would cost seconds."""
    document = cache(lambda options: _new_document(json.loads(options)))
    return lambda options: document(json.dumps(options, sort_keys=True))


@pytest.fixture
def page(_documents, context_options) -> Iterator[ExplorerPage]:
    """A document that holds nothing of earlier tests, not opened yet."""
    explorer = _documents(context_options)
    explorer.page.set_viewport_size((OPTIONS | context_options)["viewport"])
    explorer.problems.clear()
    yield explorer
    explorer.leave()
    assert explorer.problems == []


@pytest.fixture(scope="session")
def _shared(_new_document) -> Callable[[dict], ExplorerPage]:
    opened: dict[str, ExplorerPage] = {}

    def turn_to(options: dict) -> ExplorerPage:
        key = json.dumps(options, sort_keys=True)
        for other in opened.keys() - {key}:
            opened[other].rest()
        if key in opened:
            opened[key].go_on()
        else:
            opened[key] = _new_document(options).open()
        return opened[key]

    return turn_to


@pytest.fixture
def live(_shared) -> Iterator[ExplorerPage]:
    """One document for many tests, each from the default view: quicker than `page`."""
    yield from _from_the_default_view(_shared({}), {})


@pytest.fixture
def live_there(_shared, context_options) -> Iterator[ExplorerPage]:
    """`live` with the options of the module's contexts."""
    yield from _from_the_default_view(_shared(context_options), context_options)


def _from_the_default_view(explorer: ExplorerPage, options: dict) -> Iterator[ExplorerPage]:
    # A test may have left another size, and what it pointed at or scrolled to.
    explorer.page.set_viewport_size((OPTIONS | options)["viewport"])
    explorer.page.mouse.move(1, 1)
    explorer.page.evaluate("scrollTo(0, 0)")
    explorer.problems.clear()
    explorer.left_over = True
    yield explorer
    assert explorer.problems == []
