"""What parts of a view take, known before any of them is made."""

from collections.abc import Iterable

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
from explorer.views.parts import PARTS, shown_parts

NOTHING = Load(0, 0)


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
    return load


def run_load(state: State, origin: Origin) -> Load:
    """Of a state's forward pass."""
    load = forward_load(state.config, state["batch_size"])
    if origin.is_carried(state.config):
        load += carrying_load(state.config, origin.stored.bytes)
    device = resolve_device(state["device"])
    return load + drawing_load(state.config, bytes_to_draw(state.config, origin, device))
