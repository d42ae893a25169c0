"""Shapes that layers are taken to give of which a file tells none, so that what follows fits.

They are placeholders, never called known: an array that is given tells the true ones.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from explorer.errors import ExplorerError
from explorer.model.graph import Graph, Node
from explorer.model.ops.inverse import Wanted, filled
from explorer.model.ops.op import Shape

_MOST_GUESSES = 16  # of a graph
_MOST_BACK, _DEEPEST = 1000, 200  # stages on all ways back from what does not fit, and on one


def with_fitting_guesses(graph: Graph, told: Mapping[str, Shape]) -> Graph:
    """The same with other guesses, where what follows such a layer does not fit.

    Args:
        told: full name of a variable -> shape of its array; of those that are not there nothing is
            known.
    """
    guesses = [node for node in graph.nodes if not node.op.tells_shape]
    for _ in range(min(_MOST_GUESSES, 2 * len(guesses))):
        found = _Fitting(graph, told).guess()
        if not found:
            break
        graph = _with_guess(graph, *found)
    return graph


def _with_guess(graph: Graph, name: str, shape: Shape) -> Graph:
    nodes = (
        replace(node, op=replace(node.op, guess=shape)) if node.name == name else node
        for node in graph.nodes
    )
    return replace(graph, nodes=tuple(nodes))


class _Fitting:
    """Looks for the first stage that does not fit, and for a guess with which it does."""

    def __init__(self, graph: Graph, told: Mapping[str, Shape]):
        self._told, self._left, self._shapes = told, _MOST_BACK, {}
        self._nodes = {node.name: node for node in graph.with_likely_sizes().nodes}

    def guess(self) -> tuple[str, Shape] | None:
        """A layer that tells no shape, and one that fits; None where all fits or none is found."""
        for node in self._nodes.values():
            given = [self._shapes[name] for name in node.sources]
            try:
                made = node.op.output_shape(*given or [(1,)])
                ways = [*_ways_of_arrays(node, given, self._told)] if given else []
            except ExplorerError:
                made, ways = None, node.op.inputs_that_fit(given)
            found = (self._back(node, way) for way in ways)
            if guess := next(filter(None, found), None):
                return guess
            if made is None:
                return None
            self._shapes[node.name] = made
        return None

    def _back(self, node: Node, way: Sequence[Wanted], depth: int = 0) -> tuple[str, Shape] | None:
        """The guess with which the sources of a stage have these shapes."""
        self._left -= 1
        for name, wanted in zip(node.sources, way, strict=True):
            present, source = self._shapes[name], self._nodes[name]
            if len(wanted) == len(present) and filled(wanted, present) == present:
                continue
            if not source.op.tells_shape:
                same_rank = len(wanted) == len(present)
                shape = filled(wanted, present) if same_rank else wanted
                return (name, shape[1:]) if None not in shape[1:] else None
            is_end = self._left < 0 or depth > _DEEPEST
            if is_end or not source.sources or not source.op.is_known:
                return None
            given = [self._shapes[each] for each in source.sources]
            further = source.op.inputs_for(given, wanted)
            found = (self._back(source, one, depth + 1) for one in further)
            return next(filter(None, found), None)
        return None


def _ways_of_arrays(
    node: Node, given: Sequence[Shape], told: Mapping[str, Shape]
) -> Iterator[tuple[Wanted, ...]]:
    """Inputs of a stage with which its variables have the shapes of their arrays."""
    names = {v.name: f"{node.scope}/{v.name}" for v in node.op.variables(*given)}
    known = {own: told[name] for own, name in names.items() if name in told}
    if len(given) != 1 or _have_shapes(node, given[0], known):
        return
    (present,) = given
    sizes = dict.fromkeys(size for shape in known.values() for size in shape)
    whole = [(1, *shape) for shape in known.values() if len(shape) == len(present) - 1]
    for shape in [(*present[:-1], size) for size in sizes] + whole:
        if math.prod(shape) and _have_shapes(node, shape, known):
            yield (shape if shape in whole else (*[None] * (len(shape) - 1), shape[-1]),)


def _have_shapes(node: Node, given: Shape, known: Mapping[str, Shape]) -> bool:
    try:
        made = {v.name: v.shape for v in node.op.variables(given)}
    except ExplorerError:
        return False
    return all(made.get(name) == shape for name, shape in known.items())
