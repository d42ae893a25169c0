"""The graph that a file of plain arrays states, as `save_weights` writes an opened generator."""

import json

from explorer.model.files.arrays import ArrayFile
from explorer.model.files.graph_bounds import check_letters
from explorer.model.files.graph_builder import GraphFile
from explorer.model.files.keras_weights import check_arrays
from explorer.model.graph_json import read_graph


def stated_graph(found: ArrayFile) -> GraphFile:
    """The graph of a file that states one, and the array of each of its variables.

    Raises:
        ExplorerError: its arrays are not those of the graph, or more is told of it than is kept.
        ValueError, LookupError, TypeError: what it states is no sound graph.
    """
    check_letters(json.dumps(found.graph))
    graph = read_graph(found.graph)
    check_arrays(graph.weights, found.arrays)
    return GraphFile(graph, {item.name: found.arrays[item.name] for item in graph.weights}, found)
