"""What comes from outside: z, a label, a picture."""

from dataclasses import dataclass
from typing import ClassVar

from explorer.model.explanations import Explanation
from explorer.model.ops.code import Code
from explorer.model.ops.op import Op, Shape


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

    def output_shape(self, *inputs: Shape) -> Shape:
        """The batch, which stands in the place of a source's shape, and the item's sizes."""
        return (*inputs[0], *self.shape)

    def forward(self, inputs, variables, shape):
        """Itself."""
        return inputs[0]

    def formula(self, inputs, output) -> str:
        """The batch and the sizes."""
        return f"[N, {', '.join(map(str, self.shape))}] = {list(output)}"

    def explain(self, cell) -> Explanation:
        """It comes from outside."""
        return cell.made(Explanation, cell.output[cell.index])

    def keras(self, stage) -> Code:
        """As `keras.Input`."""
        return Code(f"Input({self.shape})")

    def pytorch(self, stage) -> Code:
        """A tensor from N(0, 1)."""
        return Code(f"torch.randn({', '.join(map(str, stage.shape))})")
