"""The controls of z: each changes the numbers of z that it names, and the maps follow."""

import json

import numpy as np
from playwright.sync_api import expect

from tests.browser.truth import assert_focus_is_true, exact, stages_of
from tests.support.each import each

FOCUS_Z = "stage=z"


def normal(seed: int, batch: int = 1, length: int = 128) -> np.ndarray:
    return np.random.RandomState(seed).standard_normal((batch, length)).astype(np.float32)


def shown_z(page, length: int = 128) -> np.ndarray:
    return page.values().ravel()[:length]


def test_the_seed_draws_z(live):
    live.show(FOCUS_Z)
    state = live.enter("z_seed", "7")
    assert state["z_seed"] == 7
    np.testing.assert_array_equal(shown_z(live), normal(7)[0])
    box = live.control("z_seed").locator("input")
    assert live.act(lambda: box.press("ArrowUp"))["z_seed"] == 8


def test_new_z_draws_another_seed_and_keeps_the_weights(live):
    live.show(FOCUS_Z + "&z_edits=0.3:2&weights_seed=5")
    state = live.click("#new-z")
    assert state["z_seed"] != 0
    assert state["z_edits"] == ""
    assert state["weights_seed"] == 5
    assert live.box("z_seed") == str(state["z_seed"])
    np.testing.assert_array_equal(shown_z(live), normal(state["z_seed"])[0])


def test_batch_size_and_item_choose_a_row_of_z(live):
    live.show(FOCUS_Z)
    item = live.page.locator("#field-item")
    assert item.is_hidden()
    assert live.slide("batch_size", 4)["batch_size"] == 4
    expect(item).to_be_visible()
    assert item.locator("input[type=range]").get_attribute("max") == "3"
    assert live.slide("item", 3)["item"] == 3
    np.testing.assert_array_equal(shown_z(live), normal(0, 4)[3])
    assert live.page.locator('.card[data-stage="z"] .shape').inner_text() == "[4, 128]"
    assert live.slide("batch_size", 2)["item"] == 1, "a smaller batch shows its last item"
    np.testing.assert_array_equal(shown_z(live), normal(0, 2)[1])


def test_noise_dim_sets_the_length_of_z(live):
    live.show(FOCUS_Z)
    state = live.slide("noise_dim", 40)
    assert state["noise_dim"] == 40
    np.testing.assert_array_equal(shown_z(live, 40), normal(0, 1, 40)[0])
    assert "40 → 8192" in live.card("fc1/dense")


def test_z_scale_multiplies_z(live):
    live.show(FOCUS_Z)
    state = live.slide("z_scale", 2.5)
    assert state["z_scale"] == 2.5
    np.testing.assert_array_equal(shown_z(live), normal(0)[0] * np.float32(2.5))
    live.slide("z_scale", 0)
    assert not shown_z(live).any()


def edited(dimension: int, value: float) -> np.ndarray:
    z = normal(0)[0].copy()
    z[dimension] = value
    return z


def test_the_slider_or_a_typed_number_sets_one_dimension(live):
    live.show(FOCUS_Z + "&z_dim=17")
    live.slide("z_value", -2.25)
    np.testing.assert_array_equal(shown_z(live), edited(17, -2.25))
    live.enter("z_value", "-7.5")  # further than the slider reaches
    np.testing.assert_array_equal(shown_z(live), edited(17, -7.5))
    expect(live.control("z_value").locator("input[type=range]")).to_have_value("-7.5")


def test_an_edit_reaches_every_map(live):
    state = live.show("z_edits=0.3:4.5")
    z = edited(3, 4.5)[None]
    assert_focus_is_true(live, state, stages_of(state, z))


def test_a_click_on_the_strip_or_a_typed_number_chooses_a_dimension(live):
    strip = live.page.locator(".z-strip")
    box = strip.bounding_box()
    cell = box["width"] / 32  # 32 across, 4 down
    place = {"x": cell * 5.5, "y": box["height"] / 4 * 2.5}
    assert live.act(lambda: strip.click(position=place))["z_dim"] == 2 * 32 + 5
    readout = live.page.locator('[data-field="z"] .mono').inner_text()
    assert readout == f"z[0, 69] = {exact(normal(0)[0, 69])}"
    assert live.enter("z_dim", "100")["z_dim"] == 100
    value = live.control("z_value").locator("input[type=number]")
    expect(value).to_have_value(exact(normal(0)[0, 100]).replace("−", "-"))
    expect(live.control("z_value")).to_contain_text("z[0, 100]")


@each(
    ("key", "expected"),
    [("ArrowLeft", 39), ("ArrowDown", 72)],
)
def test_arrow_keys_move_on_the_strip(live, key, expected):
    live.show("z_dim=40")
    live.page.focus(".z-strip")
    assert live.act(lambda: live.page.keyboard.press(key))["z_dim"] == expected
    expect(live.control("z_dim").locator("input[type=number]")).to_have_value(str(expected))


def paste(live, text: str) -> dict:
    give(live, text)
    return live.act(lambda: live.page.click("#use-z"))


def give(live, text: str):
    live.unfold("#field-z_data")
    live.page.fill("#field-z_data textarea", text)


VECTOR = np.linspace(-3, 3, 128, dtype=np.float32)


def test_a_pasted_vector_replaces_only_the_item_on_the_screen(live):
    live.show(FOCUS_Z + "&batch_size=3&item=1")
    state = paste(live, "\n".join(map(str, VECTOR)))
    np.testing.assert_array_equal(shown_z(live), VECTOR)
    assert live.slide("item", 2)["z_data"] == state["z_data"]
    np.testing.assert_array_equal(shown_z(live), normal(0, 3)[2])


def test_a_file_becomes_the_whole_batch(live, tmp_path):
    rows = np.random.RandomState(5).standard_normal((2, 128)).astype(np.float32)
    path = tmp_path / "z.json"
    path.write_text(json.dumps(rows.tolist()))
    live.show(FOCUS_Z + "&batch_size=2")
    live.act(lambda: live.page.set_input_files("#open-vector", path))
    np.testing.assert_array_equal(shown_z(live), rows[0])
    live.slide("item", 1)
    np.testing.assert_array_equal(shown_z(live), rows[1])


def test_a_pasted_vector_becomes_z_and_reset_brings_the_drawn_one_back(live):
    live.show(FOCUS_Z + "&z_seed=4&z_edits=0.2:3&z_scale=2")
    state = paste(live, ", ".join(map(str, VECTOR)))
    assert (state["z_scale"], state["z_edits"]) == (1, "")
    np.testing.assert_array_equal(shown_z(live), VECTOR)
    state = live.click("#reset-z")
    assert (state["z_data"], state["z_edits"], state["z_scale"]) == ("", "", 1)
    np.testing.assert_array_equal(shown_z(live), normal(4)[0])
