"""A generator as a graph of operations, and its stages once the batch's size is known."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from explorer.errors import ExplorerError, quote, quote_stage
from explorer.made_once import made_once
from explorer.model.explanations import Index
from explorer.model.ops.layout import Grid, as_grid, grids_of
from explorer.model.ops.op import Op, Shape
from explorer.model.stage_weights import Weight, find_clash, first_weights
from explorer.words import english

MOST_NODES = 1500  # the largest generators that people publish have some 1,200
MOST_SOURCES = 10_000  # that they read in all
MOST_LETTERS = 2**21  # of JSON that tells it; those of 1,200 operations take 700,000
MOST_LETTERS_OF_ONE = 2**12  # of an operation, without what it reads; usual ones take 600
_LONGEST_LATENT = 4096  # numbers; longer ones are no vectors that anybody would edit
_LATENT = re.compile(
    r"(?<![a-z])(?:z|latents?|noise(?!_?(?:level|scale|std|sigma)))(?![a-z])", re.IGNORECASE
)
_MOST_BATCHES = 4  # whose stages a graph keeps
_TRIED_SIZES = (256, 64, 512, 28, 100, 15)


@dataclass(frozen=True)
class Node:
    """One operation of a graph.

    Attributes:
        name: of its stage, unique in the graph, e.g. "upsample1/actv".
        op: what it does.
        sources: names of the nodes that it reads, in order; () for an input of the graph.
        scope: what the full names of its variables begin with; nodes that share them share it.
        formula: how its builder works its shape out; "" for the operation's own way.
    """

    name: str
    op: Op
    sources: tuple[str, ...] = ()
    scope: str = ""
    formula: str = ""

    def as_dict(self) -> dict:
        """The node in JSON's types."""
        return {
            "name": self.name,
            "op": {"kind": self.op.kind, **vars(self.op)},
            "sources": list(self.sources),
            "scope": self.scope,
            "formula": self.formula,
        }


@dataclass(frozen=True)
class Stage:
    """One step of a generator, for a batch of one size.

    Attributes:
        name: e.g. "upsample1/actv".
        op: the operation, with its numbers.
        sources: names of the stages that it reads.
        input_shapes, shape: with the batch first, channels last.
        input_grids, grid: the same as [items, rows, columns, channels], vectors laid out as maps.
        weights: the variables it reads, in TensorFlow's order of creation.
        formula: the output shape worked out with the numbers filled in.
        is_channels_first: whether what reads its maps takes their first axis for their channels.
        is_guessed: whether its shape follows from that of a layer of which it is not told.
    """

    name: str
    op: Op
    sources: tuple[str, ...]
    input_shapes: tuple[Shape, ...]
    shape: Shape
    input_grids: tuple[Grid, ...]
    grid: Grid
    weights: tuple[Weight, ...] = ()
    formula: str = ""
    is_channels_first: bool = False
    is_guessed: bool = False

    @property
    def kind(self) -> str:
        """The operation's name."""
        return self.op.kind

    def is_like(self, other: "Stage | Node") -> bool:
        """Whether both do the same kind of operation, whatever their numbers are."""
        return type(self.op) is type(other.op)

    @property
    def is_input(self) -> bool:
        """Whether it comes from outside."""
        return not self.sources

    @property
    def input_shape(self) -> Shape:
        """Of its first source; an input's own."""
        return self.input_shapes[0] if self.input_shapes else self.shape

    @made_once
    def macs(self) -> int:
        """Multiply-accumulates of the whole batch, as `Op.macs` counts them."""
        return self.op.macs(self.input_shapes, self.shape)

    @property
    def is_relaid(self) -> bool:
        """Whether its grid, or one that it reads, is laid out otherwise than its array."""
        grids = (*self.input_grids, self.grid)
        plain = map(as_grid, (*self.input_shapes, self.shape))
        is_other = any(grid != own for grid, own in zip(grids, plain, strict=True))
        return is_other or (self.op.keeps_layout and self.grid != grids[0])

    @property
    def block(self) -> str:
        """The part of the name before the slash: z, fc1, upsample1, ..., conv_out."""
        return self.name.split("/")[0]

    @property
    def parameters(self) -> int:
        """Number of trained and moving values the stage reads."""
        return sum(math.prod(weight.shape) for weight in self.weights)

    @property
    def bytes(self) -> int:
        """Size of the output in float32 bytes, the whole batch."""
        return 4 * math.prod(self.shape)

    @property
    def item_bytes(self) -> int:
        """The same of one item of the output's batch."""
        return self.bytes // self.shape[0]

    def weight_name(self, variable: str) -> str:
        """Full name of one of the stage's variables, e.g. "kernel"."""
        return next(w.name for w in self.weights if w.name.endswith(f"/{variable}"))

    def variables(self, weights: Mapping) -> dict:
        """Its variables by their own names, out of all by their full ones.

        Raises:
            ExplorerError: one has another shape.
        """
        for weight in self.weights:
            weight.check(np.shape(weights[weight.name]))
        return {weight.name.rpartition("/")[2]: weights[weight.name] for weight in self.weights}

    def to_grid(self, index: Index) -> Grid:
        """An index of its array as item, row, column and channel of its grid."""
        if self.shape == self.grid:
            return index
        return (index[0], *map(int, np.unravel_index(_flat(index, self.shape), self.grid[1:])))

    def from_grid(self, cell: Grid) -> Index:
        """The inverse of `to_grid`."""
        if self.shape == self.grid:
            return cell
        return (cell[0], *map(int, np.unravel_index(_flat(cell, self.grid), self.shape[1:])))


def _flat(index: Index, shape: Shape) -> int:
    """The place of a cell among those of its item."""
    return int(np.ravel_multi_index(index[1:], shape[1:]))


def find_stage(plan: Sequence[Stage], name: str) -> Stage:
    """The stage of a name, which must be there."""
    return next(stage for stage in plan if stage.name == name)


@dataclass(frozen=True)
class Assumption:
    """Something that a file leaves open, or has in another way, and how it was read.

    Attributes:
        code: a key of `assumed` in the locale files.
        stages: which stages it is about, in one line.
        value: how it was read, in the field's terms.
        told: whether the file tells it, and it is only shown in another way.
    """

    code: str
    stages: str = ""
    value: str = ""
    told: bool = False

    def __str__(self) -> str:
        return english("assumed", self.code, vars(self))


@dataclass(frozen=True)
class Graph:
    """A generator: operations in the order in which data flows; the last one is its output.

    Attributes:
        nodes: those operations.
        assumed: what its file leaves open or has in another way; () where it is as it stands there.
    """

    nodes: tuple[Node, ...]
    assumed: tuple[Assumption, ...] = ()

    def stages(self, batch: int = 1) -> tuple[Stage, ...]:
        """All stages in that order.

        Raises:
            ExplorerError: shapes that do not fit each other.
        """
        found = self._made.get(batch)
        if found is None:
            if len(self._made) >= _MOST_BATCHES:
                self._made.clear()
            self._made[batch] = found = _stages(self, batch)
        return found

    @made_once
    def _made(self) -> dict[int, tuple[Stage, ...]]:
        """By the batch: kept with the graph, and gone with it."""
        return {}

    @made_once
    def steps(self) -> int:
        """Of a walk over it: its nodes, and what they read."""
        return len(self.nodes) + sum(len(node.sources) for node in self.nodes)

    @made_once
    def inputs(self) -> tuple[Node, ...]:
        """What comes from outside."""
        return tuple(node for node in self.nodes if not node.sources)

    @made_once
    def takers(self) -> tuple[Node, ...]:
        """What may be given an array: inputs, and layers that are not known here."""
        return tuple(node for node in self.nodes if not node.sources or not node.op.is_known)

    @made_once
    def latent(self) -> str | None:
        """The input that holds the latent vectors: of vectors of any numbers.

        The one that is called so, else the first.
        """
        vectors = [
            node.name
            for node in self.inputs
            if len(node.op.shape) == 1
            and not node.op.is_label
            and (node.op.shape[0] or 0) <= _LONGEST_LATENT
        ]
        called = (name for name in vectors if _LATENT.search(name))
        return next(called, vectors[0] if vectors else None)

    def with_sizes(self, sizes: Mapping[str, Sequence[int]]) -> "Graph":
        """The same with unknown sizes filled in, of inputs and of layers that are not known here.

        Args:
            sizes: name of one of `takers` -> sizes of an item, such as (256, 256, 3).

        Raises:
            ExplorerError: there is none of that name, or it has other sizes.
        """
        names = dict.fromkeys(node.name for node in self.takers)
        for name in sizes:
            if name not in names:
                allowed = quote(", ".join(names), 300)
                raise ExplorerError("no_such_input", None, value=quote(name), allowed=allowed)
        told = [node for node in self.takers if node.name in sizes]
        sized = {node.name: node.op.sized(tuple(sizes[node.name])) for node in told}
        if all(sized[node.name] == node.op for node in told):
            return self  # with the stages that it keeps
        nodes = (
            replace(node, op=sized[node.name]) if node.name in sized else node
            for node in self.nodes
        )
        return replace(self, nodes=tuple(nodes))

    @property
    def is_open(self) -> bool:
        """Whether sizes of inputs are not told yet."""
        return bool(self._open_inputs)

    def with_some_sizes(self) -> "Graph":
        """The same with inputs' unknown sizes filled in with one that fits.

        Raises:
            ExplorerError: shapes that do not fit each other, whatever the sizes.
        """
        return self._of_some_size if self._open_inputs else self

    @made_once
    def _open_inputs(self) -> tuple[Node, ...]:
        return tuple(node for node in self.inputs if None in node.op.shape)

    def with_likely_sizes(self) -> "Graph":
        """As `with_some_sizes`; where none fit, with those of which it says why they do not."""
        try:
            return self.with_some_sizes()
        except ExplorerError:
            return self._of_size(_TRIED_SIZES[0])

    def _of_size(self, size: int) -> "Graph":
        return self.with_sizes(
            {
                node.name: tuple(size if n is None else n for n in node.op.shape)
                for node in self._open_inputs
            }
        )

    @made_once
    def _of_some_size(self) -> "Graph":
        """As `with_some_sizes`; no variable depends on them."""
        first_error = None
        for size in _TRIED_SIZES:
            try:
                sized = self._of_size(size)
                sized.stages()
                return sized
            except ExplorerError as error:
                first_error = first_error or error
        raise first_error

    @made_once
    def weights(self) -> tuple[Weight, ...]:
        """Every variable once, in the order of the stages that first read it.

        Raises:
            ExplorerError: shapes that do not fit each other, or one variable of two shapes.
        """
        plan = self.with_some_sizes().stages()
        if clash := find_clash(plan):
            raise ExplorerError("weight_of_two_shapes", None, name=quote_stage(clash[1].name))
        return tuple(first_weights(plan).values())

    @made_once
    def letters(self) -> int:
        """Of the JSON that tells it."""
        return len(json.dumps(self.as_dict()))

    def as_dict(self) -> dict:
        """The graph in JSON's types; `read_graph` reads it."""
        nodes = [node.as_dict() for node in self.nodes]
        assumed = [vars(item) for item in self.assumed]
        return {"nodes": nodes} | ({"assumed": assumed} if assumed else {})


def shapes_of(graph: Graph, batch: int) -> dict[str, Shape]:
    """The shape of every stage, without what else a `Stage` holds.

    Raises:
        ExplorerError: shapes that do not fit each other.
    """
    shapes: dict[str, Shape] = {}
    for node in graph.nodes:
        given = [shapes[name] for name in node.sources]
        shapes[node.name] = shape = node.op.output_shape(*given or [(batch,)])
        if min(shape) < 1:
            name = quote_stage(node.name)
            raise ExplorerError("stage_of_nothing", None, stage=name, shape=list(shape))
    return shapes


def _stages(graph: Graph, batch: int) -> tuple[Stage, ...]:
    shapes = shapes_of(graph, batch)
    grids = grids_of(graph.nodes, shapes)
    readers = (node for node in graph.nodes if node.op.takes_channels_first)
    firsts = {name for node in readers for name in node.sources}
    guessed = _guessed(graph)
    return tuple(
        _stage(node, shapes, grids, node.name in firsts, node.name in guessed)
        for node in graph.nodes
    )


def _guessed(graph: Graph) -> set[str]:
    """Of which stages the shapes follow from that of a layer of which it is not told."""
    found: set[str] = set()
    for node in graph.nodes:
        is_told = not node.op.is_known or node.op.fixes_shape
        follows = not is_told and not found.isdisjoint(node.sources)
        if follows or not node.op.tells_shape:
            found.add(node.name)
    return found


def _stage(
    node: Node,
    shapes: Mapping[str, Shape],
    grids: Mapping[str, Grid],
    is_channels_first: bool,
    is_guessed: bool,
) -> Stage:
    given, shape = tuple(shapes[name] for name in node.sources), shapes[node.name]
    return Stage(
        node.name,
        node.op,
        node.sources,
        given,
        shape,
        tuple(grids[name] for name in node.sources),
        grids[node.name],
        tuple(
            Weight(f"{node.scope}/{item.name}", item.shape, item.init)
            for item in node.op.variables(*given)
        ),
        node.formula or node.op.formula(given, shape),
        is_channels_first,
        is_guessed,
    )
