"""Which stage an error is about and which shape it asks of it: shapes, order of axes, batch."""

import re
from collections.abc import Mapping
from dataclasses import replace

from explorer.errors import ExplorerError, quote
from explorer.model.config import AXES
from explorer.model.error_stages import Asked, batch_of, has_shape, stage_of
from explorer.model.expected_shape import (
    Shape,
    bracketed,
    fits,
    named_stage,
    read_expectation,
    sound_shape,
    spelled,
    whole_shape,
)
from explorer.model.graph_joins import of_branches, of_join
from explorer.model.layer_errors import OPERANDS, operands, read_mismatch
from explorer.model.mismatch_shapes import asked_of_layer, unflattened
from explorer.model.shape_designs import Design
from explorer.model.shape_order import (
    EITHER,
    FIRST,
    channels_last,
    is_likely_first,
    is_likely_last,
    names_torch,
    order_of,
)
from explorer.model.shape_reasons import Reason
from explorer.model.stages import Stage
from explorer.model.unread_errors import is_error, unread

_EXPECTED = re.compile("expect", re.IGNORECASE)
_MERGED = re.compile(r"Inputs have incompatible shapes|Operands could not be broadcast together")
_JOINED = re.compile(r"concat", re.IGNORECASE)
_INCOMPATIBLE = re.compile(r"\bare (?:incompatible|not compatible)\b")
# A place among others, not a shape.
_NUMBERED = re.compile(
    r"\b(?:(?:shapes?|inputs?|args?)\[\d{1,9}\]|indices\[[\d, ]{1,99}\])", re.IGNORECASE
)
# Operations of a map and something else than a map: a kernel, or numbers that say what to do.
_OF_ONE_MAP = (
    "Reshape", "Conv2D", "Conv2DBackpropInput", "DepthwiseConv2dNative", "MatMul", "BiasAdd",
    "Pad", "PadV2", "MirrorPad", "Tile", "Transpose", "StridedSlice", "Slice",
)  # fmt: skip
# Of [N, channels, height, width]; of other ranks nothing is known but these sizes.
_TENSORS = re.compile(
    r"size of tensor a \((\d{1,9})\) must match the size of tensor b \((\d{1,9})\) "
    r"at non-singleton dimension ([23])\b"
)
_MOST_TEXT = 20_000
_MOST_QUOTED = 200
_MOST_TRIED = 16  # of the different shapes of an error: real ones name two or three


def read_text(design: Design, text: str, default: str) -> Asked:
    """Stage and shape that a text asks for: a typed shape, or an error that names two.

    Raises:
        ExplorerError: as `diagnose` says.
    """
    text = text[:_MOST_TEXT]
    if mismatch := read_mismatch(text):
        return asked_of_layer(design, mismatch)
    if asked := _of_tensors(design, text):
        return asked
    torch = names_torch(text)
    text = _NUMBERED.sub(" ", text)
    _refuse_unlike_operands(text)
    joined = _JOINED.search(text) is not None
    text = text.partition(OPERANDS)[2] if OPERANDS in text else text
    shapes = bracketed(text)
    if _MERGED.search(text) and not _is_given(design, shapes):
        shapes = _stretched(shapes)
    if len({shape for _, shape in shapes}) > 1:
        return _of_error(design, text, shapes, torch, joined)
    name, wanted = _typed(design, text, default)
    return ordered(design.plan[name], wanted, torch)


def _is_given(design: Design, shapes: list[tuple[int, Shape]]) -> bool:
    """Whether a stage gives one of some maps without the batch."""
    return any(has_shape(s, (None, *shape)) for s in design.stages for _, shape in shapes)


def _stretched(shapes: list[tuple[int, Shape]]) -> list[tuple[int, Shape]]:
    """Two maps that are merged: where one has a size of 1, it takes that of the other."""
    if len(shapes) != 2 or len(shapes[0][1]) != len(shapes[1][1]):
        return shapes
    (at, one), (other_at, other) = shapes
    pairs = [(a if b == 1 else b, b if a == 1 else a) for a, b in zip(other, one, strict=True)]
    return [(at, tuple(a for a, _ in pairs)), (other_at, tuple(b for _, b in pairs))]


def _typed(design: Design, text: str, default: str) -> tuple[str, Shape]:
    """A shape that is wanted; one that an error of an unknown kind names beside others is none."""
    refusal = unread(text) if is_error(text) else None
    try:
        typed = read_expectation(design.plan, text, default)
    except ExplorerError as error:
        if refusal and error.code in ("no_shape", "size_too_long"):
            raise refusal from None
        raise
    if refusal:
        raise refusal
    return typed


def read_sizes(stage: Stage, wanted: Shape) -> Asked:
    """A shape given as numbers, channels last; first only where that is the very map."""
    whole = whole_shape(wanted, stage.shape)
    if None not in whole and fits(stage.shape[1:], channels_last(whole)[1:]):
        return ordered(stage, wanted, torch=False)
    return Asked(stage.name, wanted)


def _of_tensors(design: Design, text: str) -> Asked | None:
    """PyTorch's two sizes of height or width, of which one may be the output's."""
    if not (found := _TENSORS.search(text)):
        return None
    one, other, dimension = map(int, found.groups())
    output, axis = design.output, AXES[dimension - 1]
    here = output.shape[dimension - 1] if design.gives_maps else None
    if one == other:
        return None
    if here not in (one, other):
        return _of_inner_sides(design, axis, one, other)
    wanted = [None, *output.shape[1:]]
    wanted[dimension - 1] = other if here == one else one
    params = {"dimension": dimension, "axis": axis, "here": here, "stage": output.name}
    # PyTorch compares the last axis first, which says nothing of the one before it.
    is_square = axis == "width" and output.shape[1] == output.shape[2]
    if is_square:
        wanted[1] = wanted[2]
    code = "tensor_square" if is_square else "tensor_sizes"
    note = Reason(code, {**params, "wanted": wanted[dimension - 1]})
    return Asked(output.name, sound_shape(wanted), (note,), True)


def _refuse_unlike_operands(text: str):
    """A kernel, or a vector of sizes, is no shape that a map should have."""
    name, shapes = operands(text)
    if name in _OF_ONE_MAP:
        raise _unclear(shapes)


def _unclear(shapes: list[Shape]) -> ExplorerError:
    those = ", ".join(map(spelled, shapes[:_MOST_QUOTED]))
    return ExplorerError("no_stage_of_shape", "expected", value=quote(those, _MOST_QUOTED))


def _of_error(
    design: Design,
    text: str,
    shapes: list[tuple[int, Shape]],
    torch: bool,
    joined: bool,
) -> Asked:
    """An error of two shapes that are compared.

    Raises:
        ExplorerError: no stage has one of them.
    """
    word = _EXPECTED.search(text)
    wanted = next((shape for at, shape in shapes if word and at > word.start()), None)
    different = list(dict.fromkeys(shape for _, shape in shapes))[:_MOST_TRIED]
    compared = _comparable(different)
    if joined and (found := _of_join(design, [*compared.values()], torch)):
        return found
    wanted = compared.get(wanted)
    orders = [channels_last] if torch or is_likely_first(*compared.values()) else []
    if not is_likely_last(*compared.values()):
        orders = [*orders, lambda shape: shape, channels_last]
    for turn in orders or [lambda shape: shape]:
        turned = {turn(shape): shape for shape in compared.values()}
        placed = _placed(design, [*turned], wanted and turn(wanted), named_stage(design.plan, text))
        if placed:
            placed = _joined(design, placed) if joined else placed
            return _with_note(placed, turned) if turn is channels_last else placed
    if len(different) == 2 and (flat := unflattened(*different)):
        params = {**flat, "one": spelled(different[0]), "other": spelled(different[1])}
        return Asked("", (), (Reason("same_values", params),), True)
    if asked := _of_maps(compared, torch, joined) or _of_vectors(design, text, different):
        return asked
    if depths := _unlike_depths(text, [*compared.values()]):
        return Asked("", (), (depths,), True)
    if unlike := _unlike(text, different):
        return Asked("", (), (unlike,), True)
    if empty := next((shape for shape in different if 0 in shape), None):
        return Asked("", (), (Reason("shape_empty", {"shape": spelled(empty)}),), True)
    raise _unclear([shape for _, shape in shapes])


def _unlike_depths(text: str, maps: list[Shape]) -> Reason | None:
    """Two maps that are merged, alike but for their channels, which stand last in Keras."""
    if not _MERGED.search(text) or len(maps) != 2 or len(maps[0]) != 4:
        return None
    one, other = maps
    is_told = one[:3] == other[:3] and None not in (one[3], other[3])
    return Reason("merged_depths", {"one": one[3], "other": other[3]}) if is_told else None


def _unlike(text: str, shapes: list[Shape]) -> Reason | None:
    """Two shapes of which no stage here has either: of another number of axes, or of weights."""
    if len(shapes) != 2:
        return None
    one, other = shapes
    params = {"one": spelled(one), "other": spelled(other)}
    if len(one) != len(other) and (one[0] == other[0] or _JOINED.search(text)):
        short, long = sorted((len(one), len(other)))
        single = any(len(shape) == 3 and 1 in shape[1:2] for shape in shapes)
        code = "ranks_label" if (short, long, single) == (2, 3, True) else "ranks_unlike"
        return Reason(code, {**params, "short": short, "long": long})
    known = None not in (*one, *other) and (len(one), len(other)) != (3, 3)
    return Reason("shapes_unlike", params) if known and _INCOMPATIBLE.search(text) else None


def _of_join(design: Design, maps: list[Shape], torch: bool) -> Asked | None:
    """Two maps that do not meet where a generator of any design joins two."""
    if len(maps) != 2 or len(maps[0]) != 4 or not design.graph:
        return None
    first = torch or is_likely_first(*maps, joined=True)
    one, other = map(channels_last, maps) if first else maps
    if foreign := _of_no_join(design, one, other):
        return foreign
    if one[1:3] == other[1:3] or None in (*one[1:3], *other[1:3]):
        return None
    if joins := of_join(design, one[1:3], other[1:3]):
        return Asked("", (), (joins.reason,), True, joins.inputs)
    if found := of_branches(design, one, other):
        return Asked("", (), (found,), True)
    has_joins = any(len(stage.sources) == 2 for stage in design.stages)
    if has_joins and not any(has_shape(design.output, shape) for shape in (one, other)):
        return _of_maps({one: one, other: other}, torch=False, joined=True)
    return None


def _of_no_join(design: Design, *maps: Shape) -> Asked | None:
    """Two maps of which a generator without joins gives neither at its end."""
    ends = design.output.shape[1:3]
    if any(len(stage.sources) > 1 for stage in design.stages):
        return None
    if design.gives_maps and any(fits(ends, shape[1:3]) for shape in maps):
        return None
    one, other = map(spelled, maps)
    params = {"one": one, "other": other, "here": spelled((None, *design.output.shape[1:]))}
    apart = {abs(a - b) for a, b in zip(*(shape[1:3] for shape in maps), strict=True)
             if None not in (a, b)}  # fmt: skip
    notes = (Reason("sides_by_one", {}),) if 1 in apart <= {0, 1} else ()
    return Asked("", (), (Reason("no_join", params), *notes), True)


def _filled(here: tuple[int, ...], asked: Shape) -> Shape:
    """Sizes that one of two compared maps leaves open are to stay as they are."""
    pairs = zip(here, asked, strict=True)
    return tuple(there if size is None else size for there, size in pairs)


def _joined(design: Design, asked: Asked) -> Asked:
    """Maps that are joined may differ in channels, so these are not asked for."""
    here = design.plan[asked.stage].shape
    sides = len(here) == len(asked.shape) == 4 and asked.shape[1:3] != here[1:3]
    return replace(asked, shape=(*asked.shape[:3], here[3])) if sides else asked


def _of_maps(compared: Mapping[Shape, Shape], torch: bool, joined: bool) -> Asked | None:
    """Two maps of which no stage here gives either: the side on which they differ."""
    maps = [*compared.values()]
    if len(maps) != 2 or len(maps[0]) != 4:
        return None
    first = torch or is_likely_first(*maps, joined=joined)
    one, other = map(channels_last, maps) if first else maps
    unlike = one[3] != other[3]
    is_known = joined and first
    if unlike and not is_known and (one[1] != other[1] if joined else one[0] is None):
        return None  # the sizes may be of other axes than these
    for axis, *sides in zip(AXES[1:3], one[1:3], other[1:3], strict=True):
        if sides[0] != sides[1] and None not in sides and 0 not in sides:
            return _of_sides(axis, *sides)
    return None


def _of_vectors(design: Design, text: str, shapes: list[Shape]) -> Asked | None:
    """Two vectors that Keras is to merge, without the batch: z beside that of a label."""
    if not _MERGED.search(text):
        return None
    if len(shapes) != 2 or {len(shape) for shape in shapes} != {1} or (None,) in shapes:
        return None
    (one,), (other,) = shapes
    length = design.latent.shape[1] if design.latent else None
    params = {"one": one, "other": other, "length": length}
    if not design.config:
        return Asked("", (), (Reason("vectors_unlike", params),))
    if length not in (one, other) or 0 in (one, other):
        return Asked("", (), (Reason("vectors_differ", params),))
    wanted = (None, one + other - length)
    return Asked(design.latent.name, wanted, (Reason("vectors_with_z", params),), True)


def _of_sides(axis: str, one: int, other: int) -> Asked:
    return Asked("", (), (Reason("sides_differ", {"axis": axis, "one": one, "other": other}),))


def _of_inner_sides(design: Design, axis: str, one: int, other: int) -> Asked:
    """Two sizes of which the output has neither; an inner map may have one."""
    at = AXES.index(axis)
    for stage in reversed(design.stages):
        if len(stage.shape) == len(AXES) and (side := stage.shape[at]) in (one, other):
            params = {"axis": axis, "one": one, "other": other, "stage": stage.name, "side": side}
            return Asked("", (), (Reason("sides_inside", params),))
    return _of_sides(axis, one, other)


def _comparable(different: list[Shape]) -> dict[Shape, Shape]:
    """Shapes of equal rank out of those of an error, as they were written and with the batch.

    Maps are what is compared, if there are two: what is beside them numbers axes, or lacks one.
    """
    for rank in (4, 2):
        same = {shape: shape for shape in different if len(shape) == rank}
        if rank == 4 and len(same) < 2:  # maps without the batch
            with_batch = [shape[0] for shape in same]
            same |= {
                shape: (None, *shape)
                for shape in different
                if len(shape) == 3 and shape[0] is not None and shape[0] not in with_batch
            }
        if len({*same.values()}) > 1:
            return same
    return {}


def _with_note(asked: Asked, turned: Mapping[Shape, Shape]) -> Asked:
    """Says of shapes that were read with their channels first that they were."""
    typed = next((was for now, was in turned.items() if now[1:] == asked.shape[1:]), None)
    if typed is None or len(typed) != 4 or channels_last(typed)[1:] == typed[1:]:
        return asked
    note = _first_note(typed, channels_last(typed))
    return Asked(asked.stage, asked.shape, (note, *asked.notes), asked.compared)


def _first_note(typed: Shape, read: Shape, code: str = "read_first") -> Reason:
    return Reason(code, {"typed": spelled(typed), "read": spelled(read)})


def _placed(
    design: Design, shapes: list[Shape], wanted: Shape | None, named: str | None
) -> Asked | None:
    """The stage that has one of the shapes, and the other one; the output before inner maps."""

    def place(found: Shape) -> tuple[bool, bool]:
        output = has_shape(design.output, found)
        return not output, stage_of(design.plan, found, named, exact=True) is None

    for found in sorted(shapes, key=place):
        other = wanted or next((shape for shape in shapes if shape != found), None)
        stage = stage_of(design.plan, found, named, exact=len(found) == 2)
        if stage and other not in (None, found):
            batch, notes = batch_of(design.plan[stage], found, other)
            asked = _filled(design.plan[stage].shape, sound_shape(other))
            return Asked(stage, (batch, *asked[1:]), notes, True)
    stage = wanted and stage_of(design.plan, wanted, named, exact=len(wanted) == 2)
    came = next((shape for shape in shapes if shape != wanted), None)
    if not stage or not came:
        return None
    batch, notes = batch_of(design.plan[stage], wanted, came)
    params = {"stage": stage, "reads": spelled(wanted), "came": spelled(came)}
    note = Reason("expected_here", params)
    return Asked(stage, (batch, *sound_shape(came)[1:]), (note, *notes), True)


def ordered(stage: Stage, wanted: Shape, torch: bool) -> Asked:
    """A typed shape in this generator's order, with what there is to say of the reading."""
    whole = whole_shape(wanted, stage.shape)
    if torch and len(wanted) == 3 and len(stage.shape) == 4:
        whole = (None, *wanted)
    order = order_of(whole, stage.shape, torch)
    turned = channels_last(whole)
    if order not in (FIRST, EITHER):
        return Asked(stage.name, wanted)
    if order == FIRST:
        code = "first_fits" if fits(stage.shape, turned) else "read_first"
        return Asked(stage.name, turned, (_first_note(whole, turned, code),))
    params = {"typed": spelled(whole), "turned": spelled(turned)}
    return Asked(stage.name, whole, (Reason("either_order", params),))
