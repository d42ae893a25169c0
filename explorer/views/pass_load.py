"""What a state's forward pass takes, known before it is made."""

from explorer.model.cost import (
    Load,
    carrying_load,
    changing_load,
    drawing_load,
    fitting_load,
    forward_load,
)
from explorer.model.devices import resolve_device
from explorer.model.runs import Origin, bytes_to_draw
from explorer.schema import State


def pass_load(state: State, origin: Origin) -> Load:
    """Of a state's forward pass, as if only drawn weights and fitted pictures were kept before."""
    load = forward_load(state.plan)
    if state.call:
        load += fitting_load(state.call.fitting)
    if state.changed:
        load += changing_load(state.plan, state.changed.before.stages())
    if state.opened:
        return load
    if origin.is_carried(state.config):
        load += carrying_load(state.config, origin.stored.bytes)
    device = resolve_device(state["device"])
    return load + drawing_load(state.config, bytes_to_draw(state.config, origin, device))
