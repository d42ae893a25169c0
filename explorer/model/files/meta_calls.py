"""Operations of a TensorFlow 1 graph as their readers get them, and what was read so far."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from google.protobuf.message import Message

from explorer.errors import ExplorerError
from explorer.model.files.arrays import StoredArray
from explorer.model.files.meta_values import Flow, Unread, UnreadError, Value, Variable
from explorer.model.ops import BatchNormalization, Op


@dataclass
class Reading:
    """What was read so far.

    Attributes:
        shapes: name of a variable in the checkpoint -> its shape.
        updated: variables that an operation adds to or takes from.
        values: name of an operation -> what its (first) output is.
        read: name of an operation -> what it reads.
        kinds: name of an operation -> what TensorFlow calls its kind.
        steps: how many steps were made.
    """

    shapes: Mapping[str, tuple[int, ...]]
    updated: Collection[str] = frozenset()
    values: dict[str, Value] = field(default_factory=dict)
    read: dict[str, Sequence[Value]] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    steps: int = 0

    def step(
        self,
        node: Message,
        op: Op,
        *sources: Flow,
        arrays: Mapping[str, str | StoredArray] | None = None,
        **more: object,
    ) -> Flow:
        """One more step of a generator."""
        for source in sources:
            if not isinstance(source, Flow):
                raise UnreadError(source if isinstance(source, Unread) else "input")
        try:
            shape = op.output_shape(*[source.shape for source in sources] or [(1,)])
        except ExplorerError as error:
            raise UnreadError(error.code) from None
        self.steps += 1
        arrays = arrays or {}
        own = {name for name in arrays.values() if isinstance(name, str)}
        names = frozenset(own).union(*(source.names for source in sources))
        roots = frozenset().union(*(source.roots for source in sources))
        trains = sum(source.trains for source in sources) + (
            isinstance(op, BatchNormalization) and op.training
        )
        flow = Flow(node.name, self.steps, op, sources, shape, arrays, names, roots, trains, **more)
        return flow if sources else replace(flow, roots=frozenset([flow]))


@dataclass(frozen=True)
class Call:
    """One operation with what it is called on."""

    node: Message
    inputs: Sequence[Value]
    reading: Reading

    def argument(self, name: str) -> Message | None:
        """An attribute."""
        return next((item.value for item in self.node.attr if item.key == name), None)

    def text(self, name: str, usual: str = "") -> str:
        """A text among its attributes."""
        found = self.argument(name)
        return usual if found is None else found.s.decode(errors="replace")

    def whole(self, name: str, usual: int = 0) -> int:
        """A whole number among its attributes."""
        found = self.argument(name)
        return usual if found is None else found.i

    def kind(self, name: str) -> int:
        """A type of numbers among its attributes, by TensorFlow's own number; 0 for none."""
        found = self.argument(name)
        return 0 if found is None else found.type

    def flag(self, name: str, usual: bool = False) -> bool:
        """A yes or no among its attributes."""
        found = self.argument(name)
        return usual if found is None else found.b

    def pair(self, name: str) -> tuple[int, int]:
        """The numbers for rows and columns, of four for all axes of maps."""
        found = self.argument(name)
        values = list(found.list.i) if found is not None else [1, 1, 1, 1]
        if len(values) != 4 or values[0] != 1 or values[3] != 1 or not min(values[1:3]) > 0:
            raise UnreadError(f"{name} {values[:8]}")
        return values[1], values[2]

    def flow(self, at: int = 0) -> Flow:
        """An input that is a step."""
        value = self.inputs[at]
        if not isinstance(value, Flow):
            raise UnreadError(value if isinstance(value, Unread) else "input")
        return value

    def variable(self, at: int, rank: int) -> tuple[str, tuple[int, ...]]:
        """An input that is a variable: its name and its shape in the checkpoint."""
        value = self.inputs[at]
        if not isinstance(value, Variable):
            raise UnreadError(value if isinstance(value, Unread) else "variable")
        shape = self.reading.shapes.get(value.name, ())
        if len(shape) != rank:
            raise UnreadError(f"variable {value.name} {list(shape)}")
        return value.name, shape

    def step(self, op: Op, *sources: Flow, **more: object) -> Flow:
        """A step that this operation makes."""
        return self.reading.step(self.node, op, *sources or (self.flow(),), **more)
