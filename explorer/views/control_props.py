"""What a view tells Gradio's controls: how far sliders reach, what lists offer, who is shown."""

from collections.abc import Iterable
from functools import partial

from explorer.model.borders import bordered
from explorer.model.devices import devices
from explorer.model.graph import Stage, find_stage
from explorer.model.pad_lab import can_be_padded
from explorer.schema import NO_MODE, State
from explorer.views.pad_lab import lab_pad_props
from explorer.views.picture_mapping import DRAWN_AS_THEY_ARE


def control_props(state: State) -> dict[str, dict]:
    """What the controls of some fields are told, by the names of a Gradio component's arguments.

    A label is the key of a text; `parts` are those of the controls that hold a number each.
    """
    return _of_any(state) | _PAGE_CONTROLS.get(state["page"], lambda _: {})(state)


def _of_any(state: State) -> dict[str, dict]:
    """Of what every generator has."""
    output, labels = state.plan[-1], _count_labels(state)
    channels, focused = output.grid[-1], find_stage(state.plan, state["stage"])
    free = channels not in DRAWN_AS_THEY_ARE
    return {
        "device": {"choices": [[name, name] for name in ("auto", *devices())]},
        "item": _up_to(output.shape[0] - 1),
        "channel": _up_to(0 if state.is_unknown(focused.name) else focused.grid[-1] - 1),
        **_of_inputs(state),
        "z_dim": _up_to(state.noise_dim - 1),
        "label": _up_to(labels - 1) | {"visible": labels > 0},
        **{name: _up_to(channels - 1) | {"visible": free} for name in ("red", "green", "blue")},
    }


def _of_inputs(state: State) -> dict[str, dict]:
    """Of sizes that a file leaves open, and of pictures that are given."""
    opened, call = state.opened, state.call
    is_open = opened is not None and opened.open_graph is not None
    if is_open and state.changed:
        is_open = state.changed.open_after is not None
    given = call is not None and any(node.name in call.given_to for node in call.sized.inputs)
    return {
        "input_height": {"visible": is_open},
        "input_width": {"visible": is_open},
        "picture_range": {"visible": given},
    }


def _count_labels(state: State) -> int:
    """Of the largest set of labels that an input takes; 0 where none does."""
    tops = [stage.op.high for stage in state.plan if stage.is_input and stage.op.is_label]
    return max(tops, default=-1) + 1


def _border_controls(state: State) -> dict:
    shown = bordered(state.plan, state.counted("pad"))
    channels = shown.reader.shape[3] if shown.reader else 1
    is_told = not state.is_unknown(shown.stage.sources[0])
    can_compare = is_told and shown.has_other_modes
    compared = can_compare and state["other_mode"] not in (NO_MODE, shown.border.mode)
    return {
        **_counted("pad", state),
        "pad_channel": _up_to(shown.shape[3] - 1 if is_told else 0),
        "other_mode": {"visible": can_compare},
        "output_channel": _up_to(channels - 1) | {"visible": compared and channels > 1},
    }


def _lab_controls(state: State) -> dict:
    source = state["lab_source"]
    return {
        "lab_stage": _names(_to_lab(state)) | {"visible": source == "stage"},
        "lab_tensor": {"visible": source == "typed"},
        "lab_constant": {"visible": state["lab_mode"] == "CONSTANT"},
        "lab_paddings": {"parts": lab_pad_props(state)},
    }


def _to_lab(state: State) -> list[Stage]:
    return [s for s in state.plan if can_be_padded(s) and not state.is_unknown(s.name)]


def _names(stages: Iterable[Stage]) -> dict:
    """Of a list of stages, whose names are a large part of an update."""
    return {"choices": [[stage.name, stage.name] for stage in stages]}


def _counted(name: str, state: State) -> dict:
    """Of a list of stages of which one is chosen by its number."""
    found = state.listed[name]
    choices = [[stage.name, number] for number, stage in enumerate(found, start=1)]
    return {name: {"choices": choices, "visible": len(found) > 1}}


# Of controls that nobody sees on another page.
_PAGE_CONTROLS = {
    "overlap": partial(_counted, "block"),
    "padding": lambda state: _border_controls(state) | _lab_controls(state),
    "shapes": lambda state: {"expected_stage": _names(state.plan)},
}


def _up_to(last: int) -> dict:
    """Of a slider, which nobody sees where there is nothing to choose."""
    return {"maximum": max(1, last), "visible": last > 0}
