"""Completes changes of single stages with those of others without which shapes do not fit.

Where shapes part, the stage there takes other numbers of its own, or its sources are asked for
shapes that do fit, those that were changed by hand last. All counts are bounded.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from explorer.errors import ExplorerError
from explorer.model.changes import (
    Change,
    apply_changes,
    argument_of,
    find_misfit,
    with_changes,
)
from explorer.model.expected_shape import fits
from explorer.model.graph import Graph, Node, find_stage, shapes_of
from explorer.model.number_search import find_new_numbers
from explorer.model.ops.inverse import Wanted
from explorer.model.ops.op import Shape

_MOST_ADDED = 6
_MOST_NODES = 600  # that are looked through in all: a link may ask for it at each request
_MOST_VISITS = 2400  # of stages, for each two changes, as each pair is tried without


def complete_changes(
    graph: Graph, changes: Sequence[Change], keeps_inputs: bool = False
) -> tuple[Change, ...]:
    """More changes, of other stages, with which those that do not fit do; () where none are found.

    None of them is of an argument that the changes set.

    Args:
        graph: without the changes.
        keeps_inputs: whether the inputs' sizes are asked for as well, and stay.
    """
    inputs = graph.inputs if keeps_inputs else ()
    fixed = {(node.name, each.name) for node in inputs for each in node.op.changeable}
    try:
        return _completed(graph, tuple(changes), fixed)
    except ExplorerError:
        return ()


def excess_change(graph: Graph, changes: Sequence[Change]) -> Change | None:
    """The one of several changes without which the others fit; None where there is none.

    It is the first such one: the last was most likely just asked for.

    Args:
        graph: without the changes.
    """
    if len(changes) < 2:
        return None
    tried = changes[: max(1, _MOST_NODES // len(graph.nodes))]
    others = ([each for each in changes if each is not one] for one in tried)
    fitting = (one for one, rest in zip(tried, others, strict=True) if _can_be_made(graph, rest))
    return next(fitting, None)


def left_without(graph: Graph, changes: Sequence[Change], one: Change) -> tuple[Change, ...]:
    """The changes that stay where one is taken back: another that fits only with it goes along.

    Args:
        graph: without the changes.
    """
    left = tuple(each for each in changes if each is not one)
    is_long = len(changes) ** 2 * len(graph.nodes) > _MOST_VISITS
    if not left or is_long or _can_be_made(graph, left):
        return left
    if len(left) == 1:
        return ()
    excess = excess_change(graph, left)
    return tuple(each for each in left if each is not excess)


def _can_be_made(graph: Graph, changes: Sequence[Change]) -> bool:
    try:
        apply_changes(graph, changes)
    except ExplorerError:
        return False
    return True


def _completed(graph: Graph, changes: tuple[Change, ...], fixed: set) -> tuple[Change, ...]:
    """As `complete_changes`.

    Args:
        fixed: stages' arguments that stay, beside those of the changes.

    Raises:
        ExplorerError: they cannot be made, or still do not fit.
    """
    done, changed = changes, with_changes(graph, changes)
    search = _Search(_shapes_that_fit(graph))
    while (misfit := find_misfit(changed)) and len(done) - len(changes) < _MOST_ADDED:
        more = next(search.mend(changed, misfit, fixed | {*map(_key, done)}), ())
        if not more:
            return ()
        done += more
        changed = with_changes(graph, done)
    apply_changes(graph, done)
    return done[len(changes) :]


def _shapes_that_fit(graph: Graph) -> Mapping[str, Shape]:
    """Of all stages; none where they part already without any change."""
    try:
        return shapes_of(graph.with_some_sizes(), 1)
    except ExplorerError:
        return {}


def _key(change: Change) -> tuple[str, str]:
    return change.stage, change.argument


class _Search:
    """Looks for what else has to change, and no longer than is allowed.

    Args:
        was: shapes of all stages without the changes.
    """

    def __init__(self, was: Mapping[str, Shape]):
        self._was, self._left = was, _MOST_NODES

    def mend(self, changed: Graph, misfit: Node, fixed: set) -> Iterator[tuple[Change, ...]]:
        """Changes with which the stage where shapes part takes what comes in.

        Args:
            fixed: stages' arguments that stay.
        """
        names = [node.name for node in changed.nodes]
        part = Graph(changed.nodes[: names.index(misfit.name)]).with_some_sizes()
        shapes = shapes_of(part, 1)
        given = [shapes[name] for name in misfit.sources]
        for numbers in _own_numbers(misfit, given):
            if not fixed & {*map(_key, numbers)}:
                yield numbers
        moved = [shapes[name] != self._was.get(name) for name in misfit.sources]
        ways = misfit.op.inputs_that_fit(given)
        for way in sorted(ways, key=lambda way: -_kept(way, given, moved)):
            if found := self._of_sources(part, dict(zip(misfit.sources, way, strict=True)), fixed):
                yield found

    def _of_sources(
        self, part: Graph, wanted: Mapping[str, Wanted], fixed: set
    ) -> tuple[Change, ...]:
        """Numbers with which the sources have these shapes; () where none are found for one."""
        found: tuple[Change, ...] = ()
        while unfit := _unfit(part, wanted):
            more = self._of_source(part, wanted, unfit[0], fixed)
            if not more:
                return ()
            part, found = with_changes(part, more), found + more
        return found

    def _of_source(
        self, part: Graph, wanted: Mapping[str, Wanted], name: str, fixed: set
    ) -> tuple[Change, ...]:
        """Of one source, where those of the others that fit still do."""
        self._left -= len(part.nodes)
        before = _unfit(part, wanted)
        if self._left < 0 or len(before) > _MOST_ADDED:
            return ()
        stage = find_stage(part.stages(), name)
        for numbers in (one.numbers for one in find_new_numbers(part, 1, stage, wanted[name])):
            left = _unfit(with_changes(part, numbers), wanted)
            if {*left} <= {*before} - {name} and not fixed & {*map(_key, numbers)}:
                return numbers
        return ()


def _unfit(graph: Graph, wanted: Mapping[str, Wanted]) -> list[str]:
    """The stages that have other shapes; all of them where shapes part before."""
    try:
        shapes = shapes_of(graph, 1)
    except ExplorerError:
        return [*wanted]
    return [name for name, shape in wanted.items() if not fits(shapes[name], shape)]


def _own_numbers(node: Node, given: Sequence[Shape]) -> Iterator[tuple[Change, ...]]:
    for remedy in node.op.taking(given):
        known = [(argument_of(node.op, name), value) for name, value in remedy.numbers]
        if all(argument for argument, _ in known):
            yield tuple(Change(node.name, one.name, one.flat(value)) for one, value in known)


def _kept(way: Iterable[Wanted], given: Sequence[Shape], moved: Sequence[bool]) -> int:
    """How many of the sources that a change made others stay as they are now."""
    each = zip(way, given, moved, strict=True)
    return sum(fits(shape, wanted) for wanted, shape, is_moved in each if is_moved)
