"""Every stage as the pipeline shows it: its row of the ledger, and its item's map as codes.

Much of a generator moves or scales what came before it, so its codes are those of the stage before:
they are sent once.
"""

import numpy as np

from explorer.model.padding import CONSTANT_SOURCE, pad_sources
from explorer.model.stages import Stage
from explorer.schema import State
from explorer.views.diagnostics import MANY_DEAD
from explorer.views.drawing import Drawing
from explorer.views.ledger import stage_row
from explorer.views.maps import LEVELS, QuantizedMap
from explorer.views.padding import original_box

_OVERLAPPING = ("conv2d_transpose", "batch_normalization")  # where the period of a stride shows


def stage_maps(drawing: Drawing) -> list[dict]:
    """A header for each stage, in order."""
    headers, codes, before = [], None, None
    for stage in drawing.plan:
        shown = drawing.maps[stage.name]
        codes = _codes(drawing, stage, shown, before, codes)
        headers.append(_header(drawing, stage, shown, codes))
        before = shown
    return headers


def detail(state: State, stage: Stage) -> str:
    """What a stage does, in its own numbers; no words, so the same in every language."""
    config = state.config
    k, output_kernel = config.kernel_size, config.output_kernel
    match stage.op:
        case "dense":
            return f"{stage.input_shape[1]} → {stage.shape[1]}"
        case "conv2d_transpose":
            return f"{k}×{k}, stride {config.stride}, SAME"
        case "actv":
            return config.actv
        case "batch_normalization":
            return f"training={config.training}"
        case "reshape":
            return f"[-1, {', '.join(map(str, stage.shape[1:]))}]"
        case "pad":
            return config.pad_mode
        case "conv2d":
            return f"{output_kernel}×{output_kernel}, VALID"
        case _:
            return "z_data" if state["z_data"] else "N(0, 1)"


def _header(drawing: Drawing, stage: Stage, shown: QuantizedMap, codes: dict) -> dict:
    buffers, is_map = drawing.buffers, stage.op != "input"  # z has no channels
    return stage_row(stage) | {
        "low": buffers.add(shown.low),
        "high": buffers.add(shown.high),
        "flat": buffers.add(shown.flat.astype(np.uint8)),
        "codes": codes,
        "block": stage.block,
        "detail": detail(drawing.state, stage),
        "is_map": is_map,
        "leads": _leads(stage),
        "overlaps": stage.op in _OVERLAPPING and bool(_leads(stage)),
        "original": original_box(drawing.config, stage, drawing.state["item"]),
        "signed": drawing.signs[stage.name],
        "many_flat": is_map and shown.constant > MANY_DEAD * len(shown.low),
        "constant": shown.constant * is_map,
        "dead": shown.dead * is_map,
        "nan": shown.nan,
        "inf": shown.pos_inf + shown.neg_inf,
    }


def _codes(
    drawing: Drawing,
    stage: Stage,
    shown: QuantizedMap,
    before: QuantizedMap | None,
    sent: dict | None,
) -> dict:
    if before is not None and are_alike(shown.codes, before.codes):
        return sent
    if stage.op == "pad":
        picked = _picked(drawing, stage, shown, before, sent)
        if picked is not None:
            return picked
    return drawing.buffers.codes(shown.codes)


def are_alike(codes: np.ndarray, other: np.ndarray) -> bool:
    """Whether codes are the same but for rounding, as they are where a stage scales each channel.

    A difference is of one level at most; marks of what is not finite are the same.
    """
    if codes is other:
        return True
    if codes.shape != other.shape:
        return False
    apart = codes != other
    if not apart.any():
        return True
    one, two = codes[apart].astype(np.int16), other[apart].astype(np.int16)
    return bool((np.abs(one - two) <= 1).all() and max(one.max(), two.max()) <= LEVELS)


def _picked(
    drawing: Drawing, stage: Stage, shown: QuantizedMap, before: QuantizedMap, sent: dict
) -> dict | None:
    """The codes before a pad, each where the pad put it; None where that is not what it made.

    A constant is no cell of the map before, and a pad of the batch may show another item.
    """
    config = drawing.config
    axes = [
        pad_sources(size, *pair, config.pad_mode)
        for size, pair in zip(before.codes.shape, config.paddings[1:], strict=True)
    ]
    if any(CONSTANT_SOURCE in axis for axis in axes):
        return None
    made = before.codes[np.ix_(*axes)]
    return drawing.buffers.picked(sent, axes) if np.array_equal(made, shown.codes) else None


def _leads(stage: Stage) -> dict:
    """The fields that go along where a stage is chosen: other pages show its block as well."""
    number = stage.block.removeprefix("upsample")
    return {"block": int(number)} if number.isdigit() else {}
