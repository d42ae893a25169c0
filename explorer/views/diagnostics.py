"""Sentences that appear when they apply: codes and numbers here, words in the locale files."""

from collections.abc import Iterator, Mapping

import numpy as np

from explorer.model.config import GeneratorConfig
from explorer.model.padding import pad_sources
from explorer.model.stages import Stage
from explorer.views.maps import QuantizedMap

MANY_DEAD = 0.25  # of a stage's channels: fewer dead ones are normal, and nothing is said of them
_MOST_NAMED = 4


def diagnose_view(
    config: GeneratorConfig | None,
    plan: tuple[Stage, ...],
    maps: Mapping[str, QuantizedMap],
    weights: Mapping,
    item: int,
) -> list[dict]:
    """What a reader should know about this view: [{"code", "params"}], the gravest first.

    Args:
        config: the structure; None of an opened generator.
        plan: the stages of the whole batch.
        maps: the shown item of every stage, quantized.
        weights: variable name -> array or tensor.
        item: the shown one, of the padded batch at the output.
    """
    found = [*_not_finite(plan, maps, weights)]
    if not config:
        found += _stages_of_one(plan)
    else:
        found += _batch_of_one(config, plan, maps)
        found += _structure(config, plan)
        found += _outer_pads(config, plan, item)
        found += _dead(config, plan, maps)
    return [{"code": code, "params": params} for code, params in found]


def _batch_of_one(
    config: GeneratorConfig, plan: tuple[Stage, ...], maps: Mapping[str, QuantizedMap]
) -> Iterator[tuple[str, dict]]:
    """What is left of the output, which then depends on the weights alone."""
    if config.training and plan[0].shape[0] == 1:
        output = maps[plan[-1].name]
        is_blank = np.array_equal(output.low, output.high)
        yield "batch_of_one_blank" if is_blank else "batch_of_one_fixed", {}


def _stages_of_one(plan: tuple[Stage, ...]) -> Iterator[tuple[str, dict]]:
    """Where a vector is all of the batch that it is normalized by, and becomes β."""
    for stage in plan:
        if stage.op.takes_batch and len(stage.shape) == 2 and stage.shape[0] == 1:
            yield "stage_of_one", {"stage": stage.name}


def _structure(config: GeneratorConfig, plan: tuple[Stage, ...]) -> Iterator[tuple[str, dict]]:
    k, stride, divisor = config.kernel_size, config.stride, 2**config.upsample_blocks
    if k < stride:
        yield (
            "cells_without_input",
            {"k": k, "stride": stride, "empty": stride**2 - k**2, "cells": stride**2},
        )
    if config.upsample_dim % divisor:
        yield (
            "channels_lost",
            {
                "upsample_dim": config.upsample_dim,
                "divisor": divisor,
                "kept": config.block_channels[-1],
                "exact": config.upsample_dim / divisor,
            },
        )
    (_, *before), (_, *after) = plan[-3].shape, plan[-1].shape
    if before[:2] != after[:2]:
        yield (
            "size_changed",
            {
                "before": f"{before[0]}×{before[1]}",
                "after": f"{after[0]}×{after[1]}",
                "kernel": config.output_kernel,
                "rows": sum(config.paddings[1]),
                "columns": sum(config.paddings[2]),
                "taken": config.output_kernel - 1,
            },
        )


def _outer_pads(
    config: GeneratorConfig, plan: tuple[Stage, ...], item: int
) -> Iterator[tuple[str, dict]]:
    (before, after), *_, channels = config.paddings
    if before or after:
        own = plan[0].shape[0]
        source = int(pad_sources(own, before, after, config.pad_mode)[item])
        is_own = before <= item < before + own
        code = "pads_batch" if is_own else "pads_batch_copy" if source >= 0 else "pads_batch_zeros"
        yield code, {"before": before, "after": after, "item": item, "source": source}
    if any(channels):
        yield "pads_channels", {"before": channels[0], "after": channels[1]}


def _dead(
    config: GeneratorConfig, plan: tuple[Stage, ...], maps: Mapping[str, QuantizedMap]
) -> Iterator[tuple[str, dict]]:
    """Dead channels of activations; what becomes of them depends on what comes next."""
    found = []
    for stage in plan:
        dead, channels = maps[stage.name].dead, len(maps[stage.name].low)
        if stage.op.may_die and dead > MANY_DEAD * channels:
            found.append(f"{stage.name} {dead}/{channels}")
    if found:
        ending = "_last" if config.bn_position == "before" else ""
        yield "many_dead" + ending, {"stages": ", ".join(found)}


def _not_finite(
    plan: tuple[Stage, ...], maps: Mapping[str, QuantizedMap], weights: Mapping
) -> Iterator[tuple[str, dict]]:
    for stage in plan:
        shown = maps[stage.name]
        if shown.nan or shown.pos_inf or shown.neg_inf:
            broken = [name for name in weights if not np.isfinite(np.asarray(weights[name])).all()]
            if broken:
                yield "weights_not_finite", {"names": ", ".join(broken[:_MOST_NAMED])}
                return
            yield (
                "not_finite",
                {"stage": stage.name, "nan": shown.nan, "inf": shown.pos_inf + shown.neg_inf},
            )
            return
