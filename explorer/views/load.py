"""What the view of a state takes, known before any of it is made."""

from explorer.model.cost import Load, carrying_load, forward_load, gradient_load
from explorer.model.runs import Origin
from explorer.schema import State
from explorer.views.moment import moment_load


def view_load(state: State, origin: Origin) -> Load:
    """Of `draw_page`, whatever of it is kept from before.

    Args:
        origin: of the state's weights.
    """
    config, batch = state.config, state["batch_size"]
    load = run_load(state, origin)
    if state["cell"] and state["origins"]:
        load = load.then(gradient_load(config, batch))
    if state["page"] == "train":
        load = load.then(moment_load(state, origin))
    return load


def run_load(state: State, origin: Origin) -> Load:
    """Of `run_state`."""
    load = forward_load(state.config, state["batch_size"])
    if origin.is_carried(state.config):
        load += carrying_load(state.config, origin.stored.bytes)
    return load
