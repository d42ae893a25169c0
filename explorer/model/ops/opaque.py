"""A layer that cannot be looked into: it is named, and nothing runs through it."""

import re
from dataclasses import dataclass, replace
from typing import ClassVar

from explorer.errors import ExplorerError, quote
from explorer.model.explanations import Explanation
from explorer.model.ops.input import shown_sizes
from explorer.model.ops.layout import across, as_grid
from explorer.model.ops.op import Op, Shape
from explorer.model.taps import Every, Separable

# Classes of Keras that a generator may have and that nothing here computes, by the reason.
_REASONS = {
    "sides": re.compile(
        r"(Separable|Depthwise|Global|Adaptive)?(Max|Average|Avg)?"
        r"(Conv|Convolution|Pool|Pooling|UpSampling|ZeroPadding|Cropping)[13]D(Transpose)?"
    ),
    "steps": re.compile(r"LSTM|GRU|SimpleRNN|RNN|Bidirectional|TimeDistributed|ConvLSTM[123]D"),
    "attention": re.compile(r"(Additive|MultiHead|GroupQuery|GroupedQuery)?Attention"),
}


@dataclass(frozen=True)
class Opaque(Op):
    """A custom layer, or one that is not known here.

    Attributes:
        layer: its class.
        shape: of an item of its output, where the file tells it.
        guess: the shape that it is taken for where it is not told; by default that of what came.
    """

    layer: str
    shape: tuple[int, ...] | None = None
    guess: tuple[int, ...] | None = None
    keras_names: ClassVar = {"guess": None}
    kind: ClassVar[str] = "opaque"
    most_sources: ClassVar[int] = 1000
    is_known: ClassVar[bool] = False

    def output_shape(self, *inputs):
        """As the file tells, or as it is guessed."""
        shape = self.guess if self.shape is None else self.shape
        return inputs[0] if shape is None else (inputs[0][0], *shape)

    @property
    def tells_shape(self):
        """Where the file does."""
        return self.shape is not None

    def inputs_for(self, inputs, wanted):
        """Nothing is known of it."""
        return ()

    def reason(self, stage, wanted):
        """Nothing is known of it."""
        return "opaque", {"layer": self.layer}

    def sized(self, sizes: Shape) -> "Opaque":
        """The same with the sizes of an array that it gave.

        Raises:
            ExplorerError: the file tells others.
        """
        if self.shape not in (None, tuple(sizes)):
            wanted = shown_sizes(self.shape)
            raise ExplorerError("input_sizes", None, sizes=quote(list(sizes)), wanted=wanted)
        return replace(self, shape=tuple(sizes))

    def forward(self, inputs, variables, shape):
        """Nothing is known of it."""
        raise ExplorerError("layer_opaque", None, layer=quote(self.layer))

    def formula(self, inputs, output):
        """What the file tells."""
        return f"{list(inputs[0])} → {list(output)}"

    @property
    def why_unknown(self):
        """By the class: what Keras has, or somebody's own."""
        found = (why for why, classes in _REASONS.items() if classes.fullmatch(self.layer))
        return next(found, "own")

    def detail(self, stage):
        """The class."""
        return self.layer

    def words(self):
        """The class."""
        return {"layer": self.layer}

    def reads(self, stage):
        """Whatever it may read: everything."""
        output = as_grid(stage.shape)
        return tuple(
            across(stage, Separable(tuple(map(Every, as_grid(shape), output))), at)
            for at, shape in enumerate(stage.input_shapes)
        )

    def explain(self, cell) -> Explanation:
        """Nothing but its value."""
        return cell.made(Explanation, cell.output[cell.index])
