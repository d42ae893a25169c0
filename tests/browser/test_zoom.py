"""Zooming by dragging: the axes change, and stay as they are while z changes."""

import pytest


def axis_range(page, selector: str = ".focus-map") -> list[float]:
    return page.page.locator(f"{selector} .heatmap-plot").evaluate(
        "(plot) => [...plot._fullLayout.xaxis.range, ...plot._fullLayout.yaxis.range]"
    )


def drag(page, start: tuple[int, int], end: tuple[int, int]):
    page.point(".focus-map", *end)
    page.point(".focus-map", *start)
    place = page.page.locator(".focus-map").evaluate(
        """(host, [x, y]) => {
          const plot = host.querySelector('.heatmap-plot'), { xaxis, yaxis } = plot._fullLayout;
          const box = plot.getBoundingClientRect();
          return [box.left + xaxis._offset + xaxis.l2p(x), box.top + yaxis._offset + yaxis.l2p(y)];
        }""",
        list(end),
    )
    before = axis_range(page)
    page.page.mouse.down()
    page.page.mouse.move(*place, steps=4)
    page.page.mouse.up()
    page.page.wait_for_function(
        """(before) => {
          const { xaxis } = document.querySelector('.focus-map .heatmap-plot')._fullLayout;
          return Math.abs(xaxis.range[0] - before) > 0.5;
        }""",
        arg=before[0],
    )


def test_a_drag_zooms_through_a_new_z_until_another_stage(live):
    live.show("stage=upsample2/conv2d_transpose&channel=5")
    whole = axis_range(live)
    drag(live, (8, 4), (20, 10))
    zoomed = axis_range(live)
    assert zoomed[1] - zoomed[0] < 0.7 * (whole[1] - whole[0])
    assert zoomed[0] <= 8.5
    assert zoomed[1] >= 19.5
    live.enter("z_seed", "5")
    assert axis_range(live) == pytest.approx(zoomed)
    live.click('.card[data-stage="upsample3/conv2d_transpose"]')
    low, high, *_ = axis_range(live)
    assert low <= -0.5
    assert high - low >= live.values().shape[1] - 1


def test_a_double_click_on_a_zoomed_map_shows_it_whole_and_chooses_no_cell(live):
    live.show("stage=upsample2/conv2d_transpose&channel=8&cell=0,1,2,8")
    whole = axis_range(live)
    drag(live, (8, 4), (20, 10))
    live.page.evaluate("history.replaceState({ here: true }, '')")
    live.point(".focus-map", 14, 7)
    live.page.locator(".focus-map .nsewdrag").first.dblclick()
    live.page.wait_for_function(
        """(low) => {
          const { xaxis } = document.querySelector('.focus-map .heatmap-plot')._fullLayout;
          return Math.abs(xaxis.range[0] - low) < 0.01;
        }""",
        arg=whole[0],
    )
    assert axis_range(live) == pytest.approx(whole)
    live.page.wait_for_timeout(600)  # a single click would have been taken by now
    assert "cell=0,1,2,8" in live.link()
    assert live.page.evaluate("history.state") == {"here": True}, "an entry of its own"


def test_a_single_click_on_a_zoomed_map_chooses_its_cell(live):
    live.show("stage=upsample2/conv2d_transpose&channel=9")
    drag(live, (8, 4), (20, 10))
    live.point(".focus-map", 14, 7)
    state = live.act(lambda: live.page.mouse.down() or live.page.mouse.up())
    assert state["cell"] == "0,7,14,9"
