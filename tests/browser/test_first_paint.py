"""The page opens: all sixteen stages, live maps, nothing in the console, nothing from outside."""

from itertools import groupby

import pytest
from playwright.sync_api import expect

from explorer import GeneratorConfig
from explorer.model.stages import stages
from explorer.schema import State
from explorer.words import english
from tests.browser.truth import assert_focus_is_true
from tests.support.each import each
from tests.support.explorer_page import PLOTTED

PLAN = stages(GeneratorConfig())

COLOURS = """(canvas) => {
  const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d');
  copy.drawImage(canvas, 0, 0);
  const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
  return new Set(new Uint32Array(data.buffer)).size;
}"""


def test_the_blocks_and_their_cards_stand_in_the_order_of_the_stages(live):
    live.show()
    blocks = live.page.locator(".pipeline .block h2").all_inner_texts()
    assert blocks == ["z", "fc1", "upsample1", "upsample2", "upsample3", "conv_out"]
    names = live.page.locator(".card[data-stage]").evaluate_all(
        "(cards) => cards.map((card) => card.dataset.stage)"
    )
    assert names == [stage.name for stage in PLAN]


BLOCKS = {block: [*of] for block, of in groupby(PLAN, lambda stage: stage.name.split("/")[0])}


@each("block", BLOCKS)
def test_a_card_shows_its_name_its_shape_and_a_picture(live, block):
    """Where it stands whole, as those of the block that is looked at do."""
    live.show(f"stage={block[0].name}")
    for stage in block:
        card = live.page.locator(f'.card[data-stage="{stage.name}"]')
        assert card.locator(".op").inner_text() == english("strip", stage.kind, {})
        assert f", {list(stage.shape)}" in live.card(stage.name)
        assert stage.name in live.card(stage.name)
        assert card.locator(".shape").inner_text() == str(list(stage.shape))
        assert card.locator("canvas").evaluate(COLOURS) > 20


def test_the_first_view_is_true_and_names_weights_and_device_without_a_message(live):
    assert_focus_is_true(live, State().as_dict())
    label = live.page.locator("#weights-label").inner_text()
    for words in ("Untrained", "glorot_uniform", "seed 0"):
        assert words in label
    assert live.page.locator("#device-label").inner_text() == "Runs on CPU:0"
    assert live.page.locator(".alerts .alert").is_hidden()
    assert live.page.locator(".diagnostics li").count() == 0
    assert live.page.locator(".marks:not(:empty)").count() == 0


PAINTED = """() => [...document.querySelectorAll('#pages .heatmap-plate:not([hidden])')]
  .filter((plate) => plate.checkVisibility()).map(({ width, height }) => width * height)"""


def assert_cover_is_gone(page):
    """Gradio's, over what loads."""
    cover = page.page.locator('.gradio-container > .main > [data-testid="status-tracker"]')
    expect(cover).to_be_hidden()


@pytest.mark.parametrize("link", ["", "page=padding&upsample_dim=16&noise_dim=1"])
def test_maps_are_painted_before_plotly_is_there_and_it_takes_over(page, link):
    """Also pointed at: by our own tooltip."""
    held = []
    page.page.route("**/plotly.js", lambda route: held.append(route))
    page.page.goto("about:blank")
    page.page.goto(page.url + (f"#{link}" if link else ""))
    page.page.wait_for_selector('.explorer[aria-busy="false"]')
    assert page.page.title() == "Inside an upsampling generator"
    sizes = page.page.evaluate(PAINTED)
    assert sizes
    assert min(sizes) > 1000
    assert page.page.locator(".heatmaplayer image").count() == 0
    host = page.page.locator("#pages .heatmap:visible").first
    host.scroll_into_view_if_needed()
    box = host.locator(".heatmap-plate").bounding_box()
    page.page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.3 * box["height"])
    assert "=" in host.locator(".heatmap-tip").inner_text()
    while not held:  # Plotly is asked for a little after the paint
        page.page.wait_for_timeout(20)
    for route in held:
        route.continue_()
    page.page.wait_for_function(PLOTTED)
    assert page.page.locator(".heatmaplayer image").count() >= len(sizes)
    assert_cover_is_gone(page)


def test_a_drag_is_painted_without_plotly_which_takes_over_when_it_rests(page):
    page.open("page=overlap&upsample_blocks=1")
    assert_cover_is_gone(page)  # whatever the first view hides
    page.show("upsample_dim=16")
    painted = page.page.evaluate(
        """async () => {
          const slider = document.querySelector('#field-z_scale input[type=range]'), seen = [];
          const note = () => seen.push(
            !document.querySelector('.focus-map .heatmap-plate').hidden,
          );
          document.querySelector('.explorer').addEventListener('painted', note);
          for (let at = 0; at < 12; at++) {
            slider.value = at / 10;
            slider.dispatchEvent(new Event('input', { bubbles: true }));
            await new Promise((done) => setTimeout(done, 60));
          }
          return seen;
        }"""
    )
    assert any(painted)
    page.page.wait_for_selector('.explorer[aria-busy="false"]')
    page.page.wait_for_function(PLOTTED)
    state = State().as_dict() | {"upsample_dim": 16, "z_scale": 1.1}
    assert_focus_is_true(page, state)
