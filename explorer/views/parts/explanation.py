"""Why a cell has its value, on every page that a cell can be chosen on."""

from explorer.cells import parse_cell
from explorer.model.cost import NOTHING, gradient_load, tying_load
from explorer.model.explain import explain_cell
from explorer.model.origins import find_origins
from explorer.model.runs import Origin
from explorer.schema import State
from explorer.views.drawing import Drawing
from explorer.views.explanation import explanation_view, origins_view
from explorer.views.parts.part import RUN, Part, PartLoad, on_pages


def _explanation(drawing: Drawing) -> dict:
    state, run, buffers = drawing.state, drawing.run, drawing.buffers
    cell = parse_cell(state["cell"])
    if cell is None:
        return {"explanation": None}
    why = explain_cell(drawing.plan, run.weights, run.stages, state["stage"], cell)
    view = explanation_view(drawing.plan, why, state["source_channel"], buffers)
    if state["origins"] and state.z_stage and _reaches_inputs(state) and why.source_stage:
        origins = find_origins(
            [stage for stage in drawing.plan if not state.is_unknown(stage.name)],
            run.weights,
            run.inputs,
            state.z_stage,
            state["stage"],
            cell,
            run.device,
        )
        view["origins"] = origins_view(origins, buffers)
    return {"explanation": view}


def _reaches_inputs(state: State) -> bool:
    """Whether slopes lead from the stage back to the inputs; an unknown layer has none."""
    return state.call is None or state["stage"] not in state.call.beyond


def _explanation_load(state: State, origin: Origin) -> PartLoad:
    if not state["cell"]:
        return PartLoad()
    made = tying_load(state.plan) if state.graph else NOTHING
    return PartLoad(gradient_load(state.plan) if state["origins"] else NOTHING, made)


PARTS = {
    "explanation": Part(
        _explanation,
        (*RUN, "stage", "cell", "source_channel", "origins"),
        on_pages("maps", "output", "padding", "overlap"),
        _explanation_load,
    )
}
