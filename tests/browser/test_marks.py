"""Marks for maps that are constant, dead or not finite."""

import numpy as np

from explorer.model.latent import encode_rows
from tests.browser.truth import focused_item
from tests.support.each import each

ONE = "training=true"
# One infinite number in z and zeros: fc1 has infinities of either sign, the next block their NaN.
HUGE = np.array([[1e38] + [0] * 127], np.float32)
OVERFLOW = f"actv=linear&z_data={encode_rows(HUGE)}&z_scale=1000"


def marks(page, stage: str) -> str:
    return page.page.locator(f'.card[data-stage="{stage}"] .marks').inner_text()


def traces(page) -> list[dict]:
    return page.page.locator(".focus-map .heatmap-plot").evaluate(
        "(plot) => plot.data.map(({ type, text }) => ({ type, text }))"
    )


def test_training_with_one_item_makes_dead_maps_and_each_cell_says_so(live):
    live.show(f"{ONE}&stage=upsample1/actv")
    assert marks(live, "fc1/batch_normalization") == "256 dead"
    assert marks(live, "upsample1/actv") == "128 dead"
    assert live.statistics()["dead channels (all 0)"] == "128 / 128"
    assert live.statistics()["constant channels, dead ones too"] == "128 / 128"
    words = [trace for trace in traces(live) if trace["type"] == "scatter"]
    assert words[0]["text"].count("＝") == 128
    first, second = live.tip(".focus-map", 2, 2).splitlines()
    assert first == "item 0, row 2, column 2, channel 0 = 0"
    assert "constant" in second


def test_constant_maps_that_are_not_zero_are_called_constant(live):
    live.show(f"{ONE}&actv=sigmoid&bn_position=before&stage=fc1/actv")
    assert marks(live, "fc1/actv") == "256 constant"
    assert live.values()[0, 0] == 0.5


def test_infinities_and_nan_are_counted_on_their_card_and_beside_the_stage(live):
    state = live.show(f"{OVERFLOW}&stage=fc1/reshape")
    item, shown = focused_item(state), live.statistics()
    nan, inf = int(np.isnan(item).sum()), int(np.isinf(item).sum())
    assert nan + inf > 0
    words = [f"{nan} NaN"] * bool(nan) + [f"{inf} Inf"] * bool(inf)
    assert marks(live, "fc1/reshape").startswith(" · ".join(words))
    counts = {
        "NaN": np.isnan(item).sum(),
        "+Inf": np.isposinf(item).sum(),
        "−Inf": np.isneginf(item).sum(),
    }
    for name, count in counts.items():
        assert int(shown.get(name, "0").replace("\u202f", "")) == count
    colours = [trace for trace in traces(live) if trace["type"] == "heatmap"]
    assert len(colours) == 2, "cells that are not finite have their own"
    assert "not finite" in live.page.locator(".diagnostics li").first.inner_text()


@each(("word", "kind"), [("NaN", np.isnan), ("+Inf", np.isposinf), ("−Inf", np.isneginf)])
def test_a_cell_that_is_not_finite_says_so(live, word, kind):
    names = [f"{block}/conv2d_transpose" for block in ("upsample1", "upsample2", "upsample3")]
    for name in ["fc1/reshape", *names, "conv_out/conv2d"]:
        state = live.show(f"{OVERFLOW}&stage={name}&channel=0")
        found = np.argwhere(kind(focused_item(state)[:, :, 0]))
        if len(found):
            row, column = found[0].tolist()
            tip = live.tip(".focus-map", column, row)
            assert tip.splitlines()[0].endswith(f"row {row}, column {column}, channel 0 = {word}")
            return
    raise AssertionError(f"no stage holds {word}")


QUIET = "stage=upsample1/actv&weights=trained&upsample_dim=64&rgb_mapping=tanh"


def is_grave(page, stage: str) -> bool:
    return page.page.locator(f'.card[data-stage="{stage}"] .marks.grave').count() > 0


def test_what_is_normal_is_calm_and_explained(live):
    """Of the trained generator's 32 channels one is dead, and goes out of its norm constant."""
    live.show(QUIET)
    assert marks(live, "upsample1/actv") == "1 dead"
    assert not is_grave(live, "upsample1/actv")
    note = live.page.locator("#flat-note")
    assert "1 of 32" in note.inner_text()
    assert "Some are normal" in note.inner_text()
    live.show(QUIET.replace("actv", "batch_normalization"))
    assert marks(live, "upsample1/batch_normalization") == "1 constant"
    assert not is_grave(live, "upsample1/batch_normalization")
    assert "straight line" in note.inner_text()
    live.show(QUIET.replace("upsample1", "fc1"))
    assert note.is_hidden()


def test_more_than_a_quarter_is_not_called_normal(live):
    live.show("z_scale=0&stage=upsample1/actv")
    assert marks(live, "z") == "", "z is no channel"
    assert marks(live, "upsample3/actv") == "32 dead"
    assert is_grave(live, "upsample1/actv")
    note = live.page.locator("#flat-note").inner_text()
    assert "more than a quarter" in note
    assert "normal" not in note
