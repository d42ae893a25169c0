"""Padding: each mode's maps, run where they are not the view's own, and the padding lab."""

import math

import numpy as np

from explorer.errors import ExplorerError
from explorer.model.cost import padding_load, telling_load
from explorer.model.declare import Role
from explorer.model.runs import Origin
from explorer.model.stages import stages
from explorer.model.trace import convolve_unpadded, pad_and_convolve
from explorer.schema import FIELDS, NO_MODE, State
from explorer.views.drawing import Drawing
from explorer.views.pad_lab import chosen_lab, lab_load, lab_view
from explorer.views.pad_rules import pad_rules
from explorer.views.padding import PadSelection, padding_view, runnable
from explorer.views.parts.part import RUN, SEEN, Part, PartLoad, on_pages, or_error

_LAB = tuple(name for name, field in FIELDS.items() if Role.LAB in field.roles)
_PADDED_MAPS = 10  # at most, that are drawn of a pad


def _padding(drawing: Drawing) -> dict:
    """What the padding page shows, beside its lab."""
    state, run, config = drawing.state, drawing.run, drawing.config
    source_name, pad_name, conv_name = list(run.stages)[-3:]
    source = run.stages[source_name]

    def run_mode(mode: str) -> tuple[np.ndarray, np.ndarray] | ExplorerError:
        if mode == config.pad_mode:
            return run.stages[pad_name], run.stages[conv_name]
        return runnable(config, source.shape, mode) or pad_and_convolve(
            config, run.weights, source, mode, run.device
        )

    other = state["other_mode"]
    shown = (state[name] for name in ("item", "pad_channel", "output_channel"))
    selection = PadSelection(*shown, None if other in (NO_MODE, config.pad_mode) else other)
    unpadded = convolve_unpadded(config, run.weights, source, run.device)
    view = padding_view(config, source, run_mode, unpadded, selection, drawing.buffers)
    rules = pad_rules(config, drawing.stage(pad_name))
    more = {"stage": pad_name, "output_stage": conv_name, "signed": drawing.signs[pad_name]}
    return {"padding": view | more | {"rules": rules}}


def _padding_load(state: State, origin: Origin) -> PartLoad:
    """A channel, before and after the pad, and of the output in each mode, is told of."""
    config, batch = state.config, state["batch_size"]
    cells = math.prod(stages(config, batch)[-2].shape[1:3])
    told = telling_load(sent=_PADDED_MAPS * 4 * cells)
    return PartLoad(made=padding_load(state.plan), told=told)


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
        (*SEEN, "pad_channel", "output_channel", "other_mode"),
        _HERE,
        _padding_load,
    ),
    "lab": Part(_lab, (*RUN, "lab_stage", *_LAB), _HERE, _lab_load),
}
