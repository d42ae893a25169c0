"""What the tensors of a TensorFlow 1 graph are, as far as a generator needs them.

Nothing is run: a tensor is a constant, a variable, a step of a generator, a part of a batch
normalization that is written out, or it is not read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from explorer.errors import quote
from explorer.model.files.arrays import StoredArray
from explorer.model.ops import Op
from explorer.model.ops.op import Shape


@dataclass(frozen=True, eq=False)
class Known:
    """A constant, or sizes that are known, of dtype object: None stands for the batch's."""

    data: np.ndarray


@dataclass(frozen=True)
class Variable:
    """A variable, by its name."""

    name: str


@dataclass(frozen=True)
class Unread:
    """What is not read.

    Attributes:
        op, name: of the operation that is at fault.
        why: what is wrong with it, where it is not the operation as such.
    """

    op: str
    name: str
    why: str = ""

    def __str__(self) -> str:
        why = f" ({self.why})" if self.why else ""
        return f"{quote(self.op)} {quote(self.name, 100)}{why}"


@dataclass(frozen=True, eq=False)
class Flow:
    """A step of a generator.

    Attributes:
        name: of the operation that it ends with.
        at: its place among all steps; those that it reads come before it.
        op, sources, shape: as of a stage, for a batch of one.
        arrays: its variables by their own names: names in the checkpoint, or neutral arrays.
        names: of all variables that it and the steps before it read.
        roots: the inputs that it comes from.
        trains: how many steps up to it normalize by the batch's own statistics.
        takes_bias: whether a variable that is added to it next is its bias.
        switched: whether a switch decides about it, e.g. whether it is training.
        lacks: whether its statistics were not saved.
        drawn: of an input, what the graph draws it from where that is not N(0, 1).
        batch: of an input, how many items the graph gives it at a time; None for any number.
    """

    name: str
    at: int
    op: Op
    sources: "tuple[Flow, ...]"
    shape: Shape
    arrays: Mapping[str, str | StoredArray] = field(default_factory=dict)
    names: frozenset[str] = frozenset()
    roots: "frozenset[Flow]" = frozenset()
    trains: int = 0
    takes_bias: bool = False
    switched: bool = False
    lacks: bool = False
    drawn: str = ""
    batch: int | None = None


@dataclass(frozen=True)
class Moment:
    """The own mean or variance of a step, of each channel.

    Attributes:
        flow: the step.
        of_item: whether it is taken over each item's cells, not over those of the whole batch.
        is_variance: whether it is the variance, not the mean.
    """

    flow: Flow
    of_item: bool = False
    is_variance: bool = False


@dataclass(frozen=True, eq=False)
class SquaredDifferences:
    """Of a step's cells from its own mean; their mean is its variance."""

    mean: Moment


@dataclass(frozen=True, eq=False)
class Centred:
    """A step less its own mean."""

    flow: Flow
    mean: Moment


@dataclass(frozen=True, eq=False)
class Inverse:
    """variance + epsilon, then its inverse root, then that times gamma.

    Attributes:
        is_divisor: whether it is the root itself, by which is divided.
    """

    variance: Variable | Moment
    epsilon: float
    is_root: bool = False
    is_divisor: bool = False
    gamma: Variable | None = None


@dataclass(frozen=True, eq=False)
class Scaled:
    """A step times an `Inverse`."""

    flow: Flow
    by: Inverse


@dataclass(frozen=True, eq=False)
class Shift:
    """A mean times an `Inverse`, then beta less that."""

    mean: Variable | Moment
    by: Inverse
    beta: Variable | None = None
    is_done: bool = False


@dataclass(frozen=True, eq=False)
class Absolute:
    """|x| times a number."""

    flow: Flow
    factor: float = 1.0


@dataclass(frozen=True, eq=False)
class Apart:
    """A map whose every block-th cells are maps of their own in the batch.

    Attributes:
        flow: the map.
        block: how many rows and columns are taken apart.
        pads: (before, after) of rows and of columns, put on first.
    """

    flow: Flow
    block: tuple[int, int]
    pads: tuple[tuple[int, int], tuple[int, int]]


# What is no step by itself, but what one is made of.
Part = Moment | SquaredDifferences | Centred | Inverse | Scaled | Shift | Absolute | Apart
Value = Known | Variable | Unread | Flow | Part


class UnreadError(Exception):
    """An operation is not read; its argument is an `Unread`, or says why."""
