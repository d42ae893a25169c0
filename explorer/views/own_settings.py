"""A network in other settings, or cut to less, than as it was trained: what is left of it."""

from dataclasses import replace

import numpy as np

from explorer.errors import ExplorerError
from explorer.model.config import CONFIG_FIELDS, DRAW_FIELDS, SHAPE_FIELDS, GeneratorConfig
from explorer.model.cost import NOTHING, Load
from explorer.model.devices import resolve_device
from explorer.model.expected_shape import OUTPUT
from explorer.model.likeness import likeness
from explorer.model.runs import Origin, run
from explorer.model.weight_store import StoredWeights
from explorer.schema import State
from explorer.views.pass_load import pass_load

# The variables depend on the first two, and on the pads of the channels; every network is trained
# with the batch's statistics.
_TOLD_APART = {*SHAPE_FIELDS, *DRAW_FIELDS, "training"}
_CUT = ("upsample_dim", "kernel_size")  # to fewer channels or taps; the output keeps its size


def other_settings(stored: StoredWeights, config: GeneratorConfig) -> list[str]:
    """Fields that a network was trained with other values of, though its variables fit.

    Of a file nobody knows what its network was trained with.
    """
    if stored.kind == "file":
        return []
    names = [name for name in CONFIG_FIELDS if name not in _TOLD_APART]
    return [name for name in names if _value(stored.config, name) != _value(config, name)]


def _value(config: GeneratorConfig, name: str) -> object:
    return config.paddings[:3] if name == "paddings" else getattr(config, name)


def is_of_border(name: str, config: GeneratorConfig) -> bool:
    """Whether a setting changes only what reads the pad; padded channels are read everywhere."""
    return name == "paddings" or (name == "pad_mode" and not any(config.paddings[3]))


def own_share(state: State, origin: Origin, names: list[str]) -> float:
    """How much of the picture is left that the network's own values give, for the same z.

    Args:
        names: of those values; all else is as in the state.

    Returns:
        As from `likeness`, of the shown item; NaN where it is not measured, as the other pass would
        take too long.
    """
    own = _own_state(state, origin, names)
    if own is None:
        return np.nan
    try:
        shown, before = (_picture(each, origin) for each in (state, own))
    except ExplorerError:  # its map is too small for the pads
        return np.nan
    return likeness(shown, before)


def own_load(state: State, origin: Origin) -> Load:
    """What `own_share` takes beside the view."""
    if state.graph:  # of which nothing is measured
        return NOTHING
    names = moved_everywhere(state, origin) or lost(state, origin)
    own = _own_state(state, origin, names) if names else None
    return pass_load(own, origin) if own else NOTHING


def lost(state: State, origin: Origin) -> list[str]:
    """Sizes that the weights on the screen were cut to, where that is all that changes the picture.

    A smaller output kernel changes its size as well, and other settings change all of it.
    """
    used, config = origin.used(state.config), state.config
    if not used or config.output_kernel < used.config.output_kernel:
        return []
    if moved_everywhere(state, origin):
        return []
    return [name for name in _CUT if _value(config, name) < _value(used.config, name)]


def moved_everywhere(state: State, origin: Origin) -> list[str]:
    """Settings of the weights on the screen that change more than the border."""
    used = origin.used(state.config)
    names = other_settings(used, state.config) if used else []
    return [name for name in names if not is_of_border(name, state.config)]


def _own_state(state: State, origin: Origin, names: list[str]) -> State | None:
    """The same view in those settings; None where a pass of it would make a light view heavy."""
    try:
        before = {name: getattr(origin.stored.config, name) for name in names}
        own = replace(state, config=replace(state.config, **before))
        more, load = pass_load(own, origin), pass_load(state, origin)
    except ExplorerError:  # the output kernel, or the pads in the network's own mode, do not fit
        return None
    return own if more.is_light and (not load.is_light or (load + more).is_light) else None


def _picture(state: State, origin: Origin) -> np.ndarray:
    made = run(state.config, origin, state.z, resolve_device(state["device"]))
    return made.stages[OUTPUT][state["item"]]
