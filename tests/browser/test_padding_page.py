"""The padding page: its controls, maps before and after, sources of cells, another mode."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.truth import assert_same, exact, stages_of
from tests.support.each import each

NUMPY_MODES = {"REFLECT": "reflect", "SYMMETRIC": "symmetric", "CONSTANT": "constant"}
TOP, LEFT = 3, 3
HEIGHT, WIDTH = 32, 64


def sources(mode: str, top=3, bottom=3, left=3, right=3) -> tuple[list, list]:
    """Row and column that each padded cell copies, by `np.pad` of the indexes; -1 is a constant."""
    options = {"constant_values": -1} if mode == "CONSTANT" else {}
    rows = np.pad(np.arange(HEIGHT), (top, bottom), NUMPY_MODES[mode], **options)
    columns = np.pad(np.arange(WIDTH), (left, right), NUMPY_MODES[mode], **options)
    return rows.tolist(), columns.tolist()


def maps_of(state: dict) -> tuple[np.ndarray, np.ndarray]:
    stages = stages_of(state)
    channel, item = state["pad_channel"], state["item"]
    before = stages["upsample3/batch_normalization"][item, :, :, channel]
    return before, stages["conv_out/pad"][item, :, :, channel]


@each("mode", ["REFLECT", "CONSTANT"])
def test_the_maps_before_and_after(live, mode):
    state = live.show(f"page=padding&pad_mode={mode}&pad_channel=5&z_seed=2")
    before, after = maps_of(state)
    assert_same(live.values("#pad-before"), before)
    assert_same(live.values("#pad-after"), after)
    assert mode in live.page.locator("figcaption", has_text="After tf.pad").first.inner_text()


def test_another_mode_is_shown_where_it_is_asked_for(live):
    live.show("page=padding&z_seed=2")
    other, output = live.page.locator("#pad-other"), live.page.locator("#field-output_channel")
    expect(other).to_be_hidden()
    expect(output).to_be_hidden()
    for mode in ("CONSTANT", "SYMMETRIC"):
        assert live.choose("other_mode", mode)["other_mode"] == mode
        expect(other).to_be_visible()
        expect(output).to_be_visible()
        padded = np.pad(live.values("#pad-before"), 3, NUMPY_MODES[mode])
        np.testing.assert_array_equal(live.values("#pad-other"), padded)
    live.choose("pad_mode-padding", "SYMMETRIC")
    expect(other).to_be_hidden()


def shapes(page, selector: str) -> list[dict]:
    page.settle()
    return page.page.locator(f"{selector} .heatmap-plot").evaluate(
        "(plot) => plot.layout.shapes.map(({ x0, x1, y0, y1 }) => ({ x0, x1, y0, y1 }))"
    )


def cell_frame(x: int, y: int) -> dict:
    return {"x0": x - 0.5, "x1": x + 0.5, "y0": y - 0.5, "y1": y + 0.5}


@each(
    ("mode", "y", "x"),
    [("REFLECT", 1, 68), ("REFLECT", 20, 20), ("SYMMETRIC", 37, 30), ("CONSTANT", 1, 68)],
)
def test_a_padded_cell_names_and_marks_its_source(live, mode, y, x):
    live.show(f"page=padding&pad_mode={mode}&pad_channel=4")
    rows, columns = sources(mode)
    row, column = rows[y], columns[x]
    tip = live.tip("#pad-after", x, y)
    inside = TOP <= y < TOP + HEIGHT and LEFT <= x < LEFT + WIDTH
    value = exact(live.values("#pad-after")[y, x])
    assert tip.splitlines()[0] == f"row {y}, column {x} = {value}"
    if -1 in (row, column):
        origin = f"padded [0, {y}, {x}, 4] ← 0 (a constant, copied from nowhere)"
    else:
        origin = f"padded [0, {y}, {x}, 4] ← original [0, {row}, {column}, 4]"
        origin += "" if inside else " (a copy)"
    assert tip.splitlines()[1] == origin
    expect(live.page.locator(".padding-page .looked-at > .readout")).to_have_text(origin)
    marked = shapes(live, "#pad-after")
    assert marked[-1] == cell_frame(x, y)
    if -1 in (row, column):
        assert shapes(live, "#pad-before") == []
    else:
        assert shapes(live, "#pad-before") == [cell_frame(column, row)]
        assert marked[-2] == cell_frame(column + LEFT, row + TOP)


def test_a_source_cell_marks_all_its_copies(live):
    live.show("page=padding&pad_mode=SYMMETRIC")
    tip = live.tip("#pad-before", 0, 0)
    assert tip == f"row 0, column 0 = {exact(live.values('#pad-before')[0, 0])}"
    expect(live.page.locator(".padding-page .looked-at > .readout")).to_have_text(
        "Copies of original row 0, column 0 in the padded map: 4."
    )
    marked = shapes(live, "#pad-after")[2:]
    rows, columns = sources("SYMMETRIC")
    copies = [
        (x, y)
        for y, row in enumerate(rows)
        for x, column in enumerate(columns)
        if row == column == 0
    ]
    assert sorted(map(str, marked)) == sorted(str(cell_frame(x, y)) for x, y in copies)


def test_a_frame_shows_the_original_map_and_leaving_it_takes_other_marks_away(live):
    live.show("page=padding&paddings=0,0,2,4,1,5,0,0")
    frame = {"x0": 0.5, "x1": 0.5 + WIDTH, "y0": 1.5, "y1": 1.5 + HEIGHT}
    assert shapes(live, "#pad-after") == [frame, frame]
    live.tip("#pad-after", 0, 0)
    live.page.mouse.move(1, 1)
    expect(live.page.locator(".padding-page .looked-at > .readout")).to_contain_text(
        "Point at a cell"
    )
    assert len(shapes(live, "#pad-after")) == 2
    assert shapes(live, "#pad-before") == []


def test_the_difference_is_that_of_the_outputs_which_the_border_alone_reaches(live):
    state = live.show("page=padding&z_seed=2&output_channel=1&other_mode=SYMMETRIC")
    outputs = {
        mode: stages_of(state | {"pad_mode": mode})["conv_out/conv2d"][0, :, :, 1]
        for mode in ("SYMMETRIC", "REFLECT")
    }
    expected, difference = outputs["SYMMETRIC"] - outputs["REFLECT"], live.values("#pad-change")
    np.testing.assert_allclose(difference, expected, atol=1e-5)
    caption = live.page.locator("figcaption", has_text="SYMMETRIC − REFLECT").inner_text()
    most = float(caption.split("at most ")[1].split(" ")[0])
    assert most == pytest.approx(np.abs(expected).max(), rel=1e-3)
    assert not difference[3:-3, 3:-3].any()
    border = np.abs(difference)
    assert min(border[0].max(), border[-1].max(), border[:, 0].max(), border[:, -1].max()) > 1e-3


def test_a_mode_that_cannot_run_says_why(live):
    # A map of 8×16: SYMMETRIC can mirror all 8 rows, REFLECT no more than 7.
    link = "page=padding&upsample_blocks=1&pad_mode=SYMMETRIC&other_mode=REFLECT"
    live.show(f"{link}&paddings=0,0,8,8,3,3,0,0")
    problem = live.page.locator(".pad-other .field-error")
    words = problem.inner_text()
    assert "REFLECT" in words
    assert "height" in words
    assert "7" in words
    assert live.page.locator("#pad-other").is_hidden()
    assert live.page.locator("#pad-after").is_visible()
    live.show(link)  # and comes back where it can
    expect(problem).to_be_hidden()
    assert live.values("#pad-other").shape == (14, 22)


def test_channels_can_be_chosen(live):
    live.show("page=padding&other_mode=CONSTANT")
    before = live.values("#pad-before")
    state = live.slide("pad_channel", 9)
    assert state["pad_channel"] == 9
    live.settle()
    assert_same(live.values("#pad-before"), maps_of(state)[0])
    assert before.tobytes() != live.values("#pad-before").tobytes()
    shown = live.values("#pad-change")
    assert live.slide("output_channel", 2)["output_channel"] == 2
    live.settle()
    assert shown.tobytes() != live.values("#pad-change").tobytes()


def test_padded_items_and_channels_name_what_they_copy(live):
    link = "paddings=1,0,3,3,3,3,2,0&pad_channel=0&batch_size=3&item=0&upsample_dim=64"
    live.show(f"page=padding&{link}")
    tip = live.tip("#pad-after", 10, 10)
    assert tip.splitlines()[1].startswith("padded [0, 10, 10, 0] ← original [1, 7, 7, 2]")


def test_a_sentence_for_each_pair(live):
    live.show("page=padding&paddings=0,0,3,4,3,3,0,0")
    live.unfold(".padding-page .axis-sentences")
    sentences = live.page.locator(".padding-page .axis-sentences li").all_inner_texts()
    assert len(sentences) == 4
    assert sentences[0].startswith("[0, 0]")
    assert "untouched" in sentences[0]
    assert "[3, 4]" in sentences[1]
    assert "32 → 39" in sentences[1]


def line(page):
    return page.page.locator("#field-pad_call-padding input")


def boxes(page) -> list[str]:
    sides = page.page.locator("[id^=field-paddings-padding-] input")
    return [box.input_value() for box in sides.all()]


def test_pairs_mode_and_the_line_of_code_say_the_same(live):
    live.show("page=padding&paddings=0,0,1,2,3,4,0,0&pad_mode=SYMMETRIC")
    call = "tf.pad(x, [[0, 0], [1, 2], [3, 4], [0, 0]], 'SYMMETRIC')"
    expect(line(live)).to_have_value(call)
    assert boxes(live) == ["0", "0", "1", "2", "3", "4", "0", "0"]
    box = live.page.locator("#field-paddings-padding-3 input")
    assert live.act(lambda: box.fill("5"))["paddings"] == "0,0,1,5,3,4,0,0"
    expect(line(live)).to_have_value(call.replace("[1, 2]", "[1, 5]"))
    assert live.choose("pad_mode-padding", "CONSTANT")["pad_mode"] == "CONSTANT"
    expect(line(live)).to_have_value(re.compile(r"'CONSTANT'\)$"))
    assert live.box("paddings") == "[[0, 0], [1, 5], [3, 4], [0, 0]]"
    line(live).fill("x = tf.pad(net, ((0,0),(2,2),(3,3),(0,0)), mode='reflect')")
    state = live.act(lambda: line(live).press("Enter"))
    assert (state["paddings"], state["pad_mode"]) == ("0,0,2,2,3,3,0,0", "REFLECT")
    assert boxes(live) == ["0", "0", "2", "2", "3", "3", "0", "0"]
    expect(line(live)).to_have_value("tf.pad(x, [[0, 0], [2, 2], [3, 3], [0, 0]], 'REFLECT')")


def test_a_line_that_cannot_be_read_is_marked_and_the_view_stays(live):
    live.show("page=padding")
    shown, mark = live.values("#pad-after"), live.page.locator("#field-pad_call-padding")
    place = live.page.locator("#pad-after").bounding_box()
    line(live).fill("tf.pad(x, [[0, 0], [3, 3]], 'REFLECT')")
    line(live).press("Enter")
    expect(mark).to_contain_text("is not four (before, after) pairs")
    assert live.page.locator("#pad-after").bounding_box() == place, "nothing moves"
    line(live).fill("tf.pad(x, [[0, 0], [3, 3], [3, 3], [0, 0]], 'EDGE')")
    line(live).press("Enter")
    expect(mark).to_contain_text("REFLECT, SYMMETRIC, CONSTANT")
    assert live.values("#pad-after").tobytes() == shown.tobytes()
    live.slide("z_scale", 0.5)  # what is asked for besides is done meanwhile
    expect(mark).to_contain_text("REFLECT, SYMMETRIC, CONSTANT")
    line(live).fill("tf.pad(x, [[0, 0], [40, 3], [3, 3], [0, 0]], 'REFLECT')")
    line(live).press("Enter")
    expect(mark).to_contain_text("The largest that works is 31")
    wrong = live.page.locator("#field-paddings-padding-2 input")
    expect(wrong).to_have_class(re.compile("validation-error"))
    live.act(lambda: live.page.locator("#field-paddings-padding-2 input").fill("4"))
    expect(mark.locator("div.validation-error")).to_have_count(0)
    expect(line(live)).to_have_value("tf.pad(x, [[0, 0], [4, 3], [3, 3], [0, 0]], 'REFLECT')")


def test_the_largest_pads_that_work_are_one_click_away(live):
    live.show("page=padding&upsample_blocks=1")
    live.type("paddings", "[[0, 0], [9, 3], [20, 3], [0, 0]]")
    expect(live.page.locator(".alerts .alert-text")).to_contain_text(
        "height, before = “9” > 7, width, before = “20” > 15."
    )
    live.mark("paddings")
    assert live.click("#use-offer")["paddings"] == "0,0,7,3,15,3,0,0"
    assert live.box("paddings") == "[[0, 0], [7, 3], [15, 3], [0, 0]]"


def test_counts_that_are_shown_share_the_width_at_once(live):
    # Added channels leave the generator without an output where it does not pad: a map less.
    link = "page=padding&paddings=0,0,5,2,1,3,1,1&pad_channel=0"
    script = "maps => maps.map(({clientWidth}) => clientWidth).filter((width) => width > 0)"
    live.show("page=padding")
    live.unfold(".pad-reads")
    widths = []
    for opened in ("page=padding", link, f"{link}&z_seed=3"):
        live.show(opened)
        widths.append(live.page.locator(".pad-reads canvas").evaluate_all(script))
    assert len(widths[0]) > len(widths[1]) > 0
    assert widths[1] == widths[2]  # a second view moves nothing


def test_an_item_that_was_added_has_no_map_before(live):
    live.show("page=padding&paddings=1,0,3,3,3,3,0,0&pad_mode=CONSTANT&upsample_dim=8")
    assert not live.page.locator("#pad-before").is_visible()
    assert "has no original" in live.page.inner_text("#pad-sentence")
    live.show("page=padding&paddings=1,0,3,3,3,3,0,0&pad_mode=CONSTANT&upsample_dim=8&item=1"
              "&stage=conv_out/pad")  # fmt: skip
    assert live.page.locator("#pad-before").is_visible()
    assert live.page.inner_text("#pad-sentence").startswith("Inside the frame")
