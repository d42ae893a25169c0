"""Colour ranges and colour maps of the focused stage."""

import numpy as np
import pytest

from tests.browser.truth import focused_item
from tests.support.each import each

LINK = "stage=upsample1/conv2d_transpose"


def limits(page) -> tuple[float, float]:
    return tuple(
        page.page.locator(".focus-map .heatmap-plot").evaluate(
            "(plot) => [plot.data[0].zmin, plot.data[0].zmax]"
        )
    )


def scale(page) -> list:
    return page.page.locator(".focus-map .heatmap-plot").evaluate(
        "(plot) => plot.data[0].colorscale.map(([, color]) => color)"
    )


def test_the_range_is_that_of_the_stage_about_zero_or_of_each_channel(live):
    state = live.show("stage=upsample1/actv&colormap=viridis")
    item = focused_item(state)
    assert limits(live) == pytest.approx((0, item.max()), rel=1e-5)
    assert live.choose("range", "symmetric")["range"] == "symmetric"
    assert limits(live) == pytest.approx((-item.max(), item.max()), rel=1e-5)
    live.choose("range", "channel")
    picture = live.values()
    assert limits(live) == (0, 1)
    shown = picture[:8, :16]  # channel 0
    np.testing.assert_allclose(shown, item[:, :, 0] / item[:, :, 0].max(), rtol=1e-4, atol=1e-5)
    live.slide("channel", 3)
    live.settle()
    assert limits(live)[1] == pytest.approx(item[:, :, 3].max(), rel=1e-5)


def test_a_stage_with_both_signs_is_drawn_about_zero(live):
    state = live.show(LINK)
    most = np.abs(focused_item(state)).max()
    assert limits(live) == pytest.approx((-most, most), rel=1e-5)
    assert scale(live)[0] == "rgb(5,48,97)"


def test_a_frozen_range_stays_while_z_changes(live):
    live.show("stage=upsample1/actv")
    before = limits(live)
    assert live.choose("range", "frozen")["range"] == "frozen"
    assert limits(live) == pytest.approx(before)
    frozen = limits(live)
    live.slide("z_scale", 3)
    assert limits(live) == frozen
    live.choose("range", "stage")
    assert limits(live)[1] > 2 * frozen[1]


def test_frozen_limits_travel_with_the_link_and_stay_as_they_were_given(live):
    """Also where a stage of both signs would otherwise be drawn about 0."""
    live.show(f"{LINK}&range=frozen&frozen_low=0.5&frozen_high=1")
    assert limits(live) == (0.5, 1)


@each("link", [f"{LINK}&range=channel&channel=3", f"{LINK}&colormap=greys"])
def test_freezing_keeps_the_range_that_is_shown(live, link):
    live.show(link)
    before = limits(live)
    live.choose("range", "frozen")
    assert limits(live) == pytest.approx(before)


def test_freezing_by_the_keyboard_does_so_too(live):
    live.show("stage=upsample1/actv&range=symmetric")
    before = limits(live)
    live.page.focus("#field-range input")
    live.page.keyboard.press("ArrowDown")
    assert live.act(lambda: live.page.keyboard.press("Enter"))["range"] == "frozen"
    assert limits(live) == pytest.approx(before)


FIRST = {
    "viridis": "rgb(68,1,84)",
    "cividis": "rgb(0,34,78)",
    "blue_orange": "rgb(5,48,97)",
}


def test_a_colour_map_recolours_the_heatmap_and_the_cards(live):
    live.show("stage=upsample1/actv")
    assert scale(live)[0] == FIRST["viridis"]
    before = dict(live.canvases())
    state = live.choose("colormap", "cividis")
    assert state["colormap"] == "cividis"
    assert scale(live)[0] == FIRST["cividis"]
    after = dict(live.canvases())
    assert after["upsample1/actv"] != before["upsample1/actv"]
    assert after["composite"] == before["composite"]
    live.choose("colormap", "auto")
    assert scale(live)[0] == FIRST["viridis"]


def test_the_kind_of_map_is_that_of_what_a_stage_can_hold(live):
    """Whatever it holds just now: with z = 0 and fresh weights every map is 0."""
    kinds = {
        "fc1/dense": "blue_orange",
        "fc1/actv": "viridis",
        "upsample2/batch_normalization": "blue_orange",
        "conv_out/conv2d": "blue_orange",
    }
    for stage, kind in kinds.items():
        live.show(f"z_scale=0&stage={stage}&weights=untrained")
        assert scale(live)[0] == FIRST[kind], stage
