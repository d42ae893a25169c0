"""Sizes of pictures that a file leaves open, as they are asked for; or why they do not fit."""

from dataclasses import replace

from explorer.errors import ExplorerError
from explorer.model.graph import Graph
from explorer.model.stopping import stop_if_unwanted

_MOST_WALKED = 4000  # nodes, to find sizes that fit
_MULTIPLES = tuple(2**power for power in range(1, 10))  # of skips that go down by halves


def fit_sizes(graph: Graph, height: int, width: int) -> Graph:
    """The graph with its inputs' open sizes filled in.

    Args:
        height, width: of each input's first open size, and of the next; 0 for one that fits.

    Raises:
        ExplorerError: the stages do not fit each other at these sizes, with the nearest that do.
    """
    try:
        sized = _filled(graph, height, width).with_some_sizes()
        sized.stages()
        return sized
    except ExplorerError as error:
        raise _refusal(graph, height, width) or error from None


def _filled(graph: Graph, height: int, width: int, others: Graph | None = None) -> Graph:
    """With sizes that are told; what is 0, or a third open one, as another graph has it."""
    nodes = []
    for at, node in enumerate(graph.nodes):
        if not node.sources and None in node.op.shape:
            told = iter((height, width))
            known = others.nodes[at].op.shape if others else node.op.shape
            sizes = [
                (next(told, 0) or own) if size is None else size
                for size, own in zip(node.op.shape, known, strict=True)
            ]
            node = replace(node, op=replace(node.op, shape=tuple(sizes)))
        nodes.append(node)
    return replace(graph, nodes=tuple(nodes))


def _fits(graph: Graph, sizes: list[int], more: int, fitting: Graph) -> bool:
    """Whether sizes fit that are larger by so much, where they are told and some are left."""
    moved = [size and max(size + more, abs(more)) for size in sizes]
    try:
        _filled(graph, *moved, others=fitting).stages()
    except ExplorerError:
        return False
    return True


def _refusal(graph: Graph, height: int, width: int) -> ExplorerError | None:
    fitting = graph.with_some_sizes()
    for multiple in _MULTIPLES[: _MOST_WALKED // (3 * len(graph.nodes))]:
        stop_if_unwanted()
        near = [-(-size // multiple) * multiple for size in (height, width)]
        if not all(_fits(graph, near, step * multiple, fitting) for step in (0, 1, -1)):
            continue
        asked, fits = (f"{rows or '?'}×{columns or '?'}" for rows, columns in
                       ((height, width), near))  # fmt: skip
        return ExplorerError(
            "sizes_do_not_fit", "input_height", asked=asked, near=fits, multiple=multiple
        )
    return None
