"""Functions of each value by itself that have numbers of their own: PReLU and rescaling."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from explorer.errors import ExplorerError
from explorer.model.explanations import Activated
from explorer.model.lazy_tensorflow import tf
from explorer.model.ops.code import NO_CODE, Code
from explorer.model.ops.keras_call import ALWAYS, keras_call
from explorer.model.ops.layout import check_axes
from explorer.model.ops.op import SEVERAL_STEPS, Count, Op, Shape, Variable


@dataclass(frozen=True)
class PReLU(Op):
    """A slope below 0 that is learned (He et al. 2015).

    Attributes:
        shared_axes: along which all cells have the same; the item's first axis is 1.
    """

    shared_axes: tuple[Count, ...] = ()
    kind: ClassVar[str] = "prelu"
    keeps_layout: ClassVar[bool] = True

    def output_shape(self, *inputs):
        """As what came."""
        check_axes(self.shared_axes, inputs[0])
        return inputs[0]

    def variables(self, *inputs):
        """alpha, of an item's sizes, 1 where it is shared."""
        item = inputs[0][1:]
        sizes = tuple(1 if at in self.shared_axes else n for at, n in enumerate(item, start=1))
        return (Variable("alpha", sizes, "zeros"),)

    def gradient_steps(self, stage):
        """Of both sides of 0."""
        return SEVERAL_STEPS

    def forward(self, inputs, variables, shape):
        """x, or alpha·x below 0."""
        return tf.nn.relu(inputs[0]) - variables["alpha"] * tf.nn.relu(-inputs[0])

    def detail(self, stage):
        """Along what it is shared."""
        return f"shared_axes={list(self.shared_axes)}" if self.shared_axes else ""

    def explain(self, cell) -> Activated:
        """The value of the same place, and its slope."""
        alpha = cell.variable("alpha")
        place = tuple(
            min(at, size - 1) for at, size in zip(cell.index[1:], alpha.shape, strict=True)
        )
        x, slope = float(cell.source[cell.index]), float(alpha[place])

        def curve(values):
            values = np.asarray(values, np.float64)
            with np.errstate(invalid="ignore"):  # a slope may be infinite, at 0
                return np.where(values > 0, values, slope * values)

        words = {"curve": "leaky_relu", "slope": slope}
        return cell.made(Activated, curve([x])[0], x=x, actv=self.kind, curve=curve, words=words)

    def keras_call(self, stage):
        """`PReLU`."""
        return keras_call("PReLU", shared_axes=(list(self.shared_axes), []))

    def pytorch(self, stage):
        """`nn.PReLU`, whose slopes are those of channels."""
        rank = len(stage.shape)
        if rank == 4 and set(self.shared_axes) == {1, 2}:
            return Code(f"nn.PReLU({stage.shape[-1]})")
        return NO_CODE


@dataclass(frozen=True)
class Rescaling(Op):
    """x·scale + offset, each one number or as many as channels.

    Attributes:
        scale, offset: those numbers.
    """

    scale: tuple[float, ...] = (1.0,)
    offset: tuple[float, ...] = (0.0,)
    kind: ClassVar[str] = "rescaling"
    keeps_layout: ClassVar[bool] = True

    def output_shape(self, *inputs: Shape) -> Shape:
        """As what came."""
        for numbers in (self.scale, self.offset):
            if len(numbers) not in (1, inputs[0][-1]):
                raise ExplorerError(
                    "rescaling_count", None, count=len(numbers), shape=list(inputs[0])
                )
        return inputs[0]

    def on_moved_axes(self, places):
        """Itself, of single numbers."""
        return self if len(self.scale) == len(self.offset) == 1 else None

    def forward(self, inputs, variables, shape):
        """The product and the sum."""
        return inputs[0] * tf.constant(self.scale) + tf.constant(self.offset)

    def detail(self, stage):
        """The numbers."""
        return f"·{_spelled(self.scale)} + {_spelled(self.offset)}"

    def explain(self, cell) -> Activated:
        """The value of the same place."""
        scale, offset = (
            float(np.float32(part[cell.index[-1] if len(part) > 1 else 0]))
            for part in (self.scale, self.offset)
        )

        def curve(values):
            return np.asarray(values, np.float64) * scale + offset

        x = float(cell.source[cell.index])
        words = {"curve": "line", "scale": scale, "offset": offset}
        return cell.made(Activated, curve([x])[0], x=x, actv=self.kind, curve=curve, words=words)

    def keras_call(self, stage):
        """`Rescaling`."""
        scale, offset = (
            numbers[0] if len(numbers) == 1 else list(numbers)
            for numbers in (self.scale, self.offset)
        )
        return keras_call("Rescaling", scale, offset=(offset, ALWAYS))

    def pytorch(self, stage):
        """The formula, of single numbers."""
        if len(self.scale) + len(self.offset) > 2:
            return NO_CODE
        return Code(f"x * {self.scale[0]:g} + {self.offset[0]:g}")


def _spelled(numbers: tuple[float, ...]) -> str:
    parts = [f"{number:g}" for number in numbers]
    return parts[0] if len(parts) == 1 else f"[{', '.join(parts)}]"
