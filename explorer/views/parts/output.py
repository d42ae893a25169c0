"""Output: the last stage's exact values, and every item of the batch as a picture."""

from functools import partial

import numpy as np

from explorer.model.cost import telling_load
from explorer.model.expected_shape import OUTPUT
from explorer.model.runs import Origin
from explorer.schema import State
from explorer.views.drawing import Drawing
from explorer.views.parts.part import RUN, SEEN, Part, PartLoad, on_pages
from explorer.views.picture_mapping import picture_mapping
from explorer.views.samples import samples_view
from explorer.views.weights import FOR_TANH, shown_kind


def item_mapping(drawing: Drawing, output: np.ndarray) -> str:
    """How the values of an item's output become brightness."""
    for_tanh = not drawing.state.opened and (shown_kind(drawing.config, drawing.origin) in FOR_TANH)
    return picture_mapping(drawing.state["rgb_mapping"], output, for_tanh)


def _output(drawing: Drawing) -> dict:
    return {"output": drawing.exact(drawing.output)}


def _output_load(state: State, origin: Origin) -> PartLoad:
    last = state.plan[-1]
    return PartLoad(told=telling_load(sent=last.item_bytes))


def _samples(drawing: Drawing) -> dict:
    output, mapping = drawing.run.stages[drawing.output], partial(item_mapping, drawing)
    output = output.reshape(len(output), *drawing.items[drawing.output].shape)
    return {"samples": samples_view(drawing.state, output, mapping, drawing.buffers)}


_HERE = on_pages("output")
PARTS = {
    "output": Part(_output, SEEN, (*_HERE, {"page": ("maps",), "stage": (OUTPUT,)}), _output_load),
    "samples": Part(_samples, (*RUN, "rgb_mapping", "red", "green", "blue"), _HERE),
}
