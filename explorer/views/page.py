"""A state in, a whole view out: every map of the shown item, the focused stage, and its numbers."""

import numpy as np

from explorer.errors import ExplorerError
from explorer.model.config import PAD_MODES
from explorer.model.devices import devices, resolve_device
from explorer.model.runs import Run, run
from explorer.model.stages import Stage, stages
from explorer.model.trace import pad_and_convolve
from explorer.state import State
from explorer.views.diagnostics import diagnose_view
from explorer.views.ledger import as_csv, as_markdown, stage_row, totals
from explorer.views.maps import QuantizedMap, item_map, quantize
from explorer.views.padding import PadSelection, padding_view, runnable
from explorer.views.statistics import describe_map
from explorer.views.wire import Buffers


def run_state(state: State) -> Run:
    """The forward pass of a state, or the one kept from before."""
    return run(state.config, state["weights_seed"], state.z, resolve_device(state["device"]))


def draw_page(state: State, messages: list[ExplorerError] = ()) -> bytes:
    """Everything that the browser needs to draw one state, in the wire format.

    Args:
        state: what to show.
        messages: what was wrong with the link that led here.

    """
    plan = stages(state.config, state["batch_size"])
    made, buffers = run_state(state), Buffers()
    items = {
        stage.name: item_map(stage, made.stages[stage.name], state["item"], state.config)
        for stage in plan
    }
    maps = _quantize_all(plan, items)
    header = {
        "state": state.as_dict(),
        "link": state.link(),
        "messages": [error.as_dict() for error in messages],
        "device": made.device,
        "devices": devices(),
        "stages": _stage_headers(plan, maps, buffers),
        "z": buffers.map(items["z"].ravel()),
        "focus": {
            "stage": state["stage"],
            "values": buffers.map(items[state["stage"]]),
            "statistics": describe_map(items[state["stage"]]),
        },
        "output": buffers.map(items[plan[-1].name]),
        "diagnostics": diagnose_view(state.config, plan, maps),
        "totals": totals(plan),
    }
    if state["page"] == "padding":
        header["padding"] = _padding(state, made, buffers)
    if state["page"] == "shapes":
        header["ledger"] = {"markdown": as_markdown(plan), "csv": as_csv(plan)}
    return buffers.pack(header)


def _quantize_all(plan: tuple[Stage, ...], items: dict) -> dict[str, QuantizedMap]:
    maps, previous = {}, ""
    for stage in plan:
        same = stage.op == "reshape"  # moves no value, so its bytes need not be made twice
        maps[stage.name] = maps[previous] if same else quantize(items[stage.name])
        previous = stage.name
    return maps


def _stage_headers(plan, maps: dict[str, QuantizedMap], buffers: Buffers) -> list[dict]:
    sent, headers = {}, []
    for stage in plan:
        shown = maps[stage.name]
        if id(shown) not in sent:
            sent[id(shown)] = {
                "low": buffers.add(shown.low),
                "high": buffers.add(shown.high),
                "flat": buffers.add(shown.flat.astype(np.uint8)),
                "codes": buffers.add(shown.codes),
            }
        headers.append(
            stage_row(stage)
            | sent[id(shown)]
            | {
                "constant": shown.constant,
                "dead": shown.dead,
                "nan": shown.nan,
                "inf": shown.pos_inf + shown.neg_inf,
            }
        )
    return headers


def _padding(state: State, made: Run, buffers: Buffers) -> dict:
    source_name, pad_name, conv_name = list(made.stages)[-3:]
    source, config = made.stages[source_name], state.config
    results = {}
    for mode in PAD_MODES:
        if mode == config.pad_mode:
            results[mode] = (made.stages[pad_name], made.stages[conv_name])
        else:
            results[mode] = runnable(config, source.shape, mode) or pad_and_convolve(
                config, made.weights, source, mode, made.device
            )
    selection = PadSelection(state["item"], state["pad_channel"], state["output_channel"])
    return padding_view(config, source, results, selection, buffers)
