"""From the command `python app.py` to its first answer, and to the first painted heatmap.

The second runs until a page in a Chromium that was started before, with an empty cache, has drawn
its first view. The page is opened as soon as the server answers; the server is asked five times a
second, so up to 0.2 s of it is waiting. The peer is `python -c "import tensorflow, gradio"`, which
no app built on the two can do without. In turns, after one start of each that fills the file cache.
"""

import subprocess
import sys
import time

from playwright.sync_api import Browser, sync_playwright

from tests.benchmarks.report import report
from tests.support import chromium
from tests.support.app_server import ROOT, AppServer
from tests.support.explorer_page import ExplorerPage

PAIRS = 3


def main():
    with sync_playwright() as playwright:
        browser = chromium.launch(playwright)
        pairs = [(_start_app(browser), _import_alone()) for _ in range(1 + PAIRS)][1:]
        browser.close()
    starts, imports = zip(*pairs, strict=True)
    answers, paints = zip(*starts, strict=True)
    report("start_time, first answer", answers, imports, "s", "1.2")
    report("start_time, first heatmap", paints, imports, "s", "2.5")


def _start_app(browser: Browser) -> tuple[float, float]:
    """Seconds until the server answers, and until the page has painted."""
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    page = context.new_page()
    start = time.perf_counter()
    with AppServer() as server:
        answered = time.perf_counter() - start
        ExplorerPage(page, server.url).open()
        painted = time.perf_counter() - start
        context.close()
    return answered, painted


def _import_alone() -> float:
    start = time.perf_counter()
    command = [sys.executable, "-c", "import tensorflow, gradio"]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
