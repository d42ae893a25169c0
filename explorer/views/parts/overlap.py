"""Overlap: the counts of one stage that spreads its input, and those of others to compare."""

from explorer.model.cost import finding_load, telling_load
from explorer.model.overlap import measured_stages
from explorer.model.runs import Origin
from explorer.schema import State
from explorer.views.drawing import Drawing
from explorer.views.overlap import multiples, overlap_view
from explorer.views.parts.part import SEEN, Part, PartLoad, on_pages


def _overlap(drawing: Drawing) -> dict:
    view = overlap_view(
        drawing.plan,
        drawing.state.counted("block"),
        drawing.run.weights,
        drawing.items,
        not drawing.state.graph,
        drawing.buffers,
    )
    return {"overlap": view}


def _overlap_load(state: State, origin: Origin) -> PartLoad:
    measured = measured_stages(state.plan)
    shares = sum(stage.item_bytes for stage in state.plan if stage.name in measured)
    told = telling_load(measured=shares) + finding_load(state.counted("block"))
    return PartLoad(told=told)


_HERE = on_pages("overlap")
PARTS = {
    "overlap": Part(_overlap, (*SEEN, "block"), _HERE, _overlap_load),
    "multiples": Part(lambda _: {"multiples": multiples()}, (), _HERE, runs=False),
}
