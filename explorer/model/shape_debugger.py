"""Why a shape is not the one expected: the first stage that differs, and what would mend it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from explorer.errors import ExplorerError
from explorer.model.config import AXES, GeneratorConfig, check_config
from explorer.model.declare import Field, Range
from explorer.model.error_shapes import Asked, read_sizes, read_text
from explorer.model.error_texts import Answer, answer_error, message_of, part_of_error
from explorer.model.expected_shape import (
    OUTPUT,
    Shape,
    fits,
    read_request,
    spelled,
    whole_shape,
)
from explorer.model.needed_shapes import needed_shapes
from explorer.model.shape_order import is_channels_first
from explorer.model.shape_reasons import Reason, explain_difference
from explorer.model.shape_search import Change, find_changes, verified_change
from explorer.model.side_sums import sides_here
from explorer.model.stages import Stage, stages

# What is said of a loss or a discriminator in its own words.
_SAID_OF_PARTS = ("expected_here", "layer_reads")
_OF_A_FIT = ("first_fits",)  # what there is to say of a shape that is as expected

_BATCH = Field("batch", Annotated[int, Range(1, 2**20)])


@dataclass(frozen=True)
class Diagnosis:
    """What is wrong with a shape.

    Attributes:
        stage: the stage that was asked about; "" where an error is about none.
        expected: what it should be; None where any size will do.
        actual: what it is.
        first: the first stage that differs from what the expected shape needs, or None.
        first_expected, first_actual: shapes of that stage.
        reason: why, in one sentence; None where nothing differs.
        notes: what else there is to know of an error, a sentence each.
        searched: whether changes were looked for, so that none means that there is none.
        changes: what mends it, verified; the order is that of `find_changes`; may be empty.
    """

    stage: str
    expected: Shape
    actual: tuple[int, ...]
    first: str | None = None
    first_expected: Shape = ()
    first_actual: tuple[int, ...] = ()
    reason: Reason | None = None
    notes: tuple[Reason, ...] = ()
    searched: bool = False
    changes: tuple[Change, ...] = ()


def diagnose(
    config: GeneratorConfig,
    expected: str | Sequence[int | None] | Mapping[str, Sequence[int | None]],
    batch: int = 1,
    default: str = OUTPUT,
) -> Diagnosis:
    """Names the first stage whose shape differs from the one expected, and what would mend it.

    Args:
        config: the generator as it is.
        expected: the output's shape, or {stage: shape}, or a text: "[1, 64, 64, 3]",
            "upsample1/actv: [1, 8, 16, 100]", or an error of TensorFlow, Keras or PyTorch: one that
            names two shapes, of which one is a stage's, or one of pads, reshapes, weights or names.
            A batch that all maps of an error share is taken for N, whatever it is.
            None, "?" and -1 stand for any size. The batch may be left out, and so may batch and
            channels: (64, 64, 3), (64, 64).
        batch: N, the number of rows of z.
        default: the stage that is meant where none is named.

    Raises:
        ExplorerError: an argument of another type, no shape can be read, there is no such stage,
            or neither of the two shapes of an error is a stage's.

    Example:
        >>> result = diagnose(GeneratorConfig(), (1, 64, 64, 3))
        >>> result.first, dict(result.changes[0].values)
        ('fc1/dense', {'base_height': 8})
    """
    check_config(config)
    batch = _BATCH.check(batch)
    plan = {stage.name: stage for stage in stages(config, batch)}
    if not isinstance(expected, str):
        name, wanted = read_request(plan, expected, default)
        asked = read_sizes(plan[name], wanted)
        found = _compare(config, plan, name, asked.shape, batch)
        return replace(found, notes=(*found.notes, *asked.notes))
    text = " ".join(expected.split())  # a terminal breaks the lines of an error where it likes
    if answer := answer_error(config, message_of(text)):
        return _of_answer(config, plan, answer, batch)
    return _of_text(config, plan, text, batch, default)


def _of_answer(
    config: GeneratorConfig, plan: Mapping[str, Stage], answer: Answer, batch: int
) -> Diagnosis:
    """An error that is not about one stage's shape; what it needs of the generator is verified."""
    if answer.stage:
        found = _compare(config, plan, answer.stage, answer.wanted, batch)
        if found.first:
            return replace(found, notes=(*found.notes, answer.reason, *answer.notes))
    changes = ()
    if answer.picture:
        wanted = (None, *answer.picture, None)
        changes = tuple(find_changes(config, batch, plan[OUTPUT], wanted))
    elif answer.values:
        changes = tuple(filter(None, [verified_change(config, batch, plan["z"], answer.values)]))
    return Diagnosis("", (), (), reason=answer.reason, notes=answer.notes, changes=changes)


def _of_text(
    config: GeneratorConfig, plan: Mapping[str, Stage], text: str, batch: int, default: str
) -> Diagnosis:
    """A typed shape, or an error that names two."""
    part = part_of_error(text)
    elsewhere = Diagnosis("", (), (), reason=Reason(part, {})) if part else None
    if part in ("of_file", "of_rank", "of_rank_torch"):
        return elsewhere
    try:
        asked = read_text(plan, message_of(text), default)
    except ExplorerError:
        if elsewhere:
            return elsewhere
        raise
    if elsewhere and not _is_of_generator(part, asked):
        return elsewhere
    if not asked.stage:
        reason, *notes = asked.notes
        if reason.code == "sides_differ":
            sides = reason.params["one"], reason.params["other"]
            notes += sides_here(config, reason.params["axis"], sides)
            if abs(sides[0] - sides[1]) == 1:
                notes.append(Reason("sides_by_one", {}))
        return Diagnosis("", (), (), reason=reason, notes=tuple(notes))
    found = _compare(config, plan, asked.stage, asked.shape, batch)
    if found.first is None:
        return replace(found, notes=tuple(note for note in asked.notes if note.code in _OF_A_FIT))
    notes = (*found.notes, *_notes(config, found, part, text, asked))
    return replace(found, notes=notes)


def _is_of_generator(part: str, asked: Asked) -> bool:
    """Whether an error of another part is about a map of the generator: its output, for a loss any.

    A discriminator has maps of its own, which may be as large as those of an earlier stage.
    """
    if len(asked.shape) != 4:
        return False
    return asked.stage == OUTPUT or (part == "of_loss" and asked.compared)


def _notes(
    config: GeneratorConfig, found: Diagnosis, part: str | None, text: str, asked: Asked
) -> Iterator[Reason]:
    """What else there is to know of an error about a stage's shape."""
    if part in ("of_loss", "of_discriminator"):
        batch = found.expected[0] and found.actual[0]  # any, where the error leaves it open
        there = spelled((batch, *found.actual[1:]))
        params = {"stage": found.stage, "found": there, "wanted": spelled(found.expected)}
        yield Reason(f"{part}_here", params)
    if found.stage == OUTPUT and "concat" in text.lower():
        yield Reason("concat", {"channels": config.C})
        yield from _sides_apart(config, found)
    yield from (note for note in asked.notes if not (part and note.code in _SAID_OF_PARTS))


def _sides_apart(config: GeneratorConfig, found: Diagnosis) -> Iterator[Reason]:
    """On which axes two joined maps differ, and how each side would come about here."""
    if not found.searched:  # of another number of axes, or in another order
        return
    for at, axis in enumerate(AXES[1:3], start=1):
        here, wanted = found.actual[at], found.expected[at]
        if wanted not in (None, here):
            yield Reason("concat_axis", {"at": at, "axis": axis, "here": here, "wanted": wanted})
            yield from sides_here(config, axis, (here, wanted))


def _compare(
    config: GeneratorConfig, plan: Mapping[str, Stage], name: str, wanted: Shape, batch: int
) -> Diagnosis:
    actual = plan[name].shape
    wanted = whole_shape(wanted, actual)
    if fits(actual, wanted):
        return Diagnosis(name, wanted, actual)
    known = Diagnosis(name, wanted, actual, name, wanted, actual)
    if len(wanted) != len(actual):
        params = {"stage": name, "rank": len(actual), "found": len(wanted)}
        return replace(known, reason=Reason("rank", params))
    if is_channels_first(actual, wanted):
        params = {"wanted": spelled(wanted), "shape": list(actual)}
        return replace(known, reason=Reason("channels_first", params))
    needed = needed_shapes(config, list(plan.values()), name, wanted)
    first = next(
        stage for stage in plan.values() if not fits(stage.shape, needed.get(stage.name, ()))
    )
    reason = explain_difference(config, first, needed[first.name])
    return replace(
        known,
        notes=_beside_batch(config, plan, name, wanted) if reason.code == "batch" else (),
        first=first.name,
        first_expected=needed[first.name],
        first_actual=first.shape,
        reason=reason,
        searched=True,
        changes=tuple(find_changes(config, batch, plan[name], wanted)),
    )


def _beside_batch(
    config: GeneratorConfig, plan: Mapping[str, Stage], name: str, wanted: Shape
) -> tuple[Reason, ...]:
    """What differs other than the batch, which comes first and would hide it."""
    needed = needed_shapes(config, list(plan.values()), name, (None, *wanted[1:]))
    for stage in plan.values():
        if not fits(stage.shape, needed.get(stage.name, ())):
            return (explain_difference(config, stage, needed[stage.name]),)
    return ()
