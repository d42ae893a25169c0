"""The output as pictures: what a trained generator draws."""

from collections.abc import Mapping

import numpy as np

from explorer.model.config import GeneratorConfig
from explorer.model.devices import AUTO
from explorer.model.trace import trace

PICTURE_CHANNELS = (1, 3)  # grey, RGB


def draw_pictures(
    config: GeneratorConfig, weights: Mapping, z: np.ndarray, device: str = AUTO
) -> np.ndarray:
    """tanh of the output as pixels, from black to white: uint8 [N, height, width, C]."""
    output = trace(config, weights, z, device)["conv_out/conv2d"]
    return np.rint(127.5 * (np.tanh(output) + 1)).astype(np.uint8)
