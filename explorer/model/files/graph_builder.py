"""Collects the operations of a graph out of a file, and the arrays of their variables."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from explorer.errors import ExplorerError, quote
from explorer.model.files.arrays import ArrayFile, StoredArray
from explorer.model.files.graph_bounds import check_count, check_sources
from explorer.model.files.stage_names import shown_name, unlike
from explorer.model.graph import Assumption, Graph, Node
from explorer.model.ops import Op
from explorer.model.ops.op import Shape


@dataclass(frozen=True, eq=False)
class GraphFile:
    """A generator as it was opened; none of its numbers is read yet.

    Attributes:
        graph: its operations.
        arrays: full name -> array, of every variable of the graph.
        plain: the file's own arrays and what they state, as `identify` takes them.
    """

    graph: Graph
    arrays: Mapping[str, StoredArray]
    plain: ArrayFile


class GraphBuilder:
    """Nodes in the order in which they are added; the batch's size is 1 until it is known."""

    def __init__(self):
        self.nodes: list[Node] = []
        self.arrays: dict[str, StoredArray] = {}
        self._shapes: dict[str, Shape] = {}
        self._read = 0

    def add(
        self,
        name: str,
        op: Op,
        sources: tuple[str, ...] = (),
        arrays: Mapping[str, StoredArray] | None = None,
    ) -> str:
        """One more operation; returns the name of its stage.

        Args:
            name: what it is called, if no other is.
            op: the operation.
            sources: stages that it reads.
            arrays: its variables by their own names.

        Raises:
            ExplorerError: its sources or arrays do not fit it, or there are too many operations,
                or stages that it or all read.
        """
        check_count(len(self.nodes) + 1)
        if len(sources) > op.most_sources:
            found, most = len(sources), op.most_sources
            raise ExplorerError("joins_too_many", "weights", name=quote(name), n=found, bound=most)
        self._read += len(sources)
        check_sources(self._read)
        name = unlike(shown_name(name), self._shapes)
        given = tuple(self._shapes[source] for source in sources)
        shape = op.output_shape(*given or [(1,)])
        for variable in op.variables(*given):
            found = (arrays or {}).get(variable.name)
            full = f"{name}/{variable.name}"
            if found is None:
                count = len(self.arrays)
                raise ExplorerError("weights_missing", "weights", names=full, found=count)
            if found.shape != variable.shape:
                shapes = f"{full}: {list(found.shape)} ≠ {list(variable.shape)}"
                raise ExplorerError("weights_misshapen", "weights", names=shapes)
            self.arrays[full] = found
        self._shapes[name] = shape
        self.nodes.append(Node(name, op, sources, name))
        return name

    def shape(self, stage: str) -> Shape:
        """Of a stage, for a batch of one."""
        return self._shapes[stage]

    def file(self, assumed: tuple[Assumption, ...], plain: ArrayFile) -> GraphFile:
        """What was collected."""
        return GraphFile(Graph(tuple(self.nodes), assumed), self.arrays, plain)


def neutral_statistics(shape: tuple[int, ...]) -> dict[str, StoredArray]:
    """A mean of 0 and a variance of 1, for those that a file lacks."""
    return {
        "moving_mean": StoredArray(shape, lambda: np.zeros(shape, np.float32)),
        "moving_variance": StoredArray(shape, lambda: np.ones(shape, np.float32)),
    }
