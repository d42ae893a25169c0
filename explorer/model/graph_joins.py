"""Maps that do not meet where a generator of any design joins two: with which input that happens.

Sizes of the input are tried, and the shapes worked out for each; their number is bounded.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from explorer.errors import ExplorerError, quote
from explorer.model.expected_shape import Shape, spelled
from explorer.model.graph import Graph, Stage
from explorer.model.shape_designs import Design
from explorer.model.shape_reasons import Reason
from explorer.model.stopping import stop_if_unwanted

_MOST_WORKED_OUT = 40_000  # nodes, in all
_MOST_TRIED = 64  # sizes on either side of one that fails, for one that does not

Sides = tuple[int, int]


def of_join(design: Design, one: Sides, other: Sides) -> Reason | None:
    """Which two stages have these rows and columns where they are joined, and with what input.

    None where there is no picture that comes in, or no size of it leads to these.
    """
    pictures = [stage for stage in design.stages if stage.is_input and len(stage.shape) == 4]
    if not design.graph or len(pictures) != 1:
        return None
    (picture,) = pictures
    found = _meetings(design, picture, one, other)
    nearest = min(found, key=lambda way: abs(way[1][0] - picture.shape[1]), default=None)
    return _told(design, picture, *nearest) if nearest else None


def _meetings(
    design: Design, picture: Stage, one: Sides, other: Sides
) -> Iterator[tuple[Stage, Sides, list[Shape]]]:
    """Of each stage that joins two maps the first input that leads there, and what meets."""
    left = _MOST_WORKED_OUT
    for join in design.stages:
        if [len(shape) for shape in join.input_shapes] != [4, 4]:
            continue
        for size in _sizes(picture, join, one, other):
            left -= len(design.graph.nodes)
            if left < 0:
                return
            made = _shapes(design.graph, picture.name, size, join.name)
            met = [made[name] for name in join.sources if name in made]
            if len(met) == 2 and sorted(shape[1:3] for shape in met) == sorted((one, other)):
                yield join, size, met
                break


def _sizes(picture: Stage, join: Stage, one: Sides, other: Sides) -> Iterator[Sides]:
    """Inputs that may lead to these sides: as much larger than them as now, and near that."""
    ranges = []
    for axis in (0, 1):
        now, there = picture.shape[1 + axis], join.input_shape[1 + axis]
        factor = max(1, now // there)
        low, high = sorted((one[axis], other[axis]))
        ranges.append(range(max(1, (low - 1) * factor), (high + 1) * factor + 1))
    rows, columns = ranges
    if rows == columns:  # a square one is far more likely than any other
        yield from ((size, size) for size in rows)
    elif one[0] == other[0]:
        yield from ((picture.shape[1], size) for size in columns)
    elif one[1] == other[1]:
        yield from ((size, picture.shape[2]) for size in rows)


def _shapes(graph: Graph, name: str, size: Sides, last: str = "") -> dict[str, Shape]:
    """The shapes of all stages before one, or of all, for an input's size; {} where one has none.

    Args:
        name: of the input.
    """
    stop_if_unwanted()
    shapes: dict[str, Shape] = {}
    for node in graph.nodes:
        if node.name == last:
            return shapes
        op = node.op
        if node.name == name:
            op = replace(op, shape=(*size, *op.shape[2:]))
        try:
            shapes[node.name] = op.output_shape(*[shapes[s] for s in node.sources] or [(1,)])
        except ExplorerError:
            return {}
    return shapes


def _told(design: Design, picture: Stage, join: Stage, size: Sides, met: Sequence[Shape]) -> Reason:
    names = [quote(name) for name in join.sources]
    shapes = [spelled((None, *shape[1:])) for shape in met]
    fitting = [_fitting(design.graph, picture, size, step) for step in (-1, 1)]
    return Reason(
        "join_of_input",
        {
            "join": quote(join.name), "one": names[0], "other": names[1],
            "one_shape": shapes[0], "other_shape": shapes[1],
            "size": _spelled(size), "here": _spelled(picture.shape[1:3]),
            "fitting": ", ".join(_spelled(found) for found in fitting if found) or "–",
        },
    )  # fmt: skip


def _fitting(graph: Graph, picture: Stage, size: Sides, step: int) -> Sides | None:
    """The nearest size, larger or smaller, with which all maps meet; sides change alike."""
    varies = [axis for axis in (0, 1) if size[axis] != picture.shape[1 + axis]] or [0, 1]
    for more in range(1, _MOST_TRIED + 1):
        tried = tuple(n + step * more * (axis in varies) for axis, n in enumerate(size))
        if min(tried) < 1:
            return None
        if _shapes(graph, picture.name, tried):
            return tried
    return None


def _spelled(size: Sequence[int]) -> str:
    return "×".join(map(str, size))
