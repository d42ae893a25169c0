"""Feature maps: the focused stage's numbers, its exact values, its variables."""

from explorer.model.cost import telling_load
from explorer.model.expected_shape import OUTPUT
from explorer.model.graph import Stage, find_stage
from explorer.model.runs import Origin
from explorer.schema import State
from explorer.views.call.layer import layer_call
from explorer.views.call.parts import with_changes
from explorer.views.call.stage import stage_call
from explorer.views.changes import changeable_view
from explorer.views.drawing import Drawing
from explorer.views.kernels import kernels_view
from explorer.views.leads import questions, unknown_layer
from explorer.views.parts.part import RUN, SEEN, Part, PartLoad, on_pages
from explorer.views.statistics import describe_map, items_differ


def _focus(drawing: Drawing) -> dict:
    """Numbers of the focused stage: of the chosen channel alone, or of all."""
    stage, channel = drawing.focused, drawing.state["channel"]
    chosen = slice(None) if channel < 0 else slice(channel, channel + 1)
    item, batch = drawing.items[stage.name], drawing.run.stages[stage.name]
    batch = batch.reshape(len(batch), *item.shape)[..., chosen]
    return {
        "focus": {
            "stage": stage.name,
            "call": _call(drawing, stage),
            "changeable": changeable_view(drawing.state, stage),
            "questions": [
                *_to_awaited(drawing.state, stage),
                *(
                    question
                    for question in questions(drawing.plan, stage)
                    if question["fields"]["page"] in drawing.state.pages
                ),
            ],
            "statistics": None
            if drawing.state.is_unknown(stage.name)
            else describe_map(item[..., chosen]) | {"items_differ": items_differ(batch)},
        }
    }


def _to_awaited(state: State, stage: Stage) -> list[dict]:
    """The way to the first layer for whose output the stage waits, unless that is itself."""
    awaited = state.call.awaited(stage.name) if state.is_unknown(stage.name) else ()
    return [unknown_layer(awaited[0])] if awaited and stage.name not in awaited else []


def _focus_load(state: State, origin: Origin) -> PartLoad:
    return PartLoad(told=telling_load(measured=_focused(state).bytes))


def _call(drawing: Drawing, stage: Stage) -> dict:
    config, origin = drawing.config, drawing.origin
    if drawing.state.graph:
        call = layer_call(stage)
    else:
        drawn = origin.drawn(config, stage.block) if not stage.is_input else "none"
        call = stage_call(config, stage, drawn, origin.seed)
    return with_changes(call, stage.op).as_dict()


def _values(drawing: Drawing) -> dict:
    """The focused stage; the last one is a part of its own, which more than one page shows."""
    name = drawing.focused.name
    return {"values": None if _is_apart(drawing.state, name) else drawing.exact(name)}


def _values_load(state: State, origin: Origin) -> PartLoad:
    stage = _focused(state)
    sent = 0 if _is_apart(state, stage.name) else stage.item_bytes
    return PartLoad(told=telling_load(sent=sent))


def _is_apart(state: State, name: str) -> bool:
    """Whether it is the output, a part of its own here, or unknown."""
    return name == OUTPUT == state.plan[-1].name or state.is_unknown(name)


def _kernels(drawing: Drawing) -> dict:
    if not drawing.state["kernels"]:
        return {"kernels": None}
    channel = max(0, drawing.state["channel"])
    weights, buffers = drawing.run.weights, drawing.buffers
    return {"kernels": kernels_view(drawing.focused, weights, channel, buffers)}


def _kernels_load(state: State, origin: Origin) -> PartLoad:
    shown = _focused(state).parameters if state["kernels"] else 0
    return PartLoad(told=telling_load(measured=4 * shown))


def _focused(state: State) -> Stage:
    return find_stage(state.plan, state["stage"])


_HERE = on_pages("maps")
PARTS = {
    "focus": Part(_focus, (*SEEN, "stage", "channel"), _HERE, _focus_load),
    "values": Part(_values, (*SEEN, "stage"), _HERE, _values_load),
    "kernels": Part(_kernels, (*RUN, "stage", "channel", "kernels"), _HERE, _kernels_load),
}
