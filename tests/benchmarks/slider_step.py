"""One slider step to painted: the explorer's page against a plain Gradio page.

Both pages stand open in one headless Chromium, 1440x1000, default state, and take turns step by
step: the slider's value is set, an `input` event is sent, and the clock in the page runs until

- ours: `.explorer` says `painted` for that value: every block as thumbnails, one heatmap, in 64
  levels a channel; the exact values follow where no other step does within 150 ms, uncounted;
- peer (`peer_page`): each of the five plots holds a figure whose `layout.meta` is that step, and
  its heatmap's image. Gradio builds every plot anew at each update and Plotly draws it in the same
  task that sets its layout, so that an image of the old figure cannot count. The peer's page is
  asked once a frame.

On both sides a frame and the task after it follow. What a page still does later is not counted, and
a pause after each step keeps it out of the next one. No step repeats a run: `z_scale` and
`upsample_dim` take new values each time, so every `upsample_dim` draws new weights on both sides;
`kernel_size` has few values, whose weights both sides keep after the first lap, which is warm-up;
before each lap z is scaled anew, unmeasured, so that only weights are kept.
"""

import itertools
import math
from collections.abc import Iterator

from playwright.sync_api import Browser, Page, sync_playwright

from tests.benchmarks.report import report
from tests.support import chromium
from tests.support.app_server import AppServer
from tests.support.explorer_page import ExplorerPage

TARGETS = {"z_scale": "0.15", "upsample_dim": "0.20", "kernel_size": "0.15"}
SLIDERS = tuple(TARGETS)
LAP = 9  # kernel sizes on the slider
STEPS, WARM_UP = 30, LAP
PAUSE_MS = 400

SET = """
  const afterFrame = (act) => requestAnimationFrame(() => setTimeout(act, 0));
  const step = (slider) => {
    slider.value = value;
    slider.dispatchEvent(new Event('input', { bubbles: true }));
  };
  setTimeout(() => failed(new Error(`${field} = ${value} was not painted`)), 15000);
  const start = performance.now();
  const stop = () => afterFrame(() => done(performance.now() - start));
"""
OURS = f"""({{ field, value }}) => new Promise((done, failed) => {{
  {SET}
  document.querySelector('.explorer').addEventListener('painted', ({{ detail }}) => {{
    if (detail[field] === value) stop();
    else failed(new Error(`painted ${{field}} = ${{detail[field]}}, not ${{value}}`));
  }}, {{ once: true }});
  step(document.querySelector(`#field-${{field}} input[type=range]`));
}})"""
PEER = f"""({{ field, value, place }}) => new Promise((done, failed) => {{
  {SET}
  const painted = (plot) =>
    plot.layout?.meta?.[place] === value && plot.querySelector('.heatmaplayer image');
  const look = () => {{
    const plots = [...document.querySelectorAll('.js-plotly-plot')];
    if (plots.length === 5 && plots.every(painted)) stop();
    else requestAnimationFrame(look);
  }};
  step(document.querySelector(`#peer-${{field}} input[type=range]`));
  requestAnimationFrame(look);
}})"""


def main():
    with (
        AppServer() as app,
        AppServer("-mtests.benchmarks.peer_page") as peer,
        sync_playwright() as playwright,
    ):
        browser = chromium.launch(playwright)
        for field in SLIDERS:
            pages = _open_ours(browser, app.url), _open_peer(browser, peer.url)
            report(f"slider_step, {field}", *_measure(pages, field), "ms", TARGETS[field])
            for page in pages:
                page.context.close()
        browser.close()


def _open_ours(browser: Browser, url: str) -> Page:
    page = _new_page(browser)
    ExplorerPage(page, url).open()
    return page


def _open_peer(browser: Browser, url: str) -> Page:
    page = _new_page(browser)
    page.goto(url)
    page.wait_for_function("document.querySelectorAll('.heatmaplayer image').length === 5")
    return page


def _new_page(browser: Browser) -> Page:
    return browser.new_context(viewport={"width": 1440, "height": 1000}).new_page()


def _measure(pages: tuple[Page, Page], field: str) -> list[list[float]]:
    times = [[], []]
    for name, value in _steps(field):
        for page, script, side in zip(pages, (OURS, PEER), times, strict=True):
            step = {"field": name, "value": value, "place": SLIDERS.index(name)}
            milliseconds = page.evaluate(script, step)
            page.wait_for_timeout(PAUSE_MS)
            if name == field:
                side.append(milliseconds)
    return [side[WARM_UP:] for side in times]


def _steps(field: str) -> Iterator[tuple[str, float]]:
    """WARM_UP + STEPS values of the field, none of them run before, around its default."""
    count = WARM_UP + STEPS
    if field == "z_scale":
        yield from ((field, round(0.05 * step, 2)) for step in range(60, 60 - count, -1))
    elif field == "upsample_dim":
        around = (value for value in range(176, 513, 4) if value != 256)
        yield from ((field, value) for value in itertools.islice(around, count))
    else:
        yield from itertools.islice(_kernel_laps(), count + math.ceil(count / LAP))


def _kernel_laps() -> Iterator[tuple[str, float]]:
    for lap in itertools.count(1):
        yield "z_scale", round(1 + 0.05 * lap, 2)
        yield from (("kernel_size", value) for value in range(1, LAP + 1))


if __name__ == "__main__":
    main()
