"""One moment of a training run: the same vectors drawn in three ways, to be compared."""

from dataclasses import replace

from explorer.errors import ExplorerError
from explorer.model.config import GeneratorConfig
from explorer.model.cost import NOTHING, Load, check_cost, forward_load
from explorer.model.latent import normal_z
from explorer.model.pictures import PICTURE_CHANNELS, draw_pictures
from explorer.model.runs import Origin, Run
from explorer.model.stages import stages
from explorer.model.weight_store import StoredWeights, last_moment
from explorer.schema import State
from explorer.views.wire import Buffers

_ITEMS = 24
_SEED = 5


def moment_load(state: State, origin: Origin) -> Load:
    """What the pictures take, beside the view."""
    if not _is_drawn(state.config, origin.stored):
        return NOTHING
    load = forward_load(stages(state.config, _ITEMS))
    return load.then(load).then(load)


def _is_drawn(config: GeneratorConfig, shown: StoredWeights | None) -> bool:
    """Whether a moment of a run is shown whose pictures this machine can draw at once."""
    is_moment = shown is not None and shown.kind == "run" and shown.fits(config)
    if not is_moment or config.C not in PICTURE_CHANNELS or any(config.paddings[0]):
        return False
    try:
        check_cost(stages(config, _ITEMS))
    except ExplorerError:
        return False
    return True


def moment_view(state: State, origin: Origin, made: Run, buffers: Buffers) -> dict | None:
    """Pictures of 24 fixed vectors, tanh of the output as pixels.

    Returns:
        "stored" and "batch": by this moment's weights with training=False and True; "last": by the
        run's newest, with training=False, None where there are none. Each uint8
        [24, height, width, C]. None altogether where no moment of a run is shown, or where drawing
        24 items takes more than this machine has.
    """
    config = state.config
    if not _is_drawn(config, origin.stored):
        return None
    z = normal_z(_ITEMS, config.noise_dim, _SEED)
    last = last_moment(state["weights"])
    stored, batch = (replace(config, training=training) for training in (False, True))
    return {
        "stored": buffers.add(draw_pictures(stored, made.weights, z, made.device)),
        "batch": buffers.add(draw_pictures(batch, made.weights, z, made.device)),
        "last": buffers.add(draw_pictures(stored, last.weights, z, made.device))
        if last is not None and last.fits(config)
        else None,
    }
