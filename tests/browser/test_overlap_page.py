"""The overlap page: counts, the sentence, the measured share, and the small multiples."""

import pytest
from playwright.sync_api import expect

from explorer.model.overlap import checkerboard_share
from tests.browser.truth import stages_of
from tests.support.each import each


@each(
    ("link", "words"),
    [
        ("", ["2 and 3", "4/6/6/9", "checkerboard"]),
        ("&kernel_size=4", ["multiple of stride 2", "4", "the taps need not be"]),
        ("&kernel_size=1", ["3 of every 4 cells get no input"]),
    ],
)
def test_the_sentence_says_when_it_is_even(live, link, words):
    live.show("page=overlap" + link)
    sentence = live.page.locator(".overlap-page .stage-head .sentence").first.inner_text()
    for word in words:
        assert word in sentence


# Links whose maps show the period or do not, with even, uneven and empty places.
MAPS = ["&kernel_size=1", "&kernel_size=4", "&z_scale=0", "&stride=1&block=1"]


@each("link", MAPS)
def test_what_is_said_of_the_period_is_what_is_measured(live, link):
    state = live.show("page=overlap" + link)
    title = live.page.locator(".overlap-page .stage-title").inner_text()
    found = live.page.inner_text("#overlap-found")
    kernel, stride = state["kernel_size"], state["stride"]
    if stride == 1:
        assert found == ""
        return
    share, chance = checkerboard_share(stages_of(state)[title][0], stride)
    if share is None:
        assert "cannot be measured" in found
    elif share < 3 * chance:
        assert "does not stand out" in found
    else:
        assert f"{share / chance:.1f} times" in found
        assert ("with even counts too" in found) == (kernel % stride == 0)
        assert ("bias alone" in found) == (kernel < stride)
    whole = live.page.inner_text(".overlap-page")
    assert "No pattern comes" not in whole


def test_folds_tell_of_cures_the_border_and_the_taps(live):
    live.show("page=overlap&stride=3&upsample_blocks=2")
    live.unfold("#overlap-cures")
    compare, cures = (live.page.inner_text(f"#overlap-{name}") for name in ("compare", "cures"))
    assert "kernel_size to 6 and then to 7" in compare
    assert "stride 3 divides" in cures
    assert "resize-convolution" in cures
    live.show("page=overlap")
    live.unfold("#overlap-edge")
    assert "2 wide at the top, 1 at the bottom" in live.page.inner_text("#overlap-edge")
    live.unfold("#overlap-taps p")
    text = live.page.inner_text("#overlap-taps")
    assert "places 0, 2, … meet the taps of index 1, 3" in text
    assert "places 1, 3, … meet the taps of index 0, 2, 4" in text
    live.slide("kernel_size-overlap", 1)
    assert "places 1, 3, … meet no tap" in live.page.inner_text("#overlap-taps")


def test_the_share_is_that_of_the_shown_map(live):
    state = live.show("page=overlap&z_seed=5")
    outputs = stages_of(state)
    live.unfold(".shares")
    rows = live.page.locator(".shares tbody tr").all_inner_texts()
    assert len(rows) == 6
    for row in rows:
        stage, share, chance, _ = row.split("\t")
        expected = checkerboard_share(outputs[stage.strip()][0], 2)
        assert float(share.split()[0]) == pytest.approx(100 * expected[0], abs=0.06)
        assert float(chance.split()[0]) == pytest.approx(100 * expected[1], abs=0.06)


def test_taps_that_only_pad_a_carried_kernel_are_told(live):
    live.show("page=overlap&weights=trained&upsample_dim=64&kernel_size=7")
    assert "Only 5×5 of the 7×7 taps are not 0" in live.page.inner_text("#overlap-found")
    live.show("page=overlap&weights=trained&upsample_dim=64&kernel_size=5")
    assert "not 0" not in live.page.inner_text("#overlap-found")


def test_it_opens_on_the_block_that_was_looked_at_and_another_can_be_chosen(live):
    live.show("stage=upsample2/conv2d_transpose")
    state = live.click("[data-question='checkerboard']")
    assert (state["page"], state["block"]) == ("overlap", 2)
    assert live.options("block") == [f"upsample{at}/conv2d_transpose" for at in (1, 2, 3)]
    assert live.choose("block", "upsample1/conv2d_transpose")["block"] == 1
    title = live.page.locator(".overlap-page .stage-title").inner_text()
    assert title == "upsample1/conv2d_transpose"


def test_a_small_multiple_sets_kernel_and_stride_and_even_ones_are_framed(live):
    live.show("page=overlap&upsample_blocks=2")
    assert live.page.locator(".multiple").count() == 36
    even = live.page.locator(".multiple.even").evaluate_all(
        "(nodes) => nodes.map(({ dataset }) => [+dataset.kernel, +dataset.stride])"
    )
    expected = [[k, s] for s in range(1, 5) for k in range(1, 10) if k % s == 0]
    assert sorted(even) == sorted(expected)
    state = live.click('.multiple[data-kernel="6"][data-stride="3"]')
    assert (state["kernel_size"], state["stride"]) == (6, 3)
    assert live.box("kernel_size") == "6"
    assert live.page.locator('.multiple[aria-pressed="true"]').count() == 1


def test_a_counted_cell_opens_its_explanation(live):
    live.show("page=overlap")
    canvas = live.page.locator(".overlap-page .grid-canvas").first
    canvas.focus()
    live.page.keyboard.press("ArrowRight")
    live.page.keyboard.press("ArrowDown")
    tip = live.page.locator(".overlap-page .heatmap-tip").first.inner_text()
    assert "row 1, column 0: input cells 2·1 = 2" in tip
    state = live.act(lambda: live.page.keyboard.press("Enter"))
    assert (state["stage"], state["cell"]) == ("upsample3/conv2d_transpose", "0,1,0,0")


def test_the_kernel_and_the_stride_at_the_top_are_those_of_the_sidebar(live):
    live.show("page=overlap")
    place = live.page.locator("#page-overlap")
    assert live.slide("kernel_size-overlap", 4)["kernel_size"] == 4
    assert live.box("kernel_size") == "4"
    assert live.slide("stride", 3)["stride"] == 3
    expect(place.locator("#field-stride-overlap input").first).to_have_value("3")
    live.show("page=overlap&upsample_blocks=2&kernel_size=3")
    expect(place.locator("#field-kernel_size-overlap input").first).to_have_value("3")
    expect(place.locator("#field-block input")).to_have_value("upsample2/conv2d_transpose")
