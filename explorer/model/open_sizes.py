"""Sizes of pictures that a file leaves open, as they are asked for; or why they do not fit."""

from collections.abc import Sequence
from dataclasses import replace

from explorer.errors import ExplorerError, quote_stage
from explorer.model.changes import Change, check_shapes, format_changes, with_changes
from explorer.model.completed_changes import complete_changes
from explorer.model.graph import Graph
from explorer.model.light_work import leave_light_slot
from explorer.model.ops.input import shown_sizes
from explorer.model.ops.op import Shape
from explorer.model.shown_bounds import MAX_OPENED_CELLS, can_be_shown
from explorer.model.size_fields import SIZE_FIELDS
from explorer.model.stage_weights import Weight, other_weight
from explorer.model.stopping import stop_if_unwanted

Variables = dict[str, Shape]  # by their full names

_MOST_WALKED = 4000  # nodes, to find sizes that fit
_SMALLER = (128, 64, 32)  # sides that are tried where the usual one takes too much
_MULTIPLES = tuple(2**power for power in range(1, 10))  # of skips that go down by halves


def at_opening_sizes(graph: Graph) -> Graph:
    """The graph with its inputs' open sizes filled in as it is first shown.

    They are those of `Graph.with_some_sizes`, or smaller where the machine could not run it so or
    the page not show it.

    Raises:
        ExplorerError: shapes that do not fit each other, whatever the sizes.
    """
    sized = graph.with_some_sizes()
    if sized is graph or can_be_shown(sized, MAX_OPENED_CELLS):
        return sized
    for side in _SMALLER:
        smaller = _filled(graph, side, side, others=sized)
        if can_be_shown(smaller, MAX_OPENED_CELLS):
            return smaller
    return sized


def fit_sizes(graph: Graph, height: int, width: int, changes: Sequence[Change] = ()) -> Graph:
    """The graph with changes, and with its inputs' open sizes filled in.

    Args:
        graph: without the changes.
        height, width: of each input's first open size, and of the next; 0 for one that fits.
        changes: without which it need not fit at these sizes.

    Raises:
        ExplorerError: the changes cannot be made, or the stages do not fit each other at these
            sizes: with the nearest that do, and with changes of stages where they make them fit.
        TooHeavy: which changes would is no light work to find out.
    """
    changed = with_changes(graph, changes)
    own = {} if changes else _variables(graph)  # of changed stages they are carried over
    try:
        return _sized(changed, height, width, own)
    except ExplorerError as error:
        reason = error
    near = _nearest(changed, height, width, own)
    if near is None and changes:
        check_shapes(_filled(changed, height, width, graph.with_some_sizes()), changes)
    raise _refusal(graph, (height, width), changes, *near) if near else reason


def check_reopens(graph: Graph, shown: Graph):
    """Refuses to leave sizes open of which none is found when a file of the graph is opened.

    Args:
        graph: with sizes of inputs that are open.
        shown: the same at the sizes that are shown.

    Raises:
        ExplorerError: it fits no usual sizes, or has other variables at them.
    """
    try:
        sized = at_opening_sizes(graph)
        is_same = _variables(sized) == _variables(shown)
    except ExplorerError:
        is_same = False
    if not is_same:
        open_inputs = {node.name for node in graph.inputs if None in node.op.shape}
        sizes = [node.op.shape for node in shown.inputs if node.name in open_inputs]
        raise ExplorerError("saved_at_sizes", None, sizes=", ".join(map(shown_sizes, sizes)))


def _variables(graph: Graph) -> Variables:
    return {weight.name: weight.shape for weight in graph.weights}


def do_sizes_fit(graph: Graph, height: int, width: int) -> bool:
    """Whether the stages fit each other at sizes of the inputs, as of `fit_sizes`.

    Raises:
        ExplorerError: they do, but would need variables of other shapes.
    """
    try:
        return bool(_sized(graph, height, width, _variables(graph)))
    except ExplorerError as error:
        if error.code == "size_of_weights":
            raise
        return False


def sizes_like(graph: Graph, picture: tuple[int, int], longest: int) -> tuple[int, int] | None:
    """Sizes that fit and are nearest to a picture's proportions; None where none are found.

    Args:
        graph: with the sizes open of the input that it is for.
        picture: its rows and columns.
        longest: side of the input; a smaller picture is not made larger, but for what fits.
    """
    shrunk = max(1, max(picture) / longest)
    height, width = (max(1, round(side / shrunk)) for side in picture)
    try:
        own, usual = _variables(graph), graph.with_some_sizes()
        as_it_is = _fits(graph, [height, width], 0, usual, own)
        near = ((height, width), 1) if as_it_is else _nearest(graph, height, width, own)
    except ExplorerError:  # no usual sizes fit
        return None
    if near is None:
        return None
    sized = _filled(graph, *near[0], others=usual)
    return near[0] if can_be_shown(sized, MAX_OPENED_CELLS) else None


def _sized(graph: Graph, height: int, width: int, own: Variables) -> Graph:
    """As `fit_sizes`, without changes.

    Args:
        own: shapes of variables that have to stay.

    Raises:
        ExplorerError: why they do not fit.
    """
    sized = at_opening_sizes(_filled(graph, height, width))
    if other := _other_weight(sized, own):
        raise ExplorerError(
            "size_of_weights",
            "input_height",
            asked=_shown(graph, (height, width)),
            name=quote_stage(other.name),
            shape=list(other.shape),
            own=list(own[other.name]),
            fits=_shown(graph, (0, 0)),
        )
    return sized


def _other_weight(sized: Graph, own: Variables) -> Weight | None:
    """As `other_weight`.

    Raises:
        ExplorerError: the stages do not fit each other, or two want one variable in two shapes.
    """
    _ = sized.weights
    return other_weight(sized.stages(), own)


def _filled(graph: Graph, height: int, width: int, others: Graph | None = None) -> Graph:
    """With sizes that are told; what is 0, or a third open one, as another graph has it."""
    shapes = {node.name: node.op.shape for node in (others or graph).inputs}
    nodes = []
    for node in graph.nodes:
        if not node.sources and None in node.op.shape:
            told = iter((height, width))
            sizes = [
                (next(told, 0) or own) if size is None else size
                for size, own in zip(node.op.shape, shapes[node.name], strict=True)
            ]
            node = replace(node, op=replace(node.op, shape=tuple(sizes)))
        nodes.append(node)
    return replace(graph, nodes=tuple(nodes))


def _fits(graph: Graph, sizes: list[int], more: int, fitting: Graph, own: Variables) -> bool:
    """Whether sizes fit that are larger by so much, where they are told and some are left."""
    moved = [size and max(size + more, abs(more)) for size in sizes]
    try:
        return _other_weight(_filled(graph, *moved, others=fitting), own) is None
    except ExplorerError:
        return False


def _nearest(
    graph: Graph, height: int, width: int, own: Variables
) -> tuple[tuple[int, int], int] | None:
    """Sizes that fit, as multiples of a number do; None where none are found."""
    try:
        fitting = graph.with_some_sizes()
        _ = graph.weights  # whose shapes no size mends
    except ExplorerError:
        return None
    for multiple in _MULTIPLES[: _MOST_WALKED // (3 * len(graph.nodes))]:
        stop_if_unwanted()
        near = [-(-size // multiple) * multiple for size in (height, width)]
        if all(_fits(graph, near, step * multiple, fitting, own) for step in (0, 1, -1)):
            return (near[0], near[1]), multiple
    return None


def _refusal(
    graph: Graph,
    sizes: tuple[int, int],
    changes: Sequence[Change],
    near: tuple[int, int],
    multiple: int,
) -> ExplorerError:
    """With sizes that fit; where stages can be changed so that those asked for do, it offers it."""
    leave_light_slot()  # numbers of many stages are searched
    sized = _filled(graph, *sizes, others=graph.with_some_sizes())
    added = complete_changes(sized, changes, keeps_inputs=True)
    asked, fits = _shown(graph, sizes), _shown(graph, near)
    if not added:
        return ExplorerError(
            "sizes_do_not_fit", "input_height", asked=asked, near=fits, multiple=multiple
        )
    also = "; ".join(map(str, added))
    refused = ExplorerError(
        "sizes_incomplete", "input_height", asked=asked, also=also, near=fits, multiple=multiple
    )
    refused.offer = dict(zip(SIZE_FIELDS, sizes, strict=True))
    refused.offer["changes"] = format_changes((*changes, *added))
    return refused


def _shown(graph: Graph, sizes: tuple[int, int]) -> str:
    """Sizes that are told, and those that the first open input has where one is not."""
    told = iter(sizes)
    node = next(node for node in graph.inputs if None in node.op.shape)
    usual = next(each for each in graph.with_some_sizes().inputs if each.name == node.name)
    pairs = zip(node.op.shape, usual.op.shape, strict=True)
    return "×".join(str(next(told, 0) or own) for size, own in pairs if size is None)
