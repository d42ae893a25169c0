"""The padding lab: any tensor, four pairs, sources, limits; reads and effects of the pad."""

import re

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from explorer import pad_index_map
from tests.browser.truth import stages_of
from tests.support.each import each

EXAMPLE = (2, 3, 4, 3)
HOVER = """(host, [row, column, rows, columns]) => {
  host.scrollIntoView({ block: 'center' });
  const box = host.querySelector('canvas').getBoundingClientRect();
  return [box.left + 40 + (column + .5) * (box.width - 40) / columns,
          box.top + 18 + (row + .5) * (box.height - 18) / rows]; }"""


PADS = [
    f"{axis}-{side}"
    for axis in ("batch", "height", "width", "channels")
    for side in ("before", "after")
]
# Boxes of the lab that bear Gradio's mark.
MARKED = """() => [...document.querySelectorAll('#pad-lab div.validation-error')]
  .map((mark) => mark.closest('.block[id^=field-]').id.replace('field-', ''))"""


def pad_box(page, pad: str) -> Locator:
    return page.page.locator(f"#field-lab_paddings-padding-{PADS.index(pad)} input")


def set_pad(page, axis: str, side: str, value: int) -> dict:
    return page.act(lambda: pad_box(page, f"{axis}-{side}").fill(str(value)))


def axis_line(page, axis: str) -> Locator:
    return page.page.locator(f'#pad-lab .axis-sentences [data-axis="{axis}"]')


def shown_axes(page) -> list[str]:
    return page.page.eval_on_selector_all(
        "#pad-lab .axis-sentences li", "(lines) => lines.map((line) => line.dataset.axis)"
    )


def wait_for_marks(page, *pads: str):
    """Waits until those boxes of the lab are marked as wrong, and no other."""
    wanted = [f"lab_paddings-padding-{PADS.index(pad)}" if pad in PADS else pad for pad in pads]
    page.page.wait_for_function(f"(wanted) => ({MARKED})().join() === wanted.join()", arg=wanted)


def hover(page, which: int, row: int, column: int, shape: tuple[int, int]):
    host = page.page.locator("#pad-lab .pad-pair figure").nth(which)
    page.page.mouse.move(1, 1)
    page.page.mouse.move(*host.evaluate(HOVER, [row, column, *shape]))
    return page.page.locator("#pad-lab .readout").inner_text()


@each(("mode", "place"), [("REFLECT", (0, 3)), ("SYMMETRIC", (6, 7)), ("CONSTANT", (0, 3))])
def test_a_padded_cell_writes_out_its_source(live, mode, place):
    pads = [(1, 0), (2, 2), (2, 2), (2, 1)]
    flat = ",".join(str(side) for pair in pads for side in pair)
    live.show(f"page=padding&lab_paddings={flat}&lab_mode={mode}&lab_item=0&lab_channel=1")
    line = hover(live, 1, *place, (7, 8))
    source = pad_index_map(EXAMPLE, pads, mode)[0, place[0], place[1], 1].tolist()
    to = f"padded [0, {place[0]}, {place[1]}, 1] ← "
    if -1 in source:
        assert line.startswith(to + "0 (a constant")
    else:
        assert line.startswith(f"{to}original {source}")


def grids(page) -> list[str]:
    return [text for name, text in page.canvases() if name == "grid-canvas"]


def test_pointing_names_and_marks_the_source_and_the_mirror_lines(live):
    live.show("page=padding")
    assert "at most n − 1" in live.page.inner_text("#lab-modes")
    before = grids(live)
    assert hover(live, 1, 0, 0, (7, 8)).endswith("(REFLECT mirrors height and width)")
    after = grids(live)
    assert sum(a != b for a, b in zip(before, after, strict=True)) == 2
    assert hover(live, 1, 0, 3, (7, 8)).endswith("(REFLECT mirrors height)")
    assert hover(live, 1, 3, 3, (7, 8)) == "padded [0, 3, 3, 0] ← original [0, 1, 1, 0]"


def test_a_sentence_says_what_a_pair_does(live):
    live.show("page=padding&lab_paddings=0,0,2,2,2,2,0,0")
    assert set_pad(live, "height", "before", 1)["lab_paddings"] == "0,0,1,2,2,2,0,0"
    expect(axis_line(live, "height")).to_contain_text("height: 1 row mirrored above, 2 below")
    set_pad(live, "channels", "before", 1)
    expect(axis_line(live, "channels")).to_contain_text("channels: 1 channel mirrored before, 0")


def test_the_fourth_pair_adds_channels_that_are_marked_as_copies(live):
    live.show("page=padding&lab_paddings=0,0,2,2,2,2,0,0")
    assert live.page.locator("#lab-channels .lab-tile").count() == 3
    set_pad(live, "channels", "before", 2)
    set_pad(live, "channels", "after", 1)
    tiles = live.page.locator("#lab-channels .lab-tile .mono").all_inner_texts()
    assert tiles == [
        "padded 0 ← original 2, a copy",
        "padded 1 ← original 1, a copy",
        "padded 2 = original 0",
        "padded 3 = original 1",
        "padded 4 = original 2",
        "padded 5 ← original 1, a copy",
    ]
    assert live.page.locator("#lab-channels .lab-tile.added").count() == 3
    first = live.page.locator("#lab-channels .lab-tile .help").all_inner_texts()
    assert first[0] == first[4] == "top left: 222"


def test_the_first_pair_adds_items(live):
    live.show("page=padding")
    set_pad(live, "batch", "after", 1)
    tiles = live.page.locator("#lab-items .lab-tile .mono").all_inner_texts()
    originals = ["padded 0 = original 0", "padded 1 = original 1"]
    assert tiles == [*originals, "padded 2 ← original 0, a copy"]
    state = live.click('#lab-items [data-place="2"]')
    assert state["lab_item"] == 2
    assert hover(live, 1, 2, 2, (7, 8)).startswith("padded [2, 2, 2, 0] ← original [0, 0, 0, 0]")


def test_the_limit_is_shown_and_past_it_the_largest_is_offered(live):
    mode, limit = "SYMMETRIC", 3
    live.show(f"page=padding&lab_mode={mode}")
    assert f"at most {limit} ({mode})" in axis_line(live, "height").inner_text()
    set_pad(live, "height", "before", 9)
    problem = live.page.locator("#lab-problem").inner_text()
    for word in ("Pads", mode, "height", "9", str(limit)):
        assert word in problem
    assert live.page.locator("#pad-lab .pad-pair").is_visible(), "the last good view stays"
    assert live.page.locator("#pad-lab .lab-result.stale").is_visible(), "and is not taken for new"
    wait_for_marks(live, "height-before")
    state = live.click("#lab-largest")
    assert state["lab_paddings"] == f"0,0,{limit},2,2,2,0,1"
    assert live.page.locator("#lab-problem").is_hidden()


def test_every_axis_past_its_limit_is_named_and_one_click_mends_all(live):
    live.show("page=padding&lab_paddings=2,0,2,5,2,2,0,3")
    problem = live.page.locator("#lab-problem").inner_text()
    for axis in ("batch", "height", "channels"):
        assert problem.count(f"the {axis} axis") == 1
    wait_for_marks(live, "batch-before", "height-after", "channels-after")
    state = live.click("#lab-largest")
    assert state["lab_paddings"] == "1,0,2,2,2,2,0,2"
    wait_for_marks(live)


def test_numbers_stand_in_the_cells_as_they_are_at_phone_width_too(live):
    live.page.set_viewport_size({"width": 390, "height": 844})
    live.show("page=padding&lab_paddings=0,0,2,2,3,3,0,0&lab_item=1&lab_channel=2")
    after = live.page.locator("#pad-lab .grid-scroll").nth(1)
    wide, shown = after.evaluate("(box) => [box.scrollWidth, box.clientWidth]")
    assert wide > 10 * 28 > shown - 100, "room for four digits in each of ten columns"
    page_width = live.page.evaluate("document.documentElement.scrollWidth")
    assert page_width == 390, "the map scrolls, not the page"


def test_a_typed_tensor_of_any_rank_up_to_four(live):
    live.show("page=padding&lab_paddings=0,0,0,0,2,1,0,0")
    live.choose("lab_source", "typed")
    assert live.page.locator("#lab-problem").is_hidden()
    box = live.page.locator("#field-lab_tensor textarea")
    for text, axes in (
        ("[5, 6, 7]", ["width"]),
        ("[[[[5], [6], [7]]]]", ["batch", "height", "width", "channels"]),
    ):
        live.act(lambda text=text: box.fill(text) or box.press("Tab"))
        shown = shown_axes(live)
        assert shown == axes
        tip = hover(live, 1, 0, 0, (2 if "1, 2" in text or "[[1]" in text else 1, 6))
        source = str([0] * (axes.index("width")) + [2])[:-1]
        assert tip.split(" ← ")[1].startswith(f"original {source}")


def test_a_bad_tensor_gets_a_message_and_the_last_view_stays(live):
    live.show("page=padding&lab_source=typed&lab_paddings=0,0,1,1,1,1,0,0")
    box = live.page.locator("#field-lab_tensor textarea")
    for text in ('["<b>"]', "[[1, 2], [3]]"):
        live.act(lambda text=text: box.fill(text) or box.press("Tab"))
        assert live.page.locator("#lab-problem").is_visible()
        assert live.page.locator("#pad-lab .pad-pair").is_visible()
        wait_for_marks(live, "lab_tensor")
    live.act(lambda: box.fill("[[1, 2], [3, 4]]") or box.press("Tab"))
    wait_for_marks(live)
    assert shown_axes(live) == ["height", "width"]


def test_an_emptied_pad_gets_a_message(live):
    live.show("page=padding")
    pad_box(live, "height-before").fill("")
    problem = live.page.locator("#lab-problem:visible")
    expect(problem).to_contain_text("height, before = “”")
    expect(live.page.locator(".alerts .alert")).to_be_hidden()  # said once, where it was typed
    wait_for_marks(live, "height-before")
    live.act(lambda: live.page.click("#lab-undo"))
    wait_for_marks(live)
    expect(problem).to_be_hidden()


def test_every_wrong_pad_and_a_wrong_constant_are_told_and_marked(live):
    live.show("page=padding&lab_mode=CONSTANT&lab_paddings=0,0,1,1,1,1,0,0")
    for pad in ("height-before", "width-after"):
        pad_box(live, pad).fill("99")
    live.page.fill("#field-lab_constant input", "1e39")
    problem = live.page.locator("#lab-problem")
    expect(problem).to_contain_text("1e+39")
    expect(problem).to_contain_text("height, before = “99”, width, after = “99”")
    wait_for_marks(live, "lab_constant", "height-before", "width-after")
    live.act(lambda: live.page.click("#lab-undo"))
    expect(problem).to_be_hidden()


def test_a_wrong_pad_beside_one_past_its_limit_names_both_and_undo_leads_to_the_maps(live):
    live.show("page=padding&lab_paddings=0,0,1,2,2,2,0,0")
    set_pad(live, "height", "before", 7)
    pad_box(live, "width-after").fill("70")
    problem = live.page.locator("#lab-problem")
    expect(problem).to_contain_text("width, after = “70”")
    expect(problem).to_contain_text("cannot pad the height axis by 7")
    wait_for_marks(live, "height-before", "width-after")
    expect(axis_line(live, "batch")).to_contain_text("batch: untouched, 2 stays 2.")
    state = live.act(lambda: live.page.click("#lab-undo"))
    assert state["lab_paddings"] == "0,0,1,2,2,2,0,0"
    wait_for_marks(live)
    expect(problem).to_be_hidden()


def test_a_wrong_pad_is_told_where_it_is_or_else_at_the_top(live):
    live.show("page=padding")
    box = pad_box(live, "width-after")
    box.fill("99")
    problem, top = live.page.locator("#lab-problem"), live.page.locator(".alerts .alert")
    expect(problem).to_be_visible()
    live.click("#page-maps-button")
    expect(top).to_contain_text("width, after = “99”")
    live.click("#page-padding-button")
    expect(problem).to_be_visible()
    expect(top).to_be_hidden()
    assert box.input_value() == "99"
    live.act(lambda: live.page.click("#lab-undo"))


def test_a_box_that_keeps_the_focus_follows_what_is_opened_next(live):
    live.show("page=padding")
    box = pad_box(live, "width-after")
    live.act(lambda: box.fill("1"))
    live.show("page=padding&lab_paddings=0,0,0,0,0,3,0,0")
    expect(box).to_have_value("3")


def test_a_stage_of_the_live_trace(live):
    state = live.show(
        "page=padding&lab_source=stage&lab_stage=upsample1/actv&lab_channel=4&batch_size=2"
    )
    output = stages_of(state)["upsample1/actv"][0, :, :, 4]
    tip_source = hover(live, 0, 3, 5, (8, 16))
    assert "Copies of original row" in tip_source
    tip = live.page.locator("#pad-lab .pad-pair .heatmap-tip").first.inner_text()
    value = float(tip.split("= ")[1].replace("−", "-"))
    assert value == pytest.approx(float(output[3, 5]), rel=1e-5, abs=1e-6)


def test_vectors_have_a_batch_and_units(live):
    live.show("page=padding&lab_source=stage&lab_stage=z&lab_paddings=0,0,0,0,2,2,0,0")
    assert shown_axes(live) == ["batch", "units"]
    names = live.page.locator("#pad-lab .pads label").all_inner_texts()
    assert names == ["batch before", "batch after", "units before", "units after"]


def test_pads_move_between_the_generator_and_the_lab(live):
    live.show("page=padding&paddings=0,0,2,4,1,5,0,0&pad_mode=SYMMETRIC")
    state = live.click("#lab-take")
    assert state["lab_paddings"] == "0,0,2,4,1,5,0,0"
    assert (state["lab_mode"], state["lab_stage"]) == ("SYMMETRIC", "upsample3/batch_normalization")
    set_pad(live, "height", "before", 5)
    state = live.click("#lab-give")
    assert state["paddings"] == "0,0,5,4,1,5,0,0"


def test_reads_of_each_mode(live):
    live.show("page=padding&other_mode=SYMMETRIC")
    live.unfold(".pad-reads")
    captions = live.page.locator(".pad-reads figcaption:visible")
    expect(captions).to_have_text(["no padding: 1 to 49×", "REFLECT: 16 to 64×", "SYMMETRIC: 49×"])
    live.show("page=padding&pad_mode=CONSTANT")
    expect(captions).to_have_text(["no padding: 1 to 49×", "CONSTANT: 16 to 49×"])


def test_a_pad_of_channels_multiplies_the_reads_and_has_no_output_without_it(live):
    live.show("page=padding&paddings=0,0,3,3,3,3,1,0&pad_channel=0")  # a copy of channel 1
    live.unfold(".pad-reads")
    captions = live.page.locator(".pad-reads figcaption:visible").all_inner_texts()
    assert any(text.startswith("REFLECT: 32 to 128×") for text in captions)
    assert not any("no padding" in text for text in captions)
    assert "no output" in live.page.locator(".unpadded .help").inner_text()


def test_without_a_pad_the_inner_cells_are_the_same(live):
    state = live.show("page=padding&output_channel=1")
    live.unfold("#unpadded")
    live.settle()
    inner = live.values("#unpadded")
    assert inner.shape == (26, 58)
    whole = stages_of(state)["conv_out/conv2d"][0, 3:-3, 3:-3, 1]
    np.testing.assert_allclose(inner, whole, atol=1e-6)
    note = live.page.locator(".unpadded .help").inner_text()
    assert "540 of 2048" in note


def test_a_padded_cell_can_be_traced(live):
    live.show("page=padding&pad_channel=4")
    live.tip("#pad-after", 0, 1)  # Plotly clicks on what it hovers
    state = live.act(lambda: live.page.mouse.down() or live.page.mouse.up())
    assert (state["page"], state["stage"], state["cell"]) == ("padding", "conv_out/pad", "0,1,0,4")


def test_a_constant_channel_has_no_original(live):
    live.show("page=padding&lab_mode=CONSTANT&lab_paddings=0,0,1,1,1,1,1,0")
    before, after = (live.page.locator("#pad-lab .grid-map").nth(at) for at in (0, 1))
    expect(before).to_be_hidden()
    expect(after.locator("figcaption")).to_contain_text("all of this is added")
    live.click('#lab-channels [data-place="1"]')
    expect(before).to_be_visible()
    expect(after.locator("figcaption")).to_contain_text("dashed frame")


@each("mode", ["REFLECT", "CONSTANT"])
def test_every_index_says_of_which_tensor_it_is(live, mode):
    """Whatever is pointed at, no index stands alone: two systems of them are on the screen."""
    live.show(f"page=padding&lab_paddings=1,0,2,1,2,2,1,1&lab_mode={mode}&lab_item=1&lab_channel=2")
    said = [hover(live, 1, row, column, (6, 8)) for row in (0, 3, 5) for column in (0, 4)]
    said += live.page.locator("#pad-lab .heatmap-tip").all_inner_texts()
    hover(live, 0, 1, 1, (3, 4))
    said += live.page.locator("#pad-lab .heatmap-tip").all_inner_texts()
    for text in filter(None, said):
        indexes = re.findall(r"(\w+) \[[\d, ]+\]", text)
        assert indexes, text
        assert set(indexes) <= {"padded", "original"}
    tiles = live.page.locator("#pad-lab .lab-tile .mono").all_inner_texts()
    assert len(tiles) == 3 + 5
    for text in tiles:
        assert re.fullmatch(r"padded \d ([=←] original \d(, a copy)?|← constant)", text)
