"""A telephone, a tablet: nothing is wider than the screen, and the controls stand over the page."""

import re

import pytest
from playwright.sync_api import expect

from explorer.model.declare import Role, having
from explorer.schema import FIELDS
from tests.browser.test_axe import assert_no_page_breaks_a_rule
from tests.support.each import each
from tests.support.explorer_page import CELL

TABS = "#pages > .tab-wrapper"


@pytest.fixture
def context_options():
    return {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def test_no_page_is_wider_than_the_screen(live_there):
    page = live_there
    page.show("z_seed=1&training=true")
    for name in FIELDS["page"].choices:
        page.show(f"page={name}&z_seed=1&training=true")
        assert page.page.evaluate("document.documentElement.scrollWidth") <= 390, name


def test_it_opens_at_its_top(live_there):
    page = live_there.open("")
    assert page.page.evaluate("scrollY") == 0
    box = page.page.locator('[role="tab"][aria-selected="true"]').bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390


def test_the_pipeline_shows_the_card_of_what_is_looked_at(live_there):
    page = live_there
    card = page.page.locator('.card[aria-current="true"]')
    page.show("page=output")
    expect(card).to_have_class("card image-card")
    expect(card).to_be_in_viewport(ratio=1)
    for stage in ("z", "upsample2/actv"):
        page.page.evaluate("scrollTo(0, 0)")
        page.show(f"stage={stage}")
        expect(card).to_have_attribute("data-stage", stage)
        expect(card).to_be_in_viewport(ratio=1)


def test_the_sheet_of_controls_opens_while_the_pipeline_stays_in_view(live_there):
    page = live_there
    handle = page.page.locator(".sidebar .toggle-button")
    opener = page.page.locator("#dock-all-controls")
    slider = page.page.locator("#field-kernel_size input[type=range]")
    expect(page.page.locator(".sidebar")).not_to_have_class(re.compile(r"\bopen\b"))
    expect(slider).to_be_hidden()
    opener.press("Enter")
    expect(handle).to_be_focused()
    slider.scroll_into_view_if_needed()
    expect(slider).to_be_in_viewport()
    page.page.evaluate("scrollTo(0, 0)")
    page.page.locator(".pipeline").scroll_into_view_if_needed()
    current = page.page.locator('.card[aria-current="true"]')
    expect(current).to_be_in_viewport()
    sheet, card = page.page.locator(".sidebar").bounding_box(), current.bounding_box()
    assert card["y"] + 40 < sheet["y"]
    assert page.slide("kernel_size", 3)["kernel_size"] == 3
    handle.press("Enter")
    expect(opener).to_be_focused()
    expect(slider).to_be_hidden()


DRAGGED = having(FIELDS, Role.DRAGGED)
SLIDERS = "#dock input[type=range]"


def test_the_dock_has_a_slider_for_what_is_chosen_in_it(live_there):
    page = live_there
    chips, sliders = (page.page.locator(part) for part in ("#dock-field label", SLIDERS))
    expect(chips).to_have_count(len(DRAGGED))
    dock = page.page.locator("#dock").bounding_box()
    for at, name in enumerate(DRAGGED):
        chips.nth(at).click()
        slider = page.page.locator(f"#field-{name}-dock input[type=range]")
        expect(slider).to_be_in_viewport(ratio=1)
        expect(sliders).to_have_count(1)
        slider.focus()
        state = page.act(lambda: page.page.keyboard.press("ArrowRight"))
        assert state[name] > FIELDS[name].default
        assert page.page.locator("#dock").bounding_box() == dock, "nothing moves"


def test_a_wrong_value_is_told_above_the_dock(live_there):
    page = live_there
    page.page.locator("#dock-field label").nth(DRAGGED.index("upsample_dim")).click()
    slider = page.page.locator("#field-upsample_dim-dock")
    slider.locator("input[type=number]").fill("3")
    mark = slider.locator("div.validation-error")
    expect(mark).to_contain_text("Use 8 or more")
    expect(mark).to_be_in_viewport(ratio=1)
    box, dock = mark.bounding_box(), page.page.locator("#dock").bounding_box()
    assert box["y"] + box["height"] <= dock["y"]
    assert page.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.act(lambda: slider.locator("input[type=number]").fill("32"))["upsample_dim"] == 32
    expect(mark).to_have_count(0)


def test_new_z_is_at_hand_and_nothing_ends_behind_the_dock(live_there):
    page = live_there
    seed = FIELDS["z_seed"].default
    assert page.act(lambda: page.page.tap("#dock-new-z"))["z_seed"] != seed
    page.page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    footer, dock = (page.page.locator(part).bounding_box() for part in ("footer", "#dock"))
    assert footer["y"] + footer["height"] <= dock["y"] + 1


def test_pages_that_do_not_fit_stand_in_a_menu(live_there):
    page = live_there
    page.page.click("#pages .overflow-menu > button")
    last = page.page.locator("#pages .overflow-dropdown button").last
    name = FIELDS["page"].choices[-1]
    assert page.act(last.click)["page"] == name
    expect(page.page.locator(f"#page-{name}")).to_be_visible()


def test_a_tap_points_at_a_cell(live_there):
    page = live_there.open("page=padding&lab_paddings=0,0,1,1,1,1,0,0")
    page.page.locator("#pad-lab .grid-canvas").nth(1).tap(position={"x": 40, "y": 24})
    expect(page.page.locator("#pad-lab .readout")).to_contain_text("[0, 0, 0, 0] ←")
    page.page.locator("#pad-before").scroll_into_view_if_needed()
    page.page.locator("#pad-before .nsewdrag").tap()
    expect(page.page.locator("#pad-before .heatmap-tip")).to_be_visible()


def test_an_answer_is_a_sheet_below_what_was_tapped(live_there):
    """Between the strip, which stays in view, and the dock."""
    page = live_there
    page.show("page=output&weights=trained&upsample_dim=64&noise_dim=128")
    picture = page.page.locator("canvas.picture").first
    page.act(lambda: picture.tap(position={"x": 150, "y": 160}))
    sheet, dock = page.page.locator("#tracer"), page.page.locator("#dock")
    expect(sheet).to_be_visible()
    page.page.wait_for_function(
        """() => { const [picture, sheet] = ['canvas.picture', '#tracer'].map(
             (part) => document.querySelector(part).getBoundingClientRect());
           return picture.top + 160 < sheet.top && picture.top + 160 > 0; }"""
    )
    box, strip = sheet.bounding_box(), page.page.locator("#strip").bounding_box()
    assert box["y"] + box["height"] == pytest.approx(dock.bounding_box()["y"], abs=1)
    assert strip["y"] == 0
    assert strip["height"] < box["y"]
    page.act(lambda: page.page.locator("#close-tracer").tap())
    expect(sheet).to_be_hidden()


MARKED = """() => {
  const mark = document.querySelector('.focus-map .shapelayer path:last-child');
  const [own, tabs, sheet] = [mark, document.querySelector('#pages > .tab-wrapper'),
    document.querySelector('#tracer')].map((part) => part?.getBoundingClientRect());
  return own && own.top - 40 > tabs.bottom && own.bottom + 40 < sheet.top;
}"""


@each("row", [3, 60])
def test_the_cell_that_is_explained_stands_between_the_tabs_and_the_sheet(live_there, row):
    """Where it is marked: the tap lays the maps out anew, one of them alone."""
    page = live_there
    page.show("stage=upsample2/actv&base_height=16&base_width=16")
    place = page.page.locator(".focus-map").evaluate(CELL, [2, row])
    state = page.act(lambda: page.page.touchscreen.tap(*place))
    assert state["cell"] == f"0,{row},2,0"
    page.page.wait_for_function(MARKED)
    page.act(lambda: page.page.locator("#close-tracer").tap())


def test_a_tap_on_an_argument_tells_and_leads_nowhere_by_itself(live_there):
    """The way to the control is a button of its own."""
    page = live_there
    page.show("stage=upsample1/conv2d_transpose")
    page.page.locator('#stage-call [data-argument="strides"]').tap()
    expect(page.page.locator("#call-words")).to_have_text(re.compile(r"^strides=2 "))
    assert page.page.locator("#field-stride input:focus").count() == 0
    page.page.locator("#stage-call .call-leads [data-field]").tap()
    expect(page.page.locator("#field-stride input").first).to_be_focused()
    expect(page.page.locator("#field-stride")).to_be_in_viewport()
    page.page.locator(".sidebar .toggle-button").press("Enter")


def test_a_card_can_be_tapped(live_there):
    page = live_there
    state = page.act(lambda: page.page.tap('.card[data-stage="fc1/actv"]'))
    assert state["stage"] == "fc1/actv"
    strip, tabs = (page.page.locator(part).bounding_box() for part in ("#strip", TABS))
    below = pytest.approx(strip["y"] + strip["height"], abs=1)
    assert page.page.locator("#pages").bounding_box()["y"] == below
    assert tabs["y"] == below


def test_a_card_tapped_on_another_page_shows_a_map_as_large_as_its_room(live_there):
    page = live_there
    page.show("page=padding")
    page.act(lambda: page.page.tap('.card[data-stage="fc1/actv"]'))
    page.settle()
    room, drawn = (
        page.page.locator(part).bounding_box()
        for part in (".focus-map", ".focus-map .main-svg >> nth=0")
    )
    assert (drawn["width"], drawn["height"]) == (room["width"], room["height"])


@each(("link", "selector"), [("page=padding", "#pad-before"), ("page=maps", ".focus-map")])
def test_a_swipe_over_a_map_scrolls_the_page(live_there, link, selector):
    page = live_there
    page.show(link)
    host, window = page.page.locator(selector), page.page
    host.evaluate("host => scrollTo(0, host.getBoundingClientRect().top + scrollY - 300)")
    box, before = host.bounding_box(), window.evaluate("scrollY")
    zoom = f"document.querySelector('{selector} .js-plotly-plot')._fullLayout.yaxis.range.join()"
    shown = window.evaluate(zoom)
    finger = window.context.new_cdp_session(window)
    x, y = box["x"] + 100, box["y"] + 80

    def touch(kind: str, *points: dict):
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", {"x": x, "y": y})
    for step in range(1, 9):
        touch("touchMove", {"x": x, "y": y + 20 * step})
    touch("touchEnd")
    window.wait_for_function("(before) => scrollY < before - 60", arg=before)
    assert window.evaluate(zoom) == shown


TABLET = {"viewport": {"width": 820, "height": 1180}}
MIDDLING = [(820, 1180), (844, 390), (1000, 700)]  # upright, lying, a window

SEEN = ("#strip", ".focus-map", "#dock")
# Pairs of the header's parts that stand on each other.
COVERED = """() => {
  const parts = [...document.querySelectorAll('.top > h1, .top button, .pills > *')]
    .filter((part) => part.checkVisibility()).map((part) => [part, part.getBoundingClientRect()]);
  return parts.flatMap(([one, a], at) => parts.slice(at + 1)
    .filter(([other, b]) => !one.contains(other) && a.left < b.right - 1 && b.left < a.right - 1
      && a.top < b.bottom - 1 && b.top < a.bottom - 1)
    .map(([other]) => `${one.id || one.tagName} ${other.id || other.tagName}`));
}"""


@pytest.mark.parametrize("context_options", [TABLET])
def test_on_a_tablet_the_controls_stand_over_the_page_and_nothing_over_the_title(
    live_there, subtests
):
    for width, height in MIDDLING:
        with subtests.test(width=width):
            live_there.page.set_viewport_size({"width": width, "height": height})
            live_there.show()
            assert_controls_stand_over_the_page_and_nothing_over_the_title(live_there)


def assert_controls_stand_over_the_page_and_nothing_over_the_title(page):
    sidebar = page.page.locator(".sidebar")
    expect(sidebar).not_to_have_class(re.compile(r"\bopen\b"))
    assert page.page.evaluate(COVERED) == []
    parts = ("#dock-field", f"{SLIDERS} >> nth=0", "#dock-new-z", "#dock-all-controls")
    for part in parts:
        expect(page.page.locator(part)).to_be_in_viewport(ratio=1)
    width = page.page.evaluate("innerWidth")
    assert page.page.evaluate("document.documentElement.scrollWidth") <= width
    strip = page.page.locator("#strip").bounding_box()
    page.page.click("#dock-all-controls")
    expect(page.control("kernel_size")).to_be_visible()
    page.page.wait_for_function("document.querySelector('.sidebar').getBoundingClientRect().x >= 0")
    assert page.page.locator("#strip").bounding_box() == strip
    assert page.slide("kernel_size", 3)["kernel_size"] == 3
    page.page.click(".sidebar .toggle-button")
    page.act(page.page.locator('.card[data-stage="fc1/reshape"]').click)
    page.settle()
    strip, map_, dock = (page.page.locator(part).bounding_box() for part in SEEN)
    top = max(strip["y"] + strip["height"], map_["y"])
    assert min(map_["y"] + map_["height"], dock["y"]) - top > 120, "its map is in view"


# Whether a row of the map stands between what stays in view above it and its explanation.
IN_VIEW = """(row) => {
  const plot = document.querySelector('.focus-map .heatmap-plot'), { yaxis } = plot._fullLayout;
  const y = plot.getBoundingClientRect().top + yaxis._offset + yaxis.l2p(row);
  const above = parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop);
  return above < y && y < document.querySelector('#tracer').getBoundingClientRect().top;
}"""


@pytest.mark.parametrize("context_options", [TABLET])
def test_where_an_explanation_has_no_room_beside_a_map_its_cell_stays_in_view(live_there):
    page = live_there
    page.page.set_viewport_size({"width": 820, "height": 1000})
    page.show("page=maps&stage=upsample3/conv2d_transpose&channel=3")
    page.point(".focus-map", 18, 30)
    state = page.act(lambda: page.page.mouse.down() or page.page.mouse.up())
    assert state["cell"] == "0,30,18,3"
    expect(page.page.locator(".tracer-title")).to_be_in_viewport(ratio=1)
    page.page.wait_for_function(IN_VIEW, arg=30)


def test_parts_of_a_header_that_cover_each_other_are_found(live_there):
    page = live_there
    page.page.evaluate("document.querySelector('#undo').style.marginLeft = '-60px'")
    found = page.page.evaluate(COVERED)
    page.page.evaluate("document.querySelector('#undo').style.marginLeft = ''")
    assert found


def test_no_page_breaks_a_rule(live_there, subtests):
    assert_no_page_breaks_a_rule(live_there, "narrow", subtests)
