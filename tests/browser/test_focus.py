"""The focused stage: every card opens its maps, and every cell tells its place and exact value."""

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.truth import (
    assert_focus_is_true,
    assert_printed,
    assert_same,
    exact,
    focused_item,
    stages_of,
    tile_origin,
)
from tests.support.each import each

NAMES = ("z", "fc1/dense", "upsample2/actv", "conv_out/pad")


def value_in(tip: str) -> np.float32:
    return np.float32(tip.splitlines()[0].split(" = ")[-1].replace("−", "-"))


@each("name", NAMES)
def test_a_click_on_a_card_shows_its_stage(live, name):
    live.show("z_seed=2&stage=" + ("z" if name != "z" else "fc1/dense"))
    state = live.click(f'.card[data-stage="{name}"]')
    assert (state["stage"], state["channel"], state["page"]) == (name, -1, "maps")
    assert live.page.locator(".stage-title").first.inner_text() == name
    current = live.page.locator('.card[aria-current="true"]')
    assert current.count() == 1
    assert current.get_attribute("data-stage") == name
    assert_focus_is_true(live, state)


@each("name", ["z", "upsample3/actv"])
def test_the_numbers_beside_a_stage_are_its_statistics(live, name):
    state = live.show(f"stage={name}&z_seed=3")
    item, shown = focused_item(state).astype(np.float64), live.statistics()
    assert_printed(shown["min"], item.min())
    assert_printed(shown["max"], item.max())
    assert float(shown["mean"].replace("−", "-")) == pytest.approx(item.mean(), rel=2e-3, abs=1e-6)
    assert float(shown["standard deviation"]) == pytest.approx(item.std(), rel=2e-3)
    assert shown["zeros"] == f"{100 * (item == 0).mean():.1f} %"
    assert shown["values"].replace("\u202f", "") == str(item.size)
    dead = int((item == 0).all(axis=(0, 1)).sum())
    assert shown.get("dead channels (all 0)", "0 / 1") == f"{dead} / {item.shape[2]}"


def test_a_cell_of_a_mosaic_tells_its_place_and_value_and_a_gap_nothing(live):
    """With cells of some pixels, so that the mouse can stand on one."""
    state = live.show("stage=upsample1/conv2d_transpose&batch_size=2&item=1&upsample_dim=64")
    item, picture = focused_item(state), live.values()
    x, y = tile_origin(picture.shape, item.shape, 7)
    tip = live.tip(".focus-map", x + 5, y + 2)
    assert tip == f"item 1, row 2, column 5, channel 7 = {exact(picture[y + 2, x + 5])}"
    assert_same(np.atleast_1d(value_in(tip)), item[2, 5, 7:8])
    live.point(".focus-map", 16, 3)  # the gap after a map of 16 columns
    expect(live.page.locator(".focus-map .heatmap-tip")).to_be_hidden()


def test_a_cell_of_the_dense_vector_tells_its_unit(live):
    state = live.show("stage=fc1/dense")
    row, column, channel = 2, 3, 77
    unit = (row * 8 + column) * 256 + channel
    first, second = live.tip(".focus-map", channel, row * 9 + column).splitlines()
    assert first.startswith(f"item 0, unit (2·8 + 3)·256 + 77 = {unit}")
    assert second.startswith("→ row 2, column 3, channel 77 = ")
    value = focused_item(state).ravel()[unit]
    assert value_in(second) == pytest.approx(value, rel=1e-4, abs=1e-6)


def test_a_cell_of_z_tells_its_dimension(live):
    live.show("stage=z&z_seed=6")
    z = np.random.RandomState(6).standard_normal(128).astype(np.float32)
    tip = live.tip(".focus-map", 5, 3)
    assert tip == f"item 0, dimension {3 * 32 + 5} = {exact(z[101])}"


def test_the_words_follow_a_change_of_z_and_go_with_the_pointer(live):
    before = live.tip(".focus-map", 4, 4)
    live.enter("z_seed", "8")
    after = live.tip(".focus-map", 4, 4)
    assert after != before
    assert value_in(after) == live.values()[4, 4]
    live.page.mouse.move(1, 1)
    expect(live.page.locator(".focus-map .heatmap-tip")).to_be_hidden()


def test_a_click_on_a_map_shows_it_alone(live):
    state = live.show("stage=upsample1/conv2d_transpose")
    x, y = tile_origin(live.values().shape, focused_item(state).shape, 21)
    live.point(".focus-map", x + 3, y + 3)

    def click():
        live.page.mouse.down()
        live.page.mouse.up()

    state = live.act(click)
    assert state["channel"] == 21
    assert live.box("channel") == "21"
    assert_focus_is_true(live, state)


def test_a_slider_runs_through_the_channels_of_the_stage(live):
    live.show("stage=upsample1/actv")
    state = live.slide("channel", 1000)  # past the last one
    assert state["channel"] == 127
    assert_focus_is_true(live, state)
    assert live.click("#all-channels")["channel"] == -1
    assert live.box("channel") == "-1"
    live.show("stage=upsample2/actv&channel=100")
    assert live.box("channel") == "63"


def test_where_there_is_one_channel_there_is_none_to_choose(live):
    live.show("stage=z")
    expect(live.page.locator("#field-channel")).to_have_count(0)
    expect(live.page.locator("#all-channels")).to_be_hidden()
    live.show("stage=conv_out/conv2d")
    expect(live.page.locator("#field-channel")).to_be_visible()
    expect(live.page.locator("#all-channels")).to_be_visible()


def test_arrow_keys_walk_through_the_channels_to_the_last_and_escape_leaves(live):
    live.show("stage=conv_out/conv2d")
    live.page.focus(".focus-map")

    def press(key: str) -> int:
        return live.act(lambda: live.page.keyboard.press(key))["channel"]

    keys = ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowRight", "ArrowRight", "ArrowRight")
    assert [press(key) for key in keys] == [0, 1, 0, 1, 2, 2]
    assert press("Escape") == -1


def test_shift_and_arrows_move_from_cell_to_cell_and_stay_inside_a_smaller_map(page):
    page.open("channel=3")
    page.page.focus(".focus-map")
    tip = page.page.locator(".focus-map .heatmap-tip")
    keys = ["ArrowDown", "ArrowRight", "ArrowDown", "ArrowLeft"]  # the first enters the map
    for key, place in zip(keys, [(0, 0), (0, 1), (1, 1), (1, 0)], strict=True):
        page.page.keyboard.press(f"Shift+{key}")
        value = exact(page.values()[place])
        expect(tip).to_have_text(f"item 0, row {place[0]}, column {place[1]}, channel 3 = {value}")
    for _ in range(15):
        page.page.keyboard.press("Shift+ArrowRight")
    page.show("channel=3&stage=fc1/reshape")
    page.page.focus(".focus-map")
    page.page.keyboard.press("Shift+ArrowDown")
    expect(tip).to_have_text(f"item 0, row 2, column 7, channel 3 = {exact(page.values()[2, 7])}")


def test_the_plot_has_the_size_of_its_box_whatever_came_before(live):
    for stage in ("upsample2/conv2d_transpose", "z", "fc1/dense"):
        live.show(f"stage={stage}")
        host, plot = live.page.evaluate(
            "() => { const host = document.querySelector('.focus-map');"
            " return [host.clientHeight, host.querySelector('.main-svg').clientHeight]; }"
        )
        assert host == plot, stage


def test_numbers_are_of_the_chosen_channel(live):
    state = live.show("stage=upsample1/actv&channel=3&z_seed=4")
    values = stages_of(state)["upsample1/actv"][0, :, :, 3]
    shown = live.statistics()
    assert float(shown["max"]) == pytest.approx(float(values.max()), rel=1e-3)
    assert live.page.inner_text(".scope") == "Channel 3 alone"
    live.show("stage=upsample1/actv&z_seed=4")
    assert live.page.inner_text(".scope") == "All channels (128)"


def test_an_explanation_follows_the_item_and_the_channel(live):
    live.show("stage=upsample1/actv&cell=0,1,2,0&channel=0&batch_size=3")
    assert live.enter("item", "2")["cell"] == "2,1,2,0"
    assert live.slide("channel", 9)["cell"] == "2,1,2,9"
    assert "[2, 1, 2, 9]" in live.page.inner_text(".tracer-title")


def test_a_batch_of_several_says_how_much_its_items_differ(live):
    live.show("batch_size=4&stage=upsample1/actv")
    note = live.page.locator("#items-differ")
    assert note.is_visible()
    assert float(live.statistics()["Items differ by"].rstrip(" %")) > 1
    live.show("batch_size=4&z_scale=0&stage=upsample1/actv")
    assert live.statistics()["Items differ by"] == "0.0 %"
    live.show("batch_size=1&stage=upsample1/actv")
    assert "Items differ by" not in live.statistics()
    assert note.is_hidden()


def test_the_rule_of_the_pad_stands_on_its_page(live):
    live.show("page=padding&paddings=0,0,3,3,3,4,0,0")
    live.unfold("#pad-rules")
    text = live.page.inner_text("#pad-rules")
    assert "(output_kernel − 1)/2 = 3 on each side keep the size" in text
    assert "32×64 becomes 32×65" in text
