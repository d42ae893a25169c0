"""User text never becomes HTML, wherever it comes from."""

import pytest

IMAGE = "<img src=x onerror=window.hit=1>"


def unharmed(page):
    assert page.page.evaluate("window.hit") is None
    assert page.page.locator(".explorer img").count() == 0


@pytest.mark.parametrize("field", ["actv", "stage", "device", "z_data", "z_edits"])
def test_text_of_a_link(page, field):
    page.open(f"{field}={IMAGE.replace(' ', '%20')}")
    assert "<img" in page.alert()
    unharmed(page)


def test_text_of_a_box(page):
    page.open()
    assert "<img" in page.refuse("z_seed", IMAGE)
    unharmed(page)


def test_text_that_is_pasted(page):
    page.open()
    page.unfold("#paste-z textarea")
    page.page.fill("#paste-z textarea", IMAGE)
    page.page.click("#paste-z .inputs button:first-child")
    page.page.locator("#paste-z .field-error", has_text="<img").wait_for()
    unharmed(page)
