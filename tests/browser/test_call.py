"""The line of code that makes a stage: told of argument by argument, and the way to a control."""

import re

from playwright.sync_api import expect

from explorer import GeneratorConfig
from explorer.model.stages import stages
from explorer.views.call.stage import stage_call
from explorer.words import english
from tests.support.each import each

TRANSPOSED = "stage=upsample1/conv2d_transpose"
# How many commas stand left of what they follow, so at the beginning of a line.
FIRST_COMMAS = """(line) => {
  const place = document.createRange();
  return [...line.querySelectorAll('.argument')].filter((argument) => {
    const after = argument.nextSibling;
    if (!after?.data?.startsWith(',')) return false;
    place.setStart(after, 0);
    place.setEnd(after, 1);
    return place.getBoundingClientRect().left < [...argument.getClientRects()].at(-1).right - 1;
  }).length;
}"""


def words(live, name: str, config: GeneratorConfig, stage: str, drawn: str = "all") -> str:
    """What has to be said of an argument."""
    place = next(item for item in stages(config) if item.name == stage)
    call = stage_call(config, place, drawn)
    sentence = next(item for item in call.arguments if item.name == name).sentence
    return english("arguments", sentence.code, dict(sentence.params))


def told(live) -> str:
    return live.page.inner_text("#call-words")


def argument(live, name: str):
    return live.page.locator(f'#stage-call [data-argument="{name}"]')


@each(
    ("stage", "first"),
    [
        ("fc1/dense", "units"),
        ("fc1/batch_normalization", "training"),
        ("upsample2/conv2d_transpose", "padding"),
        ("conv_out/pad", "paddings"),
    ],
)
def test_what_matters_most_is_told_at_once(live, stage, first):
    live.show(f"stage={stage}")
    assert words(live, first, GeneratorConfig(), stage) in told(live)
    assert argument(live, first).get_attribute("class") == "argument told"


def test_pointing_or_the_keyboard_tells_and_it_follows_the_controls(live):
    live.show(TRANSPOSED)
    height = live.page.locator("#stage-call").bounding_box()["height"]
    argument(live, "strides").hover()
    said = words(live, "strides", GeneratorConfig(), "upsample1/conv2d_transpose")
    assert told(live) == f"strides=2 {said} The default is (1, 1)."
    assert live.page.locator("#stage-call").bounding_box()["height"] == height
    argument(live, "inputs").focus()
    assert told(live).startswith("h2 ")
    live.page.keyboard.press("Tab")
    assert told(live).startswith("upsample_dim // 2 ")
    argument(live, "kernel_size").hover()
    live.slide("kernel_size", 4)
    said = words(live, "kernel_size", GeneratorConfig(kernel_size=4), "upsample1/conv2d_transpose")
    assert told(live) == f"kernel_size=4 {said}"
    assert argument(live, "kernel_size").inner_text() == "kernel_size=4"
    live.page.mouse.move(1, 1)
    live.show("stage=upsample2/conv2d_transpose")
    assert told(live).startswith("padding='same'"), "the next stage begins anew"


def test_what_can_be_changed_leads_to_its_control_and_unfolds_it(live):
    live.show(TRANSPOSED)
    live.reveal("stride")
    live.page.click("#group-more > .label-wrap")
    expect(live.page.locator("#field-stride")).to_be_hidden()
    argument(live, "strides").click()
    expect(live.control("stride").locator("input").first).to_be_focused()
    expect(live.page.locator("#field-stride")).to_be_in_viewport()


def test_a_value_of_several_fields_leads_to_each(live):
    live.show("stage=fc1/reshape")
    leads = live.page.locator("#stage-call .call-leads button")
    assert leads.all_inner_texts() == ["base_height", "base_width", "upsample_dim"]
    leads.nth(1).click()
    expect(live.page.locator("#field-base_width input").first).to_be_focused()


def test_what_cannot_be_changed_is_no_control_and_all_arguments_unfold_and_fold(live):
    live.show(TRANSPOSED)
    fixed = argument(live, "inputs")
    assert fixed.evaluate("(node) => [node.tagName, getComputedStyle(node).cursor]") == [
        *("SPAN", "default")
    ]
    fixed.hover()
    expect(live.page.locator("#stage-call .call-leads").first).to_be_hidden()
    assert argument(live, "strides").evaluate("(node) => node.tagName") == "BUTTON"
    more = live.page.locator("#stage-call .call-line button.link")
    few = live.page.locator("#stage-call .argument").count()
    assert more.inner_text() == "all 18 arguments"
    more.click()
    assert live.page.locator("#stage-call .argument").count() == 18
    assert more.get_attribute("aria-expanded") == "true"
    more.click()
    assert live.page.locator("#stage-call .argument").count() == few
    live.show("stage=z")
    expect(more).to_be_hidden()
    assert live.page.locator("#stage-call .argument").count() == 8


def test_what_is_cut_goes_on_visibly_and_what_is_unfolded_is_seen(live):
    live.page.set_viewport_size({"width": 1280, "height": 720})
    live.show("stage=fc1/batch_normalization")
    cut = re.compile("more-below")
    line = live.page.locator("#stage-call .call-line")
    expect(line).not_to_have_class(cut)
    line.locator("button.link").click()
    expect(line).to_have_class(cut)
    line.hover()
    live.page.mouse.wheel(0, 2000)
    expect(line).not_to_have_class(cut)
    line.locator("button.link").click()
    fold = live.page.locator("#stage-change")
    fold.locator("button.label-wrap").click()
    expect(fold.locator("input").first).to_be_in_viewport(ratio=1)
    fold.locator("button.label-wrap").click()


def test_no_line_of_a_call_begins_with_a_comma(live):
    live.show("stage=fc1/batch_normalization")
    live.page.locator("#stage-call .call-line button.link").click()
    line = live.page.locator("#stage-call .call-line")
    width = line.bounding_box()["width"]
    for narrower in range(0, 60, 4):
        line.evaluate("(line, width) => { line.style.width = `${width}px`; }", width - narrower)
        assert line.evaluate(FIRST_COMMAS) == 0
    line.evaluate("(line) => { line.style.width = ''; }")


def test_the_initializer_is_told_with_its_own_arguments(live):
    live.show("stage=fc1/dense&kernel_initializer=normal_0.02")
    assert argument(live, "kernel_initializer.stddev").inner_text() == "stddev=0.02"
    argument(live, "kernel_initializer.stddev").hover()
    assert "0.02 for every kernel" in told(live)
    argument(live, "kernel_initializer").click()
    expect(live.page.locator("#field-kernel_initializer input")).to_be_focused()


@each(
    ("link", "drawn"),
    [
        ("weights=trained&upsample_dim=64", "none"),
        ("weights=trained&upsample_dim=72", "some"),
        ("weights=trained&upsample_dim=72&carry=untrained", "all"),
    ],
)
def test_whether_the_kernel_is_drawn_is_told(live, link, drawn):
    state = live.show(f"{link}&stage=fc1/dense")
    argument(live, "kernel_initializer").hover()
    config = GeneratorConfig(upsample_dim=state["upsample_dim"])
    assert words(live, "kernel_initializer", config, "fc1/dense", drawn) in told(live)
