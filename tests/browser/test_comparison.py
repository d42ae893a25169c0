"""Two settings compared by flipping between them."""

from playwright.sync_api import expect


def test_a_press_flips_between_two_settings_and_each_is_a_link_and_a_step(page):
    page.open("kernel_size=3&page=output")
    page.page.click("#compare")
    expect(page.page.locator("#compare .shown")).to_have_text("B")
    page.slide("kernel_size", 4)
    page.wait_for_link("kernel_size=4&page=output")
    page.page.wait_for_timeout(600)  # a drag is one step
    page.click("#page-maps-button")
    assert page.click("#compare")["kernel_size"] == 3
    expect(page.page.locator("#compare .shown")).to_have_text("A")
    page.wait_for_link("kernel_size=3")
    assert page.box("kernel_size") == "3"
    page.page.locator("#compare").focus()
    assert page.act(lambda: page.page.keyboard.press("x"))["kernel_size"] == 4
    assert page.click("#undo")["kernel_size"] == 3
    assert page.click("#redo")["kernel_size"] == 4
    page.page.click("#end-compare")
    expect(page.page.locator("#compare .shown")).to_have_count(0)
