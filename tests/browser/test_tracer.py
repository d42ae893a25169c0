"""The value tracer: click a cell, read its parts, go on to any of them, and find the way back."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from explorer.model.explain import explain_cell
from explorer.model.origins import find_origins
from explorer.model.reads import count_cells, influence, receptive_field
from explorer.model.stages import stages
from explorer.schema import read_state
from tests.browser.truth import exact, stages_of, weights_of
from tests.support.each import each

ROUNDED = "The parts are summed in float64"
GRID = "(host) => host.querySelector('canvas').getBoundingClientRect().toJSON()"


def why_of(state: dict):
    checked = read_state(state)
    weights = weights_of(checked.config, checked["weights_seed"])
    index = tuple(int(part) for part in state["cell"].split(","))
    plan = stages(checked.config, checked["batch_size"])
    return explain_cell(plan, weights, stages_of(state), state["stage"], index)


def number(text: str) -> float:
    return float(text.replace("−", "-"))


def numbers(text: str) -> list[float]:
    return [number(part) for part in re.findall(r"[−-]?\d+\.?\d*(?:e[+−-]?\d+)?", text)]


def equation(page) -> str:
    return page.page.locator("#tracer > .equation").inner_text()


def assert_sum_is_shown(page, state):
    why = why_of(state)
    products, bias, total = numbers(equation(page))
    assert products == pytest.approx(why.products.sum(), rel=1e-4, abs=1e-7)
    assert bias == pytest.approx(why.bias)
    assert products + bias == pytest.approx(total, abs=1e-8)
    assert total == pytest.approx(why.value, rel=1e-4, abs=1e-7)


def point_at(page, title: str, row: int, column: int, rows: int, columns: int):
    """The window position of a cell of the figure with that title; axes take 40 and 18 pixels."""
    figure = page.page.locator("#tracer figure", has_text=title).first
    figure.scroll_into_view_if_needed()
    box = figure.evaluate(GRID)
    x = box["x"] + 40 + (column + 0.5) * (box["width"] - 40) / columns
    return x, box["y"] + 18 + (row + 0.5) * (box["height"] - 18) / rows


def test_a_click_on_a_cell_explains_it(live):
    live.show("channel=3")
    place = live.page.locator(".focus-map").evaluate(
        """(host) => { host.scrollIntoView({ block: 'center' });
        const plot = host.querySelector('.heatmap-plot'), { xaxis, yaxis } = plot._fullLayout;
        const box = plot.getBoundingClientRect();
        const [x, y] = [xaxis.l2p(6), yaxis.l2p(3)];
        return [box.left + xaxis._offset + x, box.top + yaxis._offset + y]; }"""
    )
    state = live.act(lambda: live.page.mouse.click(*place))
    assert (state["cell"], state["channel"]) == ("0,3,6,3", 3)
    value = exact(stages_of(state)[state["stage"]][0, 3, 6, 3])
    expect(live.page.locator(".tracer-title")).to_have_text(
        f"Why is upsample1/conv2d_transpose [0, 3, 6, 3] = {value}?"
    )
    assert_sum_is_shown(live, state)


def test_a_click_in_the_mosaic_explains_the_cell_and_the_arrows_move_on_from_it(live):
    live.show("stage=upsample1/conv2d_transpose")
    live.page.focus("#page-maps-button")
    live.point(".focus-map", 11, 5)  # apart from the press of the test before: no double click
    clicked = live.act(lambda: live.page.mouse.down() or live.page.mouse.up())
    assert clicked["cell"] == f"0,5,11,{clicked['channel']}"
    state = live.act(lambda: live.page.keyboard.press("ArrowRight"))
    assert state["page"] == "maps"
    assert state["channel"] == clicked["channel"] + 1
    assert state["cell"] == f"0,5,11,{state['channel']}"


@pytest.mark.parametrize(
    ("link", "cells"),
    [
        ("stage=upsample1/conv2d_transpose&cell=0,3,6,5", 6),
        ("stage=upsample3/conv2d_transpose&cell=0,0,0,1&kernel_size=4", 1),
        ("stage=conv_out/conv2d&cell=1,4,4,0&batch_size=2&training=true&item=1", 49),
    ],
)
def test_a_convolution_is_spelled_out(live, link, cells):
    state = live.show(link)
    assert_sum_is_shown(live, state)
    sentence = live.page.locator("#tracer > .sentence").inner_text()
    assert f"{cells} " in sentence.replace("covers ", "")
    tip_row, tip_column = 0, 0
    why = why_of(state)
    channel = int(np.abs(why.products.sum(axis=(0, 1))).argmax())
    rows, columns = len(why.rows), len(why.columns)
    place = point_at(live, "= products", tip_row, tip_column, rows, columns)
    live.page.mouse.move(*place)
    x, w, product = numbers(
        live.page.locator("#tracer figure", has_text="= products")
        .locator(".heatmap-tip")
        .inner_text()
    )
    assert x == pytest.approx(why.inputs[0, 0, channel], rel=1e-6)
    assert w == pytest.approx(why.kernel[0, 0, channel], rel=1e-6)
    assert product == pytest.approx(x * w, rel=1e-5, abs=1e-12)


def test_a_channel_can_be_chosen(live):
    live.show("stage=upsample1/conv2d_transpose&cell=0,3,6,5")
    place = point_at(live, "for each channel", 2, 7, 8, 32)
    state = live.act(lambda: live.page.mouse.click(*place))
    assert state["source_channel"] == 2 * 32 + 7
    assert live.page.locator("#tracer figcaption", has_text="= products, channel 71").count() == 1
    live.page.wait_for_function("location.hash.includes('source_channel=71')")
    assert live.act(live.page.go_back)["source_channel"] != 71


@each(
    ("k", "words"),
    [
        (1, ["smaller than the stride"]),
        (5, ["(4 − 1)·2 + 5 = 11 in height", "1 above and 2 below"]),
    ],
)
def test_the_canvas_says_what_same_cuts(live, k, words):
    live.show(f"stage=upsample1/conv2d_transpose&cell=0,2,2,0&kernel_size={k}")
    note = live.page.locator("#tracer figure.wide .help").last.inner_text()
    for word in words:
        assert word in note


def test_the_canvas_marks_the_cell_and_its_stamps(live):
    live.show("stage=upsample1/conv2d_transpose&cell=0,3,6,5")
    expect(live.page.get_by_text(ROUNDED)).to_be_visible()
    colours = """(points) => { const canvas = document.getElementById('same-canvas');
      const { width, height } = canvas, side = width / 19;
      const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
      return points.map(([x, y]) => {
        const at = 4 * (Math.floor((y + .5) * side) * width + Math.floor((x + .5) * side));
        return [...data.slice(at, at + 3)]; }); }"""
    cell, plain, stamped = live.page.evaluate(colours, [[7, 4], [14, 5], [5, 5]])
    assert cell == [255, 61, 139]  # row 3 + 1, column 6 + 1
    assert plain != stamped


@each(
    ("link", "words", "source", "target"),
    [
        (
            "stage=fc1/reshape&cell=0,1,2,3",
            "(1·8 + 2)·256 + 3 = 2563",
            "fc1/batch_normalization",
            "0,2563",
        ),
        ("stage=conv_out/pad&cell=0,1,0,3", "", "upsample3/batch_normalization", "0,2,3,3"),
    ],
)
def test_a_source_is_one_click_away_and_the_trail_leads_back(live, link, words, source, target):
    before = live.show(link)
    assert words in live.page.locator("#tracer > .sentence").inner_text()
    state = live.click("#tracer button.source")
    assert (state["stage"], state["cell"]) == (source, target)
    assert live.page.locator(".trail li").count() == 2
    back = live.click(".trail li:first-child button")
    assert (back["stage"], back["cell"], back["trail"]) == (before["stage"], before["cell"], "")


def test_from_the_output_to_z_step_by_step(live):
    """Every stage explains its cell; a contributing one is clicked until z is reached."""
    state = live.show("stage=conv_out/conv2d&cell=0,9,9,1&upsample_dim=16")
    for _ in range(20):
        why = why_of(state)
        title = live.page.locator(".tracer-title").inner_text()
        assert title.startswith(f"Why is {state['stage']} [")
        assert number(title.split("= ")[1].rstrip("?")) == pytest.approx(why.value, rel=1e-4)
        if state["stage"] == "z":
            break
        if live.page.locator("#tracer button.source:visible").count():
            state = live.click("#tracer button.source")
        elif state["stage"] == "fc1/dense":
            state = live.click(".contributions button:visible")
        else:
            place = point_at(live, "Input cells", 0, 0, len(why.rows), len(why.columns))
            state = live.act(lambda place=place: live.page.mouse.click(*place))
    assert state["stage"] == "z"
    assert live.page.locator(".trail li").count() == 16
    assert live.page.locator("#tracer > .equation").inner_text().startswith("z[0, ")


def test_the_numbers_of_a_normalization(live):
    state = live.show("stage=upsample2/batch_normalization&cell=1,3,4,5&batch_size=2&training=true")
    why, found = why_of(state), numbers(equation(live).split("=", 1)[1])
    gamma, x, mean, variance, epsilon, beta, total = found
    assert gamma * (x - mean) / (variance + epsilon) ** 0.5 + beta == pytest.approx(total, abs=1e-6)
    assert total == pytest.approx(why.value, abs=1e-4)
    sentence = live.page.locator("#tracer > .sentence").inner_text()
    assert "all cells (1\u202f024) of channel 5" in sentence
    live.show("stage=fc1/batch_normalization&cell=0,916&training=true")
    sentence = live.page.locator("#tracer > .sentence")
    expect(sentence).to_contain_text("x − mean = 0")
    expect(sentence).to_contain_text("blank")
    live.show("stage=fc1/batch_normalization&cell=0,916")
    expect(sentence).to_contain_text("of unit 916")


def test_the_dense_layer_lists_its_largest_parts_and_the_rest(live):
    state = live.show("stage=fc1/dense&cell=0,77")
    assert_sum_is_shown(live, state)
    lines = live.page.locator("#tracer > .trace-figures > .contributions li").all_inner_texts()
    assert len(lines) == 13
    parts = [numbers(line)[-1] for line in lines]
    assert "the other 116" in lines[-1]
    assert sum(parts) == pytest.approx(why_of(state).products.sum(), abs=2e-4)


def test_an_activation_draws_its_curve_and_point(live):
    state = live.show("stage=upsample1/actv&cell=0,3,6,5&actv=tanh")
    x, y = numbers(live.page.locator(".curve-value").text_content())
    assert (x, y) == (
        pytest.approx(why_of(state).x, rel=1e-3),
        pytest.approx(why_of(state).value, rel=1e-3),
    )
    assert len(live.page.locator(".curve-line").get_attribute("d")) > 500


FADED = """(stage) => {
  const canvas = document.querySelector(`.card[data-stage="${stage}"] canvas`);
  return canvas.toDataURL(); }"""


def test_the_pipeline_keeps_the_tied_cells_bright(live):
    names = ("fc1/reshape", "conv_out/conv2d")
    for name in names:
        live.show(f"stage={name}")  # so that it stands for its block
    live.show("stage=upsample2/actv&channel=5")
    plain = {name: live.page.evaluate(FADED, name) for name in names}
    live.show("stage=upsample2/actv&cell=0,3,4,5&channel=5")
    for name, picture in plain.items():
        assert live.page.evaluate(FADED, name) != picture
    assert live.page.locator(".card.tied").count() == 16
    live.click("#close-tracer")
    assert live.page.evaluate(FADED, "fc1/reshape") == plain["fc1/reshape"]
    assert live.page.locator("#tracer").is_hidden()


def test_the_reach_is_listed_stage_by_stage(live):
    state = live.show("stage=upsample2/actv&cell=0,3,4,5")
    plan, cell = stages(read_state(state).config), (0, 3, 4, 5)
    expect(live.page.get_by_text(ROUNDED)).to_be_hidden()  # an activation adds nothing up
    listed = live.page.locator(".reach li")
    regions = receptive_field(plan, "upsample2/actv", cell) | influence(
        plan, "upsample2/actv", cell
    )
    grids = {stage.name: stage.grid for stage in plan}
    assert listed.count() == len(regions) - 1
    for name, boxes in regions.items():
        if name == "upsample2/actv":
            continue
        text = live.page.locator(f'.reach [data-region="{name}"]').text_content()
        cells = count_cells(boxes, grids[name])
        assert f"(cells: {cells:,})".replace(",", "\u202f") in text


def test_an_output_pixel_leads_to_base_cells_and_z_in_one_click(live):
    live.show("page=output")
    state = live.act(lambda: live.page.click("canvas.picture", position={"x": 40, "y": 30}))
    assert (state["page"], state["stage"], state["origins"]) == ("output", "conv_out/conv2d", True)
    checked = read_state(state)
    index = tuple(int(part) for part in state["cell"].split(","))
    weights, given = weights_of(checked.config, 0), (checked.inputs, checked.z_stage)
    found = find_origins(checked.plan, weights, *given, "conv_out/conv2d", index)
    note = live.page.locator(".origins .equation").inner_text().splitlines()
    base, rest, total = numbers(note[0])
    assert base == pytest.approx(found.base.sum(), rel=1e-2)
    assert base + rest == pytest.approx(total, rel=1e-2)
    first = live.page.locator(".origins .contributions button").first.inner_text()
    largest = int(np.abs(found.z).argmax())
    assert first.startswith(f"z[{largest}]")
    assert numbers(first)[1] == pytest.approx(found.z[largest], rel=1e-2)
    assert live.click("#find-origins")["origins"] is False


def test_another_structure_moves_the_cell_to_the_nearest_and_says_so(live):
    live.show("stage=upsample1/actv&cell=0,1,2,100&channel=100&trail=conv_out/conv2d:0,1,1,0")
    assert live.page.locator(".trail li").count() == 2
    note = live.page.locator("#moved-note")
    expect(note).to_be_hidden()
    assert live.slide("upsample_dim", 64)["cell"] == "0,1,2,31"
    assert "[0, 1, 2, 31]" in live.page.locator(".tracer-title").inner_text()
    expect(note).to_contain_text("[0,1,2,100]")
    expect(note).to_contain_text("[0,1,2,31]")
    assert live.slide("upsample_dim", 256)["cell"] == "0,1,2,100"
    expect(note).to_be_hidden()
    assert live.click('.card[data-stage="fc1/dense"]')["cell"] == "", "a card ends it"
    assert live.page.locator("#tracer").is_hidden()


@each("bad", ["cell=x", "trail=nonsense"])
def test_a_damaged_cell_opens_the_page_with_a_message(live, bad):
    live.show(f"stage=upsample1/actv&{bad}")
    assert "is not a cell" in live.alert()
    assert live.page.locator("#tracer").is_hidden()


def test_a_padded_item_leads_to_the_item_it_copies(live):
    live.show(
        "stage=conv_out/conv2d&cell=0,9,9,0&batch_size=3&paddings=1,0,3,3,3,3,0,0&origins=true"
    )
    state = live.click(".origins .contributions button")
    assert state["stage"] == "z"
    assert state["cell"].split(",")[0] == "1"


def test_a_base_cell_leads_to_the_channel_that_added_the_most(live):
    state = live.show("stage=upsample1/conv2d_transpose&cell=0,5,13,1&origins=true")
    checked = read_state(state)
    weights = weights_of(checked.config, 0)
    found = find_origins(
        checked.plan, weights, checked.inputs, checked.z_stage, state["stage"], (0, 5, 13, 1)
    )
    row, column = np.unravel_index(np.abs(found.base).argmax(), found.base.shape)
    place = point_at(live, "Base cells", int(row), int(column), *found.base.shape)
    after = live.act(lambda: live.page.mouse.click(*place))
    assert after["stage"] == "fc1/reshape"
    assert after["cell"] == f"0,{row},{column},{found.base_channels[row, column]}"


KIND = """(figure) => {
  const strip = figure.querySelector('.grid-strip');
  return /rgb\\(5, ?48, ?97\\)/.test(strip.style.background) ? 'diverging' : 'sequential';
}"""


@pytest.mark.parametrize(
    "link",
    ["cell=0,3,6,5", "cell=0,3,6,5&z_scale=0"],
)
def test_input_tap_and_product_have_one_scale_and_one_kind_of_colours(live, link):
    """Also where the inputs, after relu, are never negative."""
    live.show(f"stage=upsample1/conv2d_transpose&{link}&weights=untrained")
    own = live.page.locator("#tracer .trace-figures:has(> .one-scale)")
    figures = own.locator("> figure:has(.grid-strip)")
    kinds = [figures.nth(at).evaluate(KIND) for at in range(figures.count())]
    assert kinds == ["diverging"] * 5
    ends = [figures.nth(at).locator(".grid-legend span").all_text_contents() for at in range(3)]
    assert ends[0] == ends[1] == ends[2]
    low, high = float(ends[0][0].replace("−", "-")), float(ends[0][-1])
    assert low == -high
    expect(live.page.locator(".one-scale")).to_contain_text("one scale")


def test_an_answer_stays_with_the_pages_that_show_what_was_asked_about(live):
    live.show("stage=upsample1/conv2d_transpose&channel=0&cell=0,3,6,0")
    tracer = live.page.locator("#tracer")
    expect(tracer).to_be_visible()
    for page, is_told in (("output", False), ("padding", False), ("maps", True)):
        live.click(f"#page-{page}-button")
        expect(tracer).to_be_visible(visible=is_told)
