"""Bad input: a message with field, value and range; the last good view stays; undo restores."""

import re

import pytest
from playwright.sync_api import expect

from explorer.model.cost import MAX_BYTES
from explorer.schema import FIELDS
from explorer.sizes import mebibytes

GOOD = "z_seed=3&batch_size=2&stage=upsample1/actv"
BOXES = {
    "z_seed": "4294967296",
    "batch_size": "65",
    "noise_dim": "0",
    "z_scale": "-1",
    "upsample_dim": "5000",
    "kernel_size": "32",
    "C": "257",
    "base_height": "129",
    "base_width": "0",
    "upsample_blocks": "7",
    "stride": "5",
    "output_kernel": "-3",
    "weights_seed": "-1",
    "item": "999999",
}


def assert_refused(live, field: str, text: str, words: list[str]):
    before, link = live.canvases(), live.link()
    message = live.refuse(field, text)
    for word in words:
        assert word in message
    assert live.alert() == message
    assert live.page.locator(f'[data-field="{field}"] [aria-invalid="true"]').count() > 0
    assert live.canvases() == before
    assert live.link() == link


def assert_undo_restores(live, field: str, value: str):
    live.act(lambda: live.page.click(".alert button >> text=Back to the last good values"))
    assert live.box(field) == value
    expect(live.page.locator(".alert")).to_be_hidden()
    expect(live.page.locator(f'[data-field="{field}"] .field-error')).to_be_hidden()
    assert live.page.locator('.form [aria-invalid="true"]').count() == 0


@pytest.mark.parametrize(
    ("field", "text"),
    [("kernel_size", text) for text in ("abc", "", "NaN", "1e999", "0x10", "<b>5</b>")]
    + [("z_seed", "abc"), ("z_scale", "abc")],
)
def test_what_is_not_a_number_is_refused(live, field, text):
    live.show(GOOD)
    live.wait_for_link(GOOD)
    value = live.box(field)
    assert_refused(live, field, text, [field, text, FIELDS[field].allowed, "must be a number"])
    assert_undo_restores(live, field, value)


@pytest.mark.parametrize(("field", "text"), BOXES.items(), ids=list(BOXES))
def test_what_is_out_of_range_is_refused(live, field, text):
    live.show(GOOD)
    live.wait_for_link(GOOD)
    value = live.box(field)
    assert_refused(live, field, text, [field, text, FIELDS[field].allowed])
    assert_undo_restores(live, field, value)


@pytest.mark.parametrize("field", ["z_seed", "kernel_size", "item"])
def test_a_fraction_is_no_whole_number(live, field):
    live.show(GOOD)
    live.wait_for_link(GOOD)
    assert_refused(live, field, "1.5", [field, "1.5", "whole number", FIELDS[field].allowed])


@pytest.mark.parametrize("text", ["abc", "1.5", "-1", "65", ""])
def test_a_bad_pad_is_refused(live, text):
    live.show(GOOD)
    live.wait_for_link(GOOD)
    assert_refused(live, "paddings", text, ["paddings"])
    assert live.page.locator("#more-structure").get_attribute("open") is not None
    assert_undo_restores(live, "paddings", "0")


def test_a_pad_that_cannot_be_mirrored_names_the_largest(live):
    live.unfold("#field-paddings")
    box = live.page.locator('[data-field="paddings"] input').nth(2)
    box.fill("32")
    box.press("Tab")
    assert "31" in live.alert()
    assert "height" in live.alert()
    live.act(lambda: (box.fill("31"), box.press("Tab")))
    expect(live.page.locator(".alert")).to_be_hidden()


def test_mending_the_number_takes_the_message_away(live):
    live.refuse("kernel_size", "abc")
    assert live.enter("kernel_size", "3")["kernel_size"] == 3
    expect(live.page.locator(".alert")).to_be_hidden()
    expect(live.page.locator('[data-field="kernel_size"] .field-error')).to_be_hidden()


def test_another_control_does_not_hide_a_number_that_is_still_bad(live):
    live.refuse("kernel_size", "abc")
    live.page.select_option("#field-actv", "elu")
    assert "kernel_size" in live.alert()


def test_undo_takes_back_what_is_wrong_and_keeps_what_was_done_besides(live):
    live.show("actv=tanh")
    live.refuse("kernel_size", "abc")
    assert live.choose("actv", "elu")["actv"] == "elu"
    state = live.act(lambda: live.page.click(".alert button >> text=Back to the last good values"))
    assert (state["actv"], state["kernel_size"]) == ("elu", 5)
    assert live.box("kernel_size") == "5"


@pytest.mark.parametrize(
    ("link", "field", "text", "bound"),
    [
        ("", "upsample_dim", "4096", mebibytes(MAX_BYTES)),
        ("upsample_dim=512", "kernel_size", "31", "10 G"),
        ("upsample_dim=64&kernel_size=2&base_width=32", "stride", "4", "8,000,000"),
    ],
    ids=["bytes", "multiply-accumulates", "values of the maps"],
)
def test_too_large_a_generator_is_refused_with_estimate_and_bound(live, link, field, text, bound):
    live.show(link)
    before = live.canvases()
    live.unfold(f'[data-field="{field}"]')
    live.type(field, text)
    message = live.alert()
    assert bound in message
    assert len(re.findall(r"[\d,.]+ (?:MiB|G|values)", message)) >= 1
    assert live.canvases() == before
    live.act(lambda: live.page.click(".alert button >> text=Back to the last good values"))
    expect(live.page.locator(".alert")).to_be_hidden()


@pytest.mark.parametrize("text", ["128", "-1", "abc", "1.5", ""])
def test_a_dimension_that_z_lacks_is_refused(live, text):
    before = live.canvases()
    message = live.refuse("z_dim", text)
    assert "0 … 127" in message
    assert live.canvases() == before
    live.enter("z_dim", "5")
    expect(live.page.locator('[data-field="z_dim"] .field-error')).to_be_hidden()


@pytest.mark.parametrize(
    ("text", "why"),
    [("abc", "must be a number"), ("", "must be a number"), ("Infinity", "must be a number"),
     ("1e39", "outside its range"), ("-1e400", "outside its range")],
)  # fmt: skip
def test_a_bad_value_of_a_dimension_is_refused(live, text, why):
    before, link = live.canvases(), live.link()
    box = live.page.locator('[data-field="z_dim"] input[type="text"]').last
    box.fill(text)
    box.press("Tab")
    error = live.page.locator('[data-field="z_dim"] .field-error')
    expect(error).to_contain_text("z[0, 0]")
    expect(error).to_contain_text(why)
    assert live.canvases() == before
    assert live.link() == link
    live.act(lambda: (box.fill("0.5"), box.press("Tab")))
    expect(error).to_be_hidden()


def test_one_can_look_elsewhere_while_a_wrong_value_waits(live):
    live.refuse("batch_size", "abc")
    state = live.click('.tab[data-page="shapes"]')
    assert (state["page"], state["batch_size"]) == ("shapes", 1)
    assert live.box("batch_size") == "abc"
    assert "batch_size" in live.alert()
    state = live.click('.card[data-stage="fc1/actv"]')
    assert (state["page"], state["stage"]) == ("maps", "fc1/actv")
    assert live.enter("batch_size", "2")["stage"] == "fc1/actv"
    assert live.page.locator(".alert:not([hidden])").count() == 0


def test_a_change_that_mends_the_combination_is_taken_whole(live):
    """output_kernel 31 does not fit a map of 16 rows with 3 rows of padding; a larger base does."""
    live.show("upsample_blocks=2")
    live.refuse("output_kernel", "31")
    state = live.enter("base_height", "8")
    assert (state["output_kernel"], state["base_height"]) == (31, 8)


def test_a_wrong_value_does_not_hold_up_the_rest(live):
    live.refuse("z_seed", "")
    state = live.enter("kernel_size", "3")
    assert (state["kernel_size"], state["z_seed"]) == (3, 0)
    assert live.page.locator('[data-field="z_seed"] .field-error').is_visible()
    assert live.enter("z_seed", "7")["z_seed"] == 7
    assert live.page.locator(".alerts .alert").is_hidden()


def test_what_is_too_much_together_marks_what_was_changed(live):
    live.type("upsample_dim", "4096")
    error = live.page.locator('[data-field="upsample_dim"] .field-error')
    error.wait_for(state="visible")
    assert "MiB" in error.inner_text()


def test_every_wrong_box_keeps_its_mark_and_message(live):
    live.show(GOOD)
    for field, text in (("kernel_size", "99"), ("z_seed", "abc"), ("C", "0")):
        live.refuse(field, text)
    for field in ("kernel_size", "z_seed", "C"):
        assert live.page.locator(f'[data-field="{field}"] .field-error').is_visible()
        assert field in live.alert()
    live.type("z_seed", "8")
    expect(live.page.locator('[data-field="z_seed"] .field-error')).to_be_hidden()
    assert live.box("kernel_size") == "99"
    assert live.page.locator(".form .field-error:visible").count() == 2
    assert_undo_restores(live, "kernel_size", "5")


@pytest.mark.parametrize(("text", "taken"), [("1e2", "100"), (" 12 ", "12"), ("64.0", "64")])
def test_a_number_stands_as_it_was_taken(live, text, taken):
    live.show()
    assert str(live.enter("upsample_dim", text)["upsample_dim"]) == taken
    assert live.box("upsample_dim") == taken
