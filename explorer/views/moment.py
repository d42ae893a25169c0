"""One moment of a training run: the same vectors drawn in three ways, to be compared."""

from dataclasses import replace

from explorer.model.latent import normal_z
from explorer.model.pictures import PICTURE_CHANNELS, draw_pictures
from explorer.model.runs import Run
from explorer.model.weight_store import find_weights, last_moment
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
    no_picture = config.C not in PICTURE_CHANNELS or any(config.paddings[0])
    shown = find_weights(source, config)
    if no_picture or shown is None or shown.kind != "run" or not shown.fits(config):
        return None
    z = normal_z(_ITEMS, config.noise_dim, _SEED)
    last = last_moment(source)
    stored, batch = (replace(config, training=training) for training in (False, True))
    return {
        "stored": buffers.add(draw_pictures(stored, made.weights, z, made.device)),
        "batch": buffers.add(draw_pictures(batch, made.weights, z, made.device)),
        "last": buffers.add(draw_pictures(stored, last.weights, z, made.device))
        if last is not None and last.fits(config)
        else None,
    }
