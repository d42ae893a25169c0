"""Whose the input is of which a layer complains: the stage that gives it, or that should have."""

import math
from collections.abc import Iterator, Mapping

from explorer.model.error_stages import Asked, batch_of, stage_of
from explorer.model.expected_shape import Shape, sound_shape, spelled
from explorer.model.layer_errors import Mismatch
from explorer.model.shape_designs import Design
from explorer.model.shape_reasons import Reason
from explorer.model.stages import Stage


def asked_of_layer(design: Design, found: Mismatch) -> Asked:
    """The stage that gives what came; else the one that gives what the layer reads.

    A target stands beside the output: there the generator is the one that gives what is read.
    """
    reads, came = sound_shape(found.reads), sound_shape(found.came)
    shapes = {"came": spelled(came), "reads": spelled(reads)}
    plan = design.plan
    if found.dense:
        if other := _of_other_dense(design, found, shapes):
            return other
        plan = _read_by_dense(design, found.reads[1])
    if len(reads) == len(came):
        gives, stage = stage_of(plan, came), stage_of(plan, reads)
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
    return Asked("", (), (Reason(code, shapes), *_of_other_order(found, reads, came)), True)


def _of_other_order(found: Mismatch, reads: Shape, came: Shape) -> Iterator[Reason]:
    """Where the depth that a layer reads stands on the axis that the other order has for it."""
    if not found.is_input or len(came) != 4 or len(reads) != 4 or came[3] == reads[3]:
        return
    if found.first and came[2] == reads[3]:
        written = came[0], came[3], *came[1:3]
        yield Reason("layer_last", {"depth": reads[3], "came": spelled(written)})
    if not found.first and came[1] == reads[3]:
        yield Reason("layer_first", {"depth": reads[3], "came": spelled(came)})


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
