"""The controls of the architecture: shapes, names and numbers on the page follow each of them."""

from playwright.sync_api import expect

from explorer.model.stages import stages
from tests.browser.truth import assert_focus_is_true, config_of
from tests.support.each import each

SLIDERS = {"upsample_dim": 64, "base_width": 5, "stride": 3}


def card_shapes(page) -> list[str]:
    return page.page.locator(".card[data-stage] .shape").all_inner_texts()


def expected_shapes(state: dict) -> list[str]:
    return [str(list(stage.shape)) for stage in stages(config_of(state), state["batch_size"])]


@each(("field", "value"), SLIDERS.items())
def test_a_slider_changes_the_generator(live, field, value):
    live.show("stage=conv_out/conv2d")
    before = live.values()
    state = live.slide(field, value)
    assert state[field] == value
    assert live.box(field) == str(value)
    assert card_shapes(live) == expected_shapes(state)
    assert before.tobytes() != live.values().tobytes()
    assert_focus_is_true(live, state)


def test_a_slider_reaches_as_far_as_what_is_typed_and_no_further_than_is_allowed(live):
    box = live.control("kernel_size").locator("input[type=number]")
    state = live.act(lambda: box.fill("11"))
    assert state["kernel_size"] == 11
    expect(box).to_have_attribute("max", "11")
    box.press("Tab")
    assert live.box("kernel_size") == "11"
    assert live.control("kernel_size").locator("input[type=range]").input_value() == "11"
    assert_focus_is_true(live, state)
    live.show()
    assert live.enter("kernel_size", "99")["kernel_size"] == 9
    assert live.box("kernel_size") == "9"
    expect(live.control("kernel_size").locator(".validation-error")).to_have_count(0)


def test_an_activation_is_applied(live):
    live.show("stage=upsample2/actv")
    before = live.values()
    state = live.choose("actv", "elu")
    assert state["actv"] == "elu"
    assert before.tobytes() != live.values().tobytes()
    assert_focus_is_true(live, state)
    assert "elu" in live.card("fc1/actv").split(", ")
    assert "elu" in live.page.locator(".stage-words .sentence").inner_text()
    assert live.choose("actv", "relu")["actv"] == "relu"
    assert before.tobytes() == live.values().tobytes()


def test_training_normalizes_by_the_batch(live):
    live.show("stage=upsample1/batch_normalization&batch_size=3")
    before = live.values()
    state = live.toggle("training")
    assert state["training"] is True
    assert before.tobytes() != live.values().tobytes()
    assert_focus_is_true(live, state)
    assert "training=True" in live.card("fc1/batch_normalization")
    assert live.toggle("training")["training"] is False
    assert before.tobytes() == live.values().tobytes()


def test_pads_are_read_as_a_link_writes_them_and_a_mode_fills_them(live):
    live.show("batch_size=3&upsample_dim=64&pad_mode=SYMMETRIC&stage=conv_out/pad")
    state = live.enter("paddings", "1,0,3,2,3,4,0,1")
    assert state["paddings"] == "1,0,3,2,3,4,0,1"
    assert live.box("paddings") == "[[1, 0], [3, 2], [3, 4], [0, 1]]"
    assert card_shapes(live)[-2] == "[4, 37, 71, 9]"
    before = live.values()
    state = live.choose("pad_mode", "CONSTANT")
    assert state["pad_mode"] == "CONSTANT"
    assert before.tobytes() != live.values().tobytes()
    assert_focus_is_true(live, state)
    assert "CONSTANT" in live.card("conv_out/pad")


def test_bn_position_swaps_two_stages(live):
    live.show("stage=upsample1/actv&training=true&batch_size=2")
    before = live.values()
    state = live.choose("bn_position", "before")
    names = live.page.locator(".card[data-stage]").evaluate_all(
        "(cards) => cards.map((card) => card.dataset.stage)"
    )
    wanted = [stage.name for stage in stages(config_of(state), 2)]
    assert names == wanted
    assert names.index("fc1/batch_normalization") < names.index("fc1/actv")
    assert before.tobytes() != live.values().tobytes()
    assert_focus_is_true(live, state)


def test_fewer_blocks_move_the_focus_to_the_last_block(live):
    live.show("stage=upsample3/actv")
    state = live.slide("upsample_blocks", 1)
    assert state["stage"] == "upsample1/actv"
    assert live.page.locator(".card[data-stage]").count() == 10
    assert live.page.locator(".stage-title").first.inner_text() == "upsample1/actv"
    assert_focus_is_true(live, state)
