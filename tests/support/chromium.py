"""Launches whichever Chromium is there: the system's, or the one that Playwright installed."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Playwright, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def launch(playwright: Playwright) -> Browser:
    """A headless browser; raises if there is none, so that a test fails and is never skipped."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return playwright.chromium.launch(executable_path=found, args=FLAGS)


@contextmanager
def launched() -> Iterator[Browser]:
    """A headless browser with a Playwright of its own, as long as the context is open."""
    with sync_playwright() as playwright:
        running = launch(playwright)
        yield running
        running.close()
