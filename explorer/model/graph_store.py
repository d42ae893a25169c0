"""Generators that visitors opened, as graphs with their weights, kept as opened weights are.

An id is the hash of the content: of the graph and of all numbers.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from explorer.errors import ExplorerError
from explorer.model.graph import Graph
from explorer.model.memory import bytes_held, memory
from explorer.model.weight_store import MOST_BYTES
from explorer.sizes import mebibytes

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

    @property
    def bytes(self) -> int:
        """Of all that it keeps alive."""
        sources = sum(len(node.sources) for node in self.graph.nodes)
        own = _OF_A_NODE * len(self.graph.nodes) + _OF_A_SOURCE * sources
        return bytes_held(self.weights.values()) + own


def keep_graph(graph: Graph, weights: Mapping[str, np.ndarray], giver: str = "?") -> StoredGraph:
    """Keeps a generator under the hash of its content.

    Args:
        graph: its operations.
        weights: full name -> float32 array.
        giver: the address that it came from; whoever gave most loses its oldest first.

    Raises:
        ExplorerError: it exceeds the bound, or others' work takes all the room now.
    """
    stored = StoredGraph(_source(graph, weights), graph, weights)
    if stored.bytes > MOST_BYTES:
        raise ExplorerError("file_too_large", "weights", bound=mebibytes(MOST_BYTES))
    if known := memory.find(stored.source):
        return known
    if not memory.keep(stored.source, stored, stored.bytes, giver):
        raise ExplorerError("server_busy", "weights")
    return stored


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


def _source(graph: Graph, weights: Mapping[str, np.ndarray]) -> str:
    content = hashlib.sha256(json.dumps(graph.as_dict(), sort_keys=True).encode())
    for name, array in weights.items():
        content.update(f"{name} {array.shape}".encode())
        content.update(np.ascontiguousarray(array))
    return f"{_PREFIX}{content.hexdigest()[:32]}"
