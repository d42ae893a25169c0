"""What the page must show: `explorer.trace` run in the test process for the state on the page."""

import functools
import math

import numpy as np

from explorer import GeneratorConfig, init_weights, trace
from explorer.model.runs import draw_weights
from explorer.schema import read_state

weights_of = functools.lru_cache(maxsize=8)(init_weights)


def config_of(state: dict) -> GeneratorConfig:
    return read_state(state).config


def stages_of(state: dict, z: np.ndarray | None = None) -> dict[str, np.ndarray]:
    """Every stage's output for a state as the page reports it; `z` replaces the state's own."""
    checked = read_state(state)
    origin = checked.find_origin()
    if origin.stored is None:
        weights = weights_of(checked.config, origin.seed)
    else:
        weights = draw_weights(checked.config, origin, "CPU:0")
    return trace(checked.config, weights, checked.z if z is None else z)


def focused_item(state: dict, stages: dict[str, np.ndarray] | None = None) -> np.ndarray:
    """The shown item of the focused stage as [height, width, channels]."""
    output = (stages or stages_of(state))[state["stage"]]
    one = output[min(state["item"], len(output) - 1)]
    if state["stage"] == "z":
        return one.reshape(1, -1, 1)
    if one.ndim == 1:
        return one.reshape(state["base_height"], state["base_width"], state["upsample_dim"])
    return one


def assert_same(shown: np.ndarray, expected: np.ndarray):
    """Equal shapes, NaN and Inf; values equal but for the order in which TensorFlow may add them.

    Two processes add the same products in different orders, so the last bits may differ.
    """
    finite = np.abs(expected[np.isfinite(expected)])
    scale = float(finite.max()) if finite.size else 1.0
    np.testing.assert_allclose(shown, expected, rtol=1e-5, atol=3e-6 * scale)
    assert shown.shape == expected.shape


def assert_focus_is_true(page, state: dict, stages: dict[str, np.ndarray] | None = None):
    """The large heatmap holds, to float32 rounding, what `trace` gives for the state."""
    item = focused_item(state, stages)
    if state["channel"] >= 0:
        item = item[:, :, state["channel"] :][:, :, :1]
    shown = shown_item(page.values(), state, item.shape)
    drawn = shown.shape[2]
    # Not every channel of a very large stage is drawn.
    assert drawn == item.shape[2] or drawn * (item.shape[0] + 1) * (item.shape[1] + 1) > 200_000
    assert_same(shown, item[:, :, :drawn])


def shown_item(picture: np.ndarray, state: dict, shape: tuple[int, int, int]) -> np.ndarray:
    """The maps of a picture: [height, width, channels that are drawn]."""
    height, width, channels = shape
    if state["stage"] == "z":
        return picture.ravel()[:width].reshape(shape)
    if state["channel"] >= 0:
        return picture[:, :, None]
    if state["stage"].startswith("fc1/") and state["stage"] != "fc1/reshape":
        rows = [picture[row * (width + 1) :][:width] for row in range(height)]
        return np.stack(rows)
    tiles = []
    for channel in range(channels):
        x, y = tile_origin(picture.shape, shape, channel)
        if y + height <= len(picture):
            tiles.append(picture[y : y + height, x : x + width])
    return np.stack(tiles, axis=2)


def tile_origin(picture: tuple, item: tuple, channel: int) -> tuple[int, int]:
    """Column and row of a channel's first cell in a picture of all channels, one cell apart."""
    height, width, _ = item
    across = (picture[1] + 1) // (width + 1)
    return channel % across * (width + 1), channel // across * (height + 1)


def exact(value: float) -> str:
    """A float32 as the page writes it in full: nine significant digits, a true minus sign."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "−Inf"
    return _javascript(float(f"{value:.8e}"))


def _javascript(value: float) -> str:
    """JavaScript's `String(value)`, with a true minus sign."""
    if value == 0:
        return "0"
    mantissa, exponent = f"{value!r}".replace("e", " ").partition(" ")[::2]
    power = math.floor(math.log10(abs(value)))
    if -7 <= power < 21:
        text = np.format_float_positional(value, trim="-")
    else:
        text = f"{mantissa.removesuffix('.0')}e{int(exponent):+d}"
    return text.replace("-", "−")


def assert_printed(text: str, value: float):
    """`text` is `value` rounded to four significant digits, or three in exponent form."""
    digits = 2 if value and (abs(value) >= 1e5 or abs(value) < 1e-3) else 3
    assert float(text.replace("−", "-")) == float(f"{value:.{digits}e}")
