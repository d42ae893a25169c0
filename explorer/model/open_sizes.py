"""Sizes of pictures that a file leaves open, as they are asked for; or why they do not fit."""

from dataclasses import replace

from explorer.errors import ExplorerError
from explorer.model.graph import Graph

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


def _filled(graph: Graph, height: int, width: int) -> Graph:
    nodes = []
    for node in graph.nodes:
        if not node.sources and None in node.op.shape:
            sizes, told = list(node.op.shape), iter((height, width))
            for at, size in enumerate(sizes):
                sizes[at] = (next(told, 0) or None) if size is None else size
            node = replace(node, op=replace(node.op, shape=tuple(sizes)))
        nodes.append(node)
    return replace(graph, nodes=tuple(nodes))


def _refusal(graph: Graph, height: int, width: int) -> ExplorerError | None:
    for multiple in _MULTIPLES[: _MOST_WALKED // len(graph.nodes)]:
        near = [-(-size // multiple) * multiple for size in (height, width)]
        try:
            _filled(graph, *near).with_some_sizes().stages()
        except ExplorerError:
            continue
        asked, fits = (f"{rows or '?'}×{columns or '?'}" for rows, columns in
                       ((height, width), near))  # fmt: skip
        return ExplorerError(
            "sizes_do_not_fit", "input_height", asked=asked, near=fits, multiple=multiple
        )
    return None
