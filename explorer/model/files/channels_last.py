"""Graphs of layers that have channels first become such with channels last, exactly.

Maps of such layers, [channels, rows, columns], are kept as [rows, columns, channels]; kernels of
Keras are the same for both. What reads a map in its own order, as a dense layer or a flattening
does, is given that order by a stage between.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

from explorer.errors import ExplorerError, quote
from explorer.model import shape_order
from explorer.model.files.stage_names import some_names, unlike
from explorer.model.graph import Assumption, Node
from explorer.model.ops import Op, Permute
from explorer.model.ops.op import Shape

_PLACES = (0, 3, 1, 2)  # where each axis of channels first stands in channels last
_LAST, _FIRST = Permute((2, 3, 1)), Permute((3, 1, 2))
_SIZES = (64, 256, 28)  # that may stand for those that are not known
_UNKNOWN = (1, 1, 1, 1)


def channels_last(
    nodes: Sequence[Node], firsts: Collection[str]
) -> tuple[list[Node], tuple[Assumption, ...]]:
    """The same with channels last, and what is told of it.

    Args:
        nodes: in the order of the data, as the file has them.
        firsts: names of those whose maps have channels first, their operations with them last.

    Raises:
        ExplorerError: one of them reads no maps.
    """
    if not firsts:
        return [*nodes], ()
    moving = _Moving(nodes, firsts)
    moved = moving.run()
    found = {"channels_last": [*firsts], "channels_last_in": moving.turned}
    found["permuted"] = moving.between
    told = ((code, some_names(names)) for code, names in found.items() if names)
    return moved, tuple(Assumption(code, names, told=True) for code, names in told)


class _Moving:
    """Puts the nodes one after the other, each array in the order that is read.

    Attributes:
        turned: inputs whose channels are given last.
        between: stages that the file has not, which change the order of the axes.
    """

    def __init__(self, nodes: Sequence[Node], firsts: Collection[str]):
        self._nodes, self._firsts = nodes, firsts
        self._names = {node.name for node in nodes}
        self._made: list[Node] = []
        self.turned: list[str] = []
        self.between: list[str] = []
        self._as_told: dict[str, str] = {}  # name in the file -> stage with the file's own order
        self._as_last: dict[str, str] = {}  # ... -> stage with channels last
        self._shapes = max((_shapes(nodes, firsts, size) for size in _SIZES), key=len)
        self._wanted = self._wanted_last()

    def run(self) -> list[Node]:
        """All of them."""
        for node in self._nodes:
            self._place(node)
        return self._made

    def _is_map(self, name: str) -> bool:
        return len(self._shapes.get(name, ())) == 4

    def _moved(self, node: Node) -> Op | None:
        """The operation on maps with channels last that is as its own."""
        all_maps = all(map(self._is_map, (node.name, *node.sources)))
        return node.op.on_moved_axes(_PLACES) if all_maps and node.sources else None

    def _wanted_last(self) -> set[str]:
        """Whose output is read with channels last."""
        found: set[str] = set()
        for node in reversed(self._nodes):
            if node.name in self._firsts or (node.name in found and self._moved(node)):
                found.update(filter(self._is_map, node.sources))
        return found

    def _place(self, node: Node):
        moved = self._moved(node)
        given = {len(self._shapes.get(name, _UNKNOWN)) for name in node.sources}
        if node.name in self._firsts and given != {2}:  # of a vector both are the same
            if given != {len(_UNKNOWN)}:
                raise ExplorerError("channels_first_rank", "weights", layer=quote(node.name))
            is_map = len(self._shapes.get(node.name, _UNKNOWN)) == len(_UNKNOWN)
            self._add(node, node.op, self._last_of, is_map)
        elif moved and (node.name in self._wanted or self._as_last.keys() >= {*node.sources}):
            self._add(node, moved, self._last_of, is_last=True)
        elif node.name in self._wanted and not node.sources:
            channels, *sizes = node.op.shape
            self.turned.append(node.name)
            self._add(node, replace(node.op, shape=(*sizes, channels)), str, is_last=True)
        elif node.name in self._wanted:
            told = self._own(f"{node.name}/channels_first")
            self._add(replace(node, name=told), node.op, self._told_of, is_last=False)
            self._as_told[node.name] = told
            self._made.append(Node(node.name, _LAST, (told,), node.name))
            self.between.append(node.name)
            self._as_last[node.name] = node.name
        else:
            self._add(node, node.op, self._told_of, is_last=False)

    def _add(self, node: Node, op: Op, source_of, is_last: bool):
        sources = tuple(map(source_of, node.sources))
        self._made.append(replace(node, op=op, sources=sources))
        (self._as_last if is_last else self._as_told)[node.name] = node.name

    def _last_of(self, name: str) -> str:
        if name not in self._as_last:
            self._as_last[name] = self._permuted(name, "channels_last", _LAST)
        return self._as_last[name]

    def _told_of(self, name: str) -> str:
        if name not in self._as_told:
            self._as_told[name] = self._permuted(name, "channels_first", _FIRST)
        return self._as_told[name]

    def _permuted(self, name: str, order: str, op: Permute) -> str:
        made = self._own(f"{name}/{order}")
        source = (self._as_told if op is _LAST else self._as_last)[name]
        self._made.append(Node(made, op, (source,), made))
        self.between.append(made)
        return made

    def _own(self, name: str) -> str:
        name = unlike(name, self._names)
        self._names.add(name)
        return name


def _shapes(nodes: Sequence[Node], firsts: Collection[str], unknown: int) -> dict[str, Shape]:
    """Of each stage in the file's own order, as far as they are known."""
    found: dict[str, Shape] = {}
    for node in nodes:
        given = [found.get(name) for name in node.sources]
        if None in given:
            continue
        try:
            if node.name in firsts:
                made = node.op.output_shape(*map(shape_order.channels_last, given))
                found[node.name] = shape_order.channels_first(made)
            elif node.sources:
                found[node.name] = node.op.output_shape(*given)
            else:
                found[node.name] = (1, *(size or unknown for size in node.op.shape))
        except (ExplorerError, ValueError):  # such a size does not fit, or is not known
            continue
    return found
