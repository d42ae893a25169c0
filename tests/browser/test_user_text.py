"""User text never becomes HTML, wherever it comes from."""

from tests.browser.test_z_controls import give
from tests.support.each import each

IMAGE = "<img src=x onerror=window.hit=1>"


def unharmed(page):
    assert page.page.evaluate("window.hit") is None
    assert page.page.locator(".explorer img").count() == 0


@each("field", ["actv", "stage", "z_data"])
def test_text_of_a_link(live, field):
    live.show(f"{field}={IMAGE.replace(' ', '%20')}")
    assert "<img" in live.alert()
    unharmed(live)


def test_text_of_a_box(live):
    assert "<img" in live.refuse("paddings", IMAGE)
    unharmed(live)


def test_text_that_is_pasted(live):
    give(live, IMAGE)
    live.page.click("#use-z")
    assert "<img" in live.mark("z_data")
    unharmed(live)
