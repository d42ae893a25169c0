"""The padding page of a state: each mode's maps, run where they are not the view's own."""

import numpy as np

from explorer.errors import ExplorerError
from explorer.model.trace import convolve_unpadded, pad_and_convolve
from explorer.schema import NO_MODE
from explorer.views.drawing import Drawing
from explorer.views.pad_rules import pad_rules
from explorer.views.padding import PadSelection, padding_view, runnable


def padding_part(drawing: Drawing) -> dict:
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
