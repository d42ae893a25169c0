"""Takes the README's pictures from the running app: `python -m tests.support.take_pictures`."""

from playwright.sync_api import Browser, Page, sync_playwright

from tests.support import chromium
from tests.support.app_server import ROOT, AppServer
from tests.support.explorer_page import ExplorerPage

PICTURES = ROOT / "assets" / "pictures"
VIEWS = {
    "explorer": ({}, "stage=upsample2/conv2d_transpose", None),
    "padding": ({}, "page=padding", "#pad-after .heatmap-plot"),
    "shapes": ({}, "page=shapes", None),
    "dark": ({"color_scheme": "dark"}, "stage=fc1/actv&z_seed=3", None),
    "narrow": ({"viewport": {"width": 390, "height": 844}}, "", None),
}


def main():
    PICTURES.mkdir(exist_ok=True)
    with AppServer() as server, sync_playwright() as playwright:
        browser = chromium.launch(playwright)
        for name in VIEWS:
            _take(browser, server.url, name)


def _take(browser: Browser, url: str, name: str):
    options, link, hovered = VIEWS[name]
    context = browser.new_context(**{"viewport": {"width": 1440, "height": 1080}} | options)
    page: Page = context.new_page()
    ExplorerPage(page, url).open(link)
    page.evaluate("document.fonts.ready")
    if hovered:
        page.hover(hovered, position={"x": 44, "y": 40})
        page.wait_for_selector(".heatmap-tip:not([hidden])")
    page.screenshot(path=PICTURES / f"{name}.png")
    context.close()


if __name__ == "__main__":
    main()
