"""The overlap page: counts, the sentence, the measured share, and the small multiples."""

import pytest

from explorer.model.overlap import checkerboard_share
from tests.browser.truth import stages_of


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("", ["2 and 3", "4/6/6/9", "checkerboard"]),
        ("&kernel_size=4", ["multiple of stride 2", "same number of contributions, 4"]),
        ("&kernel_size=1", ["3 of every 4 cells get no input"]),
        ("&kernel_size=3&stride=3&upsample_blocks=2", ["same number of contributions, 1"]),
    ],
)
def test_the_sentence_says_when_it_is_even(live, link, words):
    live.show("page=overlap" + link)
    sentence = live.page.locator(".overlap-page .stage-head .sentence").first.inner_text()
    for word in words:
        assert word in sentence


def test_the_taps_that_meet_at_each_place_are_named(live):
    live.show("page=overlap")
    text = live.page.inner_text("#overlap-taps")
    assert "places 0, 2, … meet kernel taps 1, 3" in text
    assert "places 1, 3, … meet kernel taps 0, 2, 4" in text
    live.show("page=overlap&kernel_size=1")
    assert "meet kernel taps none" in live.page.inner_text("#overlap-taps")


def test_the_share_is_that_of_the_shown_map(live):
    state = live.show("page=overlap&z_seed=5")
    outputs = stages_of(state)
    rows = live.page.locator(".shares tbody tr").all_inner_texts()
    assert len(rows) == 6
    for row in rows:
        stage, share, chance, _ = row.split("\t")
        expected = checkerboard_share(outputs[stage.strip()][0], 2)
        assert float(share.split()[0]) == pytest.approx(100 * expected[0], abs=0.06)
        assert float(chance.split()[0]) == pytest.approx(100 * expected[1], abs=0.06)


def test_a_block_can_be_chosen(live):
    live.show("page=overlap")
    assert live.choose("block", "1")["block"] == 1
    title = live.page.locator(".overlap-page .stage-title").inner_text()
    assert title == "upsample1/conv2d_transpose"


def test_a_small_multiple_sets_kernel_and_stride(live):
    live.show("page=overlap&upsample_blocks=2")
    assert live.page.locator(".multiple").count() == 36
    state = live.click('.multiple[data-kernel="6"][data-stride="3"]')
    assert (state["kernel_size"], state["stride"]) == (6, 3)
    assert live.box("kernel_size") == "6"
    assert live.page.locator('.multiple[aria-pressed="true"]').count() == 1


def test_even_ones_are_framed_exactly_when_the_stride_divides_k(live):
    live.show("page=overlap")
    even = live.page.locator(".multiple.even").evaluate_all(
        "(nodes) => nodes.map(({ dataset }) => [+dataset.kernel, +dataset.stride])"
    )
    expected = [[k, s] for s in range(1, 5) for k in range(1, 10) if k % s == 0]
    assert sorted(even) == sorted(expected)


def test_the_question_is_asked_where_it_arises(live):
    live.show("stage=upsample2/conv2d_transpose")
    state = live.click("#why-checkerboard")
    assert (state["page"], state["block"]) == ("overlap", 2)


def test_a_counted_cell_opens_its_explanation(live):
    live.show("page=overlap")
    canvas = live.page.locator(".overlap-page .grid-canvas").first
    canvas.focus()
    live.page.keyboard.press("ArrowRight")
    live.page.keyboard.press("ArrowDown")
    tip = live.page.locator(".overlap-page .heatmap-tip").first.inner_text()
    assert "row 1, column 0: 2·1 = 2 input cells" in tip
    state = live.act(lambda: live.page.keyboard.press("Enter"))
    assert (state["stage"], state["cell"]) == ("upsample3/conv2d_transpose", "0,1,0,0")
