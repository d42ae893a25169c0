"""One moment of a training run: the same vectors drawn in three ways, to be compared."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from explorer.model.config import GeneratorConfig
from explorer.model.runs import Run
from explorer.model.trace import trace
from explorer.model.weight_store import last_moment
from explorer.state import State
from explorer.views.wire import Buffers

_ITEMS = 24
_SEED = 5


def moment_view(state: State, made: Run, buffers: Buffers) -> dict | None:
    """Pictures of 24 fixed vectors, tanh of the output as pixels.

    Returns:
        "stored" and "batch": by this moment's weights with training=False and True; "last": by the
        run's newest, with training=False, None where there are none. Each uint8
        [24, height, width, C]. None altogether where no moment of a run is shown.
    """
    config, source = state.config, state["weights"]
    if not source.startswith("run:") or config.C not in (1, 3) or any(config.paddings[0]):
        return None
    z = np.random.default_rng(_SEED).standard_normal((_ITEMS, config.noise_dim), np.float32)
    last = last_moment(source)
    stored, batch = (replace(config, training=training) for training in (False, True))
    return {
        "stored": buffers.add(_draw(stored, made.weights, z, made.device)),
        "batch": buffers.add(_draw(batch, made.weights, z, made.device)),
        "last": buffers.add(_draw(stored, last.weights, z, made.device))
        if last is not None and last.fits(config)
        else None,
    }


def _draw(config: GeneratorConfig, weights: Mapping, z: np.ndarray, device: str) -> np.ndarray:
    output = trace(config, weights, z, device)["conv_out/conv2d"]
    return np.rint(127.5 * (np.tanh(output) + 1)).astype(np.uint8)
