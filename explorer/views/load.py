"""What parts of a view take, known before any of them is made."""

from collections.abc import Iterable
from functools import reduce

from explorer.model.cost import NOTHING, Load
from explorer.model.runs import Origin
from explorer.schema import State
from explorer.views.own_settings import own_load
from explorer.views.parts import PARTS, shown_parts
from explorer.views.pass_load import pass_load


def view_load(state: State, origin: Origin, names: Iterable[str] | None = None) -> Load:
    """Of `draw_page`, as if only drawn weights and fitted pictures were kept before.

    Args:
        origin: of the state's weights.
        names: of the parts; None for all that the view shows.
    """
    parts = [PARTS[name] for name in (shown_parts(state) if names is None else names)]
    loads = [part.load(state, origin) for part in parts]
    own = run_load(state, origin) if any(part.runs for part in parts) else NOTHING
    passes = reduce(Load.then, (load.passes for load in loads), own)
    made = reduce(Load.then, (load.made for load in loads), NOTHING)
    return passes + made + sum((load.told for load in loads), NOTHING)


def run_load(state: State, origin: Origin) -> Load:
    """Of a state's forward pass, and of what is said of its weights."""
    return pass_load(state, origin) + own_load(state, origin)
