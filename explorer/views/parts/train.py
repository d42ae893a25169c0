"""Watch it learn: the moment of a run whose weights are shown."""

from explorer.model.runs import Origin
from explorer.schema import State
from explorer.views.drawing import Drawing
from explorer.views.moment import moment_load, moment_view
from explorer.views.parts.part import RUN, Part, PartLoad, on_pages


def _moment(drawing: Drawing) -> dict:
    return {"moment": moment_view(drawing.state, drawing.origin, drawing.run, drawing.buffers)}


def _moment_load(state: State, origin: Origin) -> PartLoad:
    return PartLoad(passes=moment_load(state, origin))


PARTS = {"moment": Part(_moment, RUN, on_pages("train"), _moment_load, lasts=False)}
