"""Takes the README's pictures from the running app: `python -m tests.support.take_pictures`.

With names of files it takes those of the generators in them instead, each under its file's name.
"""

import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import keras
from playwright.sync_api import Browser, Page, sync_playwright

from explorer import GeneratorConfig, init_weights, open_generator, save_weights
from tests.support import chromium
from tests.support.app_server import ROOT, AppServer
from tests.support.explorer_page import ExplorerPage
from tests.support.keras_models import MODELS, draw_weights

PICTURES = ROOT / "assets" / "pictures"
SHOWN_STEP = 3000  # of the run whose picture is taken
# A part is shown whole, with nothing that stays in view above it.
WHOLE = """#strip, .tab-wrapper, .inspector {
  position: static !important; max-height: none !important; }"""
LAB_PADS = "lab_paddings=0,0,2,2,2,2,2,1"


@dataclass(frozen=True)
class View:
    """One picture: its link, the part of the page that is shown (all of the window without one),
    where the mouse points, and the browser's options."""

    link: str
    part: str = ""
    pointed: str = ""
    place: tuple[int, int] = (44, 40)
    options: dict = field(default_factory=dict)


VIEWS = {
    "explorer": View(""),
    "padding": View("page=padding", pointed="#pad-after .heatmap-plot"),
    "shapes": View("page=shapes"),
    "dark": View("stage=fc1/actv&z_seed=3", options={"color_scheme": "dark"}),
    "narrow": View("", options={"viewport": {"width": 390, "height": 844}}),
    "reshape": View("stage=fc1/reshape&cell=0,2,1,3&channel=3", part=".maps-page"),
    "same-crop": View("stage=upsample1/conv2d_transpose&cell=0,3,5,5&channel=5", part="#tracer"),
    "overlap": View("page=overlap&block=2", part=".overlap-page"),
    "lab": View(f"page=padding&{LAB_PADS}", "#pad-lab", "#pad-lab .grid-canvas >> nth=1", (58, 30)),
    "output": View("page=output&C=8&red=1&green=4&blue=6"),
    "blank": View("stage=fc1/batch_normalization&cell=0,107&training=true", part=".maps-page"),
    "origins": View("stage=conv_out/conv2d&cell=0,9,20,1&channel=1&origins=true", ".maps-page"),
    "kernels": View("stage=upsample3/conv2d_transpose&kernels=true", part="#stage-weights"),
    "debugger": View("page=shapes&expected=[1,+64,+64,+3]", part="#shape-debugger"),
}


def main():
    PICTURES.mkdir(exist_ok=True)
    with AppServer() as server, sync_playwright() as playwright:
        browser = chromium.launch(playwright)
        for path in map(Path, sys.argv[1:]):
            _take_opened(browser, server.url, path, ("page=output", "batch_size=8"))
        if sys.argv[1:]:
            return
        for name, view in VIEWS.items():
            _take(browser, server.url, name, view)
        _take_checkpoint(browser, server.url)
        _take_joins(browser, server.url)
        _take_training(browser, server.url)


def _take(browser: Browser, url: str, name: str, view: View):
    context = browser.new_context(**{"viewport": {"width": 1440, "height": 1080}} | view.options)
    page: Page = context.new_page()
    ExplorerPage(page, url).open(view.link)
    page.evaluate("document.fonts.ready")
    if view.pointed:
        x, y = view.place
        page.hover(view.pointed, position={"x": x, "y": y})
        page.wait_for_selector(".heatmap-tip:not([hidden])")
    if view.part:
        page.add_style_tag(content=WHOLE)
    shown = page.locator(view.part).first if view.part else page
    shown.screenshot(path=PICTURES / f"{name}.png")
    context.close()


def _take_checkpoint(browser: Browser, url: str):
    """The page after a checkpoint under the TensorFlow 1 names was opened."""
    page = browser.new_context(viewport={"width": 1440, "height": 1080}).new_page()
    explorer = ExplorerPage(page, url).open()
    config = GeneratorConfig(upsample_dim=96, kernel_size=4, noise_dim=64)
    with tempfile.TemporaryDirectory() as folder:
        save_weights(Path(folder) / "model.ckpt-20000", config, init_weights(config, seed=8))
        files = sorted(Path(folder).glob("model.ckpt-20000.*"))
        explorer.act(lambda: page.set_input_files("#open-weights", files))
    explorer.unfold("#save-format")
    page.locator("#save-weights").scroll_into_view_if_needed()
    page.screenshot(path=PICTURES / "checkpoint.png")
    page.context.close()


def _take_opened(browser: Browser, url: str, path: Path, shown: tuple[str, ...]):
    """The page after a generator was opened."""
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    explorer = ExplorerPage(page, url).open()
    state = explorer.act(lambda: page.set_input_files("#open-weights", [path]))
    explorer.open("&".join((f"weights={state['weights']}", *shown)))
    page.screenshot(path=PICTURES / f"{path.stem}.png")
    page.context.close()


def _take_joins(browser: Browser, url: str):
    """A small U-Net: one of its joins, and why a cell of it has its value."""
    model = MODELS["image_to_image"](keras)
    draw_weights(model)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "opened.keras"
        model.save(path)
        graph, _ = open_generator(path)
        stage = next(s for s in graph.with_some_sizes().stages() if len(s.sources) > 1)
        rows, columns, channels = stage.shape[1:]
        cell = f"0,{rows // 2},{columns // 2},{channels - 1}"
        shown = (f"stage={stage.name}", f"cell={cell}", f"channel={channels - 1}")
        _take_opened(browser, url, path, shown)


def _take_training(browser: Browser, url: str):
    """A run that has been learning for some minutes."""
    page = browser.new_context(viewport={"width": 1440, "height": 1080}).new_page()
    ExplorerPage(page, url).open("page=train&weights=untrained")
    page.click("#train-start")
    page.wait_for_function(
        f"parseInt(location.hash.split(/run:[0-9a-f]+:/)[1]) >= {SHOWN_STEP}",
        timeout=15 * 60 * 1000,
    )
    page.locator("#page-train").screenshot(path=PICTURES / "learn.png")
    page.context.close()


if __name__ == "__main__":
    main()
