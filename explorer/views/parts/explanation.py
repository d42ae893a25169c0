"""Why a cell has its value, on every page that a cell can be chosen on."""

from collections.abc import Mapping

from explorer.cells import parse_cell
from explorer.model.cost import NOTHING, gradient_load, tying_load
from explorer.model.explain import explain_cell
from explorer.model.graph import Stage
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
    view["origins_of"] = _origins_of(state, drawing.stage(why.stage), view["regions"])
    if state["origins"] and view["origins_of"]:
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


def _origins_of(state: State, stage: Stage, regions: Mapping[str, dict]) -> str:
    """From what a cell comes that shares can be told of: "base" cells and z, "latent" alone, or "".

    No slope leads past a layer that is not known here.
    """
    beyond = state.call.beyond if state.call else ()
    before = {name for name, at in regions.items() if at["side"] == "before" and at["count"]}
    if stage.is_input or stage.name in beyond or state.z_stage not in before:
        return ""
    maps = {each.name for each in state.plan if len(each.shape) == 4}
    return "latent" if maps.isdisjoint({stage.name, *before}) else "base"


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
