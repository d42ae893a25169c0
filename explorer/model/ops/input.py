"""What comes from outside: z, a label, a picture."""

from dataclasses import dataclass, replace
from typing import ClassVar

from explorer.errors import ExplorerError, quote
from explorer.model.explanations import Explanation
from explorer.model.ops.changeable import Changeable
from explorer.model.ops.code import Code
from explorer.model.ops.inverse import Remedy, filled
from explorer.model.ops.keras_call import keras_call
from explorer.model.ops.op import Op, Shape

_LONGEST = 4096  # of an axis that somebody gives an input


@dataclass(frozen=True)
class Input(Op):
    """An input of the graph.

    Attributes:
        shape: of one item; a size that nobody has told yet is None.
        low, high: what whole numbers it takes, of a label; None for any number.
    """

    shape: tuple[int | None, ...]
    low: int | None = None
    high: int | None = None
    kind: ClassVar[str] = "input"
    keras_names: ClassVar = {"low": None, "high": None}
    most_sources: ClassVar[int] = 0

    def __post_init__(self):
        """Refuses labels without two ends in order."""
        ends = self.low, self.high
        if ends != (None, None) and (None in ends or self.low > self.high):
            raise ValueError(f"labels from {self.low} to {self.high}")

    @property
    def is_label(self) -> bool:
        """Whether it takes whole numbers, those of a table's rows."""
        return self.high is not None

    def output_shape(self, *inputs: Shape) -> Shape:
        """The batch, which stands in the place of a source's shape, and the item's sizes."""
        if None in self.shape:
            raise ExplorerError("sizes_unknown", None, shape=shown_sizes(self.shape))
        return (*inputs[0], *self.shape)

    @property
    def changeable(self):
        """The sizes of an item, unless it is a label."""
        return () if self.is_label else (Changeable("shape", 1, _LONGEST, counts=(1, 2, 3)),)

    def remedies(self, inputs, wanted):
        """Other sizes of an item; a label has none."""
        if self.is_label or len(wanted) != len(self.shape) + 1:
            return []
        shape = filled(wanted[1:], self.shape)
        return [Remedy((("shape", shape),))] if shape != self.shape else []

    def reason(self, stage, wanted):
        """Its sizes are given."""
        return "from_outside", {}

    def sized(self, sizes: Shape) -> "Input":
        """The same with its unknown sizes filled in.

        Raises:
            ExplorerError: it has other sizes.
        """
        sound = len(sizes) == len(self.shape) and all(
            isinstance(size, int) and size >= 1 and known in (None, size)
            for size, known in zip(sizes, self.shape, strict=True)
        )
        if not sound:
            wanted = shown_sizes(self.shape)
            raise ExplorerError("input_sizes", None, sizes=quote(list(sizes)), wanted=wanted)
        return replace(self, shape=tuple(sizes))

    def forward(self, inputs, variables, shape):
        """Itself."""
        return inputs[0]

    def formula(self, inputs, output) -> str:
        """The batch and the sizes."""
        return f"{shown_sizes(self.shape)} = {list(output)}"

    def explain(self, cell) -> Explanation:
        """It comes from outside."""
        return cell.made(Explanation, cell.output[cell.index])

    def keras_call(self, stage):
        """`Input`."""
        return keras_call("Input", self.shape)

    def pytorch(self, stage) -> Code:
        """A tensor from N(0, 1)."""
        sizes = ", ".join(map(str, stage.shape))
        if self.is_label:
            return Code(f"torch.randint({self.low}, {self.high + 1}, ({sizes},))")
        return Code(f"torch.randn({sizes})")


def shown_sizes(sizes: tuple[int | None, ...]) -> str:
    """Sizes of an item as text, with ? for those that are not told."""
    return f"[N, {', '.join('?' if size is None else str(size) for size in sizes)}]"
