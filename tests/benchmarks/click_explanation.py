"""A click on a cell to its painted explanation: the page against one `gr.Plot` a picture.

Both pages stand open in one headless Chromium, 1440x1000, and take turns. Ours shows a channel of
`upsample2/conv2d_transpose` and gets a press and its release on a cell; the clock runs until
`.explorer` says `painted` for that cell: the large heatmap with the cell marked, six pictures of
the explanation, and the pipeline with the tied cells. The peer's slider names the same cell, and
the clock runs until its seven plots hold it (`peer_explanation`). A frame and the task after it
follow on both sides, and a pause keeps a step out of the next one. No cell comes twice.
"""

from playwright.sync_api import Page, sync_playwright

from tests.benchmarks.peer_explanation import CHANNEL, COLUMNS, PICTURES, STAGE
from tests.benchmarks.report import report
from tests.support import chromium
from tests.support.app_server import AppServer
from tests.support.explorer_page import ExplorerPage

STEPS, WARM_UP, STRIDE = 30, 5, 13  # cells lie 13 apart
PAUSE_MS = 150
TARGET = "0.30"

CLOCK = """
  const afterFrame = (act) => requestAnimationFrame(() => setTimeout(act, 0));
  setTimeout(() => failed(new Error('not painted')), 15000);
  const start = performance.now();
  const stop = () => afterFrame(() => done(performance.now() - start));
"""
OURS = f"""([x, y, cell]) => new Promise((done, failed) => {{
  {CLOCK}
  document.querySelector('.explorer').addEventListener('painted', ({{ detail }}) => {{
    if (detail.cell === cell) stop();
    else failed(new Error(`painted ${{detail.cell}}, not ${{cell}}`));
  }}, {{ once: true }});
  const plot = document.querySelector('.focus-map .heatmap-plot');
  const {{ xaxis, yaxis }} = plot._fullLayout, box = plot.getBoundingClientRect();
  const place = {{
    clientX: box.left + xaxis._offset + xaxis.l2p(x),
    clientY: box.top + yaxis._offset + yaxis.l2p(y),
    button: 0, bubbles: true,
  }};
  const press = (type) => new PointerEvent(type, place);
  plot.querySelector('.nsewdrag').dispatchEvent(press('pointerdown'));
  plot.querySelector('.nsewdrag').dispatchEvent(press('pointerup'));
}})"""
PEER = f"""(cell) => new Promise((done, failed) => {{
  {CLOCK}
  const look = () => {{
    const plots = [...document.querySelectorAll('.js-plotly-plot')];
    const painted = (plot) =>
      plot.layout?.meta === cell && plot.querySelector('.heatmaplayer image');
    if (plots.length === {len(PICTURES)} && plots.every(painted)) stop();
    else requestAnimationFrame(look);
  }};
  const slider = document.querySelector('#peer-cell input[type=range]');
  slider.value = cell;
  slider.dispatchEvent(new Event('input', {{ bubbles: true }}));
  requestAnimationFrame(look);
}})"""


def main():
    with (
        AppServer() as app,
        AppServer("-mtests.benchmarks.peer_explanation") as peer,
        sync_playwright() as playwright,
    ):
        browser = chromium.launch(playwright)
        ours, theirs = (
            browser.new_context(viewport={"width": 1440, "height": 1000}).new_page() for _ in "ab"
        )
        ExplorerPage(ours, app.url).open(f"stage={STAGE}&channel={CHANNEL}")
        theirs.goto(peer.url)
        theirs.wait_for_function(
            f"document.querySelectorAll('.heatmaplayer image').length === {len(PICTURES)}"
        )
        report("click_explanation", *_measure(ours, theirs), "ms", TARGET)
        browser.close()


def _measure(ours: Page, theirs: Page) -> list[list[float]]:
    times = [[], []]
    for step in range(1, WARM_UP + STEPS + 1):
        cell = step * STRIDE
        row, column = divmod(cell, COLUMNS)
        times[0].append(ours.evaluate(OURS, [column, row, f"0,{row},{column},{CHANNEL}"]))
        ours.wait_for_timeout(PAUSE_MS)
        times[1].append(theirs.evaluate(PEER, cell))
        theirs.wait_for_timeout(PAUSE_MS)
    return [side[WARM_UP:] for side in times]


if __name__ == "__main__":
    main()
