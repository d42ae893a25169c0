"""The output page: grey, red-green-blue and chosen channels, checked pixel by pixel with NumPy."""

import base64

import numpy as np
from playwright.sync_api import expect

from explorer.model.latent import encode_rows
from tests.browser.truth import exact, stages_of

READ = """() => {
  const canvas = document.querySelector('.output-page .picture');
  const copy = new OffscreenCanvas(canvas.width, canvas.height)
    .getContext('2d', { willReadFrequently: true });
  copy.drawImage(canvas, 0, 0);
  const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
  let text = '';
  for (const byte of data) text += String.fromCharCode(byte);
  return [canvas.height, canvas.width, btoa(text)];
}"""
HUGE = encode_rows(np.full((1, 128), 1e38, np.float32))
NO_NUMBERS = f"actv=linear&z_data={HUGE}&z_scale=1000"
MAPPINGS = {
    "minmax": lambda v: (v - v.min()) / (v.max() - v.min()),
    "tanh": lambda v: np.tanh(v) * 0.5 + 0.5,
    "clip": lambda v: np.clip((v + 1) / 2, 0, 1),
}


def pixels(page) -> np.ndarray:
    height, width, text = page.page.evaluate(READ)
    return np.frombuffer(base64.b64decode(text), np.uint8).reshape(height, width, 4)


def output_of(state: dict) -> np.ndarray:
    return stages_of(state)["conv_out/conv2d"][state["item"]].astype(np.float64)


def assert_drawn(page, values: np.ndarray, mapping: str):
    shown = pixels(page)
    expected = 255 * MAPPINGS[mapping](values)
    assert shown.shape[:2] == values.shape[:2]
    assert (shown[:, :, 3] == 255).all()
    assert np.abs(shown[:, :, :3] - expected).max() < 0.52


def test_three_channels_are_red_green_and_blue_by_the_mapping_that_is_chosen(live):
    live.show("page=output&z_seed=4&z_scale=3")
    expect(live.page.locator("#field-red")).to_be_hidden()  # where there is no choice
    assert "lowest value" in live.page.inner_text("#mapping-note")
    pictures = set()
    for mapping in MAPPINGS:
        state = live.choose("rgb_mapping", mapping)
        assert state["rgb_mapping"] == mapping
        assert_drawn(live, output_of(state), mapping)
        assert len(np.unique(pixels(live)[:, :, 0])) > 5
        pictures.add(pixels(live).tobytes())
    assert len(pictures) == len(MAPPINGS)


def note_of(page, link: str) -> str:
    page.show(f"page=output&weights=untrained&{link}")
    return page.page.inner_text("#mapping-note")


def test_without_a_span_the_one_value_is_named(live):
    assert "Every finite value is 0" in note_of(live, "z_scale=0")
    assert not pixels(live)[:, :, :3].any(), "all are black"
    assert "mid-grey" in note_of(live, "z_scale=0&rgb_mapping=tanh")
    note = note_of(live, f"{NO_NUMBERS}&rgb_mapping=tanh")
    assert "No value is finite" in note
    assert "lowest" not in note


def test_of_eight_channels_any_three_can_be_chosen(live):
    state = live.show("page=output&C=8&z_seed=4")
    assert_drawn(live, output_of(state)[:, :, [0, 1, 2]], "minmax")
    for field, value in [("red", "7"), ("green", "3"), ("blue", "5")]:
        assert live.slide(field, int(value))[field] == int(value)
    live.settle()
    assert_drawn(live, output_of(state)[:, :, [7, 3, 5]], "minmax")


def test_the_maps_of_the_output_hold_the_numbers_and_the_picture_tells_them(live):
    state = live.show("page=output&z_seed=4&C=1")
    output, picture = output_of(state), live.values(".output-maps")
    np.testing.assert_allclose(picture[:32, :64], output[:, :, 0], rtol=1e-4, atol=3e-6)
    tip = live.tip(".output-maps", 5, 6)
    assert tip == f"item 0, row 6, column 5, channel 0 = {exact(picture[6, 5])}"
    red, green, blue, _ = np.moveaxis(pixels(live), 2, 0)
    assert (red == green).all(), "one channel is grey"
    assert (red == blue).all()
    assert_drawn(live, np.repeat(output, 3, axis=2), "minmax")
    assert "grey" in live.page.locator(".output-page .inspector > .sentence").inner_text()
    canvas = live.page.locator(".output-page .picture")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    canvas.hover(position={"x": box["width"] * 10.5 / 64, "y": box["height"] * 3.5 / 32})
    readout = live.page.locator(".output-page figure .mono").inner_text()
    assert readout == f"row 3, column 10: [0] {exact(picture[3, 10])}"


def test_the_answer_for_a_pixel_is_in_view_and_names_its_channel(live):
    assert live.click(".image-card")["page"] == "output"
    live.act(lambda: live.page.click(".picture", position={"x": 100, "y": 40}))
    live.page.wait_for_function(
        "document.querySelector('.tracer-title').getBoundingClientRect().top < innerHeight - 60"
    )
    assert "channel 0 of 3, red" in live.page.inner_text("#tracer .same-cell")
    state = live.click('#tracer .same-cell [data-channel="2"]')
    assert state["cell"].endswith(",2")
    assert "channel 2 of 3, blue" in live.page.inner_text("#tracer .same-cell")


def test_the_lists_name_the_channels_that_are_drawn(live):
    state = live.show("page=output&z_seed=4&C=2&red=7&green=5&blue=1")
    assert [int(live.box(color)) for color in ("red", "green", "blue")] == [1, 1, 1]
    assert_drawn(live, output_of(state)[:, :, [1, 1, 1]], "minmax")


def sample(page, item: int):
    return page.page.locator(f'#samples [data-item="{item}"]')


def test_all_items_of_a_batch_are_tiles_and_a_click_chooses_one(live):
    live.show("page=output&batch_size=3&z_seed=4")
    expect(live.page.locator("#samples .sample:visible")).to_have_count(3)
    state = live.act(sample(live, 2).click)
    assert state["item"] == 2
    assert_drawn(live, output_of(state), "minmax")
    expect(sample(live, 2)).to_have_attribute("aria-pressed", "true")
    assert live.box("item") == "2"
    small = live.page.evaluate(READ.replace(".output-page .picture", '[data-item="2"] canvas'))
    small = np.frombuffer(base64.b64decode(small[2]), np.uint8).reshape(*small[:2], 4)
    assert np.abs(small.astype(int) - pixels(live)).max() <= 1, "half a level of 250"
    live.show("page=output")
    expect(live.page.locator("#samples")).to_be_hidden()
