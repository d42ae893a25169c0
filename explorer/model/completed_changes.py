"""Completes changes of single stages with those of others without which shapes do not fit.

Where shapes part, the stage there takes other numbers of its own, or its sources are asked for
shapes that do fit, those that were changed by hand last. All counts are bounded.
"""

from collections.abc import Iterable, Iterator, Sequence

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

_MOST_NODES = 120  # of a graph in which others are looked for
_MOST_ADDED = 4
_MOST_TRIED = 12  # ways to go on where shapes part


def complete_changes(graph: Graph, changes: Sequence[Change]) -> tuple[Change, ...]:
    """More changes, of other stages, with which those that do not fit do; () where none are found.

    None of them is of an argument that the changes set.

    Args:
        graph: without the changes.
    """
    if len(graph.nodes) > _MOST_NODES:
        return ()
    try:
        was = shapes_of(graph.with_some_sizes(), 1)
        changed = with_changes(graph, changes)
    except ExplorerError:
        return ()
    added: tuple[Change, ...] = ()
    while (misfit := find_misfit(changed)) and len(added) < _MOST_ADDED:
        done = (*changes, *added)
        more = next(_mended(changed, misfit, was, {_key(one) for one in done}), ())
        if not more:
            return ()
        added += more
        changed = with_changes(graph, (*changes, *added))
    return added if added and _fit(graph, (*changes, *added)) else ()


def _key(change: Change) -> tuple[str, str]:
    return change.stage, change.argument


def _fit(graph: Graph, changes: Sequence[Change]) -> bool:
    try:
        apply_changes(graph, changes)
    except ExplorerError:
        return False
    return True


def _mended(changed: Graph, misfit: Node, was: dict, fixed: set) -> Iterator[tuple[Change, ...]]:
    """Changes with which the stage where shapes part takes what comes in."""
    names = [node.name for node in changed.nodes]
    try:
        part = Graph(changed.nodes[: names.index(misfit.name)]).with_some_sizes()
        shapes = shapes_of(part, 1)
    except ExplorerError:
        return
    given = [shapes[name] for name in misfit.sources]
    for numbers in _own_numbers(misfit, given):
        if not fixed & {_key(one) for one in numbers}:
            yield numbers
    moved = [shapes[name] != was.get(name) for name in misfit.sources]
    ways = list(misfit.op.inputs_that_fit(given))[:_MOST_TRIED]
    for way in sorted(ways, key=lambda way: -_kept(way, given, moved)):
        if found := _of_sources(part, misfit.sources, way, fixed):
            yield found


def _own_numbers(node: Node, given: Sequence[Shape]) -> Iterator[tuple[Change, ...]]:
    for remedy in node.op.taking(given):
        known = [(argument_of(node.op, name), value) for name, value in remedy.numbers]
        if all(argument for argument, _ in known):
            yield tuple(Change(node.name, one.name, one.flat(value)) for one, value in known)


def _kept(way: Iterable[Wanted], given: Sequence[Shape], moved: Sequence[bool]) -> int:
    """How many of the sources that a change made others stay as they are now."""
    each = zip(way, given, moved, strict=True)
    return sum(fits(shape, wanted) for wanted, shape, is_moved in each if is_moved)


def _of_sources(
    part: Graph, names: Sequence[str], way: Sequence[Wanted], fixed: set
) -> tuple[Change, ...]:
    """Numbers of stages before the sources that give them these shapes; () where some have none."""
    found: tuple[Change, ...] = ()
    wanted = dict(zip(names, way, strict=True))
    for name in names:
        shapes = shapes_of(part, 1)
        if fits(shapes[name], wanted[name]):
            continue
        settled = [name, *(one for one in names if fits(shapes[one], wanted[one]))]
        offered = find_new_numbers(part, 1, find_stage(part.stages(), name), wanted[name])
        for numbers in (one.numbers for one in offered):
            made = with_changes(part, numbers)
            given = shapes_of(made, 1)
            fit = all(fits(given[one], wanted[one]) for one in settled)
            if fit and not fixed & {*map(_key, numbers)}:
                part, found = made, (*found, *numbers)
                break
        else:
            return ()
    return found
