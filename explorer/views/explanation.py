"""An explanation as the browser draws it: its parts as maps, and the cells it is tied to."""

import math

import numpy as np

from explorer.model.explanations import (
    Activated,
    Canvas,
    Combined,
    Explanation,
    LookedUp,
    Moved,
    Normalized,
    WeightedSum,
)
from explorer.model.graph import Grid, Stage
from explorer.model.origins import Origins
from explorer.model.reads import Boxes, count_cells, influence, receptive_field
from explorer.model.taps import Cells, box_around
from explorer.views.wire import Buffers

_CURVE_POINTS = 161
_CURVE_REACH = 4.0
_MOST_LISTED = 12
_PLACES = ("rows", "columns", "tap_rows", "tap_columns")  # of a window


def json_number(value: float) -> float | str:
    """A number that JSON can hold; what is not finite becomes JavaScript's name for it."""
    if math.isfinite(value):
        return float(value)
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def explanation_view(
    plan: tuple[Stage, ...], why: Explanation, source_channel: int, buffers: Buffers
) -> dict:
    """The parts of one explanation and the cells of every other stage that it is tied to.

    Args:
        source_channel: whose inputs and taps are shown; -1 is the one that adds the most, or the
            first whose products do not sum to a finite number.
    """
    stage_of = {stage.name: stage for stage in plan}
    stage, source = stage_of[why.stage], stage_of.get(why.source_stage)
    cell = stage.to_grid(why.index)
    view = {
        "stage": why.stage,
        "index": list(why.index),
        "cell": list(cell),
        "value": json_number(why.value),
        "total": json_number(why.total),
        "source_stage": why.source_stage,
        "source_shape": list(source.grid) if source else [],
        "shape": list(stage.grid),
        "bad_weight": _reads_bad_weight(why),
        "regions": _regions(plan, why.stage, cell, buffers),
    }
    if isinstance(why, WeightedSum):
        view["sum"] = _sum_view(why, source_channel, buffers)
        if why.canvas:
            view["canvas"] = _canvas(why.canvas)
    elif isinstance(why, Normalized):
        view["normalized"] = _numbers(why, "x", "gamma", "beta", "mean", "variance", "epsilon") | {
            "from_batch": why.from_batch,
            "cells": why.cells,
            "statistics": why.statistics,
            "place": why.place,
        }
    elif isinstance(why, Activated):
        view["activated"] = _curve(why, buffers)
    elif isinstance(why, Moved):
        view["moved"] = _moved(why)
    elif isinstance(why, Combined):
        view["combined"] = _combined(why)
    elif isinstance(why, LookedUp):
        view["looked_up"] = _looked_up(why)
    return view


def _reads_bad_weight(why: Explanation) -> bool:
    """Whether a weight of this very cell is itself not finite."""
    if isinstance(why, WeightedSum):
        return not (np.isfinite(why.kernel).all() and math.isfinite(why.bias))
    if isinstance(why, Normalized):
        stored = () if why.from_batch else (why.mean, why.variance)
        return not all(map(math.isfinite, (why.gamma, why.beta, *stored)))
    return False


def _numbers(why: Explanation, *names: str) -> dict:
    return {name: json_number(getattr(why, name)) for name in names}


def _sum_view(why: WeightedSum, source_channel: int, buffers: Buffers) -> dict:
    with np.errstate(invalid="ignore", over="ignore"):
        products = why.products
        by_cell, by_channel = products.sum(axis=2), products.sum(axis=(0, 1))
    channels = len(by_channel)
    size = np.where(np.isfinite(by_channel), np.abs(by_channel), np.inf)
    strongest = int(size.argmax()) if products.size else 0
    shown = strongest if source_channel < 0 else min(source_channel, channels - 1)
    order = np.argsort(-np.abs(np.nan_to_num(by_cell.ravel())), kind="stable")[:_MOST_LISTED]
    return {
        "kind": "list" if why.is_list else "window",
        "sentence": why.op if products.size else "no_input",
        "output_first": why.output_first,
        **{name: [] if why.is_list else getattr(why, name).tolist() for name in _PLACES},
        "bias": json_number(why.bias) if why.has_bias else None,
        "products": json_number(float(by_cell.sum())),
        "channel": shown,
        "channels": channels,
        "first_channel": why.first_channel,
        "inputs": buffers.map(why.inputs[:, :, shown]),
        "kernel": buffers.map(why.kernel[:, :, shown]),
        "channel_products": buffers.map(products[:, :, shown]),
        "by_cell": buffers.map(by_cell),
        "by_channel": buffers.map(by_channel),
        "largest": order.tolist(),
    }


def _canvas(canvas: Canvas) -> dict:
    """The whole canvas of a transposed convolution, and what is cut off it, by axis."""
    stamped = canvas.stamped
    sizes = [
        max(all_of, before + kept)
        for all_of, before, kept in zip(stamped, canvas.before, canvas.kept, strict=True)
    ]
    return {
        "kernel": canvas.kernel[0],
        "stride": canvas.stride[0],
        "before": canvas.before[0],
        "after": sizes[0] - canvas.before[0] - canvas.kept[0],
        "input": list(canvas.sizes),
        "size": sizes,
        "stamped": list(stamped),
    }


def _curve(why: Activated, buffers: Buffers) -> dict:
    reach = max(_CURVE_REACH, 1.25 * abs(why.x)) if math.isfinite(why.x) else _CURVE_REACH
    x = np.linspace(-reach, reach, _CURVE_POINTS)
    return {
        "x": json_number(why.x),
        "actv": why.actv,
        "words": {name: _json_word(word) for name, word in why.words.items()},
        "curve_x": buffers.map(x),
        "curve_y": buffers.map(why.curve(x)),
    }


def _json_word(word: object) -> object:
    """A slope that was learned may be no number any more."""
    return json_number(word) if isinstance(word, float) else word


def _moved(why: Moved) -> dict:
    return {
        "sentence": why.how,
        "padded": why.in_padding,
        "source": None if why.source is None else list(why.source),
        "mirrored": list(why.mirrored),
    }


def _combined(why: Combined) -> dict:
    terms = [
        {"stage": term.stage, "index": list(term.index), "value": json_number(term.value)}
        for term in why.terms[:_MOST_LISTED]
    ]
    return {"how": why.how, "count": why.count, "terms": terms}


def _looked_up(why: LookedUp) -> dict:
    return {
        "label": list(why.label),
        "row": why.row,
        "column": why.column,
        "rows": why.rows,
    }


def _regions(plan, stage: str, cell: tuple, buffers: Buffers) -> dict:
    """Stage name -> which cells made this one (earlier stages) or depend on it (later ones)."""
    before, after = (walk(plan, stage, cell) for walk in (receptive_field, influence))
    grids = {item.name: item.grid for item in plan}
    return {
        name: _region(boxes, grids[name], buffers)
        | {"side": "before" if name in before else "after"}
        for name, boxes in (before | after).items()
    }


def _region(boxes: Boxes, grid: Grid, buffers: Buffers) -> dict:
    """The box around the cells, how many they are, and the boxes that they are made of."""
    nothing = tuple(np.zeros(size, bool) for size in grid)
    around = box_around([*boxes, nothing])
    parts = [_box(box, buffers) for box in boxes] if len(boxes) > 1 else []
    return _box(around, buffers) | {"count": count_cells(boxes, grid), "parts": parts}


def _box(masks: Cells, buffers: Buffers) -> dict:
    items, *plane = masks
    named = zip(("rows", "columns", "channels"), plane, strict=True)
    return {"items": np.flatnonzero(items).tolist()} | {
        name: buffers.add(mask.astype(np.uint8)) for name, mask in named
    }


def origins_view(origins: Origins, buffers: Buffers) -> dict:
    """Parts of base cells and of z, largest entries of z first in `largest`."""
    order = np.argsort(-np.abs(np.nan_to_num(origins.z)), kind="stable")[:_MOST_LISTED]
    return {
        "item": origins.item,
        "base_stage": origins.base_stage,
        "z_stage": origins.z_stage,
        "base": None if origins.base is None else buffers.map(origins.base),
        "base_channels": None if origins.base is None else origins.base_channels.tolist(),
        "base_rest": json_number(origins.base_rest),
        "z": buffers.map(origins.z),
        "z_rest": json_number(origins.z_rest),
        "largest": order.tolist(),
    }
