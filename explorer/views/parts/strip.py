"""The strip of all stages, which every page has, and what it tells of them."""

import numpy as np

from explorer.views.diagnostics import diagnose_view
from explorer.views.drawing import Drawing
from explorer.views.leads import TO_OUTPUT
from explorer.views.ledger import totals
from explorer.views.parts.part import SEEN, Part
from explorer.views.stage_maps import stage_maps, unfolded_codes


def _latent(drawing: Drawing) -> np.ndarray:
    """The shown item of z; nothing where the generator has none."""
    name = drawing.state.z_stage
    return drawing.items[name].ravel() if name else np.zeros(0, np.float32)


def _stages(drawing: Drawing) -> dict:
    return {
        "stages": stage_maps(drawing),
        "picture": drawing.buffers.small(drawing.maps[drawing.output]),
        "z": drawing.buffers.map(_latent(drawing)),
        "diagnostics": diagnose_view(
            None if drawing.state.graph else drawing.config,
            tuple(s for s in drawing.plan if not drawing.state.is_unknown(s.name)),
            drawing.maps,
            drawing.run.weights,
            drawing.state["item"],
        ),
        "totals": totals(drawing.plan),
        "output_leads": TO_OUTPUT,
    }


def _unfolded(drawing: Drawing) -> dict:
    return {"unfolded": unfolded_codes(drawing)}


PARTS = {
    "stages": Part(_stages, SEEN),
    "unfolded": Part(_unfolded, (*SEEN, "stage")),
}
