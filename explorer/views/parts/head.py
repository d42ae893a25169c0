"""What every view begins with: its state and link, what its controls are told, its weights."""

from explorer.link import write_link
from explorer.schema import FIELDS
from explorer.views.changes import changes_view
from explorer.views.control_props import control_props
from explorer.views.drawing import Drawing
from explorer.views.parts.output import item_mapping
from explorer.views.parts.part import Part
from explorer.views.weights import weights_view


def _head(drawing: Drawing) -> dict:
    state = drawing.state
    return {
        "state": state.as_dict(),
        "link": write_link(state),
        "device": drawing.run.device,
        "controls": control_props(state),
        "changes": changes_view(state),
        "pages": list(state.pages),
        "weights": weights_view(state, drawing.origin),
        "mapping": item_mapping(drawing, drawing.items[drawing.output]),
    }


PARTS = {"head": Part(_head, tuple(FIELDS))}
