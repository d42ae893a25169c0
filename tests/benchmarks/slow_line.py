"""A slow line: bytes a step of a drag, updates a second, seconds until the first pictures.

Two lines: the machine's own, and one of 5 Mbit/s and 80 ms as Chromium emulates it. On each, with
an empty cache, the clock runs from the request for the page until the strip's maps are painted, and
until the large map is (one heatmap on the page, drawn by whatever draws it first); then the thumb
of `z_scale` is dragged by pointer events from end to end at the state that the page opens with, and
every state that `.explorer` says was `painted` counts. Bytes are those on the wire, headers
included.
"""

from playwright.sync_api import Browser, Page, sync_playwright

from tests.benchmarks.watched_page import Wire, drag, opened
from tests.support import chromium
from tests.support.app_server import AppServer

LINES = {
    "fast": None,
    "5 Mbit/s, 80 ms": {
        "offline": False,
        "latency": 80,
        "downloadThroughput": 5e6 / 8,
        "uploadThroughput": 5e6 / 8,
    },
}
ROUNDS = 3


def main():
    with AppServer() as app, sync_playwright() as playwright:
        browser = chromium.launch(playwright)
        for name, line in LINES.items():
            for _ in range(ROUNDS):
                _measure(browser, app.url, name, line)
        browser.close()


def _measure(browser: Browser, url: str, name: str, line: dict | None):
    with opened(browser, url, line) as (page, wire):
        strip, large = page.evaluate("[seen.strip, seen.map]")
        opening = wire.bytes
        page.wait_for_load_state("networkidle", timeout=120_000)
        print(
            f"slow_line, {name}: strip {strip / 1000:.2f} s, map {large / 1000:.2f} s, "
            f"{opening / 1000:.0f} kB in {wire.requests} requests until then",
            flush=True,
        )
        found = drag(page, wire)
        print(
            f"slow_line, {name}: {found.updates / found.seconds:.1f} updates/s in a drag, "
            f"{found.bytes / max(1, found.updates) / 1000:.1f} kB a step; "
            f"at rest {_rest(page, wire):.1f} kB",
            flush=True,
        )


def _rest(page: Page, wire: Wire) -> float:
    """Kilobytes that follow when the drag rests: what was under way, and the exact values."""
    before = wire.bytes
    page.wait_for_timeout(1500)
    return (wire.bytes - before) / 1000


if __name__ == "__main__":
    main()
