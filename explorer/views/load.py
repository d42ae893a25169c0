"""What the view of a state takes, known before any of it is made."""

from explorer.model.cost import (
    Load,
    carrying_load,
    drawing_load,
    forward_load,
    gradient_load,
    padding_load,
)
from explorer.model.devices import resolve_device
from explorer.model.runs import Origin, bytes_to_draw
from explorer.schema import State
from explorer.views.moment import moment_load
from explorer.views.pad_lab import lab_load


def view_load(state: State, origin: Origin) -> Load:
    """Of `draw_page`, as if nothing but drawn weights were kept from before.

    Args:
        origin: of the state's weights.
    """
    config, batch = state.config, state["batch_size"]
    load = run_load(state, origin)
    if state["cell"] and state["origins"]:
        load = load.then(gradient_load(config, batch))
    if state["page"] == "padding":
        load += padding_load(config, batch).then(lab_load(state))
    if state["page"] == "train":
        load = load.then(moment_load(state, origin))
    return load


def run_load(state: State, origin: Origin) -> Load:
    """Of `run_state`."""
    load = forward_load(state.config, state["batch_size"])
    if origin.is_carried(state.config):
        load += carrying_load(state.config, origin.stored.bytes)
    device = resolve_device(state["device"])
    return load + drawing_load(state.config, bytes_to_draw(state.config, origin, device))
