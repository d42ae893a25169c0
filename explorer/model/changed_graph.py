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
    with_changes,
)
from explorer.model.completed_changes import complete_changes, excess_change, left_without
from explorer.model.config import GeneratorConfig
from explorer.model.graph import Graph
from explorer.model.graph_store import StoredGraph, graph_bytes
from explorer.model.light_work import leave_light_slot
from explorer.model.memory import memory
from explorer.model.open_sizes import fit_sizes
from explorer.model.shown_bounds import MAX_CELLS, MAX_OPENED_CELLS, can_be_shown
from explorer.model.size_fields import as_size_fields


@dataclass(frozen=True, eq=False)
class ChangedGraph:
    """A generator before and after changes.

    Attributes:
        key: names the generator, its sizes and the changes.
        before, after: as graphs.
        open_after: `after` with the inputs' sizes open that are open still, and not among the
            changes; None where none are.
        changes: that were made.
    """

    key: Hashable
    before: Graph
    after: Graph
    open_after: Graph | None = None
    changes: tuple[Change, ...] = ()

    @made_once
    def left(self) -> tuple[tuple[Change, ...], ...]:
        """For each change the others that stay where it is taken back, as of `left_without`."""
        return tuple(left_without(self.before, self.changes, one) for one in self.changes)

    @made_once
    def steps(self) -> tuple[Carrying, ...]:
        """What becomes of the weights, as `describe_changes` tells."""
        return tuple(describe_changes(self.before, self.after))

    @property
    def bytes(self) -> int:
        """Of all that it keeps alive."""
        kept = self.before, self.after, self.open_after, self.open_after  # and at usual sizes
        return sum(graph_bytes(graph) for graph in kept if graph is not None)


def find_changed(
    base: GeneratorConfig | StoredGraph, changes: str, sizes: tuple[int, int] = (0, 0)
) -> ChangedGraph:
    """A generator with the changes of a link, made or found kept.

    Args:
        base: the configuration, or the opened generator, that they are made to.
        changes: as `parse_changes` reads them.
        sizes: that are asked for of an opened generator's inputs, as of `StoredGraph.at`; it is
            the changed one that they have to fit.

    Raises:
        ExplorerError: they cannot be made; where they can with others, or without one, it
            says so and offers these.
        TooHeavy: which others is no light work to find out.
    """
    key = ("changed", base.key if isinstance(base, StoredGraph) else base, sizes, changes)

    def make() -> ChangedGraph:
        wanted = parse_changes(changes)
        if isinstance(base, StoredGraph):
            return _of_opened(key, base, wanted, sizes)
        graph = as_graph(base)
        return ChangedGraph(key, graph, _changed(graph, wanted, MAX_CELLS), changes=wanted)

    return memory.get(key, make, lambda made: made.bytes)


def _of_opened(
    key: Hashable, base: StoredGraph, changes: tuple[Change, ...], sizes: tuple[int, int]
) -> ChangedGraph:
    opened = base.open_graph
    changed = None if opened is None else with_changes(opened, changes)
    open_after = changed if changed is not None and changed.is_open else None
    if opened is None or base.fits(*sizes):
        before = base.at(*sizes).graph
        after = _changed(before, changes, MAX_OPENED_CELLS, open_after)
        return ChangedGraph(key, before, after, open_after, changes)
    return ChangedGraph(key, base.graph, fit_sizes(opened, *sizes, changes), open_after, changes)


def _changed(
    graph: Graph, changes: tuple[Change, ...], most_cells: int, open_after: Graph | None = None
) -> Graph:
    """The graph with the changes.

    Args:
        most_cells: that others which are offered may lead to, as of `check_shown`.
        open_after: with the changes, and the sizes open that a link's fields fill in.

    Raises:
        ExplorerError: as of `find_changed`.
    """
    try:
        return apply_changes(graph, changes)
    except ExplorerError as error:
        refused = error
    if refused.code != "change_misfit":
        raise refused
    leave_light_slot()  # numbers of many stages are searched
    reasons = refused.others
    told, stage = refused.params["changes"], refused.params["stage"]
    added = complete_changes(graph, changes)
    if added and can_be_shown(apply_changes(graph, (*changes, *added)), most_cells):
        sizes, more = as_size_fields(open_after, added)
        also = "; ".join([*(f"{name} = {size}" for name, size in sizes.items()), *map(str, more)])
        refused = ExplorerError(
            "change_incomplete", "changes", changes=told, stage=stage, also=also
        )
        refused.offer = {**sizes, "changes": format_changes((*changes, *more))}
    elif excess := excess_change(graph, changes):
        refused = ExplorerError(
            "change_excess", "changes", changes=told, stage=stage, without=str(excess)
        )
        rest = [each for each in changes if each is not excess]
        refused.offer = {"changes": format_changes(rest)}
    refused.others = reasons
    raise refused
