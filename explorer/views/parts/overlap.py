"""Overlap: the counts of one block's transposed convolution, and those of others to compare."""

from explorer.model.cost import telling_load
from explorer.model.runs import Origin
from explorer.model.stages import stages
from explorer.schema import State
from explorer.views.drawing import Drawing
from explorer.views.overlap import multiples, overlap_view
from explorer.views.parts.part import SEEN, Part, PartLoad, on_pages


def _overlap(drawing: Drawing) -> dict:
    view = overlap_view(
        drawing.config,
        drawing.plan,
        drawing.run.weights,
        drawing.items,
        drawing.state["block"],
        drawing.buffers,
    )
    return {"overlap": view}


def _overlap_load(state: State, origin: Origin) -> PartLoad:
    plan = stages(state.config, state["batch_size"])
    shares = sum(stage.item_bytes for stage in plan if stage.block.startswith("upsample"))
    return PartLoad(told=telling_load(measured=shares))


_HERE = on_pages("overlap")
PARTS = {
    "overlap": Part(_overlap, (*SEEN, "block"), _HERE, _overlap_load),
    "multiples": Part(lambda _: {"multiples": multiples()}, (), _HERE, runs=False),
}
