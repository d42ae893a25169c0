"""Playwright's own Firefox, where it is installed; a system's lacks commands that it must have."""

from pathlib import Path

from playwright.sync_api import Browser, Playwright, sync_playwright


def is_installed() -> bool:
    """Whether there is one to launch."""
    with sync_playwright() as playwright:
        return Path(playwright.firefox.executable_path).exists()


def launch(playwright: Playwright) -> Browser:
    """A headless browser."""
    return playwright.firefox.launch()
