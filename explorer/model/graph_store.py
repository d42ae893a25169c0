"""Generators that visitors opened, as graphs with their weights, kept as opened weights are.

An id is the hash of the content: of the graph and of all numbers.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from explorer.errors import ExplorerError
from explorer.made_once import made_once
from explorer.model.cost import MOST_LIGHT_STEPS
from explorer.model.given_store import check_keys
from explorer.model.graph import Graph
from explorer.model.light_work import leave_light_slot
from explorer.model.memory import bytes_held, memory
from explorer.model.moving_statistics import untold_statistics
from explorer.model.open_sizes import at_opening_sizes, do_sizes_fit, fit_sizes
from explorer.model.weight_store import content_hash, keep_given

_PREFIX = "graph:"
# Bytes, rounded up, with shapes and stages for some sizes of the batch.
_OF_A_NODE, _OF_A_SOURCE = 16384, 1024
_OF_A_LETTER = 16  # of JSON; each takes up to four in names, of which several are made
_MOST_LIGHT_LETTERS = 2**17  # of JSON, which every view repeats in words and formulas
_MOST_SIZES = 2  # of inputs, whose graphs are kept


@dataclass(frozen=True, eq=False)
class StoredGraph:
    """An opened generator.

    Attributes:
        source: "graph:" and the hash of the content, as in a link.
        graph: its operations.
        weights: full name -> float32 array.
        open_graph: the same with the sizes open that its file leaves open; None where it leaves
            none.
        sizes: as they were asked for; 0 for one that fits.
    """

    source: str
    graph: Graph
    weights: Mapping[str, np.ndarray]
    open_graph: Graph | None = None
    sizes: tuple[int, int] = (0, 0)
    _sized: "dict[tuple[int, int], StoredGraph]" = field(default_factory=dict)

    @property
    def key(self) -> Hashable:
        """Names it at its sizes."""
        return self.source, self.sizes

    def at(self, height: int, width: int) -> "StoredGraph":
        """The same at other sizes of its inputs; 0 for those that it has.

        Raises:
            ExplorerError: they do not fit.
        """
        if not self._is_sized_by(height, width):
            return self
        found = self._sized.get((height, width))
        if found is None:
            graph = fit_sizes(self.open_graph, height, width)
            found = replace(self, graph=graph, sizes=(height, width), _sized={})
            if len(self._sized) >= _MOST_SIZES:
                self._sized.clear()
            self._sized[height, width] = found
        return found

    def _is_sized_by(self, height: int, width: int) -> bool:
        return self.open_graph is not None and bool(height or width)

    def fits(self, height: int, width: int) -> bool:
        """Whether there is one `at` these sizes.

        Raises:
            ExplorerError: not even changes of stages would make one.
        """
        if not self._is_sized_by(height, width) or (height, width) in self._sized:
            return True
        return do_sizes_fit(self.open_graph, height, width)

    @made_once
    def untold(self) -> dict[str, list[str]]:
        """As `untold_statistics`."""
        return untold_statistics(self.graph, self.weights)

    @property
    def bytes(self) -> int:
        """Of all that it keeps alive."""
        own = graph_bytes(self.graph) * (1 if self.open_graph is None else 2 + _MOST_SIZES)
        return bytes_held(self.weights.values()) + own


def graph_bytes(graph: Graph) -> int:
    """What a graph keeps alive, without its weights."""
    sources = sum(len(node.sources) for node in graph.nodes)
    return _OF_A_NODE * len(graph.nodes) + _OF_A_SOURCE * sources + _OF_A_LETTER * graph.letters


def keep_graph(graph: Graph, weights: Mapping[str, np.ndarray], giver: str = "?") -> StoredGraph:
    """Keeps a generator under the hash of its content, at sizes that fit.

    Args:
        graph: its operations; sizes of inputs may be open.
        weights: full name -> float32 array.
        giver: the address that it came from; whoever gave most loses its oldest first.

    Raises:
        ExplorerError: it exceeds the bound, others' work takes all the room now, or a link could
            not tell its inputs apart.
    """
    check_keys(node.name for node in graph.takers)
    sized = at_opening_sizes(graph)
    source = f"{_PREFIX}{content_hash(graph.as_dict(), weights)}"
    open_graph = None if sized is graph else graph
    return keep_given(StoredGraph(source, sized, weights, open_graph), giver)


def is_graph(source: str) -> bool:
    """Whether it is the source of an opened generator."""
    return source.startswith(_PREFIX)


def find_graph(source: str) -> StoredGraph | None:
    """The generator of a source of weights; None where it is that of a configuration.

    Raises:
        ExplorerError: it is no longer here.
        TooHeavy: it is too large for a slot for light work.
    """
    if not is_graph(source):
        return None
    found = memory.find(source)
    if found is None:
        raise ExplorerError("generator_gone", "weights", value=source)
    if found.graph.steps > MOST_LIGHT_STEPS or found.graph.letters > _MOST_LIGHT_LETTERS:
        leave_light_slot()
    return found
