"""A page of Gradio's components alone is a page as all others, without a script of its own."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OPTIONS
from tests.support.app_server import AppServer
from tests.support.explorer_page import ExplorerPage
from tests.support.plain_page_app import PAGE, TEXT

SLIDER = f"#field-kernel_size-{PAGE}"


@pytest.fixture(scope="module")
def plain_server() -> Iterator[AppServer]:
    with AppServer("-mtests.support.plain_page_app") as running:
        yield running


@pytest.fixture
def page(browser, plain_server) -> Iterator[ExplorerPage]:
    context = browser.new_context(**OPTIONS)
    explorer = ExplorerPage(context.new_page(), plain_server.url)
    yield explorer
    context.close()
    assert explorer.problems == []
    assert "Traceback" not in plain_server.log()


def test_a_link_a_tab_and_back_turn_to_it_and_its_controls_follow_as_others_do(page):
    page.open(f"page={PAGE}&upsample_dim=16")
    expect(page.page.get_by_text(TEXT)).to_be_visible()
    assert page.click("#page-maps-button")["page"] == "maps"
    expect(page.page.get_by_text(TEXT)).to_be_hidden()
    assert page.click(f"#page-{PAGE}-button")["page"] == PAGE
    assert page.act(page.page.go_back)["page"] == "maps"
    assert page.act(page.page.go_forward)["page"] == PAGE
    expect(page.page.get_by_text(TEXT)).to_be_visible()
    slider = page.page.locator(f"{SLIDER} input[type=range]")
    strip = dict(page.canvases())
    assert page.slide("kernel_size", 3)["kernel_size"] == 3
    expect(slider).to_have_value("3")
    assert dict(page.canvases()) != strip
    assert page.act(lambda: slider.fill("4"))["kernel_size"] == 4
    assert page.box("kernel_size") == "4"
    page.open("upsample_dim=16")  # where the first turn to it is by its tab
    assert page.click(f"#page-{PAGE}-button")["page"] == PAGE
