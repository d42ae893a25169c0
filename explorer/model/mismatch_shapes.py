"""Whose the input is of which a layer complains: the stage that gives it, or that should have."""

import math
import re
from collections.abc import Mapping, Sequence

from explorer.errors import quote
from explorer.model.error_stages import Asked, batch_of, stage_of
from explorer.model.expected_shape import Shape, fits, sound_shape, spelled
from explorer.model.fed_pictures import is_turned_picture, told_channels, told_order
from explorer.model.layer_errors import Mismatch
from explorer.model.own_layers import own_input, own_layer
from explorer.model.shape_designs import Design
from explorer.model.shape_order import MOST_CHANNELS, PICTURE_CHANNELS
from explorer.model.shape_reasons import Reason
from explorer.model.stages import Stage

_DISCRIMINATOR = re.compile(r"discriminator|critic", re.IGNORECASE)


def asked_of_layer(design: Design, found: Mismatch) -> Asked:
    """The stage that gives what came; else the one that gives what the layer reads.

    A target stands beside the output: there the generator is the one that gives what is read.
    """
    if 0 in found.came:
        params = {"came": spelled(found.came), "reads": spelled(found.reads)}
        return Asked("", (), (Reason("came_empty", params),), True)
    reads, came = sound_shape(found.reads), sound_shape(found.came)
    shapes = {"came": spelled(came), "reads": spelled(reads)}
    plan = design.plan
    if is_turned_picture(found):
        return Asked("", (), (told_order(found),), True)
    if found.dense:
        if part := _part_of_join(design, found, shapes):
            return Asked("", (), (part,), True)
        if other := _of_other_dense(design, found, shapes):
            return other
        plan = _read_by_dense(design, found.reads[1])
    elif found.is_input and (asked := _of_own(design, found, reads, came)):
        return asked
    if len(reads) == len(came):
        gives, stage = stage_of(plan, came), stage_of(plan, reads)
        if code := _no_picture(design, found, gives, stage, (reads, came)):
            params = {"stage": design.output.name, "depth": max(reads[3], came[3]), **shapes}
            return Asked("", (), (Reason(code, params),), True)
        if _may_be_fed(design, found, gives) and (fed := _alike(design, came)):
            params = {"input": quote(fed.name), "stage": quote(gives), **shapes}
            return Asked("", (), (Reason("came_either", params),), True)
        if gives and found.is_input:
            batch, notes = batch_of(design.plan[gives], came, reads)
            note = Reason("layer_reads", {"stage": gives, **shapes})
            return Asked(gives, (batch, *reads[1:]), (note, *notes), True)
        if stage:
            batch, notes = batch_of(design.plan[stage], reads, came)
            code = (
                "vector_here" if design.config and stage == design.latent.name else "expected_here"
            )
            note = Reason(code, {"stage": stage, "wanted": reads[-1], "found": came[-1], **shapes})
            return Asked(stage, (batch, *came[1:]), (note, *notes), True)
        if gives:
            return Asked("", (), (Reason("target_here", {"stage": gives, **shapes}),), True)
    elif flat := unflattened(reads, came):
        return Asked("", (), (Reason("layer_unflattened", {**shapes, **flat}),), True)
    code = "layer_elsewhere" if found.is_input else "target_elsewhere"
    if code == "target_elsewhere" and len(reads) == len(came) == 2:
        code = "of_loss"  # of vectors, which no output of the generator is
    order = told_order(found)
    notes = (order,) if order else told_channels(found)
    return Asked("", (), (Reason(code, found.as_written()), *notes), True)


def _may_be_fed(design: Design, found: Mismatch, gives: str | None) -> bool:
    """Whether what came has the output's shape, and what complains may be this generator."""
    is_output = found.is_input and gives == design.output.name
    return is_output and not _DISCRIMINATOR.search(found.name)


def _part_of_join(design: Design, found: Mismatch, shapes: Mapping[str, str]) -> Reason | None:
    """Vectors that came as one of those that a layer here reads joined."""
    came, reads = found.came[1], found.reads[1]
    for layer in design.vector_layers:
        join = design.plan[layer.sources[0]]
        parts = [design.plan[name] for name in join.sources]
        alone = next((part for part in parts if part.shape[1:] == (came,)), None)
        is_sum = sum(part.shape[-1] for part in parts) == reads == join.shape[-1]
        if is_sum and len(parts) > 1 and alone:
            told = {"layer": quote(layer.name), "stage": quote(join.name), "part": alone.name}
            return Reason("joined_part", {**told, "sizes": _sum_of(parts), **shapes})
    return None


def _sum_of(parts: Sequence[Stage]) -> str:
    return " + ".join(f"{part.shape[-1]}" for part in parts)


def _of_own(design: Design, found: Mismatch, reads: Shape, came: Shape) -> Asked | None:
    """A layer of this generator, or its input, that gets something else than it does here."""
    shapes = {"came": spelled(came), "reads": spelled(reads)}
    if code := _of_latent(design, found, reads, came):
        params = {**shapes, "depth": reads[-1], "items": came[-1]}
        return Asked("", (), (Reason(code, params),), True)
    if len(reads) != len(came) or (len(reads) != 4 and not (found.whole and design.graph)):
        return None
    if layer := own_layer(design, found):
        source = design.plan[layer.sources[0]]
        told = {"layer": quote(layer.name), "stage": quote(source.name)}
        told |= {"here": spelled((None, *source.shape[1:])), **shapes}
        code = "own_layer_fed" if source.is_input else "own_layer_gets"
        return _given(source, (Reason(code, told), *told_channels(found)), reads, came)
    source = own_input(design, found) if found.whole else None
    if not source or _DISCRIMINATOR.search(found.name):
        return None
    notes = [Reason("input_fed", {"stage": quote(source.name), **shapes})]
    if fits(design.output.shape[1:], reads[1:]):
        notes.append(Reason("output_alike", {"stage": quote(design.output.name)}))
    return _given(source, (*notes, *told_channels(found)), reads, came)


def _alike(design: Design, came: Shape) -> Stage | None:
    """An input of maps that has the shape as well."""
    of_maps = (s for s in design.stages if s.is_input and len(s.shape) == 4)
    return next((stage for stage in of_maps if fits(stage.shape[1:], came[1:])), None)


def _given(source: Stage, notes: tuple[Reason, ...], reads: Shape, came: Shape) -> Asked:
    """What a stage would have to give, as it came."""
    batch, more = batch_of(source, reads, came)
    asked = (now if size is None else size for size, now in zip(came, source.shape, strict=True))
    return Asked(source.name, (batch, *tuple(asked)[1:]), (*notes, *more), True)


def _of_latent(design: Design, found: Mismatch, reads: Shape, came: Shape) -> str | None:
    """Whether pictures came where vectors z are read, or z without an axis, as a code."""
    if len(came) != 4 or None in (reads[-1], *came[1:]):
        return None
    length = design.latent.shape[1] if design.latent else None
    if found.transposed and came[0] == 1 and came[1:3] == (reads[3], 1):
        return "z_unbatched"
    is_picture = came[3] in PICTURE_CHANNELS and min(came[1:3]) > 1
    of_latent = reads[-1] > MOST_CHANNELS and (found.transposed or reads[-1] == length)
    return "pictures_for_z" if is_picture and of_latent else None


def _no_picture(
    design: Design, found: Mismatch, gives: str | None, stage: str | None, shapes: tuple[Shape, ...]
) -> str | None:
    """Whether a picture meets a layer that reads none, or something else comes for a picture.

    The output of a generator of pictures is then not what has to change.
    """
    (*_, reads), (*_, came) = shapes
    end = design.output.name
    if not found.is_input or len(shapes[0]) != 4 or None in (reads, came):
        return None
    if gives == end and came in PICTURE_CHANNELS and reads > MOST_CHANNELS:
        return "layer_inner"
    of_output = not gives and stage == end and reads in PICTURE_CHANNELS
    return "came_no_picture" if of_output and came > MOST_CHANNELS else None


def _of_other_dense(design: Design, found: Mismatch, shapes: Mapping[str, str]) -> Asked | None:
    """A dense layer that is none of this generator's: its only one reads z and fills the base."""
    came, reads, cells = found.came[1], found.reads[1], _base_cells(design)
    if not design.config:
        read = {stage.input_shape[1] for stage in design.vector_layers}
        known = not read.isdisjoint((came, reads))
        return None if known else Asked("", (), (Reason("layer_of_no_dense", shapes),), True)
    params = {"units": found.units, "cells": cells, **shapes}
    fills = not found.units or found.units % cells == 0
    if (length := design.latent.shape[1]) in (came, reads):
        note = Reason("layer_not_first", params)
        return None if fills else Asked("", (), (note,), True)
    code = "layer_dense" if fills else "layer_other_dense"
    notes, sides = [Reason(code, {**params, "length": length})], design.output.shape[1:]
    if (values := math.prod(sides)) in (came, reads):
        flat = {"values": values, "sum": "·".join(map(str, sides))}
        notes.append(Reason("layer_flat_output", flat))
    return Asked("", (), tuple(notes), True)


def unflattened(one: Shape, other: Shape) -> dict[str, object] | None:
    """A map of as many values as the vector has beside which it stands."""
    vector, whole = sorted((one[1:], other[1:]), key=len)
    if len(vector) != 1 or len(whole) != 3 or None in (*vector, *whole):
        return None
    same = math.prod(whole) == vector[0]
    return {"values": vector[0], "sum": "·".join(map(str, whole))} if same else None


def _read_by_dense(design: Design, length: int) -> dict[str, Stage]:
    """What the dense layers read; of vectors so long, if any does."""
    read = {name: design.plan[name] for layer in design.vector_layers for name in layer.sources}
    fitting = {name: stage for name, stage in read.items() if stage.shape[-1] == length}
    return fitting or read


def _base_cells(design: Design) -> int:
    """Cells of the base map: the units of the first dense layer are a multiple of them."""
    if not design.base:
        return 1
    _, height, width, _ = design.base.shape
    return height * width
