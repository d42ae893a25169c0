"""A slow line: bytes a step of a drag, updates a second, seconds until the first pictures.

Two lines: the machine's own, and one of 5 Mbit/s and 80 ms as Chromium emulates it. On each, with
an empty cache, the clock runs from the request for the page until the strip's maps are painted, and
until the large map is (one heatmap on the page, drawn by whatever draws it first); then the thumb
of `z_scale` is dragged by pointer events from end to end at the state that the page opens with, and
every state that `.explorer` says was `painted` counts. Bytes are those on the wire, headers
included.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, sync_playwright

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
FIELD = "z_scale"
DRAG_SECONDS, MOVES_A_SECOND = 2.4, 60  # in which the slider gives 25 values a second
ROUNDS = 3

# Notes when the strip and a large map first held pixels, and each state that was painted.
WATCH = """
  window.seen = { last: '', updates: 0, painted: 0 };
  const filled = (node) => {
    if (!node || !node.width || !node.height) return false;
    const copy = new OffscreenCanvas(1, 1), context = copy.getContext('2d');
    context.drawImage(node, 0, 0, 1, 1);
    return context.getImageData(0, 0, 1, 1).data[3] > 0;
  };
  const maps = '.focus-map, .output-maps';
  const look = () => {
    const at = performance.now();
    const strip = document.querySelector('.explorer [data-stage] canvas');
    if (!seen.strip && filled(strip)) seen.strip = at;
    const host = document.querySelector(maps);
    const canvas = [...(host?.querySelectorAll('canvas') ?? [])].some(filled);
    if (!seen.map && (canvas || host?.querySelector('.heatmaplayer image'))) seen.map = at;
    if (!(seen.strip && seen.map)) requestAnimationFrame(look);
  };
  addEventListener('painted', ({ detail }) => {
    const state = JSON.stringify(detail);
    seen.updates += state !== seen.last;
    seen.last = state;
    seen.painted += 1;
  });
  requestAnimationFrame(look);
"""
THUMB = f"#field-{FIELD} input[type=range]"


class Wire:
    """Bytes of answers on the wire, as Chromium's network tells them."""

    def __init__(self, page: Page, line: dict | None):
        self._session = page.context.new_cdp_session(page)
        self._session.send("Network.enable")
        if line:
            self._session.send("Network.emulateNetworkConditions", line)
        self._session.on("Network.loadingFinished", self._finished)
        self._session.on("Network.requestWillBeSent", self._asked)
        self.bytes = self.requests = 0

    def _asked(self, event: dict):
        self.requests += event["request"]["url"].startswith("http")

    def _finished(self, event: dict):
        self.bytes += event["encodedDataLength"]

    def restart(self):
        """Counts anew."""
        self.bytes = self.requests = 0


@contextmanager
def opened(browser: Browser, url: str, line: dict | None, link: str = "") -> Iterator[tuple]:
    """A page with an empty cache that has shown its first large map, and what counts its bytes."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.add_init_script(WATCH)
    wire = Wire(page, line)
    page.goto(url + link)
    page.wait_for_function("seen.strip && seen.map && seen.painted", timeout=120_000)
    yield page, wire
    context.close()


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
        updates, moved, seconds = _drag(page, wire)
        print(
            f"slow_line, {name}: {updates / seconds:.1f} updates/s in a drag, "
            f"{moved / max(1, updates) / 1000:.1f} kB a step; at rest {_rest(page, wire):.1f} kB",
            flush=True,
        )


def _drag(page: Page, wire: Wire) -> tuple[int, int, float]:
    """States painted, bytes and seconds of a drag from end to end, so that none comes twice."""
    slider = page.locator(THUMB).first
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 2, y)
    page.mouse.down()
    page.wait_for_timeout(1500)
    page.evaluate("seen.updates = 0")
    wire.restart()
    start, moves = time.monotonic(), 0
    while (elapsed := time.monotonic() - start) < DRAG_SECONDS:
        page.mouse.move(box["x"] + box["width"] * elapsed / DRAG_SECONDS, y)
        moves += 1
        time.sleep(max(0, moves / MOVES_A_SECOND - (time.monotonic() - start)))
    found = page.evaluate("seen.updates"), wire.bytes, time.monotonic() - start
    page.mouse.up()
    return found


def _rest(page: Page, wire: Wire) -> float:
    """Kilobytes that follow when the drag rests: what was under way, and the exact values."""
    before = wire.bytes
    page.wait_for_timeout(1500)
    return (wire.bytes - before) / 1000


if __name__ == "__main__":
    main()
