"""Softmax: exponentials along an axis, divided by their sum."""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from explorer.model.explanations import MOST_TERMS, Combined, Term
from explorer.model.lazy_tensorflow import tf
from explorer.model.ops.code import Code
from explorer.model.ops.keras_call import keras_call
from explorer.model.ops.layout import all_along, check_axes, grid_axis, moved_axis
from explorer.model.ops.op import Op


@dataclass(frozen=True)
class Softmax(Op):
    """`Softmax`.

    Attributes:
        axis: along which the outputs add up to 1.
    """

    axis: int = -1
    kind: ClassVar[str] = "softmax"
    keeps_layout: ClassVar[bool] = True

    def on_moved_axes(self, places):
        """Along the same axis, where it stands then."""
        return replace(self, axis=moved_axis(self.axis, places))

    def output_shape(self, *inputs):
        """As what came."""
        check_axes((self.axis,), inputs[0], first=0)
        return inputs[0]

    def forward(self, inputs, variables, shape):
        """`tf.nn.softmax`."""
        return tf.nn.softmax(inputs[0], self.axis)

    def detail(self, stage):
        """The axis."""
        return f"axis={self.axis}"

    def reads(self, stage):
        """All along the axis."""
        return (all_along(stage, {grid_axis(len(stage.shape), self.axis)}),)

    def mixes_channels(self, stage):
        """By their sum."""
        return self.axis % len(stage.shape) == len(stage.shape) - 1

    def is_signed(self, inputs):
        """Never."""
        return False

    def explain(self, cell) -> Combined:
        """The cells along the axis."""
        at = self.axis % len(cell.index)
        before, after = cell.index[:at], cell.index[at + 1 :]
        values = cell.source[(*before, slice(None), *after)].astype(np.float64)
        name = cell.stage.sources[0]
        terms = tuple(
            Term(name, (*before, place, *after), float(value))
            for place, value in enumerate(values[:MOST_TERMS])
        )
        with np.errstate(invalid="ignore", over="ignore"):
            powers = np.exp(values - values.max())
        total = powers[cell.index[at]] / powers.sum()
        return cell.made(Combined, total, terms=terms, how="softmax", count=len(values))

    def keras_call(self, stage):
        """`Softmax`."""
        return keras_call("Softmax", axis=(self.axis, -1))

    def pytorch(self, stage):
        """`nn.Softmax`, channels first."""
        rank = len(stage.shape)
        at = self.axis % rank
        return Code(f"nn.Softmax(dim={1 if at == rank - 1 else at + (rank > 2 and at > 0)})")
