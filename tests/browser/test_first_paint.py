"""The page opens: all sixteen stages, live maps, no console error, nothing from outside."""

import pytest

from explorer import GeneratorConfig
from explorer.model.stages import stages
from explorer.schema import State
from tests.browser.truth import assert_focus_is_true

PLAN = stages(GeneratorConfig())

COLOURS = """(canvas) => {
  const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d');
  copy.drawImage(canvas, 0, 0);
  const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
  return new Set(new Uint32Array(data.buffer)).size;
}"""


def test_the_page_opens_with_live_maps(page):
    page.open()
    cards = page.page.locator(".card[data-stage]")
    assert cards.count() == 16
    assert page.page.locator(".focus-map .heatmaplayer image").count() >= 1
    assert page.page.title() == "Inside an upsampling generator"


def test_the_cards_stand_in_the_order_of_the_stages(live):
    names = live.page.locator(".card[data-stage]").evaluate_all(
        "(cards) => cards.map((card) => card.dataset.stage)"
    )
    assert names == [stage.name for stage in PLAN]


@pytest.mark.parametrize("stage", PLAN, ids=lambda stage: stage.name)
def test_a_card_shows_its_name_its_shape_and_a_picture(live, stage):
    card = live.page.locator(f'.card[data-stage="{stage.name}"]')
    assert card.locator(".op").inner_text() == stage.name.split("/")[-1]
    assert card.locator(".shape").inner_text() == str(list(stage.shape))
    assert card.locator("canvas").evaluate(COLOURS) > 20


def test_the_blocks_are_named(live):
    blocks = live.page.locator(".pipeline .block h3").all_inner_texts()
    assert blocks == ["z", "fc1", "upsample1", "upsample2", "upsample3", "conv_out"]


def test_the_first_heatmap_is_the_truth(live):
    assert_focus_is_true(live, State().as_dict())


def test_the_labels_name_weights_and_device(live):
    label = live.page.locator("#weights-label").inner_text()
    assert "Untrained" in label
    assert "glorot_uniform" in label
    assert "seed 0" in label
    assert live.page.locator("#device-label").inner_text() == "Runs on CPU:0"


def test_the_default_view_shows_no_message(live):
    assert live.page.locator(".alert").is_hidden()
    assert live.page.locator(".diagnostics li").count() == 0
    assert live.page.locator(".marks:not(:empty)").count() == 0
