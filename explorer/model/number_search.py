"""Searches a graph for other numbers of its operations that give a stage a wanted shape.

A shape that is wanted of a stage is a question: either its own numbers stay, and its sources are
asked for what they would have to give, or its operation changes some. Questions are put from the
stage back to the inputs and answered from these on, so that no graph is too deep; all counts are
bounded. What is offered was worked out anew in the changed graph.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from explorer.errors import ExplorerError
from explorer.model.changes import Change as NewNumber
from explorer.model.changes import apply_changes, argument_of
from explorer.model.expected_shape import Shape, fits
from explorer.model.graph import Graph, Stage, shapes_of
from explorer.model.latent import BATCH_SIZE
from explorer.model.ops.inverse import Remedy, Wanted, differs, filled
from explorer.model.ops.op import Op
from explorer.model.shape_search import Change
from explorer.model.stopping import stop_if_unwanted

MOST_OFFERED = 4
_MOST_ASKED = 6  # different shapes that are wanted of one stage
_MOST_ASKED_IN_ALL = 20_000  # shapes of sources
_MOST_KEPT = 16  # answers of a question
_MOST_CHANGES = 2  # beside the number of channels, where that is asked for
_MOST_OF_TWO = 120  # questions for which two numbers of one stage are tried, those at the end first
_MOST_GROWTH = 64  # times what a size is now, or as many as that; what is larger is no remedy
_MOST_JOINED = 40_000  # pairs of answers that are put together in all
_MOST_WORKED_OUT = 60_000  # nodes whose shapes are worked out anew in all


@dataclass(frozen=True)
class _Answer:
    """Changes that together give what a question asks for.

    Attributes:
        numbers: (stage, attribute) -> value.
        count, cost: of them; a reshape's target counts with the units before it.
    """

    numbers: frozenset[NewNumber] = frozenset()
    count: int = 0
    cost: float = 0.0

    def joined(self, other: "_Answer") -> "_Answer | None":
        """Both; None where they ask for two values of one number."""
        if not self.numbers or not other.numbers:
            return other if not self.numbers else self
        both = self.numbers | other.numbers
        if len({(one.stage, one.argument) for one in both}) < len(both):
            return None
        shared = len(self.numbers & other.numbers)
        if shared:  # the same change answers both: counted once, by its share
            share = shared / len(other.numbers)
            rest = other.count - round(share * other.count), other.cost * (1 - share)
        else:
            rest = other.count, other.cost
        return _Answer(both, self.count + rest[0], self.cost + rest[1])


_NOTHING = _Answer()


@dataclass(frozen=True)
class _Option:
    """One way to answer a question: changes of its own, and what its sources are asked."""

    own: _Answer
    asked: tuple[tuple[str, Wanted], ...] = ()


class Questions:
    """All that is asked of the stages of a graph so that one of them has a shape."""

    def __init__(
        self,
        plan: Sequence[Stage],
        name: str,
        wanted: Wanted,
        most_changes: int = _MOST_CHANGES,
    ):
        at = next(i for i, stage in enumerate(plan) if stage.name == name)
        self._plan = plan[: at + 1]
        self._shapes = {stage.name: stage.shape for stage in self._plan}
        self._options: dict[str, dict[Wanted, list[_Option]]] = {name: {wanted: []}}
        self._asked = name, wanted
        channels = len(wanted) == 4 and differs(wanted[3], self._shapes[name][3])
        self._most = most_changes + channels
        self._joined = self._asked_in_all = self._tried_two = 0
        for stage in reversed(self._plan):
            for shape, options in self._options.get(stage.name, {}).items():
                stop_if_unwanted()
                options += self._options_of(stage, shape)

    def answers(self) -> list[_Answer]:
        """Those of the first question, the fewest changes first."""
        found: dict[tuple[str, Wanted], list[_Answer]] = {}
        for stage in self._plan:
            for shape, options in self._options.get(stage.name, {}).items():
                stop_if_unwanted()
                answers = (one for option in options for one in self._combined(option, found))
                found[stage.name, shape] = self._best(answers)
        return found[self._asked]

    def _options_of(self, stage: Stage, wanted: Wanted) -> Iterator[_Option]:
        if fits(stage.shape, wanted):
            yield _Option(_NOTHING)
            return
        yield from self._ways(stage, stage.op, wanted, _NOTHING)
        if self._is_far_vector(stage):
            return  # a z of other length for another picture is no remedy
        for remedy in self._remedies(stage, wanted):
            own, changed = as_answer(stage, remedy), _changed(stage.op, dict(remedy.numbers))
            if own is None or not _is_near(stage.op, remedy):
                continue
            if changed and _gives(changed, stage.input_shapes, wanted, stage.shape[:1]):
                yield _Option(own)
            elif changed:
                yield from self._ways(stage, changed, wanted, own)

    def _remedies(self, stage: Stage, wanted: Wanted) -> Iterator[Remedy]:
        """Of one number, or two; of two while there is time, and where so many may change."""
        yield from stage.op.remedies(stage.input_shapes, wanted)
        if self._most > 1 and self._tried_two < _MOST_OF_TWO:
            self._tried_two += 1
            stop_if_unwanted()
            yield from stage.op.remedies_of_two(stage.input_shapes, wanted)

    def _is_far_vector(self, stage: Stage) -> bool:
        """Whether it is a vector from outside that the first question is not about."""
        asked = self._plan[-1]
        near = (asked.name, *asked.sources)
        return stage.is_input and len(stage.shape) == 2 and stage.name not in near

    def _ways(self, stage: Stage, op: Op, wanted: Wanted, own: _Answer) -> Iterator[_Option]:
        """What the sources are asked where the operation has these numbers."""
        for way in op.inputs_for(stage.input_shapes, wanted):
            stop_if_unwanted()
            self._asked_in_all += len(way)
            if self._asked_in_all > _MOST_ASKED_IN_ALL:
                return
            given = [*map(filled, way, stage.input_shapes)]
            if not given or not _gives(op, given, wanted, stage.shape[:1]):
                continue
            asked = tuple(zip(stage.sources, way, strict=True))
            if all(self._ask(name, shape) for name, shape in asked):
                yield _Option(own, asked)

    def _ask(self, name: str, shape: Wanted) -> bool:
        """Notes a question; whether there is room for it."""
        known = self._options.setdefault(name, {})
        if shape not in known and len(known) >= _MOST_ASKED:
            return False
        known.setdefault(shape, [])
        return True

    def _combined(self, option: _Option, found: Mapping) -> list[_Answer]:
        answers = [option.own]
        for question in option.asked:
            others = found[question]
            self._joined += len(answers) * len(others)
            if self._joined > _MOST_JOINED:
                return []
            pairs = (one.joined(other) for one in answers for other in others)
            answers = self._best(pair for pair in pairs if pair is not None)
        return answers

    def _best(self, answers: Iterable[_Answer]) -> list[_Answer]:
        """The fewest and cheapest, each once."""
        found: dict[frozenset, _Answer] = {}
        for one in answers:
            if one.count <= self._most:
                found.setdefault(one.numbers, one)
        return sorted(found.values(), key=self._order)[:_MOST_KEPT]

    def _order(self, answer: _Answer) -> tuple:
        """The fewest first; of several that count as many those that are fewer to type."""
        several = answer.count > self._most - 1
        typed = len(answer.numbers)
        names = sorted(map(str, answer.numbers))
        return answer.count, several and typed, answer.cost, typed, names


def as_answer(stage: Stage, remedy: Remedy) -> _Answer | None:
    """As changes of a link; None where one of the numbers cannot be changed."""
    arguments = [argument_of(stage.op, name) for name, _ in remedy.numbers]
    if None in arguments:
        return None
    values = [value for _, value in remedy.numbers]
    numbers = frozenset(
        NewNumber(stage.name, argument.name, argument.flat(value))
        for argument, value in zip(arguments, values, strict=True)
    )
    if remedy.follows:
        return _Answer(numbers)
    return _Answer(numbers, len(numbers), remedy.cost + len(numbers) - 1)


def _is_near(op: Op, remedy: Remedy) -> bool:
    """Whether no number becomes very much larger than it is."""
    pairs = ((getattr(op, name), value) for name, value in remedy.numbers)
    whole = (
        (now, value) for now, value in pairs if isinstance(now, int) and isinstance(value, int)
    )
    return all(value <= _MOST_GROWTH * max(now, _MOST_GROWTH) for now, value in whole)


def _changed(op: Op, numbers: Mapping[str, object]) -> Op | None:
    try:
        return replace(op, **numbers)
    except ExplorerError:
        return None


def _gives(op: Op, inputs: Sequence[Shape], wanted: Wanted, batch: Shape) -> bool:
    try:
        return fits(op.output_shape(*inputs or [batch]), wanted)
    except ExplorerError:
        return False


def find_new_numbers(graph: Graph, batch: int, stage: Stage, wanted: Shape) -> list[Change]:
    """What gives the stage the shape, verified: the fewest changes come first, then the cheapest.

    A change that holds another one and more is left out. The batch is changed by the number of
    vectors alone.

    Args:
        batch: items of the inputs as they are.
        stage: one of the graph's, with that batch.
    """
    items = batch
    if wanted[0] not in (None, stage.shape[0]):
        items = batch + wanted[0] - stage.shape[0]
        if not BATCH_SIZE.low <= items <= BATCH_SIZE.high:
            return []
    offered: list[Change] = []
    left, fewest = _MOST_WORKED_OUT, 0
    for answer in Questions(graph.stages(batch), stage.name, (None, *wanted[1:])).answers():
        numbers = tuple(sorted(answer.numbers, key=str))
        if left < len(graph.nodes) or len(offered) == MOST_OFFERED:
            break
        fewest = min(fewest, answer.count) if offered else answer.count
        if answer.count > fewest + 1:
            break
        if any({*change.numbers} <= answer.numbers for change in offered):
            continue
        left -= len(graph.nodes)
        if change := verified_numbers(graph, items, stage.name, wanted, numbers, items != batch):
            offered.append(change)
    return offered


def verified_numbers(
    graph: Graph,
    batch: int,
    stage: str,
    wanted: Shape,
    numbers: tuple[NewNumber, ...],
    names_batch: bool = False,
) -> Change | None:
    """The numbers as a change, where the changed graph gives the shape; None where it does not."""
    stop_if_unwanted()
    try:
        changed = apply_changes(graph, numbers)
        shape = shapes_of(changed, batch)[stage]
        changed.weights  # noqa: B018  layers that share variables have to agree on their shapes
    except ExplorerError:
        return None
    if not fits(shape, wanted) or not (numbers or names_batch):
        return None
    values = {f"{one.stage}.{one.argument}": one.value for one in numbers}
    if names_batch:
        values["batch_size"] = batch
    return Change(values, shape, numbers=numbers)
