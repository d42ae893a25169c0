"""What a view tells Gradio's controls: how far sliders reach, what lists offer, who is shown."""

from functools import partial

from explorer.model.devices import devices
from explorer.model.graph import find_stage
from explorer.schema import NO_MODE, State
from explorer.views.pad_lab import lab_pad_props
from explorer.views.picture_mapping import DRAWN_AS_THEY_ARE


def control_props(state: State) -> dict[str, dict]:
    """What the controls of some fields are told, by the names of a Gradio component's arguments.

    A label is the key of a text; `parts` are those of the controls that hold a number each.
    """
    return _of_any(state) | ({} if state.opened else _of_configuration(state))


def _of_any(state: State) -> dict[str, dict]:
    """Of what every generator has."""
    output, labels = state.plan[-1], _count_labels(state)
    channels = output.grid[-1]
    free = channels not in DRAWN_AS_THEY_ARE
    return {
        "device": {"choices": [[name, name] for name in ("auto", *devices())]},
        "item": _up_to(output.shape[0] - 1),
        "channel": _up_to(find_stage(state.plan, state["stage"]).grid[-1] - 1),
        "z_dim": _up_to(state.noise_dim - 1),
        "label": _up_to(labels - 1) | {"visible": labels > 0},
        **{name: _up_to(channels - 1) | {"visible": free} for name in ("red", "green", "blue")},
        **_PAGE_CONTROLS.get(state["page"], lambda _: {})(state),
    }


def _of_configuration(state: State) -> dict[str, dict]:
    config = state.config
    compared = state["other_mode"] not in (NO_MODE, config.pad_mode)
    return {
        "pad_channel": _up_to(config.block_channels[-1] + sum(config.paddings[3]) - 1),
        "output_channel": _up_to(config.C - 1) | {"visible": compared and config.C > 1},
        **_CONFIGURATION_CONTROLS.get(state["page"], lambda _: {})(state),
    }


def _count_labels(state: State) -> int:
    """Of the largest set of labels that an input takes; 0 where none does."""
    tops = [stage.op.high for stage in state.plan if stage.is_input and stage.op.is_label]
    return max(tops, default=-1) + 1


def _lab_controls(state: State) -> dict:
    source = state["lab_source"]
    return {
        "lab_stage": _all_stages(state) | {"visible": source == "stage"},
        "lab_tensor": {"visible": source == "typed"},
        "lab_constant": {"visible": state["lab_mode"] == "CONSTANT"},
        "lab_paddings": {"parts": lab_pad_props(state)},
    }


def _all_stages(state: State) -> dict:
    """Of a list of all stages, whose names are a large part of an update."""
    names = [stage.name for stage in state.plan]
    return {"choices": [[name, name] for name in names]}


def _counted(name: str, state: State) -> dict:
    """Of a list of stages of which one is chosen by its number."""
    found = state.listed[name]
    choices = [[stage.name, number] for number, stage in enumerate(found, start=1)]
    return {name: {"choices": choices, "visible": len(found) > 1}}


# Of controls that nobody sees on another page.
_PAGE_CONTROLS = {"overlap": partial(_counted, "block")}
_CONFIGURATION_CONTROLS = {
    "padding": _lab_controls,
    "shapes": lambda state: {"expected_stage": _all_stages(state)},
}


def _up_to(last: int) -> dict:
    """Of a slider, which nobody sees where there is nothing to choose."""
    return {"maximum": max(1, last), "visible": last > 0}
