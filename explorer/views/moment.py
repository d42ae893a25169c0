"""One moment of a training run: the same pictures by stored and by batch statistics."""

from dataclasses import replace

import numpy as np

from explorer.model.config import GeneratorConfig
from explorer.model.runs import Run
from explorer.model.trace import trace
from explorer.state import State
from explorer.views.wire import Buffers

_ITEMS = 24
_SEED = 5


def moment_view(state: State, made: Run, buffers: Buffers) -> dict | None:
    """Pictures of 24 fixed vectors, drawn with training=False and with training=True.

    Returns:
        {"stored", "batch"}: uint8 [24, height, width, C], tanh of the output as pixels; None where
        C makes no picture, or pads add items to the batch.
    """
    if state.config.C not in (1, 3) or any(state.config.paddings[0]):
        return None
    z = np.random.default_rng(_SEED).standard_normal((_ITEMS, state.config.noise_dim), np.float32)
    return {
        name: buffers.add(_draw(replace(state.config, training=training), made, z))
        for name, training in (("stored", False), ("batch", True))
    }


def _draw(config: GeneratorConfig, made: Run, z: np.ndarray) -> np.ndarray:
    output = trace(config, made.weights, z, made.device)["conv_out/conv2d"]
    return np.rint(127.5 * (np.tanh(output) + 1)).astype(np.uint8)
