"""Gradio's controls and the page: links set them, hands move them, steps lead back and forth."""

from playwright.sync_api import expect

from explorer.link import write_link
from explorer.schema import read_state
from tests.browser.truth import assert_focus_is_true

LINK = (
    "z_seed=7&batch_size=3&item=2&noise_dim=64&z_scale=1.5&upsample_dim=64&kernel_size=11&C=5"
    "&actv=elu&training=true&base_height=6&base_width=5&upsample_blocks=2&stride=3&output_kernel=5"
    "&paddings=0,0,2,1,3,3,0,0&pad_mode=SYMMETRIC&bn_position=before&weights_seed=9&reuse=false"
)
HELD = {
    **{"z_seed": "7", "batch_size": "3", "item": "2", "noise_dim": "64", "z_scale": "1.5"},
    **{"upsample_dim": "64", "kernel_size": "11", "C": "5", "actv": "elu"},
    **{"base_height": "6", "base_width": "5", "upsample_blocks": "2", "stride": "3"},
    **{"output_kernel": "5", "paddings": "[[0, 0], [2, 1], [3, 3], [0, 0]]"},
    **{"pad_mode": "SYMMETRIC", "bn_position": "before", "weights_seed": "9"},
}


def test_a_link_sets_every_control_in_folds_that_are_opened_later_too(page):
    page.open(LINK)
    assert page.page.locator("#field-stride").count() == 0, "its fold is closed"
    assert_a_file_is_opened_by_dropping_it_while_the_fold_of_weights_is_closed(page)
    assert {field: page.box(field) for field in HELD} == HELD
    assert page.is_on("training")
    assert not page.is_on("reuse")
    for field in ("kernel_size", "stride", "z_scale"):
        slider = page.control(field).locator("input[type=range]")
        expect(slider).to_have_value(HELD[field])


def assert_a_file_is_opened_by_dropping_it_while_the_fold_of_weights_is_closed(page):
    assert page.page.locator("#open-button").count() == 0
    page.page.evaluate(
        "() => { const data = new DataTransfer(); data.items.add(new File(['x'], 'w.npz'));"
        "document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: data,"
        "bubbles: true, cancelable: true })); }"
    )
    assert "w.npz" in page.alert()


def test_a_drag_by_hand_paints_on_its_way_and_ends_on_what_the_slider_says(live):
    live.show("upsample_dim=64")
    live.page.evaluate(
        "() => { window.paints = []; document.querySelector('.explorer').addEventListener("
        "'painted', ({ detail }) => window.paints.push(detail.z_scale)); }"
    )
    slider = live.control("z_scale").locator("input[type=range]")
    slider.hover()  # once it is at rest
    box, mouse = slider.bounding_box(), live.page.mouse
    middle = box["y"] + box["height"] / 2
    mouse.move(box["x"] + box["width"] / 3, middle)
    mouse.down()
    for step in range(1, 31):
        mouse.move(box["x"] + box["width"] * (1 / 3 + step / 60), middle)
        live.page.wait_for_timeout(30)
    mouse.up()
    said = float(slider.input_value())
    assert said > 2
    live.page.wait_for_function("(said) => window.paints.at(-1) === said", arg=said)
    assert float(live.box("z_scale")) == said
    assert len(set(live.page.evaluate("window.paints"))) > 5
    state = read_state({"upsample_dim": 64, "z_scale": said}).as_dict()
    live.wait_for_link(write_link(read_state(state)))
    live.settle()
    assert_focus_is_true(live, state)


def test_steps_back_and_forth_by_button_and_by_key(page):
    undo, redo = page.page.locator("#undo"), page.page.locator("#redo")
    page.open("kernel_size=3")
    expect(undo).to_be_disabled()
    page.slide("kernel_size", 4)
    page.page.wait_for_timeout(600)  # a drag is one step
    page.choose("actv", "elu")
    page.click('.card[data-stage="fc1/dense"]')
    page.click("#page-output-button")
    expect(redo).to_be_disabled()
    state = page.click("#undo")
    assert (state["actv"], state["page"], state["stage"]) == ("relu", "output", "fc1/dense")
    expect(page.control("actv").locator("input")).to_have_value("relu")
    assert page.click("#undo")["kernel_size"] == 3
    assert page.box("kernel_size") == "3"
    expect(undo).to_be_disabled()
    assert page.click("#redo")["kernel_size"] == 4
    state = page.click("#redo")
    assert (state["kernel_size"], state["actv"]) == (4, "elu")
    expect(redo).to_be_disabled()
    assert_steps_by_key_and_not_while_a_text_is_written(page)


def assert_steps_by_key_and_not_while_a_text_is_written(page):
    page.slide("kernel_size", 5)
    keys, box = page.page.keyboard, page.control("z_seed").locator("input")
    box.focus()
    keys.press("Control+z")
    page.page.wait_for_timeout(300)
    assert page.box("kernel_size") == "5"
    page.page.focus('.card[data-stage="z"]')
    assert page.act(lambda: keys.press("Control+z"))["kernel_size"] == 4
    assert page.act(lambda: keys.press("Control+y"))["kernel_size"] == 5


OVERLAP = """(amount) => {
  const { style } = document.documentElement, before = style.getPropertyValue('--overlap-amount');
  style.setProperty('--overlap-amount', amount);
  return before; }"""


def test_the_sidebar_covers_nothing_whatever_gradio_measured_at_its_start(live):
    live.show()
    measured = live.page.evaluate(OVERLAP, "0px")
    side, strip = (live.page.locator(part).bounding_box() for part in (".sidebar", "#strip"))
    live.page.evaluate(OVERLAP, measured)
    assert strip["x"] >= side["x"] + side["width"]


def test_gradios_dialogs_open_and_the_link_stays(page):
    page.open("kernel_size=4")
    page.wait_for_link("kernel_size=4")
    for dialog in ("settings", "show-api"):
        page.page.click(f"footer .{dialog}")
        opened = page.page.locator('[role="dialog"], .api-docs').first
        expect(opened).to_be_visible()
        page.page.wait_for_timeout(500)  # what it asks the server for
        assert page.link() == "kernel_size=4"
        page.page.reload()
        page.page.wait_for_selector('.explorer[aria-busy="false"]')
        assert page.box("kernel_size") == "4"
        expect(page.page.locator(".alerts .alert")).to_be_hidden()
