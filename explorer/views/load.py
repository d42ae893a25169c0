"""What parts of a view take, known before any of them is made."""

import math
from collections.abc import Iterable

from explorer.model.cost import Load, gradient_load, padding_load, telling_load
from explorer.model.runs import Origin
from explorer.model.stages import Stage, stages
from explorer.schema import State
from explorer.views.moment import moment_load
from explorer.views.own_settings import own_load
from explorer.views.pad_lab import lab_load
from explorer.views.parts import PARTS, shown_parts
from explorer.views.pass_load import pass_load

NOTHING = Load(0, 0)
_PADDED_MAPS = 10  # at most, that are drawn of a pad


def view_load(state: State, origin: Origin, names: Iterable[str] | None = None) -> Load:
    """Of `draw_page`, as if nothing but drawn weights were kept from before.

    Args:
        origin: of the state's weights.
        names: of the parts; None for all that the view shows.
    """
    config, batch = state.config, state["batch_size"]
    names = set(shown_parts(state) if names is None else names)
    load = run_load(state, origin) if any(PARTS[name].runs for name in names) else NOTHING
    if "explanation" in names and state["cell"] and state["origins"]:
        load = load.then(gradient_load(config, batch))
    padded = padding_load(config, batch) if "padding" in names else NOTHING
    load += padded.then(lab_load(state)) if "lab" in names else padded
    if "moment" in names:
        load = load.then(moment_load(state, origin))
    return load + _telling_load(state, names)


def _telling_load(state: State, names: set[str]) -> Load:
    """Of what the parts tell of a stage beside its map: its exact values, its numbers, weights."""
    plan = stages(state.config, state["batch_size"])
    focused, output = next(s for s in plan if s.name == state["stage"]), plan[-1]
    sent = {focused.name: focused} if "values" in names else {}
    sent |= {output.name: output} if "output" in names else {}
    told = sum(map(_item_bytes, sent.values()))
    if "padding" in names:  # a channel, before and after the pad, of the output in each mode
        told += _PADDED_MAPS * 4 * math.prod(plan[-2].shape[1:3])
    measured = focused.bytes if "focus" in names else 0
    if "kernels" in names and state["kernels"]:
        measured += 4 * focused.parameters
    if "overlap" in names:
        measured += sum(_item_bytes(s) for s in plan if s.block.startswith("upsample"))
    return telling_load(told, measured)


def _item_bytes(stage: Stage) -> int:
    return stage.bytes // stage.shape[0]


def run_load(state: State, origin: Origin) -> Load:
    """Of a state's forward pass, and of what is said of its weights."""
    return pass_load(state, origin) + own_load(state, origin)
