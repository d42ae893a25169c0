"""For all tests: a quiet TensorFlow, one seed for property tests, one app and one browser."""

import gc
import os
from collections.abc import Iterator

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, Playwright, sync_playwright

import explorer.model  # noqa: F401 (says how TensorFlow computes, before any test loads it)
from tests.support import chromium
from tests.support.app_server import AppServer

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

settings.register_profile("seeded", derandomize=True, deadline=None, database=None, max_examples=25)
settings.register_profile("thorough", settings.get_profile("seeded"), max_examples=100)
settings.load_profile("seeded")


def pytest_collection_finish():
    """What was imported stays: Keras collects for each model, and would go through all of it."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def server() -> Iterator[AppServer]:
    """The app as a user starts it, one for a whole worker."""
    with AppServer() as running:
        yield running


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """One for a whole worker: a second Playwright in one thread is refused."""
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright) -> Iterator[Browser]:
    """One for a whole worker; each test has a context of its own."""
    running = chromium.launch(playwright)
    yield running
    running.close()
