"""Output: the last stage's exact values, and every item of the batch as a picture."""

import math
from functools import partial

import numpy as np

from explorer.model.cost import telling_load
from explorer.model.expected_shape import OUTPUT
from explorer.model.runs import Origin
from explorer.model.stages import Stage
from explorer.schema import State
from explorer.views.drawing import Drawing
from explorer.views.parts.part import RUN, SEEN, STRUCTURE, Part, PartLoad, on_pages
from explorer.views.picture_mapping import picture_mapping
from explorer.views.samples import samples_view
from explorer.views.weights import FOR_TANH, shown_kind


def item_mapping(drawing: Drawing, output: np.ndarray) -> str:
    """How the values of an item's output become brightness."""
    for_tanh = not drawing.state.opened and (shown_kind(drawing.config, drawing.origin) in FOR_TANH)
    return picture_mapping(drawing.state["rgb_mapping"], output, for_tanh)


def _output(drawing: Drawing) -> dict:
    return {"output": drawing.exact(drawing.output)}


def _output_words(drawing: Drawing) -> dict:
    """How the output is drawn, and whether it is an image."""
    is_opened = drawing.state.graph is not None
    return {"output_words": output_words(drawing.plan[-1], is_opened)}


def output_words(last: Stage, is_opened: bool) -> dict:
    """Sentences: of how a last stage is drawn, and of whether that is an image."""
    channels, is_map = last.grid[3], len(last.shape) == 4
    drawn = {1: "output_grey" if is_map else "output_numbers", 3: "output_rgb"}
    code, params = "output_is", {}
    if is_opened and is_map and math.prod(last.shape[1:3]) > 1:
        sizes = zip(("rows", "columns", "channels"), last.shape[1:], strict=True)
        code, params = "output_is_maps", dict(sizes)
    elif is_opened:
        code, params = "output_is_numbers", {"count": math.prod(last.shape[1:])}
    return {
        "drawn": {"code": drawn.get(channels, "output_other"), "params": {"C": channels}},
        "image": {"code": code, "params": params},
    }


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
    "output_words": Part(_output_words, (*STRUCTURE, "weights", "given"), _HERE, runs=False),
    "samples": Part(_samples, (*RUN, "rgb_mapping", "red", "green", "blue"), _HERE),
}
