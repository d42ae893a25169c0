"""The strip of stages: of one height, always in view; what is clicked is told of beside it."""

from playwright.sync_api import expect

from tests.browser.truth import exact, stages_of
from tests.support.each import each

LINKS = (
    "page=maps",
    "upsample_dim=512&C=16&batch_size=2",
    "upsample_blocks=6&base_height=1&base_width=1&upsample_dim=64&stage=fc1/reshape",
    "base_height=16&base_width=2&stage=z",
    "weights=trained&upsample_dim=32&training=true",
    "noise_dim=512&upsample_dim=8&C=1&stage=z",
)
PARTS = [".strip", "#pages", ".focus-map", ".inspector"]
PLACES = """(parts) => Object.fromEntries(parts.map((part) => {
  scrollTo(0, 0);
  const { top, height } = document.querySelector(part).getBoundingClientRect();
  return [part, part === '.strip' ? [top, height] : [top]]; }))"""
CARDS = """() => [...document.querySelectorAll('.card[data-stage]:not(.dot)')].map((card) => {
  const { width, height } = card.getBoundingClientRect();
  return [card.dataset.stage === 'z', width, height]; })"""

TOO_LARGE = """() => [...document.querySelectorAll('.card[data-stage]:not(.dot)')]
  .filter((card) => {
    const { width, height } = card.querySelector('canvas').getBoundingClientRect();
    const room = card.querySelector('.thumb').getBoundingClientRect();
    return width > room.width + 1 || height > room.height + 1;
  }).map((card) => card.dataset.stage)"""

BELOW_TABS = """(selector) => {
  const { top } = document.querySelector(selector).getBoundingClientRect();
  const tabs = document.querySelector('#pages > .tab-wrapper').getBoundingClientRect();
  return scrollY > 0 && top >= tabs.bottom && top < innerHeight / 2; }"""
COVERED = """() => {
  const focus = document.activeElement;
  const tabs = document.querySelector('#pages > .tab-wrapper').getBoundingClientRect();
  return focus.closest('#pages [role="tabpanel"]')
    ? focus.getBoundingClientRect().top < tabs.bottom && focus.outerHTML
    : null; }"""


def test_nothing_moves_whatever_is_shown_and_every_stage_fits_its_box_of_one_size(live):
    live.show(LINKS[0])
    before, sizes = live.page.evaluate(PLACES, PARTS), set()
    assert before[".strip"][1] == 136
    for link in LINKS:
        live.show(link)
        assert live.page.evaluate(PLACES, PARTS) == before, link
        assert live.page.evaluate(TOO_LARGE) == [], link
        sizes |= {tuple(size) for size in live.page.evaluate(CARDS)}
    assert len(sizes) == 2  # that of z, and that of all others


def test_nothing_moves_while_a_slider_is_dragged(live):
    live.show("page=maps")
    before = live.page.evaluate(PLACES, PARTS)
    for field, value in (("upsample_dim", 8), ("kernel_size", 1), ("C", 16)):
        live.slide(field, value)
        assert live.page.evaluate(PLACES, PARTS) == before, (field, value)


def test_the_strip_and_the_tabs_stay_in_view(live):
    live.show("page=shapes")
    live.page.evaluate("scrollTo(0, 600)")
    top = live.page.evaluate("document.querySelector('.strip').getBoundingClientRect().top")
    tabs = live.page.locator("#page-maps-button").bounding_box()
    live.page.evaluate("scrollTo(0, 0)")
    assert top == 0
    assert 136 <= tabs["y"] < 160


def test_the_block_of_the_stage_unfolds_and_a_dot_opens_its_own(live):
    live.show("stage=upsample2/actv")
    opened = live.page.locator(".block.open")
    assert opened.get_attribute("data-block") == "upsample2"
    assert opened.locator(".card:not(.dot)").count() == 3
    for block in ("fc1", "upsample1", "upsample3", "conv_out"):
        assert live.page.locator(f'[data-block="{block}"] .card:not(.dot)').count() == 1
    assert live.click('.dot[data-stage="upsample1/actv"]')["stage"] == "upsample1/actv"
    assert live.click('.card[data-stage="z"]')["stage"] == "z"
    shown = live.page.locator('[data-block="upsample1"] .card:not(.dot)')
    assert shown.get_attribute("data-stage") == "upsample1/batch_normalization"


def test_the_channels_of_a_long_shape_are_read(live):
    """Up to three sizes of three digits."""
    live.show(
        "weights=untrained&upsample_dim=128&base_height=16&base_width=16&kernel_size=3"
        "&changes=upsample3/conv2d_transpose:filters:100&stage=upsample3/conv2d_transpose"
    )
    cut = live.page.evaluate(
        """() => [...document.querySelectorAll('.card .shape')]
          .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
          .map(({ textContent }) => textContent)"""
    )
    assert cut == []
    shape = live.page.locator('.card[data-stage="upsample3/conv2d_transpose"] .shape')
    assert shape.inner_text() == "[1, 128, 128, 100]"


@each(
    ("link", "part", "place", "stage"),
    [
        ("stage=upsample2/actv", ".focus-map .heatmap-plot", (150, 120), "upsample2/actv"),
        ("page=output", "canvas.picture", (40, 30), "conv_out/conv2d"),
        ("page=overlap&block=2", ".overlap-page .grid-canvas >> nth=0", (60, 40), "upsample2/"),
        ("page=padding", "#pad-after .heatmap-plot", (120, 90), "conv_out/pad"),
    ],
)
def test_a_cell_is_explained_where_it_was_clicked(live, link, part, place, stage):
    page = live.show(link)["page"]
    position = dict(zip("xy", place, strict=True))
    state = live.act(lambda: live.page.click(part, position=position))
    assert state["page"] == page
    assert state["stage"].startswith(stage)
    index = tuple(int(number) for number in state["cell"].split(","))
    value = exact(stages_of(state)[state["stage"]][index])
    expect(live.page.locator(".tracer-title")).to_contain_text(f"= {value}?")
    box = live.page.locator(".tracer-title").bounding_box()
    assert 0 < box["y"] < live.page.viewport_size["height"] - 60
    assert live.act(lambda: live.page.keyboard.press("Escape"))["cell"] == ""


def test_most_of_a_clicked_stage_is_in_view(live):
    size = (1280, 720)
    live.page.set_viewport_size({"width": size[0], "height": size[1]})
    live.show()
    live.click('.card[data-stage="upsample1/actv"]')
    box = live.page.locator(".focus-map").bounding_box()
    seen = min(size[1], box["y"] + box["height"]) - box["y"]
    assert seen >= 0.7 * box["height"]


def test_what_is_gone_to_stands_below_the_strip_and_the_tabs(live):
    live.show("page=padding")
    live.page.evaluate("scrollTo(0, 0)")
    live.unfold("#to-lab")
    live.page.locator("#to-lab").click()
    live.page.wait_for_function(BELOW_TABS, arg="#pad-lab")


def test_the_strip_covers_nothing_that_has_the_focus(live):
    live.page.set_viewport_size({"width": 1280, "height": 720})
    live.show("page=padding")
    live.page.locator("#pages .drawn :is(button, input):visible").last.focus()
    covered = []
    for _ in range(20):
        live.page.keyboard.press("Shift+Tab")
        covered.append(live.page.evaluate(COVERED))
    assert covered.count(False) >= 10
    assert [one for one in covered if one] == []


HIDDEN = """(card) => {
  const list = card.closest('.pipeline').getBoundingClientRect();
  const { left, right } = card.getBoundingClientRect();
  return Math.max(0, list.left - left, right - list.right); }"""


def test_the_card_of_the_stage_is_wholly_in_view(live):
    live.page.set_viewport_size({"width": 1280, "height": 720})
    live.show("weights=untrained&upsample_blocks=6&base_height=1&base_width=1&upsample_dim=64")
    live.click('.card[data-stage="upsample5/batch_normalization"]')
    card = live.page.locator('.card[data-stage="upsample5/batch_normalization"]')
    assert card.evaluate(HIDDEN) == 0
    card.evaluate("(card) => card.closest('.pipeline').scrollTo(0, 0)")
    assert card.evaluate(HIDDEN) > 0
    card.evaluate("(card) => card.click()")  # where it is: a click of Playwright would scroll
    assert card.evaluate(HIDDEN) == 0
    output = live.page.locator(".image-card")
    output.evaluate("(card) => { card.style.minWidth = '560px'; }")
    live.page.wait_for_timeout(100)
    hidden = card.evaluate(HIDDEN)
    output.evaluate("(card) => card.removeAttribute('style')")
    assert hidden == 0
