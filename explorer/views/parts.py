"""The parts of a view: what each says, the fields that it depends on, and where it is shown.

A part is a pure function of its fields, so that who has it under their values need not ask again. A
page gets this table (`describe_parts`), and knows no part by what it means.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from explorer.cells import parse_cell
from explorer.errors import ExplorerError
from explorer.link import write_link
from explorer.model.config import CONFIG_FIELDS
from explorer.model.declare import Role
from explorer.model.devices import devices
from explorer.model.expected_shape import OUTPUT
from explorer.model.explain import explain_cell
from explorer.model.origins import find_origins
from explorer.model.stages import Stage, stages
from explorer.schema import FIELDS, NO_MODE, State
from explorer.views.call.stage import stage_call
from explorer.views.diagnostics import diagnose_view
from explorer.views.drawing import Drawing
from explorer.views.explanation import explanation_view, origins_view
from explorer.views.kernels import kernels_view
from explorer.views.leads import TO_OUTPUT, questions
from explorer.views.ledger import as_csv, as_markdown, ledger_row, totals
from explorer.views.moment import moment_view
from explorer.views.overlap import multiples, overlap_view
from explorer.views.pad_lab import chosen_lab, lab_pad_props, lab_view
from explorer.views.padding_part import padding_part
from explorer.views.picture_mapping import DRAWN_AS_THEY_ARE, picture_mapping
from explorer.views.samples import samples_view
from explorer.views.shape_debugger import diagnosis_view
from explorer.views.stage_maps import stage_maps, unfolded_codes
from explorer.views.statistics import describe_map, items_differ
from explorer.views.weights import FOR_TANH, shown_kind, weights_view

Where = Mapping[str, tuple[str, ...]]  # field -> some of its values

# All that the numbers of a run depend on; the rest is how one looks at them.
_RUN = tuple(name for name, field in FIELDS.items() if Role.VIEW not in field.roles)
_STRUCTURE = (*CONFIG_FIELDS, "batch_size")
_LAB = tuple(name for name, field in FIELDS.items() if Role.LAB in field.roles)


@dataclass(frozen=True)
class Part:
    """One part of a view.

    Attributes:
        make: what it adds to the view, by name.
        fields: all that it depends on.
        where: where it is shown: at any of these values of fields; everywhere if there are none.
        runs: whether it takes a forward pass.
        lasts: whether it stays the same; a run that goes on changes some.
    """

    make: Callable[[Drawing], dict]
    fields: tuple[str, ...]
    where: tuple[Where, ...] = ()
    runs: bool = True
    lasts: bool = True

    def is_shown(self, state: State) -> bool:
        """Whether a view of the state shows it."""
        return not self.where or any(
            all(state[name] in values for name, values in place.items()) for place in self.where
        )


def _page(name: str) -> tuple[Where, ...]:
    return ({"page": (name,)},)


def _head(drawing: Drawing) -> dict:
    state = drawing.state
    return {
        "state": state.as_dict(),
        "link": write_link(state),
        "device": drawing.run.device,
        "controls": control_props(state),
        "weights": weights_view(state, drawing.origin),
        "mapping": _mapping(drawing, drawing.items[OUTPUT]),
    }


def _mapping(drawing: Drawing, output: np.ndarray) -> str:
    """How the values of an item's output become brightness."""
    for_tanh = shown_kind(drawing.config, drawing.origin) in FOR_TANH
    return picture_mapping(drawing.state["rgb_mapping"], output, for_tanh)


def control_props(state: State) -> dict[str, dict]:
    """What the controls of some fields are told, by the names of a Gradio component's arguments.

    A label is the key of a text; `parts` are those of the controls that hold a number each.
    """
    config = state.config
    (first, last), channels = config.paddings[0], config.block_channels[-1]
    items, free = state["batch_size"] + first + last, config.C not in DRAWN_AS_THEY_ARE
    compared = state["other_mode"] not in (NO_MODE, config.pad_mode)
    return {
        "device": {"choices": [[name, name] for name in ("auto", *devices())]},
        "item": _up_to(items - 1),
        "z_dim": _up_to(config.noise_dim - 1),
        "block": _up_to(config.upsample_blocks, first=1),
        "pad_channel": _up_to(channels + sum(config.paddings[3]) - 1),
        "output_channel": _up_to(config.C - 1) | {"visible": compared and config.C > 1},
        **{name: _up_to(config.C - 1) | {"visible": free} for name in ("red", "green", "blue")},
        **_PAGE_CONTROLS.get(state["page"], lambda _: {})(state),
    }


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
    names = [stage.name for stage in stages(state.config, state["batch_size"])]
    return {"choices": [[name, name] for name in names]}


# Of controls that nobody sees on another page.
_PAGE_CONTROLS = {
    "padding": _lab_controls,
    "shapes": lambda state: {"expected_stage": _all_stages(state)},
}


def _up_to(last: int, first: int = 0) -> dict:
    """Of a slider, which nobody sees where there is nothing to choose."""
    return {"maximum": max(first + 1, last), "visible": last > first}


def _stages(drawing: Drawing) -> dict:
    return {
        "stages": stage_maps(drawing),
        "picture": drawing.buffers.small(drawing.maps[OUTPUT]),
        "z": drawing.buffers.map(drawing.items["z"].ravel()),
        "diagnostics": diagnose_view(
            drawing.config,
            drawing.plan,
            drawing.maps,
            drawing.run.weights,
            drawing.state["item"],
        ),
        "totals": totals(drawing.plan),
        "output_leads": TO_OUTPUT,
    }


def _unfolded(drawing: Drawing) -> dict:
    return {"unfolded": unfolded_codes(drawing)}


def _focus(drawing: Drawing) -> dict:
    """Numbers of the focused stage: of the chosen channel alone, or of all."""
    stage, channel = drawing.focused, drawing.state["channel"]
    chosen = slice(None) if channel < 0 else slice(channel, channel + 1)
    item, batch = drawing.items[stage.name], drawing.run.stages[stage.name]
    batch = batch.reshape(len(batch), *item.shape)[..., chosen]
    return {
        "focus": {
            "stage": stage.name,
            "call": _call(drawing, stage),
            "questions": questions(stage),
            "statistics": describe_map(item[..., chosen]) | {"items_differ": items_differ(batch)},
        }
    }


def _call(drawing: Drawing, stage: Stage) -> dict:
    config, origin = drawing.config, drawing.origin
    drawn = origin.drawn(config, stage.block) if stage.op != "input" else "none"
    return stage_call(config, stage, drawn, origin.seed).as_dict()


def _values(drawing: Drawing) -> dict:
    """The focused stage; the last one is a part of its own, which more than one page shows."""
    name = drawing.focused.name
    return {"values": None if name == OUTPUT else drawing.exact(name)}


def _output(drawing: Drawing) -> dict:
    return {"output": drawing.exact(OUTPUT)}


def _samples(drawing: Drawing) -> dict:
    output, mapping = drawing.run.stages[OUTPUT], partial(_mapping, drawing)
    return {"samples": samples_view(drawing.state, output, mapping, drawing.buffers)}


def _explanation(drawing: Drawing) -> dict:
    state, run, buffers = drawing.state, drawing.run, drawing.buffers
    cell = parse_cell(state["cell"])
    if cell is None:
        return {"explanation": None}
    why = explain_cell(drawing.config, run.weights, run.stages, state["stage"], cell)
    view = explanation_view(
        drawing.config, state["batch_size"], why, state["source_channel"], buffers
    )
    if state["origins"] and why.source_stage:  # z comes from nowhere
        origins = find_origins(drawing.config, run.weights, run.z, state["stage"], cell, run.device)
        view["origins"] = origins_view(origins, buffers)
    return {"explanation": view}


def _kernels(drawing: Drawing) -> dict:
    if not drawing.state["kernels"]:
        return {"kernels": None}
    channel = max(0, drawing.state["channel"])
    weights, buffers = drawing.run.weights, drawing.buffers
    return {"kernels": kernels_view(drawing.config, drawing.focused, weights, channel, buffers)}


def _lab(drawing: Drawing) -> dict:
    return {"lab": _or_error(lambda: _draw_lab(drawing))}


def _draw_lab(drawing: Drawing) -> dict:
    state = drawing.state
    tensor, chosen = chosen_lab(state, lambda: drawing.run.stages[state["lab_stage"]])
    # A typed tensor and the example hold what they hold; another z changes nothing about them.
    of_stage = state["lab_source"] == "stage"
    signed = drawing.signs[state["lab_stage"]] if of_stage else tensor.signed
    return lab_view(tensor, chosen, signed, drawing.buffers)


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


def _ledger(drawing: Drawing) -> dict:
    config, plan = drawing.config, drawing.plan
    return {
        "ledger": {
            "rows": [ledger_row(config, stage) for stage in plan],
            "markdown": as_markdown(config, plan),
            "csv": as_csv(config, plan),
        }
    }


def _diagnosis(drawing: Drawing) -> dict:
    return {"diagnosis": _or_error(lambda: diagnosis_view(drawing.state))}


def _moment(drawing: Drawing) -> dict:
    return {"moment": moment_view(drawing.state, drawing.origin, drawing.run, drawing.buffers)}


def _or_error(draw: Callable[[], dict | None]) -> dict | None:
    """A part of the view, or {"error"}: what is wrong with it must not stop the rest."""
    try:
        return draw()
    except ExplorerError as error:
        return {"error": error.as_dict()}


_MAPS = _page("maps")
_EXPLAINED = ({"page": ("maps", "output", "padding", "overlap")},)
_SEEN = (*_RUN, "item")
PARTS = {
    "head": Part(_head, tuple(FIELDS)),
    "stages": Part(_stages, _SEEN),
    "unfolded": Part(_unfolded, (*_SEEN, "stage")),
    "focus": Part(_focus, (*_SEEN, "stage", "channel"), _MAPS),
    "values": Part(_values, (*_SEEN, "stage"), _MAPS),
    "output": Part(_output, _SEEN, (*_page("output"), {"page": ("maps",), "stage": (OUTPUT,)})),
    "samples": Part(_samples, (*_RUN, "rgb_mapping", "red", "green", "blue"), _page("output")),
    "explanation": Part(
        _explanation, (*_RUN, "stage", "cell", "source_channel", "origins"), _EXPLAINED
    ),
    "kernels": Part(_kernels, (*_RUN, "stage", "channel", "kernels"), _MAPS),
    "padding": Part(
        padding_part, (*_SEEN, "pad_channel", "output_channel", "other_mode"), _page("padding")
    ),
    "lab": Part(_lab, (*_RUN, "lab_stage", *_LAB), _page("padding")),
    "overlap": Part(_overlap, (*_SEEN, "block"), _page("overlap")),
    "multiples": Part(lambda _: {"multiples": multiples()}, (), _page("overlap"), runs=False),
    "ledger": Part(_ledger, _STRUCTURE, _page("shapes"), runs=False),
    "diagnosis": Part(
        _diagnosis, (*_STRUCTURE, "expected", "expected_stage"), _page("shapes"), runs=False
    ),
    "moment": Part(_moment, _RUN, _page("train"), lasts=False),
}


def shown_parts(state: State) -> list[str]:
    """Names of all that a view of the state shows, in the order in which they are drawn."""
    return [name for name, part in PARTS.items() if part.is_shown(state)]


def check_parts(names: Iterable[str]) -> list[str]:
    """The names, in the order in which the parts are drawn.

    Raises:
        ExplorerError: there is no such part, or none is named.
    """
    asked = set(names)
    if not asked or asked - PARTS.keys():
        raise ExplorerError("request_damaged", form=f"parts={','.join(PARTS)}")
    return [name for name in PARTS if name in asked]


def describe_parts() -> list[dict]:
    """What a page needs to know of the parts, in JSON types."""
    return [
        {"name": name, "fields": part.fields, "where": part.where, "lasts": part.lasts}
        for name, part in PARTS.items()
    ]
