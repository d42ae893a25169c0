"""Whole numbers, such as labels, become rows of a table."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from explorer.model.explanations import LookedUp
from explorer.model.lazy_tensorflow import tf
from explorer.model.ops.changeable import MOST_UNITS, whole
from explorer.model.ops.code import Code
from explorer.model.ops.inverse import Remedy, differs
from explorer.model.ops.keras_call import keras_call
from explorer.model.ops.layout import across
from explorer.model.ops.op import Count, Op, Variable
from explorer.model.taps import Every, Separable, same_taps


@dataclass(frozen=True)
class Embedding(Op):
    """`Embedding`: table [rows, units].

    Attributes:
        rows: how many whole numbers there are, from 0 on.
        units: that each becomes.
    """

    rows: Count
    units: Count
    kind: ClassVar[str] = "embedding"
    keras_names: ClassVar = {"rows": "input_dim", "units": "output_dim"}
    makes_channels: ClassVar[bool] = True

    def output_shape(self, *inputs):
        """One more axis."""
        return (*inputs[0], self.units)

    @property
    def changeable(self):
        """Units."""
        return (whole("units", MOST_UNITS),)

    def inputs_for(self, inputs, wanted):
        """One axis less."""
        return ((wanted[:-1],),) if len(wanted) == len(inputs[0]) + 1 else ()

    def remedies(self, inputs, wanted):
        """Other units."""
        return [Remedy((("units", wanted[-1]),))] if differs(wanted[-1], self.units) else []

    def reason(self, stage, wanted):
        """The units."""
        return "own_units", {"found": self.units, "wanted": wanted[-1]}

    def variables(self, *inputs):
        """The table."""
        return (Variable("embeddings", (self.rows, self.units), "normal_0.02"),)

    def forward(self, inputs, variables, shape):
        """`tf.gather`; a number that the table lacks takes its nearest row."""
        rows = tf.clip_by_value(tf.cast(inputs[0], tf.int32), 0, self.rows - 1)
        return tf.gather(variables["embeddings"], rows)

    def formula(self, inputs, output):
        """The shapes."""
        return f"{list(inputs[0])} → {list(output)}"

    def detail(self, stage):
        """The table's shape."""
        return f"{self.rows} → {self.units}"

    def reads(self, stage):
        """The number that chooses the row."""
        batch, *sizes = stage.input_shape
        count = int(np.prod(sizes, dtype=int))
        axes = same_taps(batch), same_taps(1), same_taps(count), Every(1, self.units)
        views = (batch, 1, count, 1), (batch, 1, count, self.units)
        return (across(stage, Separable(axes), 0, *views),)

    def explain(self, cell) -> LookedUp:
        """The row and the column of the table."""
        *label, column = cell.index
        told = np.nan_to_num(cell.source[tuple(label)], posinf=self.rows, neginf=0)
        row = int(np.clip(int(told), 0, self.rows - 1))
        total = cell.variable("embeddings")[row, column]
        return cell.made(
            LookedUp, total, label=tuple(label), row=row, column=column, rows=self.rows
        )

    def keras_call(self, stage):
        """`Embedding`."""
        return keras_call("Embedding", self.rows, self.units)

    def pytorch(self, stage):
        """`nn.Embedding`."""
        return Code(f"nn.Embedding({self.rows}, {self.units})")
