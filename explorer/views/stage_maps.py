"""Every stage as the pipeline shows it: its row of the ledger, and its item's map, made small.

A block folds to its last stage, whose codes are always there. Those of its other stages come where
it is unfolded.
"""

from collections.abc import Sequence

import numpy as np

from explorer.model.files.given_files import ARRAY_ENDINGS, LONGEST_SIDE, PICTURE_ENDINGS
from explorer.model.files.stage_names import some_names
from explorer.model.fit_picture import COLOURS
from explorer.model.given_store import with_given
from explorer.model.stages import Stage
from explorer.schema import State
from explorer.views.diagnostics import MANY_DEAD
from explorer.views.drawing import Drawing
from explorer.views.leads import to_stages
from explorer.views.ledger import stage_row
from explorer.views.padding import original_box

_ENDINGS = {"": (), "picture": PICTURE_ENDINGS, "array": ARRAY_ENDINGS}  # of such files
_GIVEN = "given"  # an input that a visitor gave something to


def stage_maps(drawing: Drawing) -> list[dict]:
    """A header for each stage, in order; with its codes where it stands for its block."""
    standing, leads = _standing(drawing), to_stages(drawing.plan)
    return [
        _header(
            drawing,
            stage,
            drawing.buffers.codes(drawing.thumbnail(stage)) if stage.name in standing else None,
        )
        | {"leads": leads[stage.name]}
        for stage in drawing.plan
    ]


def unfolded_codes(drawing: Drawing) -> dict[str, dict]:
    """The codes of the other stages of the focused one's block, by stage."""
    *others, _ = drawing.blocks[drawing.focused.block]
    return {stage.name: drawing.buffers.codes(drawing.thumbnail(stage)) for stage in others}


def _standing(drawing: Drawing) -> set[str]:
    """The last stage of each block."""
    return {stages[-1].name for stages in drawing.blocks.values()}


def detail(state: State, stage: Stage) -> str:
    """What a stage does, in its own numbers, as code: the same in every language."""
    if stage.is_input and state.has_given(stage.name):
        size = state.call.picture_size(stage.name)
        return f"{_sides(size)} → {_sides(stage.shape[1:3])}" if size else ARRAY_ENDINGS[0]
    if stage.is_input and stage.op.is_label:
        return f"{stage.op.low}–{stage.op.high}"
    if stage.is_input:
        return "z_data" if state["z_data"] and stage.name == state.z_stage else "N(0, 1)"
    return stage.op.detail(stage)


def _sides(sizes: Sequence[int]) -> str:
    return "×".join(map(str, sizes))


def _header(drawing: Drawing, stage: Stage, codes: dict | None) -> dict:
    buffers, shown = drawing.buffers, drawing.maps[stage.name]
    is_unknown = drawing.state.is_unknown(stage.name)
    has_channels = not (stage.is_input or is_unknown)
    return stage_row(stage) | {
        "low": buffers.add(shown.low),
        "high": buffers.add(shown.high),
        "flat": buffers.add(shown.flat.astype(np.uint8)),
        "map_shape": list(drawing.items[stage.name].shape),
        "codes": codes,
        "thumbnail_step": drawing.thumbnail_step(stage),
        "block": stage.block,
        "detail": detail(drawing.state, stage),
        "short": _short(drawing.state, stage),
        "words": _words(drawing.state, stage),
        "sources": list(stage.sources),
        "layout": _layout(stage),
        "original": original_box(stage, drawing.state["item"]),
        "signed": drawing.signs[stage.name],
        "many_flat": has_channels and shown.constant > MANY_DEAD * len(shown.low),
        "constant": shown.constant * has_channels,
        "dead": shown.dead * has_channels,
        "nan": 0 if is_unknown else shown.nan,
        "inf": shown.pos_inf + shown.neg_inf,
        "unknown": is_unknown,
        "takes": _takes(drawing.state, stage),
        "endings": _ENDINGS[_takes(drawing.state, stage)],
        "without": with_given(drawing.state.given, stage.name, "")
        if drawing.state.has_given(stage.name)
        else None,
    }


def _short(state: State, stage: Stage) -> str:
    """The key of the one or two words under which the strip has it."""
    if not stage.is_input or stage.name == state.z_stage:
        return stage.kind
    if state.has_given(stage.name):
        return _GIVEN
    return "label" if stage.op.is_label else "noise"


def _words(state: State, stage: Stage) -> dict:
    """What a stage does, in its own numbers: the key of a text, and what fills it in."""
    size = state.call.picture_size(stage.name) if state.call else None
    if size:
        return _picture_words(size, stage, state.call.span[1])
    code = _short(state, stage) if stage.is_input else stage.op.sentence(stage)
    if not stage.op.is_known:
        code = f"opaque_{state.call.supply_of(stage.name)}"
        if code == "opaque_alone":
            untold = {} if stage.op.tells_shape else {"untold": True}
            words = stage.op.words() | untold
            return {"code": f"{code}_{stage.op.why_unknown}", "params": words}
    elif state.is_unknown(stage.name):
        layers = some_names([state.call.called[name] for name in state.call.awaited(stage.name)])
        return {"code": "unknown", "params": {"layers": layers}}
    return {"code": code, "params": stage.op.words()}


def _picture_words(size: tuple[int, int], stage: Stage, white: float) -> dict:
    """What became of a picture on its way to the input's size, as `fit_picture` does it."""
    (rows, columns), (height, width, channels) = size, stage.shape[1:]
    off = abs(rows * width - columns * height) / max(height, width)  # cells of the shorter side
    is_cut = max(size) == LONGEST_SIDE  # or was as long as that: its own size is not known
    code = "stretched" if off > is_cut else "resized"
    if size == (height, width):
        code = "as_kept" if is_cut else "as_it_is"
    told = min(channels, COLOURS)
    params = {"found": _sides(size), "wanted": _sides((height, width)), "channels": told}
    filled = {"fill": f"{white:g}"} if channels > told else {}
    return {"code": f"picture_{code}", "params": params | {"longest": LONGEST_SIDE} | filled}


def _takes(state: State, stage: Stage) -> str:
    """What may be given to a stage: a "picture", an "array", or nothing."""
    if state.call is None or (stage.is_input and (len(stage.shape) != 4 or stage.op.is_label)):
        return ""
    if stage.is_input:
        return "picture"
    return "" if stage.op.is_known else "array"


def _layout(stage: Stage) -> str:
    """How a stage's values stand in one picture: z has no channels, a vector's are not maps yet."""
    if stage.grid[1] == stage.grid[3] == 1:
        return "strip"
    return "mosaic" if len(stage.shape) == 4 else "vector"
