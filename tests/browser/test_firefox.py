"""The page in Firefox: collected where Playwright's own is installed, see conftest.py."""

import pytest

from explorer.schema import FIELDS
from tests.support import firefox
from tests.support.explorer_page import ExplorerPage


@pytest.fixture
def page(playwright, server):
    browser = firefox.launch(playwright)
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, locale="en-US")
    explorer = ExplorerPage(context.new_page(), server.url).open()
    yield explorer
    browser.close()
    assert explorer.problems == []


def test_pages_controls_and_cells_work(page):
    for name in FIELDS["page"].choices:
        assert page.click(f"#page-{name}-button")["page"] == name if name != "maps" else True
    assert page.show("page=maps")["page"] == "maps"
    assert page.slide("kernel_size", 6)["kernel_size"] == 6
    assert page.click('.card[data-stage="upsample2/actv"]')["stage"] == "upsample2/actv"
    page.settle()
    assert page.tip(".focus-map", 3, 3)
    page.page.focus(".focus-map")
    page.page.keyboard.press("Shift+ArrowRight")
    assert page.act(lambda: page.page.keyboard.press("Enter"))["cell"] == "0,3,4,0"
    assert page.page.locator("#tracer .tracer-title").inner_text()
