"""Why a shape is not the one expected: the first stage that differs, and what would mend it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from explorer.errors import ExplorerError, quote
from explorer.model.config import AXES, GeneratorConfig
from explorer.model.declare import Field, Range
from explorer.model.error_shapes import read_sizes, read_text
from explorer.model.error_stages import Asked
from explorer.model.error_texts import Answer, answer_error, message_of, part_of_error
from explorer.model.expected_shape import Shape, fits, read_request, spelled, whole_shape
from explorer.model.files.stage_names import some_names
from explorer.model.graph import Graph, Stage
from explorer.model.near_sizes import sizes_near
from explorer.model.shape_designs import Design, design_of
from explorer.model.shape_order import is_channels_first
from explorer.model.shape_reasons import Reason
from explorer.model.shape_search import Change
from explorer.model.side_sums import sides_here

# What is said of a loss or a discriminator in its own words.
_SAID_OF_PARTS = ("expected_here", "layer_reads")
_OF_NO_SHAPE = (
    "of_tensorflow1", "of_file", "of_type", "of_model", "of_rank", "of_rank_torch",
)  # fmt: skip
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
        changes: what mends it, verified; the order is that of `Design.find_changes`; may be empty.
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
    generator: GeneratorConfig | Graph,
    expected: str | Sequence[int | None] | Mapping[str, Sequence[int | None]],
    batch: int = 1,
    default: str | None = None,
) -> Diagnosis:
    """Names the first stage whose shape differs from the one expected, and what would mend it.

    Args:
        generator: as it is: a configuration, or the graph of any other.
        expected: the output's shape, or {stage: shape}, or a text: "[1, 64, 64, 3]",
            "upsample1/actv: [1, 8, 16, 100]", or an error of TensorFlow, Keras or PyTorch: one that
            names two shapes, of which one is a stage's, or one of pads, reshapes, weights or names.
            A batch that all maps of an error share is taken for N, whatever it is.
            None, "?" and -1 stand for any size. The batch may be left out, and so may batch and
            channels: (64, 64, 3), (64, 64).
        batch: N, the number of items that go in.
        default: the stage that is meant where none is named; by default the output.

    Raises:
        ExplorerError: an argument of another type, no shape can be read, there is no such stage,
            or neither of the two shapes of an error is a stage's.

    Example:
        >>> result = diagnose(GeneratorConfig(), (1, 64, 64, 3))
        >>> result.first, dict(result.changes[0].values)
        ('fc1/dense', {'base_height': 8})
    """
    batch = _BATCH.check(batch)
    design = design_of(generator, batch)
    default = design.output.name if default is None else default
    if not isinstance(expected, str):
        name, wanted = read_request(design.plan, expected, default)
        asked = read_sizes(design.plan[name], wanted)
        found = _compare(design, name, asked.shape)
        return replace(found, notes=(*found.notes, *asked.notes))
    text = " ".join(expected.split())  # a terminal breaks the lines of an error where it likes
    if answer := answer_error(design, message_of(text)):
        return _of_answer(design, answer)
    return _of_text(design, text, default)


def _of_answer(design: Design, answer: Answer) -> Diagnosis:
    """An error that is not about one stage's shape; what it needs of the generator is verified."""
    if answer.stage:
        found = _compare(design, answer.stage, answer.wanted)
        if found.first:
            return replace(found, notes=(*found.notes, answer.reason, *answer.notes))
    changes = tuple(design.verified_numbers(answer.numbers))
    if answer.picture:
        wanted = (None, *answer.picture, None)
        changes = tuple(design.find_changes(design.output, wanted))
    elif answer.values:
        changes = tuple(design.verified_values(answer.values))
    return Diagnosis("", (), (), reason=answer.reason, notes=answer.notes, changes=changes)


def _of_text(design: Design, text: str, default: str) -> Diagnosis:
    """A typed shape, or an error that names two."""
    part = part_of_error(text)
    elsewhere = Diagnosis("", (), (), reason=Reason(part, {})) if part else None
    if part in _OF_NO_SHAPE:
        return elsewhere
    try:
        asked = read_text(design, message_of(text), default)
    except ExplorerError:
        if elsewhere:
            return elsewhere
        raise
    if elsewhere and not _is_of_generator(design, part, asked):
        return elsewhere
    if not asked.stage:
        return _of_no_stage(design, asked)
    found = _compare(design, asked.stage, asked.shape)
    if found.first is None:
        return replace(found, notes=tuple(note for note in asked.notes if note.code in _OF_A_FIT))
    notes = (*found.notes, *_notes(design, found, part, text, asked))
    return replace(found, notes=notes)


def _of_no_stage(design: Design, asked: Asked) -> Diagnosis:
    """What is told of shapes that no stage goes with."""
    reason, *notes = asked.notes
    changes = tuple(design.verified_numbers(asked.inputs))
    if reason.code == "sides_differ":
        sides = reason.params["one"], reason.params["other"]
        if design.config:
            notes += sides_here(design.config, reason.params["axis"], sides)
        if abs(sides[0] - sides[1]) == 1:
            notes.append(Reason("sides_by_one", {}))
    return Diagnosis("", (), (), reason=reason, notes=tuple(notes), changes=changes)


def _is_of_generator(design: Design, part: str, asked: Asked) -> bool:
    """Whether an error of another part is about a map of the generator: its output, for a loss any.

    A discriminator has maps of its own, which may be as large as those of an earlier stage.
    """
    if len(asked.shape) != 4:
        return False
    return asked.stage == design.output.name or (part == "of_loss" and asked.compared)


def _notes(
    design: Design, found: Diagnosis, part: str | None, text: str, asked: Asked
) -> Iterator[Reason]:
    """What else there is to know of an error about a stage's shape."""
    if part in ("of_loss", "of_discriminator"):
        batch = found.expected[0] and found.actual[0]  # any, where the error leaves it open
        there = spelled((batch, *found.actual[1:]))
        params = {"stage": found.stage, "found": there, "wanted": spelled(found.expected)}
        yield Reason(f"{part}_here", params)
    if design.config and found.stage == design.output.name and "concat" in text.lower():
        yield Reason("concat", {"channels": design.config.C})
        yield from _sides_apart(design.config, found)
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


def _compare(design: Design, name: str, wanted: Shape) -> Diagnosis:
    stage = design.plan[name]
    if stage.is_guessed:
        layers = some_names([*map(quote, _untold(design.plan, stage))])
        told = {"stage": quote(name), "layers": layers}
        return Diagnosis("", (), (), reason=Reason("shape_guessed", told))
    actual = stage.shape
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
    first, needed, reason = _first_that_differs(design, name, wanted)
    changes = tuple(design.find_changes(stage, wanted))
    notes = _beside_batch(design, name, wanted) if reason.code in _OF_BATCH else ()
    return replace(
        known,
        notes=notes if changes else (*notes, *sizes_near(design, name, wanted)),
        first=first,
        first_expected=needed,
        first_actual=design.plan[first].shape,
        reason=reason,
        searched=True,
        changes=changes,
    )


def _untold(plan: Mapping[str, Stage], stage: Stage) -> list[str]:
    """The layers that its guessed shape follows from."""
    found, left = {}, [stage]
    while left:
        each = left.pop()
        if each.name in found or not each.is_guessed:
            continue
        found[each.name] = not each.op.tells_shape
        if each.op.tells_shape:
            left += [plan[name] for name in each.sources]
    return [name for name in plan if found.get(name)]


_OF_BATCH = ("batch", "batch_items")


def _first_that_differs(design: Design, name: str, wanted: Shape) -> tuple[str, Shape, Reason]:
    """Its name, what it would have to be, and why it is not.

    Where two that read a stage need it to differ, what goes back further says nothing; where a
    stage cannot be as needed, what is before it has no part.
    """
    needs = design.needs(name, wanted)
    if needs.clash:
        return name, wanted, design.clash_reason(needs.clash)
    asked = [design.plan[end] for end in needs.ends] + [*design.stages]
    first = next(s for s in asked if not fits(s.shape, needs.shapes.get(s.name, ())))
    return first.name, needs.shapes[first.name], design.explain(first, needs)


def _beside_batch(design: Design, name: str, wanted: Shape) -> tuple[Reason, ...]:
    """What differs other than the batch, which comes first and would hide it."""
    wanted = (None, *wanted[1:])
    if fits(design.plan[name].shape, wanted):
        return ()
    return (_first_that_differs(design, name, wanted)[2],)
