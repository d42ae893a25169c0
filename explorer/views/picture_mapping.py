"""How the values of the output become brightness, where that was not chosen by hand."""

import numpy as np

from explorer.schema import AUTO, MINMAX, TANH

DRAWN_AS_THEY_ARE = (1, 3)  # numbers of channels: grey, and red, green and blue
# Of tanh's range from -1 to 1: what the middle nine tenths of the values must span at least, and
# beyond what a value counts as black or white.
_LEAST_SPAN, _SATURATED = 0.5, 0.98
_MOST_SATURATED = 0.5  # of all values


def picture_mapping(chosen: str, output: np.ndarray, is_for_tanh: bool) -> str:
    """The mapping that a picture is drawn with.

    Automatic is tanh where the network was trained to be seen through it and the values fill its
    range without being lost at its ends; else from the lowest value to the highest.

    Args:
        chosen: by hand, or "auto".
        output: float32 [height, width, C], the item that is shown.
        is_for_tanh: whether the network was trained on pictures through tanh.

    Returns:
        "tanh", "minmax" or "clip".
    """
    if chosen != AUTO:
        return chosen
    return TANH if is_for_tanh and _fills_tanh(output) else MINMAX


def _fills_tanh(output: np.ndarray) -> bool:
    shown = np.tanh(output[np.isfinite(output)])
    if not shown.size:
        return False
    low, high = np.percentile(shown, (5, 95))
    return bool(
        high - low >= _LEAST_SPAN and (np.abs(shown) > _SATURATED).mean() <= _MOST_SATURATED
    )
