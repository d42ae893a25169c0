"""Why a value is what it is: the kinds of explanations, and what operations make them from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from explorer.made_once import made_once

Index = tuple[int, ...]
MOST_TERMS = 256


@dataclass(frozen=True, eq=False)
class Explanation:
    """One cell and where it comes from.

    Attributes:
        stage, op: the stage's name and operation.
        index: the cell in the stage's array: [item, unit] or [item, row, column, channel].
        value: what the trace holds there.
        total: the same from its parts, in float64.
        source_stage: the stage that is told of; "" for an input, which comes from outside.
    """

    stage: str
    op: str
    index: Index
    value: float
    total: float
    source_stage: str


@dataclass(frozen=True)
class Canvas:
    """The whole canvas of a transposed convolution, and what is kept of it, by axis.

    Attributes:
        kernel, stride: of rows and columns.
        before: how many are cut off before the first.
        sizes, kept: of the input, and of the output.
    """

    kernel: tuple[int, int]
    stride: tuple[int, int]
    before: tuple[int, int]
    sizes: tuple[int, int]
    kept: tuple[int, int]

    @property
    def stamped(self) -> tuple[int, int]:
        """Rows and columns that some kernel covers."""
        axes = zip(self.sizes, self.stride, self.kernel, strict=True)
        return tuple((size - 1) * stride + kernel for size, stride, kernel in axes)


@dataclass(frozen=True, eq=False)
class WeightedSum(Explanation):
    """`dense`, `conv2d_transpose` or `conv2d`: inputs times kernel taps, summed, plus the bias.

    Attributes:
        rows, columns: int [R] and [Q], the source cells that reach this one. A dense layer reads
            one row, whose columns are the dimensions of z.
        tap_rows, tap_columns: int [R] and [Q], the kernel's index that each of them meets.
        inputs, kernel: float32 [R, Q, source channels].
        bias: added last.
        first_channel: of the source, that the first input channel is.
        is_list: whether it reads a vector.
        output_first: whether the kernel's third axis is the output's.
        canvas: of a transposed convolution.
        has_bias: whether a bias is added at all.
    """

    rows: np.ndarray
    columns: np.ndarray
    tap_rows: np.ndarray
    tap_columns: np.ndarray
    inputs: np.ndarray
    kernel: np.ndarray
    bias: float
    first_channel: int = 0
    is_list: bool = False
    output_first: bool = False
    canvas: Canvas | None = None
    has_bias: bool = True

    @made_once
    def products(self) -> np.ndarray:
        """float64 [R, Q, source channels]; they and the bias add up to `total`."""
        return self.inputs.astype(np.float64) * self.kernel


@dataclass(frozen=True, eq=False)
class Normalized(Explanation):
    """`batch_normalization`: gamma·(x - mean)/sqrt(variance + epsilon) + beta.

    Attributes:
        x: the value that is normalized, at the same index of the source stage.
        gamma, beta, mean, variance, epsilon: the numbers of the formula.
        from_batch: whether mean and variance are the batch's own (training=True).
        cells: how many cells of the source they are taken over; 0 for the stored ones.
        statistics: the key of the words that say whose they are.
        place: of the cell along the axis that has numbers of its own: its channel, or unit.
    """

    x: float
    gamma: float
    beta: float
    mean: float
    variance: float
    epsilon: float
    from_batch: bool
    cells: int
    statistics: str
    place: int


@dataclass(frozen=True, eq=False)
class Activated(Explanation):
    """`actv`: the activation of x, the value at the same index of the source stage.

    Attributes:
        x: that value.
        actv: the function's name.
        curve: float64 values of the function, of any x.
        words: the key of what is said of the curve, "curve", and what fills that in.
    """

    x: float
    actv: str
    curve: Callable[[np.ndarray], np.ndarray]
    words: Mapping[str, object]


@dataclass(frozen=True, eq=False)
class Moved(Explanation):
    """`reshape` or `pad`: the value of another cell, unchanged.

    Attributes:
        source: index in the source stage's array; None where the pad put a constant.
        how: what moved it, by the key of its words.
        mirrored: the axes along which the pad copied it from the other side of an edge.
        in_padding: whether it is a pad that moved it.
    """

    source: Index | None
    how: str
    mirrored: tuple[str, ...] = ()
    in_padding: bool = False


@dataclass(frozen=True)
class Term:
    """One cell that goes into another.

    Attributes:
        stage: that holds it.
        index: in that stage's array.
        value: that the trace holds there.
    """

    stage: str
    index: Index
    value: float


@dataclass(frozen=True, eq=False)
class Combined(Explanation):
    """Merges, concatenation, max pooling and softmax: some cells make up this one.

    Attributes:
        terms: the cells, in the order of the sources or along the axis; the first `MOST_TERMS`.
        count: of all of them.
        how: they are combined: "add", "multiply", "subtract", "average", "maximum", "minimum",
            "concatenate" (one term, as it is) or "softmax" (the term of the cell's own place, over
            the sum of all, by their exponentials).
    """

    terms: tuple[Term, ...]
    how: str
    count: int


@dataclass(frozen=True, eq=False)
class LookedUp(Explanation):
    """`embedding`: a row of a table, chosen by a whole number.

    Attributes:
        label: index of the number in the source stage's array.
        row, column: of the table, where the value stands.
        rows: how many there are.
    """

    label: Index
    row: int
    column: int
    rows: int
