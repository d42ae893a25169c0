"""Searches for another size of the one picture that comes in, with which one stage's number goes.

Where a U-Net halves an odd side, its decoder doubles to another one than the skip has: one stage
has to make up for it. Sizes are tried where the wanted ones go back to, and next to these.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from explorer.errors import ExplorerError
from explorer.model.changes import Change as NewNumber
from explorer.model.expected_shape import Shape, fits
from explorer.model.graph import Graph, Stage
from explorer.model.number_search import MOST_OFFERED, Questions, as_answer, verified_numbers
from explorer.model.ops.inverse import Wanted, differs
from explorer.model.shape_search import Change
from explorer.model.stopping import stop_if_unwanted

_BESIDE = (0, 1, -1, 2, -2, 3, -3)  # from where a wanted side goes back to
_MOST_WALKED = 6000  # nodes, of all sizes that are tried
_MAPS = (1, 2)  # axes of a map


def find_resized(graph: Graph, batch: int, stage: Stage, wanted: Shape) -> list[Change]:
    """What gives the stage the shape, verified: a size of the picture, and one stage's number.

    Args:
        batch: items of the inputs.
        stage: one of the graph's, with that batch.
    """
    pictures = [s for s in graph.stages(batch) if s.is_input and len(s.shape) == 4]
    if len(pictures) != 1 or not len(wanted) == len(stage.shape) == 4:
        return []
    if wanted[0] not in (None, stage.shape[0]):
        return []
    (picture,) = pictures
    found: dict[frozenset[NewNumber], Change] = {}
    for size in _sizes(picture, stage, wanted)[: _MOST_WALKED // len(graph.nodes)]:
        for own, more in _numbers(graph, picture, size, stage.name, wanted):
            if more in found:
                continue  # with the likelier size
            numbers = tuple(sorted(own | more, key=str))
            if change := verified_numbers(graph, batch, stage.name, wanted, numbers):
                found[more] = change
            if len(found) == MOST_OFFERED:
                return [*found.values()]
    return [*found.values()]


def _sizes(picture: Stage, stage: Stage, wanted: Shape) -> list[Wanted]:
    """Shapes of the picture, the likeliest first."""
    found = []
    for beside in _BESIDE:
        sides = [
            round(wanted[at] * picture.shape[at] / stage.shape[at]) + beside
            if differs(wanted[at], stage.shape[at])
            else picture.shape[at]
            for at in _MAPS
        ]
        if min(sides) > 0:
            found.append((None, *sides, None))
    return found


def _numbers(
    graph: Graph, picture: Stage, size: Wanted, name: str, wanted: Shape
) -> Iterator[tuple[frozenset[NewNumber], frozenset[NewNumber]]]:
    """Changes that may give the shape: the picture's, and another stage's."""
    for remedy in picture.op.remedies((), size):
        own = as_answer(picture, remedy)
        if own is None:
            continue
        resized = _with(graph, picture.name, replace(picture.op, **dict(remedy.numbers)))
        for before, stage, asked in _asked(resized, name, wanted):
            for answer in Questions(before.stages(), stage, asked, most_changes=1).answers():
                names = {number.stage for number in answer.numbers}
                if names and picture.name not in names:
                    yield own.numbers, answer.numbers


def _with(graph: Graph, name: str, op: object) -> Graph:
    nodes = (replace(node, op=op) if node.name == name else node for node in graph.nodes)
    return replace(graph, nodes=tuple(nodes))


def _asked(graph: Graph, name: str, wanted: Shape) -> Iterator[tuple[Graph, str, Wanted]]:
    """What a stage would have to give: the nodes that lead to it, its name, and the shape.

    It is the wanted one's where all maps meet; else one of the first two that do not.
    """
    shapes: dict[str, Shape] = {}
    for at, node in enumerate(graph.nodes):
        stop_if_unwanted()
        given = [shapes[source] for source in node.sources]
        try:
            shapes[node.name] = node.op.output_shape(*given or [(1,)])
        except ExplorerError:
            before = replace(graph, nodes=graph.nodes[:at])
            for stage, sides in _apart(node.sources, shapes):
                yield before, stage, (None, *sides, None)
            return
        if min(shapes[node.name]) < 1:
            return
    if not fits(shapes[name][1:], wanted[1:]):
        yield graph, name, (None, *wanted[1:])


def _apart(sources: Sequence[str], shapes: Mapping[str, Shape]) -> Iterator[tuple[str, tuple]]:
    """Of two maps that should meet each, with the rows and columns of the other."""
    maps = [shapes[source] for source in sources]
    if [len(shape) for shape in maps] != [4, 4] or maps[0][1:3] == maps[1][1:3]:
        return
    for source, other in zip(sources, reversed(maps), strict=True):
        yield source, other[1:3]
