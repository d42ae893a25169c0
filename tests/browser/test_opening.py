"""What a first visitor sees: the trained streets, untrained weights one click away, and back."""

import numpy as np
import pytest

from explorer import draw_z, trace
from explorer.link import write_link
from explorer.model.weight_store import shipped_weights
from explorer.schema import read_state
from tests.support.each import each

OTHER = "#weights-notice-other"
# From a copy, as a canvas that is read often is moved out of the browser's fast memory.
PICTURE = """() => {
  const canvas = document.querySelector('.picture'), { width, height } = canvas;
  const copy = new OffscreenCanvas(width, height);
  const context = copy.getContext('2d', { willReadFrequently: true });
  context.drawImage(canvas, 0, 0);
  return [height, width, [...context.getImageData(0, 0, width, height).data]];
}"""

# Whether the beginning of a text of lines that are cut is above the cut.
SEEN = """(text, length) => {
  const range = document.createRange(), box = text.getBoundingClientRect();
  range.setStart(text.firstChild, 0);
  range.setEnd(text.firstChild, length);
  return [...range.getClientRects()].every(({ bottom }) => bottom <= box.bottom + 1);
}"""


@pytest.fixture
def opened(live):
    live.show("")
    return live


def picture(page) -> np.ndarray:
    """Red, green and blue of the output, [height, width, 3]."""
    height, width, shown = page.page.evaluate(PICTURE)
    return np.array(shown).reshape(height, width, 4)[..., :3]


def notice(page) -> str:
    return page.page.inner_text("#weights-notice p")


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
    pixels = picture(opened)
    assert np.abs(pixels - expected).max() <= 1
    assert pixels.std() > 20


def test_the_other_networks_of_the_family_are_named(opened):
    assert "trained on drawn street scenes with kernel_size = 5" in notice(opened)
    assert "kernel_size = 3, 4, 6 show networks of their own" in notice(opened)
    opened.slide("kernel_size", 4)
    assert "with kernel_size = 4. kernel_size = 3, 5, 6" in notice(opened)
    assert "carried over" not in label(opened)
    assert picture(opened).std() > 20


def test_what_the_network_was_not_trained_with_is_said_with_a_way_back_to_all_of_it(opened):
    opened.slide("kernel_size", 7)
    state = opened.choose("actv", "sigmoid")
    assert notice(opened).startswith("actv relu → sigmoid: ")
    assert opened.page.inner_text("#weights-notice-back") == "Back to kernel_size = 5, actv = relu"
    state = opened.click("#weights-notice-back")
    assert (state["kernel_size"], state["actv"]) == (5, "relu")
    assert not opened.page.locator("#weights-notice-back").is_visible()
    opened.choose("actv", "elu")
    assert notice(opened).startswith("actv relu → elu: ")
    assert "squared correlation with that of actv = relu" in notice(opened)
    assert opened.page.get_attribute("#weights-notice", "data-status") == "unlike"


def test_untrained_is_one_click_away_and_so_is_the_way_back(opened):
    opened.page.wait_for_function("location.hash.includes('weights=trained')")
    state = opened.show(opened.link())
    assert (state["weights"], state["upsample_dim"]) == ("trained", 64)
    state = opened.click(OTHER)
    assert (state["weights"], state["upsample_dim"]) == ("untrained", 64)
    assert "Untrained" in label(opened)
    assert "no picture" in notice(opened)
    state = opened.click(OTHER)
    assert state["weights"] == "trained"
    assert "street scenes" in label(opened)


def test_a_larger_structure_leaves_the_picture_in_its_place_and_says_why(opened):
    top = "() => document.querySelector('#pages').getBoundingClientRect().top"
    before, place = picture(opened), opened.page.evaluate(top)
    for field, value, why in (
        ("kernel_size", 7, "kernel_size 5 → 7: the output stays the same; "),
        ("noise_dim", 160, "weights of 0"),
    ):
        assert opened.slide(field, value)["weights"] == "trained"
        assert np.abs(picture(opened) - before).max() <= 1
        assert "street scenes, carried over" in label(opened)
        assert "not trained for this structure" in notice(opened)
        assert why in notice(opened)
        assert opened.page.evaluate(top) == place
        state = opened.click("#weights-notice-back")
        assert (state["upsample_dim"], state["noise_dim"], state["C"]) == (64, 128, 3)
        assert label(opened).endswith("street scenes")


@each(("field", "value"), [("upsample_dim", 60), ("base_width", 12)])
def test_another_structure_still_shows_a_street(opened, field, value):
    """Sky above, a road below, and something between."""
    opened.show("")
    opened.slide(field, value)
    shown = picture(opened).astype(float).mean(axis=2)
    height = len(shown)
    assert shown.std() > 20
    assert shown[: height // 4].mean() > shown[-height // 5 :].mean() + 20, "the road is dark"
    assert shown[-2:].std() < 40, "and even"
    assert f"{field} = " in opened.page.inner_text("#weights-notice-back")


def test_what_nothing_fits_is_said_to_be_fresh(opened):
    opened.slide("upsample_blocks", 2)
    assert notice(opened).startswith("upsample_blocks 3 → 2: no picture, conv_out drawn")


def test_weights_may_be_set_aside_instead_and_carried_over_again(opened):
    opened.slide("kernel_size", 8)
    carried = picture(opened)
    state = opened.click(OTHER)
    assert (state["weights"], state["carry"]) == ("trained", "untrained")
    assert "Untrained" in label(opened)
    assert "kernel_size = 5" in notice(opened)
    assert "carry=untrained" in write_link(read_state(state))
    opened.click(OTHER)
    assert np.array_equal(picture(opened), carried)


@each("size", [(1280, 720), (390, 844)])
def test_cause_and_verdict_are_read_without_unfolding_the_line(opened, size):
    opened.page.set_viewport_size(dict(zip(("width", "height"), size, strict=True)))
    opened.show("upsample_dim=24&actv=elu&weights=trained")
    percent = "12\N{NO-BREAK SPACE}%"
    verdicts = (
        f"upsample_dim 64 → 24: little of what the layers read is left, {percent}; "
        "actv relu → elu: "
    )
    assert notice(opened).startswith(verdicts)
    seen = opened.page.locator("#weights-words").evaluate(SEEN, len(verdicts))
    assert seen, "all of it above the fold"


def test_a_line_that_is_cut_is_read_in_full_under_the_pointer(opened):
    for field, value in {"kernel_size": 9, "upsample_dim": 96, "C": 1, "base_width": 12}.items():
        opened.slide(field, value)
    words = opened.page.locator("#weights-notice .words")
    cut = "(box) => box.querySelector('p').scrollHeight > box.querySelector('p').clientHeight"
    assert words.evaluate(cut)
    words.hover()
    assert not words.evaluate(cut)


def test_without_reuse_new_z_says_that_trained_weights_make_way(opened):
    opened.toggle("reuse")
    opened.click("#new-z")
    assert "reuse is off" in notice(opened)
    assert opened.click(OTHER)["weights"] == "trained"
