"""A page that tells what it paints, what moves on it and what holds it up, and a drag on it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, Page

FIELD = "z_scale"
THUMB = f"#field-{FIELD} input[type=range]"
DRAG_SECONDS, MOVES_A_SECOND = 2.4, 60  # in which the slider gives 25 values a second

# Notes when the strip and a large map first held pixels, each state that was painted, how far the
# page shifted (the sum of Chromium's layout shifts) and the milliseconds of each long task.
WATCH = """
  window.seen = { last: '', updates: 0, painted: 0, shift: 0, tasks: [] };
  new PerformanceObserver((list) => {
    for (const { value } of list.getEntries()) seen.shift += value;
  }).observe({ type: 'layout-shift', buffered: true });
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) seen.tasks.push(duration);
  }).observe({ type: 'longtask' });
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
    const host = [...document.querySelectorAll(maps)].find((node) => node.checkVisibility());
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
def opened(browser: Browser, url: str, line: dict | None) -> Iterator[tuple]:
    """A page with an empty cache that has shown its first large map, and what counts its bytes."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.add_init_script(WATCH)
    wire = Wire(page, line)
    page.goto(url)
    page.wait_for_function("seen.strip && seen.map && seen.painted", timeout=120_000)
    yield page, wire
    context.close()


@dataclass(frozen=True)
class Drag:
    """What came of a drag.

    Attributes:
        updates: states that were painted.
        bytes: on the wire.
        seconds: that it took.
        shift: cumulative layout shift, a share of the window.
        tasks: milliseconds of each task of the page over 50.
    """

    updates: int
    bytes: int
    seconds: float
    shift: float
    tasks: list[float]


def drag(page: Page, wire: Wire) -> Drag:
    """Drags the thumb of `FIELD` from end to end, so that no state comes twice."""
    slider = page.locator(THUMB).first
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 2, y)
    page.mouse.down()
    page.wait_for_timeout(1500)
    page.evaluate("Object.assign(seen, { updates: 0, shift: 0, tasks: [] })")
    wire.restart()
    start, moves = time.monotonic(), 0
    while (elapsed := time.monotonic() - start) < DRAG_SECONDS:
        page.mouse.move(box["x"] + box["width"] * elapsed / DRAG_SECONDS, y)
        moves += 1
        time.sleep(max(0, moves / MOVES_A_SECOND - (time.monotonic() - start)))
    updates, shift, tasks = page.evaluate("[seen.updates, seen.shift, seen.tasks]")
    found = Drag(updates, wire.bytes, time.monotonic() - start, shift, tasks)
    page.mouse.up()
    return found
