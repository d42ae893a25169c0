"""A drag on each page: updates a second, what shifts, and what holds the page up.

The thumb of `z_scale` is dragged by pointer events from end to end, at the state that the app opens
with; every state that `.explorer` says was `painted` counts.
"""

from playwright.sync_api import Browser, sync_playwright

from explorer.schema import FIELDS
from tests.benchmarks.watched_page import drag, opened
from tests.support import chromium
from tests.support.app_server import AppServer

ROUNDS = 3
REST_MS = 1500  # in which a page that was turned to is drawn


def main():
    with AppServer() as app, sync_playwright() as playwright:
        browser = chromium.launch(playwright)
        for name in FIELDS["page"].choices:
            for _ in range(ROUNDS):
                _measure(browser, app.url, name)
        browser.close()


def _measure(browser: Browser, url: str, name: str):
    with opened(browser, url, None) as (page, wire):
        page.wait_for_load_state("networkidle")
        page.click(f"#page-{name}-button")
        page.wait_for_timeout(REST_MS)
        found = drag(page, wire)
        print(
            f"drag, {name}: {found.updates / found.seconds:.1f} updates/s, "
            f"layout shift {found.shift:.3f}, {len(found.tasks)} tasks over 50 ms, "
            f"the longest {max(found.tasks, default=0):.0f} ms",
            flush=True,
        )


if __name__ == "__main__":
    main()
