"""The weights of the focused stage: every variable as a heatmap with its numbers."""

import numpy as np
import pytest

from explorer import GeneratorConfig, init_weights
from tests.support.each import each

CONFIG = GeneratorConfig(upsample_dim=64, kernel_size=4)
WEIGHTS = init_weights(CONFIG, 0)
LINK = "upsample_dim=64&kernel_size=4"


@each(
    ("stage", "variables"),
    [
        ("upsample2/conv2d_transpose", ["kernel", "bias"]),
        ("upsample1/batch_normalization", ["gamma", "beta", "moving_mean", "moving_variance"]),
    ],
)
def test_every_variable_has_a_map_and_its_numbers(live, stage, variables):
    live.show(f"{LINK}&stage={stage}&kernels=true&channel=1")
    captions = live.page.locator(".kernels figcaption").all_inner_texts()
    assert [caption.split(" ")[0] for caption in captions] == variables
    for caption, variable in zip(captions, variables, strict=True):
        values = WEIGHTS[f"noise_generator/{stage}/{variable}"]
        assert str(list(values.shape)) in caption
        shown = float(caption.split("max ")[1].split(",")[0].replace("−", "-"))
        assert shown == pytest.approx(float(values.max()), rel=1e-3)
    assert live.page.locator(".kernels canvas").count() == len(variables)


def test_a_tap_is_named_with_its_value(live):
    live.show(f"{LINK}&stage=conv_out/conv2d&kernels=true&channel=2")
    canvas = live.page.locator(".kernels canvas").first
    canvas.scroll_into_view_if_needed()
    canvas.focus()
    live.page.keyboard.press("ArrowRight")
    live.page.keyboard.press("ArrowDown")
    tip = live.page.locator(".kernels .heatmap-tip").first.inner_text()
    assert tip.startswith("input channel 0, tap [1, 0] = ")
    value = WEIGHTS["noise_generator/conv_out/conv2d/kernel"][1, 0, 0, 2]
    shown = np.float32(tip.split("= ")[1].replace("−", "-"))
    assert shown == value


def test_it_opens_and_closes_and_is_part_of_the_link(live):
    live.show("stage=conv_out/conv2d")
    state = live.act(lambda: live.page.click("#stage-weights summary"))
    assert state["kernels"] is True
    assert live.page.locator(".kernels").is_visible()
    assert live.act(lambda: live.page.click("#stage-weights summary"))["kernels"] is False
    live.show("stage=upsample1/actv")
    assert live.page.locator("#stage-weights").is_hidden(), "an activation has no weights"


def test_a_variance_is_drawn_from_zero_up_and_the_rest_about_zero(live):
    """A variance cannot be negative; all else can, whatever it holds just now."""
    live.show(f"{LINK}&stage=upsample1/batch_normalization&kernels=true")
    first = "(strips) => strips.map((strip) => strip.style.background.match(/rgb\\([^)]*\\)/)[0])"
    colors = live.page.locator(".kernels .grid-strip").evaluate_all(first)
    assert colors == ["rgb(5, 48, 97)"] * 3 + ["rgb(68, 1, 84)"]
