"""Arguments of single stages, changed on the page: in the link, undone one by one, refused."""

import numpy as np
from playwright.sync_api import expect

from explorer import trace
from explorer.link import read_link
from explorer.model.carry_changes import carry_changes
from explorer.views.drawing import Drawing
from explorer.words import words_in
from tests.browser.truth import assert_same

UP1 = "upsample1/conv2d_transpose"
PLAIN = f"weights=untrained&upsample_dim=16&stage={UP1}&channel=0"
LIST = "#stage-changes li"


def box(live, argument: str):
    live.unfold(f'#stage-change [data-argument="{argument}"]')
    return live.page.locator(f'#stage-change [data-argument="{argument}"]')


def write(live, argument: str, text: str):
    box(live, argument).fill(text)
    box(live, argument).press("Tab")


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
    live.act(lambda: write(live, "kernel_size", "7, 3"))
    assert f"changes={UP1}:kernel_size:7,3" in live.link()
    assert_same(live.values(), told(live)[0, :, :, 0])
    live.act(lambda: box(live, "swap").select_option("upsampling2d"))
    assert_same(live.values(), told(live)[0, :, :, 0])
    expect(live.page.locator(LIST)).to_have_count(2)
    expect(live.page.locator("#weights-words")).to_contain_text("single stages were changed (2)")
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


def test_what_does_not_fit_is_told_with_its_stage_and_the_view_stays(live):
    live.show(f"{PLAIN}&stage=fc1/dense".replace(f"stage={UP1}&", ""))
    write(live, "units", "500")
    message = live.alert()
    assert "units = 500" in message
    assert "fc1/reshape" in message
    assert live.page.locator(".stage-title").inner_text() == "fc1/dense"
    live.act(live.page.get_by_text(words_in("en")["ui"]["last_good"]).click)
    expect(box(live, "units")).to_have_value("512")


def test_an_argument_of_the_call_leads_to_its_box(live):
    live.show(PLAIN)
    live.page.click('#stage-call [data-argument="padding"]')
    expect(box(live, "padding")).to_be_focused()
    live.page.hover('#stage-call [data-argument="kernel_size"]')
    live.page.click('#stage-call [data-changes="kernel_size"]')
    expect(box(live, "kernel_size")).to_be_focused()
