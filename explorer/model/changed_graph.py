"""A generator with changes of its stages, kept for the next request; no visitor's state."""

from collections.abc import Hashable
from dataclasses import dataclass

from explorer.errors import ExplorerError
from explorer.made_once import made_once
from explorer.model.carry_changes import describe_changes
from explorer.model.carry_steps import Carrying
from explorer.model.changes import (
    Change,
    apply_changes,
    as_graph,
    format_changes,
    parse_changes,
)
from explorer.model.completed_changes import complete_changes
from explorer.model.config import GeneratorConfig
from explorer.model.graph import Graph
from explorer.model.graph_store import StoredGraph, graph_bytes
from explorer.model.light_work import leave_light_slot
from explorer.model.memory import memory


@dataclass(frozen=True, eq=False)
class ChangedGraph:
    """A generator before and after changes.

    Attributes:
        key: names the generator and the changes.
        before, after: as graphs.
    """

    key: Hashable
    before: Graph
    after: Graph

    @made_once
    def steps(self) -> tuple[Carrying, ...]:
        """What becomes of the weights, as `describe_changes` tells."""
        return tuple(describe_changes(self.before, self.after))

    @property
    def bytes(self) -> int:
        """Of all that it keeps alive."""
        return graph_bytes(self.before) + graph_bytes(self.after)


def find_changed(base: GeneratorConfig | StoredGraph, changes: str) -> ChangedGraph:
    """A generator with the changes of a link, made or found kept.

    Args:
        base: the configuration, or the opened generator, that they are made to.
        changes: as `parse_changes` reads them.

    Raises:
        ExplorerError: they cannot be made; where they can with others, it says so and offers them.
        TooHeavy: which others is no light work to find out.
    """
    key = ("changed", base.key if isinstance(base, StoredGraph) else base, changes)

    def make() -> ChangedGraph:
        graph = base.graph if isinstance(base, StoredGraph) else as_graph(base)
        return ChangedGraph(key, graph, _changed(graph, parse_changes(changes)))

    return memory.get(key, make, lambda made: made.bytes)


def _changed(graph: Graph, changes: tuple[Change, ...]) -> Graph:
    try:
        return apply_changes(graph, changes)
    except ExplorerError as error:
        refused = error
    if refused.code != "change_misfit":
        raise refused
    leave_light_slot()  # numbers of many stages are searched
    if added := complete_changes(graph, changes):
        also, told = "; ".join(map(str, added)), refused.params
        reasons = refused.others
        refused = ExplorerError(
            "change_incomplete", "changes", changes=told["changes"], stage=told["stage"], also=also
        )
        refused.others = reasons
        refused.offer = {"changes": format_changes((*changes, *added))}
    raise refused
