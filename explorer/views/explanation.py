"""An explanation as the browser draws it: its parts as maps, and the cells it is tied to."""

import math

import numpy as np

from explorer.model.config import GeneratorConfig
from explorer.model.explain import (
    Activated,
    Explanation,
    Moved,
    Normalized,
    WeightedSum,
    activation,
    to_grid,
)
from explorer.model.links import Cells, grid_shape, influence, receptive_field, same_crop
from explorer.model.origins import Origins
from explorer.model.stages import Stage, stages
from explorer.views.wire import Buffers

_CURVE_POINTS = 161
_CURVE_REACH = 4.0
_MOST_LISTED = 12


def json_number(value: float) -> float | str:
    """A number that JSON can hold; what is not finite becomes JavaScript's name for it."""
    if math.isfinite(value):
        return float(value)
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def explanation_view(
    config: GeneratorConfig, batch: int, why: Explanation, source_channel: int, buffers: Buffers
) -> dict:
    """The parts of one explanation and the cells of every other stage that it is tied to.

    Args:
        source_channel: whose inputs and taps are shown; -1 is the one that adds the most, or the
            first whose products do not sum to a finite number.
    """
    plan = {stage.name: stage for stage in stages(config, batch)}
    stage = plan[why.stage]
    view = {
        "stage": why.stage,
        "index": list(why.index),
        "cell": list(to_grid(config, stage, why.index)),
        "value": json_number(why.value),
        "total": json_number(why.total),
        "source_stage": why.source_stage,
        "source_shape": list(grid_shape(plan[why.source_stage], config))
        if why.source_stage
        else [],
        "shape": list(grid_shape(stage, config)),
        "bad_weight": _reads_bad_weight(why),
        "regions": _regions(config, batch, why.stage, to_grid(config, stage, why.index), buffers),
    }
    if isinstance(why, WeightedSum):
        view["sum"] = _sum_view(why, source_channel, buffers)
        if why.op == "conv2d_transpose":
            view["canvas"] = _canvas(config, stage)
    elif isinstance(why, Normalized):
        view["normalized"] = _numbers(why, "x", "gamma", "beta", "mean", "variance", "epsilon") | {
            "from_batch": why.from_batch,
            "cells": why.cells,
            "over_map": len(stage.shape) == 4,
        }
    elif isinstance(why, Activated):
        view["activated"] = _curve(why, buffers)
    elif isinstance(why, Moved):
        view["moved"] = _moved(config, plan[why.source_stage], why)
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
        "kind": "list" if why.op == "dense" else "window",
        "sentence": why.op if products.size else "no_input",
        "output_first": why.op == "conv2d_transpose",
        "rows": why.rows.tolist(),
        "columns": why.columns.tolist(),
        "tap_rows": why.tap_rows.tolist(),
        "tap_columns": why.tap_columns.tolist(),
        "bias": json_number(why.bias),
        "products": json_number(float(by_cell.sum())),
        "channel": shown,
        "channels": channels,
        "inputs": buffers.map(why.inputs[:, :, shown]),
        "kernel": buffers.map(why.kernel[:, :, shown]),
        "channel_products": buffers.map(products[:, :, shown]),
        "by_cell": buffers.map(by_cell),
        "by_channel": buffers.map(by_channel),
        "largest": order.tolist(),
    }


def _canvas(config: GeneratorConfig, stage: Stage) -> dict:
    """The whole canvas of a transposed convolution, and what SAME cuts off it."""
    k, stride = config.kernel_size, config.stride
    before, after = same_crop(k, stride)
    return {
        "kernel": k,
        "stride": stride,
        "before": before,
        "after": after,
        "input": list(stage.input_shape[1:3]),
        "size": [max((n - 1) * stride + k, n * stride) for n in stage.input_shape[1:3]],
        "stamped": [(n - 1) * stride + k for n in stage.input_shape[1:3]],
    }


def _curve(why: Activated, buffers: Buffers) -> dict:
    reach = max(_CURVE_REACH, 1.25 * abs(why.x)) if math.isfinite(why.x) else _CURVE_REACH
    x = np.linspace(-reach, reach, _CURVE_POINTS)
    return {
        "x": json_number(why.x),
        "actv": why.actv,
        "curve_x": buffers.map(x),
        "curve_y": buffers.map(activation(why.actv, x)),
    }


def _moved(config: GeneratorConfig, source: Stage, why: Moved) -> dict:
    copied = why.source is not None
    return {
        "sentence": _move(why),
        "padded": why.op == "pad",
        "source": list(why.source) if copied else None,
        "cell": list(to_grid(config, source, why.source)) if copied else None,
        "mirrored": list(why.mirrored),
    }


def _move(why: Moved) -> str:
    """What moved a value, by the key of its words."""
    if why.op == "reshape":
        return "reshape"
    if why.source is None:
        return "pad_constant"
    return "pad_mirrored" if why.mirrored else "pad_inside"


def _regions(config, batch: int, stage: str, cell: tuple, buffers: Buffers) -> dict:
    """Stage name -> which cells made this one (earlier stages) or depend on it (later ones)."""
    before, after = (walk(config, batch, stage, cell) for walk in (receptive_field, influence))
    return {
        name: _region(cells, buffers) | {"side": "before" if name in before else "after"}
        for name, cells in (before | after).items()
    }


def _region(cells: Cells, buffers: Buffers) -> dict:
    items, *plane = cells
    names = ("rows", "columns", "channels")
    return {
        "items": np.flatnonzero(items).tolist(),
        "count": math.prod(int(mask.sum()) for mask in cells),
        **{
            name: buffers.add(mask.astype(np.uint8))
            for name, mask in zip(names, plane, strict=True)
        },
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
