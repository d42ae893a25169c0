"""A state in, a whole view out: every map of the shown item, the focused stage, and its numbers."""

from collections.abc import Callable

import numpy as np

from explorer.cells import parse_cell
from explorer.errors import ExplorerError
from explorer.link import write_link
from explorer.model.devices import devices, resolve_device
from explorer.model.explain import explain_cell
from explorer.model.origins import find_origins
from explorer.model.runs import Origin, Run, run
from explorer.model.stages import Stage, signed_stages, stages
from explorer.model.trace import convolve_unpadded, pad_and_convolve
from explorer.schema import State
from explorer.views.call.stage import stage_call
from explorer.views.diagnostics import MANY_DEAD, diagnose_view
from explorer.views.explanation import explanation_view, origins_view
from explorer.views.kernels import kernels_view
from explorer.views.ledger import as_csv, as_markdown, ledger_row, stage_row, totals
from explorer.views.maps import QuantizedMap, item_map, quantize
from explorer.views.moment import moment_view
from explorer.views.overlap import multiples, overlap_view
from explorer.views.pad_lab import chosen_lab, lab_view
from explorer.views.pad_rules import pad_rules
from explorer.views.padding import PadSelection, original_box, padding_view, runnable
from explorer.views.picture_mapping import picture_mapping
from explorer.views.shape_debugger import diagnosis_view
from explorer.views.statistics import describe_map, items_differ
from explorer.views.weights import FOR_TANH, weights_view
from explorer.views.wire import Buffers


def run_state(state: State, origin: Origin) -> Run:
    """The forward pass of a state, or the one kept from before.

    Args:
        state: what is asked for.
        origin: of its weights.
    """
    return run(state.config, origin, state.z, resolve_device(state["device"]))


def draw_page(state: State, origin: Origin, messages: list[ExplorerError] = ()) -> bytes:
    """Everything that the browser needs to draw one state, in the wire format.

    Args:
        state: what to show.
        origin: of its weights, as they were found.
        messages: what was wrong with the link that led here.

    """
    plan = stages(state.config, state["batch_size"])
    made, buffers = run_state(state, origin), Buffers()
    items = {
        stage.name: item_map(stage, made.stages[stage.name], state["item"], state.config)
        for stage in plan
    }
    maps = _quantize_all(plan, items)
    weights = weights_view(state.config, state["weights"], origin)
    header = {
        "state": state.as_dict(),
        "link": write_link(state),
        "messages": [error.as_dict() for error in messages],
        "device": made.device,
        "devices": devices(),
        "weights": weights,
        "stages": _stage_headers(state, plan, maps, buffers),
        "z": buffers.map(items["z"].ravel()),
        "focus": {
            "stage": state["stage"],
            "call": _call(state, origin, _stage_of(plan, state["stage"])),
            "values": buffers.map(items[state["stage"]]),
            "statistics": _statistics(state, made, items),
        },
        "output": buffers.map(items[plan[-1].name]),
        "mapping": picture_mapping(
            state["rgb_mapping"], items[plan[-1].name], weights["shown"] in FOR_TANH
        ),
        "diagnostics": diagnose_view(state.config, plan, maps, made.weights),
        "totals": totals(plan),
        "moment": moment_view(state, origin, made, buffers) if state["page"] == "train" else None,
    }
    return buffers.pack(header | _PAGES[state["page"]](state, made, items, buffers))


def _statistics(state: State, made: Run, items: dict) -> dict:
    """Numbers of the focused stage: of the chosen channel alone, or of all."""
    name, channel = state["stage"], state["channel"]
    chosen = slice(None) if channel < 0 else slice(channel, channel + 1)
    batch = made.stages[name]
    batch = batch.reshape(len(batch), *items[name].shape)[..., chosen]
    return describe_map(items[name][..., chosen]) | {"items_differ": items_differ(batch)}


def _call(state: State, origin: Origin, stage: Stage) -> dict:
    drawn = origin.drawn(state.config, stage.block) if stage.op != "input" else "none"
    return stage_call(state.config, stage, drawn, origin.seed).as_dict()


def _stage_of(plan: tuple[Stage, ...], name: str) -> Stage:
    return next(stage for stage in plan if stage.name == name)


def _maps_page(state: State, made: Run, items: dict, buffers: Buffers) -> dict:
    return _kernels(state, made, buffers) | _explanation(state, made, buffers)


def _kernels(state: State, made: Run, buffers: Buffers) -> dict:
    if not state["kernels"]:
        return {"kernels": None}
    stage = _stage_of(stages(state.config, state["batch_size"]), state["stage"])
    channel = max(0, state["channel"])
    return {"kernels": kernels_view(state.config, stage, made.weights, channel, buffers)}


def _explanation(state: State, made: Run, buffers: Buffers) -> dict:
    cell = parse_cell(state["cell"])
    if cell is None:
        return {"explanation": None}
    batch, stage = state["batch_size"], state["stage"]
    why = explain_cell(state.config, made.weights, made.stages, stage, cell)
    view = explanation_view(state.config, batch, why, state["source_channel"], buffers)
    if state["origins"] and why.source_stage:  # z comes from nowhere
        origins = find_origins(state.config, made.weights, made.z, stage, cell, made.device)
        view["origins"] = origins_view(origins, buffers)
    return {"explanation": view}


def _padding_page(state: State, made: Run, items: dict, buffers: Buffers) -> dict:
    lab = _or_error(lambda: _lab(state, made, buffers))
    padding = _padding(state, made, buffers) | {"signed": _signs(state)["conv_out/pad"]}
    return {"padding": padding, "lab": lab}


def _or_error(draw: Callable[[], dict | None]) -> dict | None:
    """A part of the view, or {"error"}: what is wrong with it must not stop the rest."""
    try:
        return draw()
    except ExplorerError as error:
        return {"error": error.as_dict()}


def _lab(state: State, made: Run, buffers: Buffers) -> dict:
    tensor, chosen = chosen_lab(state, lambda: made.stages[state["lab_stage"]])
    # A typed tensor and the example hold what they hold; another z changes nothing about them.
    of_stage = state["lab_source"] == "stage"
    signed = _signs(state)[state["lab_stage"]] if of_stage else tensor.signed
    return lab_view(tensor, chosen, signed, buffers)


def _signs(state: State) -> dict[str, bool]:
    return signed_stages(state.config, stages(state.config, state["batch_size"]))


def _overlap_page(state: State, made: Run, items: dict, buffers: Buffers) -> dict:
    plan = stages(state.config, state["batch_size"])
    view = overlap_view(state.config, plan, made.weights, items, state["block"], buffers)
    return {"overlap": view | {"multiples": multiples()}}


def _shapes_page(state: State, made: Run, items: dict, buffers: Buffers) -> dict:
    config, plan = state.config, stages(state.config, state["batch_size"])
    return {
        "ledger": {
            "rows": [ledger_row(config, stage) for stage in plan],
            "markdown": as_markdown(config, plan),
            "csv": as_csv(config, plan),
        },
        "diagnosis": _or_error(lambda: diagnosis_view(state)),
    }


_PAGES = {
    "maps": _maps_page,
    "output": lambda state, made, items, buffers: {},
    "padding": _padding_page,
    "overlap": _overlap_page,
    "shapes": _shapes_page,
    "train": lambda state, made, items, buffers: {},
}


def _quantize_all(plan: tuple[Stage, ...], items: dict) -> dict[str, QuantizedMap]:
    maps, previous = {}, ""
    for stage in plan:
        same = stage.op == "reshape"  # moves no value, so its bytes need not be made twice
        maps[stage.name] = maps[previous] if same else quantize(items[stage.name])
        previous = stage.name
    return maps


def _stage_headers(
    state: State, plan: tuple[Stage, ...], maps: dict[str, QuantizedMap], buffers: Buffers
) -> list[dict]:
    sent, headers, signs = {}, [], signed_stages(state.config, plan)
    for stage in plan:
        shown = maps[stage.name]
        if id(shown) not in sent:
            sent[id(shown)] = {
                "low": buffers.add(shown.low),
                "high": buffers.add(shown.high),
                "flat": buffers.add(shown.flat.astype(np.uint8)),
                "codes": buffers.add(shown.codes),
            }
        is_map = stage.op != "input"  # z has no channels
        headers.append(
            stage_row(stage)
            | sent[id(shown)]
            | {
                "leads": _leads(stage),
                "original": original_box(state.config, stage, state["item"]),
                "signed": signs[stage.name],
                "many_flat": is_map and shown.constant > MANY_DEAD * len(shown.low),
                "constant": shown.constant * is_map,
                "dead": shown.dead * is_map,
                "nan": shown.nan,
                "inf": shown.pos_inf + shown.neg_inf,
            }
        )
    return headers


def _leads(stage: Stage) -> dict:
    """The fields that go along where a stage is chosen: other pages show its block as well."""
    number = stage.block.removeprefix("upsample")
    return {"block": int(number)} if number.isdigit() else {}


def _padding(state: State, made: Run, buffers: Buffers) -> dict:
    source_name, pad_name, conv_name = list(made.stages)[-3:]
    source, config = made.stages[source_name], state.config

    def run_mode(mode: str) -> tuple[np.ndarray, np.ndarray] | ExplorerError:
        if mode == config.pad_mode:
            return made.stages[pad_name], made.stages[conv_name]
        return runnable(config, source.shape, mode) or pad_and_convolve(
            config, made.weights, source, mode, made.device
        )

    selection = PadSelection(state["item"], state["pad_channel"], state["output_channel"])
    unpadded = convolve_unpadded(config, made.weights, source, made.device)
    view = padding_view(config, source, run_mode, unpadded, selection, buffers)
    pad = _stage_of(stages(config, state["batch_size"]), pad_name)
    return view | {"rules": pad_rules(config, pad)}
