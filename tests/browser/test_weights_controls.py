"""The controls of the weights: their seed, a new draw, reuse, and the device."""

from tests.browser.truth import assert_focus_is_true


def test_the_weights_seed_draws_other_weights(live):
    before = live.values()
    state = live.enter("weights_seed", "11")
    assert state["weights_seed"] == 11
    assert before.tobytes() != live.values().tobytes()
    assert_focus_is_true(live, state)
    assert "seed 11" in live.page.locator("#weights-label").inner_text()


def test_draw_new_weights_keeps_z(live):
    live.show("z_seed=3")
    state = live.click("#new-weights")
    assert state["weights_seed"] != 0
    assert state["z_seed"] == 3
    assert live.box("weights_seed") == str(state["weights_seed"])
    assert_focus_is_true(live, state)


def test_with_reuse_a_new_z_meets_the_same_weights_and_without_it_new_ones(live):
    live.show("weights_seed=5")
    state = live.click("#new-z")
    assert (state["reuse"], state["weights_seed"]) == (True, 5)
    assert live.toggle("reuse")["reuse"] is False
    state = live.click("#new-z")
    assert state["weights_seed"] != 5
    assert_focus_is_true(live, state)
    assert live.toggle("reuse")["reuse"] is True
    assert live.click("#new-z")["weights_seed"] == state["weights_seed"]


def test_the_device_can_be_chosen(live):
    assert [text.split()[-1] for text in live.options("device")] == ["automatic", "CPU:0"]
    state = live.choose("device", "CPU:0")
    assert state["device"] == "CPU:0"
    assert live.page.locator("#device-label").inner_text() == "Runs on CPU:0"
    assert_focus_is_true(live, state)
    assert live.choose("device", "auto")["device"] == "auto"
