"""A state in, parts of its view out, as bytes."""

from collections.abc import Iterable

from explorer.errors import ExplorerError
from explorer.model.runs import Origin, Run
from explorer.schema import State
from explorer.views.drawing import Drawing
from explorer.views.parts import PARTS, shown_parts
from explorer.views.weights import is_gone


def run_state(state: State, origin: Origin) -> Run:
    """The forward pass of a state, or the one kept from before.

    Args:
        state: what is asked for.
        origin: of its weights.
    """
    return Drawing(state, origin).run


def draw_page(
    state: State,
    origin: Origin,
    messages: Iterable[ExplorerError] = (),
    names: Iterable[str] | None = None,
    coarse: bool = False,
) -> bytes:
    """Parts of the view of one state, in the wire format.

    Args:
        state: what to show.
        origin: of its weights, as they were found.
        messages: what was wrong with the link that led here.
        names: of the parts, in order; None for all that the view shows.
        coarse: whether large maps may come as codes, for now.

    Returns:
        A message whose header holds the "parts" by name; the "messages"; the names of those parts
        that came "coarse"; and whether the view is "fleeting", as its weights are gone and others
        stand in their place: nobody is to keep what it says.
    """
    drawing = Drawing(state, origin, coarse)
    made, coarsened = {}, []
    for name in shown_parts(state) if names is None else names:
        before = drawing.buffers.coarsened
        made[name] = PARTS[name].make(drawing)
        if drawing.buffers.coarsened != before:
            coarsened.append(name)
    header = {
        "parts": made,
        "messages": [error.as_dict() for error in messages],
        "coarse": coarsened,
        "fleeting": is_gone(state["weights"], origin),
    }
    return drawing.buffers.pack(header)
