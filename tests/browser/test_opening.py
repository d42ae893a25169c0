"""What a first visitor sees: the trained streets, untrained weights one click away, and back."""

import numpy as np
import pytest

from explorer import draw_z, trace
from explorer.model.weight_store import shipped_weights


@pytest.fixture
def opened(live):
    live.show("")
    return live


def label(page) -> str:
    return page.page.inner_text("#weights-label")


def test_the_page_opens_on_the_trained_streets_and_says_so(page):
    opened = page.open("")
    assert "street scenes" in label(opened)
    assert opened.box("upsample_dim") == "64"
    assert opened.page.locator(".picture").is_visible()
    trained = shipped_weights()
    output = trace(trained.config, trained.weights, draw_z(20))["conv_out/conv2d"][0]
    expected = np.rint(255 * (np.tanh(output) / 2 + 0.5))
    shown = opened.page.evaluate(
        "() => { const c = document.querySelector('.picture');"
        " return [...c.getContext('2d').getImageData(0, 0, c.width, c.height).data]; }"
    )
    pixels = np.array(shown).reshape(32, 64, 4)[..., :3]
    assert np.abs(pixels - expected).max() <= 1
    assert pixels.std() > 20


def test_untrained_is_one_click_away_and_so_is_the_way_back(opened):
    state = opened.click("#swap-weights")
    assert (state["weights"], state["upsample_dim"]) == ("untrained", 64)
    assert "Untrained" in label(opened)
    state = opened.click("#swap-weights")
    assert state["weights"] == "trained"
    assert "street scenes" in label(opened)


@pytest.mark.parametrize(("field", "value"), [("kernel_size", 3), ("upsample_dim", 128), ("C", 4)])
def test_another_structure_shows_untrained_weights_and_offers_the_way_back(opened, field, value):
    state = opened.slide(field, value)
    assert state["weights"] == "trained"
    assert "Untrained" in label(opened)
    assert "no longer fits" in opened.page.inner_text("#weights-note")
    notice = opened.page.inner_text("#weights-notice")
    assert f"{field} = " in notice
    assert f"{field} = " in opened.page.inner_text("#swap-weights")
    state = opened.click("#weights-back")
    assert (state["upsample_dim"], state["kernel_size"], state["C"]) == (64, 5, 3)
    assert "street scenes" in label(opened)


def test_the_link_of_the_opening_view_leads_back_to_it(opened):
    opened.page.wait_for_function("location.hash.includes('weights=trained')")
    state = opened.show(opened.link())
    assert (state["weights"], state["upsample_dim"]) == ("trained", 64)
