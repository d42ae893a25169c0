"""One document for many tests; a test fails on any message of the console and any traceback."""

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.support import firefox
from tests.support.explorer_page import ExplorerPage

OPTIONS = {"viewport": {"width": 1440, "height": 1000}, "locale": "en-US"}
PATIENCE = 15_000  # milliseconds


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
def _shared(_new_document) -> ExplorerPage:
    return _new_document({}).open()


@pytest.fixture
def live(_shared) -> Iterator[ExplorerPage]:
    """One document for many tests, each from the default view: quicker than `page`."""
    _shared.page.set_viewport_size(OPTIONS["viewport"])  # a test may have left another one
    _shared.page.mouse.move(1, 1)
    _shared.problems.clear()
    _shared.left_over = True
    yield _shared
    assert _shared.problems == []
