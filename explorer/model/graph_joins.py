"""Maps that do not meet where a generator of any design joins two: with which input that happens.

Sizes of the input are tried, and the shapes worked out for each; their number is bounded.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from explorer.errors import ExplorerError, quote
from explorer.model.changes import Change
from explorer.model.expected_shape import Shape, fits, spelled
from explorer.model.graph import Graph, Stage
from explorer.model.number_search import as_answer
from explorer.model.shape_designs import Design
from explorer.model.shape_reasons import Reason
from explorer.model.stopping import stop_if_unwanted

_MOST_WORKED_OUT = 40_000  # nodes, in all
_MOST_LARGER = 8  # times as many rows as now, of an input that an error may come from
_MOST_NAMED = 3  # stages of one shape, the last ones
_MOST_TRIED = 64  # sizes on either side of one that fails, for one that does not

Sides = tuple[int, int]


@dataclass(frozen=True)
class Joins:
    """Where maps do not meet.

    Attributes:
        reason: which, and with what input.
        inputs: changes of the picture that comes in, with each of which all maps meet.
    """

    reason: Reason
    inputs: tuple[Change, ...]


def of_join(design: Design, one: Sides, other: Sides) -> Joins | None:
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
            made = shapes_from(design.graph, picture.name, size, join.name)
            met = [made[name] for name in join.sources if name in made]
            if len(met) == 2 and sorted(shape[1:3] for shape in met) == sorted((one, other)):
                yield join, size, met
                break


def _sizes(picture: Stage, join: Stage, one: Sides, other: Sides) -> Iterator[Sides]:
    """Inputs that may lead to these sides: as much larger than them as now, and near that.

    The roundest first: pictures are of 128 or 200 rows far more often than of 131.
    """
    factors = [max(1, picture.shape[axis] // join.input_shape[axis]) for axis in (1, 2)]
    most = [_MOST_LARGER * side for side in picture.shape[1:3]]
    ranges = []
    for *sides, factor, far in zip(one, other, factors, most, strict=True):
        low, high = sorted(sides)
        sizes = range(max(1, (low - 1) * factor), min((high + 1) * factor, far) + 1)
        ranges.append(sorted(sizes, key=lambda size: -(size & -size)))
    rows, columns = ranges
    fixed = [side * factor for side, factor in zip(one, factors, strict=True)]
    if {one[0], other[0]} == {one[1], other[1]}:  # a square one is far more likely than any other
        yield from ((size, size) for size in rows)
    elif one[0] == other[0] and fixed[0] <= most[0]:
        yield from ((fixed[0], size) for size in columns)
    elif one[1] == other[1] and fixed[1] <= most[1]:
        yield from ((size, fixed[1]) for size in rows)


def shapes_from(graph: Graph, name: str, sides: Sides, last: str = "") -> dict[str, Shape]:
    """The shapes of all stages, or of those before one, if one gave a map of these sides.

    Args:
        name: of the stage with these rows and columns, such as an input.

    Returns:
        By name; {} where a stage has none.
    """
    stop_if_unwanted()
    shapes: dict[str, Shape] = {}
    for node in graph.nodes:
        if node.name == last:
            return shapes
        try:
            shape = node.op.output_shape(*[shapes[s] for s in node.sources] or [(1,)])
        except ExplorerError:
            return {}
        is_given = node.name == name
        shapes[node.name] = (shape[0], *sides, *shape[3:]) if is_given else shape
        if min(shapes[node.name]) < 1:
            return {}
    return shapes


def of_branches(design: Design, one: Shape, other: Shape) -> Reason | None:
    """Which of two ways that meet here gives another map in an error; None where none is known.

    Args:
        one, other: the maps that do not meet, channels last.
    """
    found = {}
    for join in design.stages:
        sources = [design.plan[name] for name in join.sources]
        if [len(source.shape) for source in sources] != [4, 4]:
            continue
        for maps in ((one, other), (other, one)):
            differ = [
                (s, came) for s, came in zip(sources, maps, strict=True) if not _is_of(s, came)
            ]
            depths = all(s.shape[3] == came[3] for s, came in zip(sources, maps, strict=True))
            if depths and len(differ) == 1:
                found.setdefault((join.name, differ[0][0].name), (sources, *differ[0]))
    if len(found) == 1:
        (((join, _), (sources, stage, came)),) = found.items()
        return _of_branch(join, sources, stage, came)
    givers = [[s.name for s in design.stages if _is_of(s, shape)][-_MOST_NAMED:]
              for shape in (one, other)]  # fmt: skip
    if not found or not all(givers):
        return None
    params = {"one": spelled((None, *one[1:])), "other": spelled((None, *other[1:]))}
    named = {"one_stages": givers[0], "other_stages": givers[1]}
    return Reason("join_levels", params | {k: quote(", ".join(v), 300) for k, v in named.items()})


def _is_of(stage: Stage, shape: Shape) -> bool:
    return len(stage.shape) == len(shape) and fits(stage.shape[1:], shape[1:])


def _of_branch(join: str, sources: Sequence[Stage], stage: Stage, came: Shape) -> Reason:
    kept = next(source for source in sources if source is not stage)
    return Reason(
        "join_branch",
        {
            "join": quote(join), "stage": quote(stage.name), "kept": quote(kept.name),
            "here": spelled((None, *stage.shape[1:])), "came": spelled((None, *came[1:])),
            "kept_shape": spelled((None, *kept.shape[1:])),
        },
    )  # fmt: skip


def _told(design: Design, picture: Stage, join: Stage, size: Sides, met: Sequence[Shape]) -> Joins:
    names = [quote(name) for name in join.sources]
    shapes = [spelled((None, *shape[1:])) for shape in met]
    fitting = [_fitting(design.graph, picture, size, step) for step in (-1, 1)]
    found = dict.fromkeys(filter(None, fitting)) or [picture.shape[1:3]]
    reason = Reason(
        "join_of_input",
        {
            "join": quote(join.name), "one": names[0], "other": names[1],
            "one_shape": shapes[0], "other_shape": shapes[1],
            "size": _spelled(size), "here": _spelled(picture.shape[1:3]),
            "fitting": ", ".join(map(_spelled, found)),
        },
    )  # fmt: skip
    return Joins(reason, tuple(one for sides in found for one in _resized(picture, sides)))


def _resized(picture: Stage, sides: Sides) -> Iterator[Change]:
    """The change that gives the picture these sides, where it has others."""
    for remedy in picture.op.remedies((), (None, *sides, None)):
        if found := as_answer(picture, remedy):
            yield from found.numbers


def _fitting(graph: Graph, picture: Stage, size: Sides, step: int) -> Sides | None:
    """The nearest size, larger or smaller, with which all maps meet."""
    sides = tuple(_fitting_side(graph, picture, size, axis, step) for axis in (0, 1))
    meets = None not in sides and shapes_from(graph, picture.name, sides)
    return sides if meets else None


def _fitting_side(graph: Graph, picture: Stage, size: Sides, axis: int, step: int) -> int | None:
    """The nearest rows or columns, beside the others as they are now, with which maps meet."""
    for more in range(_MOST_TRIED + 1):
        tried = list(picture.shape[1:3])
        tried[axis] = size[axis] + step * more
        if tried[axis] < 1:
            return None
        if shapes_from(graph, picture.name, tuple(tried)):
            return tried[axis]
    return None


def _spelled(size: Sequence[int]) -> str:
    return "×".join(map(str, size))
