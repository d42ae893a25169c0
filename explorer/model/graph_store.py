"""Generators that visitors opened, as graphs with their weights, kept as opened weights are.

An id is the hash of the content: of the graph and of all numbers.
"""

import functools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from explorer.errors import ExplorerError
from explorer.model.graph import Graph
from explorer.model.memory import bytes_held, memory
from explorer.model.moving_statistics import untold_statistics
from explorer.model.weight_store import content_hash, keep_given

_PREFIX = "graph:"
# Bytes, rounded up, with shapes and stages for some sizes of the batch.
_OF_A_NODE, _OF_A_SOURCE = 16384, 1024


@dataclass(frozen=True, eq=False)
class StoredGraph:
    """An opened generator.

    Attributes:
        source: "graph:" and the hash of the content, as in a link.
        graph: its operations.
        weights: full name -> float32 array.
    """

    source: str
    graph: Graph
    weights: Mapping[str, np.ndarray]

    @functools.cached_property
    def untold(self) -> dict[str, list[str]]:
        """As `untold_statistics`."""
        return untold_statistics(self.graph, self.weights)

    @property
    def bytes(self) -> int:
        """Of all that it keeps alive."""
        return bytes_held(self.weights.values()) + graph_bytes(self.graph)


def graph_bytes(graph: Graph) -> int:
    """What a graph keeps alive, without its weights."""
    sources = sum(len(node.sources) for node in graph.nodes)
    return _OF_A_NODE * len(graph.nodes) + _OF_A_SOURCE * sources


def keep_graph(graph: Graph, weights: Mapping[str, np.ndarray], giver: str = "?") -> StoredGraph:
    """Keeps a generator under the hash of its content.

    Args:
        graph: its operations.
        weights: full name -> float32 array.
        giver: the address that it came from; whoever gave most loses its oldest first.

    Raises:
        ExplorerError: it exceeds the bound, or others' work takes all the room now.
    """
    source = f"{_PREFIX}{content_hash(graph.as_dict(), weights)}"
    return keep_given(StoredGraph(source, graph, weights), giver)


def is_graph(source: str) -> bool:
    """Whether it is the source of an opened generator."""
    return source.startswith(_PREFIX)


def find_graph(source: str) -> StoredGraph | None:
    """The generator of a source of weights; None where it is that of a configuration.

    Raises:
        ExplorerError: it is no longer here.
    """
    if not is_graph(source):
        return None
    found = memory.find(source)
    if found is None:
        raise ExplorerError("generator_gone", "weights", value=source)
    return found
