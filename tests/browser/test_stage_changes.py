"""Arguments of single stages, changed on the page: in the link, undone one by one, refused."""

import keras
import numpy as np
from playwright.sync_api import expect

from explorer import Change, apply_changes, carry_changes, open_generator, trace
from explorer.link import read_link
from explorer.model.graph_store import keep_graph
from explorer.views.drawing import Drawing
from explorer.words import words_in
from tests.browser.test_weight_files import open_files
from tests.browser.truth import assert_same
from tests.support.keras_models import MODELS, draw_weights

UP1 = "upsample1/conv2d_transpose"
PLAIN = f"weights=untrained&upsample_dim=16&stage={UP1}&channel=0"
LIST = "#stage-changes li"
SWAP = words_in("en")["changeable"]


def box(live, argument: str):
    """The input of Gradio's control of an argument."""
    fold = live.page.locator("#stage-change > button.label-wrap")
    if not live.page.locator("#stage-arguments").is_visible():
        fold.click()
    return live.page.locator("#stage-arguments").get_by_label(argument, exact=True)


def write(live, argument: str, text: str):
    box(live, argument).fill(text)
    box(live, argument).press("Tab")


def choose(live, argument: str, words: str):
    box(live, argument).click()
    live.page.get_by_role("option", name=words, exact=True).click()


def told(live) -> np.ndarray:
    """What the changed generator gives, out of the weights that it had before."""
    state, problems = read_link(live.link())
    assert not problems
    plain, _ = read_link(PLAIN)
    weights = Drawing(plain, plain.find_origin()).run.weights
    carried = carry_changes(state.changed.before, weights, state.graph)
    return trace(state.graph, carried, state.z)[state.stage]


def test_changes_are_made_told_and_undone_one_by_one(live):
    live.show(PLAIN)
    live.act(lambda: write(live, "kernel_size, height", "7"))
    live.act(lambda: write(live, "kernel_size, width", "3"))
    assert f"changes={UP1}:kernel_size:7,3" in live.link()
    assert_same(live.values(), told(live)[0, :, :, 0])
    live.act(lambda: choose(live, SWAP["swap"], SWAP["swap_upsampling2d"]))
    assert_same(live.values(), told(live)[0, :, :, 0])
    expect(live.page.locator(LIST)).to_have_count(2)
    expect(live.page.locator("#weights-words")).to_contain_text("hanges of single stages: 2")
    expect(live.page.locator("#page-train-button")).to_be_hidden()
    undo = live.page.locator(f"{LIST} .undo-change")
    state = live.act(undo.nth(0).click)
    assert state["changes"] == f"{UP1}:swap:upsampling2d"
    state = live.act(lambda: live.page.keyboard.press("Control+z"))
    assert state["changes"].startswith(f"{UP1}:kernel_size:7,3")
    assert live.click("#undo-changes")["changes"] == ""
    expect(live.page.locator("#stage-changes section")).to_be_hidden()
    expect(live.page.locator("#page-train-button")).to_be_visible()


def test_the_value_that_it_had_is_no_change(live):
    live.show(PLAIN)
    assert live.act(lambda: write(live, "filters", "12"))["changes"] == f"{UP1}:filters:12"
    assert live.act(lambda: write(live, "filters", "8"))["changes"] == ""


def test_what_is_not_allowed_is_marked_and_all_of_a_stage_is_undone(live):
    live.show(PLAIN)
    undo = live.page.locator("#undo-stage")
    assert live.act(lambda: write(live, "filters", "12"))["changes"] == f"{UP1}:filters:12"
    write(live, "filters", "9000")
    mark = live.page.locator("#stage-arguments div.validation-error")
    expect(mark).to_contain_text("1 … 8192")
    live.act(lambda: write(live, "filters", "11"))
    expect(mark).to_be_hidden()
    write(live, "kernel_size, width", "0")
    expect(mark).to_have_text("Allowed: 1 … 64")
    live.act(lambda: write(live, "kernel_size, width", "4"))
    expect(mark).to_be_hidden()
    assert live.act(undo.click)["changes"] == ""
    expect(box(live, "filters")).to_have_value("8")
    expect(undo).to_be_disabled()
    live.show(f"{PLAIN}&stage=upsample1/actv".replace(f"stage={UP1}&", ""))
    expect(box(live, "filters")).to_be_hidden()
    live.act(lambda: choose(live, "function", "tanh"))
    assert "upsample1/actv:function:tanh" in live.link()


def test_what_does_not_fit_is_told_with_its_stage_and_the_view_stays(live):
    live.show(f"{PLAIN}&stage=fc1/dense".replace(f"stage={UP1}&", ""))
    write(live, "units", "500")
    message = live.alert()
    assert "units = 500" in message
    assert "fc1/reshape" in message
    assert live.page.locator(".stage-title:visible").inner_text() == "fc1/dense"
    live.refuse("z_seed", "-1")  # what comes next elsewhere hides no value that is not applied
    mark = live.page.locator("#stage-arguments div.validation-error")
    expect(mark).to_have_text(words_in("en")["changeable"]["not_applied"])
    expect(box(live, "units")).to_have_value("500")
    live.enter("z_seed", "3")
    assert "units = 500" in live.alert()
    back = words_in("en")["ui"]["last_good"]
    live.act(live.page.locator(f'.alerts button:has-text("{back}")').click)
    expect(box(live, "units")).to_have_value("512")
    expect(mark).to_be_hidden()


def test_what_has_to_change_with_it_is_offered_and_changed_in_one_click(live):
    live.show(f"{PLAIN}&stage=fc1/dense".replace(f"stage={UP1}&", ""))
    write(live, "units", "640")
    assert "fc1/reshape: sizes = 4,8,20" in live.alert()
    state = live.click("#use-offer")
    assert state["changes"] == "fc1/dense:units:640~fc1/reshape:sizes:4,8,20"
    expect(box(live, "units")).to_have_value("640")
    expect(live.page.locator(".alerts .alert")).to_be_hidden()


def test_an_argument_of_the_call_leads_to_its_box(live):
    live.show(PLAIN)
    live.page.click('#stage-call [data-argument="padding"]')
    controls = live.page.locator("#stage-arguments")
    expect(controls.get_by_label("padding", exact=True)).to_be_focused()
    live.page.hover('#stage-call [data-argument="kernel_size"]')
    live.page.click('#stage-call [data-changes="kernel_size"]')
    expect(controls.get_by_label("kernel_size, height")).to_be_focused()


def test_an_opened_generator_is_changed_and_left_without_its_changes(live, tmp_path):
    model = MODELS["custom_step"](keras)
    draw_weights(model)
    model.save(tmp_path / "generator.keras")
    source = open_files(live, tmp_path / "generator.keras")["weights"]
    graph, weights = open_generator(tmp_path / "generator.keras")
    keep_graph(graph, weights)  # in this process, too
    name = next(layer.name for layer in model.layers if "transpose" in layer.name)
    live.show(f"weights={source}&stage={name}&channel=0")
    state = live.act(lambda: write(live, "strides, height", "3"))
    assert state["changes"] == f"{name}:strides:3,2"
    wide = apply_changes(graph, [Change(name, "strides", (3, 2))])
    made = trace(wide, carry_changes(graph, weights, wide), read_link(live.link())[0].inputs)
    assert_same(live.values(), made[name][0, :, :, 0])
    state = live.act(lambda: live.page.click("#weights-notice-other"))
    assert (state["weights"], state["changes"]) == ("untrained", "")


def test_a_list_that_opens_upwards_lies_over_the_strip(live):
    live.show(PLAIN)
    activation = box(live, "activation")
    activation.evaluate(
        "(input) => scrollBy(0, input.getBoundingClientRect().bottom - 0.53 * innerHeight)"
    )
    live.act(lambda: choose(live, "activation", "relu"))
    assert f"{UP1}:activation:relu" in live.link()


def test_what_is_wrong_gives_way_to_a_neighbour_that_is_pointed_at(live):
    live.show(PLAIN)
    write(live, "filters", "9000")
    mark = live.page.locator("#stage-arguments div.validation-error")
    expect(mark).to_have_css("opacity", "1")
    box(live, "kernel_size, height").hover()
    expect(mark).to_have_css("opacity", "0")
    live.page.mouse.move(1, 1)
    expect(mark).to_have_css("opacity", "1")


def test_a_message_is_closed_by_escape_alone(live):
    live.show("weights=untrained&upsample_dim=16&stage=fc1/dense&channel=0")
    write(live, "units", "640")
    message = live.page.locator(".alerts .alert")
    expect(message).to_be_visible()
    live.page.keyboard.press("Escape")
    expect(message).to_be_hidden()
