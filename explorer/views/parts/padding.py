"""Padding: each mode's maps, run where they are not the view's own, and the padding lab."""

import math

from explorer.errors import ExplorerError
from explorer.model.borders import Bordered, bordered
from explorer.model.cost import padding_load, telling_load
from explorer.model.declare import Role
from explorer.model.runs import Origin
from explorer.model.trace import read_padded, read_unpadded
from explorer.schema import FIELDS, NO_MODE, State
from explorer.views.drawing import Drawing
from explorer.views.pad_lab import chosen_lab, lab_load, lab_view
from explorer.views.pad_rules import pad_rules
from explorer.views.padding import Made, PadSelection, padding_view
from explorer.views.parts.part import RUN, SEEN, Part, PartLoad, on_pages, or_error

_LAB = tuple(name for name, field in FIELDS.items() if Role.LAB in field.roles)
_PADDED_MAPS = 10  # at most, that are drawn of a pad


def _padding(drawing: Drawing) -> dict:
    """What the padding page shows, beside its lab."""
    state, run = drawing.state, drawing.run
    found = _bordered(state)
    source_name = found.stage.sources[0]
    source = run.stages[source_name]

    def run_mode(mode: str) -> Made | ExplorerError:
        if mode == found.border.mode:
            return found.pad(source, mode), found.reader and run.stages[found.reader.name]
        refused = found.refusal(mode)
        return refused or read_padded(found, run.weights, run.stages, mode, run.device)

    unpadded = None
    if found.is_read_by_windows and found.is_unpadded_inside():
        unpadded = read_unpadded(found, run.weights, source, run.device)
    view = padding_view(
        found, source, run_mode, unpadded, _selection(state, found), drawing.buffers
    )
    told = found.stage.name if found.is_output else source_name
    output_kernel = None if state.graph else drawing.config.output_kernel
    rules = pad_rules(found, output_kernel)
    return {
        "padding": view
        | {"source_stage": source_name, "signed": drawing.signs[told], "rules": rules}
    }


def _bordered(state: State) -> Bordered:
    return bordered(state.plan, state.counted("pad"))


def _selection(state: State, found: Bordered) -> PadSelection:
    other = state["other_mode"]
    is_other = found.has_other_modes and other not in (NO_MODE, found.border.mode)
    shown = (state[name] for name in ("item", "pad_channel", "output_channel"))
    return PadSelection(*shown, other if is_other else None)


def _padding_load(state: State, origin: Origin) -> PartLoad:
    """A channel, before and after the pad, and of the output in each mode, is told of."""
    found = _bordered(state)
    cells = math.prod(found.shape[1:3])
    if found.reader:
        cells = max(cells, math.prod(found.reader.shape[1:3]))
    told = telling_load(sent=_PADDED_MAPS * 4 * cells)
    return PartLoad(made=padding_load(4 * math.prod(found.shape), found.reader), told=told)


def _lab(drawing: Drawing) -> dict:
    return {"lab": or_error(lambda: _draw_lab(drawing))}


def _draw_lab(drawing: Drawing) -> dict:
    state = drawing.state
    tensor, chosen = chosen_lab(state, lambda: drawing.run.stages[state["lab_stage"]])
    # A typed tensor and the example hold what they hold; another z changes nothing about them.
    of_stage = state["lab_source"] == "stage"
    signed = drawing.signs[state["lab_stage"]] if of_stage else tensor.signed
    return lab_view(tensor, chosen, signed, drawing.buffers)


def _lab_load(state: State, origin: Origin) -> PartLoad:
    return PartLoad(made=lab_load(state))


_HERE = on_pages("padding")
PARTS = {
    "padding": Part(
        _padding,
        (*SEEN, "pad", "pad_channel", "output_channel", "other_mode"),
        _HERE,
        _padding_load,
    ),
    "lab": Part(_lab, (*RUN, "lab_stage", *_LAB), _HERE, _lab_load),
}
