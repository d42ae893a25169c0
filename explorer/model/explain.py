"""Why a value is what it is: the parts that add up to one cell of one stage.

Parts come from the stage before, as the trace holds it, and are summed up in float64; the shown
value is float32, so the two agree to rounding.
"""

import functools
import numbers
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from explorer.errors import ExplorerError, quote
from explorer.model.config import AXES, GeneratorConfig
from explorer.model.links import grid_shape, spatial_taps
from explorer.model.ops import ACTIVATION_OPS, BN_EPSILON
from explorer.model.padding import CONSTANT_SOURCE, pad_sources
from explorer.model.stages import BN_VARIABLES, Stage, stages
from explorer.model.trace import check_z, trace
from explorer.model.weights import check_weights

Index = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Explanation:
    """One cell and where it comes from.

    Attributes:
        stage, op: the stage's name and operation.
        index: the cell in the stage's array: [item, unit] or [item, row, column, channel].
        value: what the trace holds there.
        total: the same from its parts, in float64.
        source_stage: the stage before; "" for z, which comes from outside.
    """

    stage: str
    op: str
    index: Index
    value: float
    total: float
    source_stage: str


@dataclass(frozen=True, eq=False)
class WeightedSum(Explanation):
    """`dense`, `conv2d_transpose` or `conv2d`: inputs times kernel taps, summed, plus the bias.

    Attributes:
        rows, columns: int [R] and [Q], the source cells that reach this one. A dense layer reads
            one row, whose columns are the dimensions of z.
        tap_rows, tap_columns: int [R] and [Q], the kernel's index that each of them meets.
        inputs, kernel: float32 [R, Q, source channels].
        bias: added last.
    """

    rows: np.ndarray
    columns: np.ndarray
    tap_rows: np.ndarray
    tap_columns: np.ndarray
    inputs: np.ndarray
    kernel: np.ndarray
    bias: float

    @functools.cached_property
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
    """

    x: float
    gamma: float
    beta: float
    mean: float
    variance: float
    epsilon: float
    from_batch: bool
    cells: int


@dataclass(frozen=True, eq=False)
class Activated(Explanation):
    """`actv`: the activation of x, the value at the same index of the source stage."""

    x: float
    actv: str


@dataclass(frozen=True, eq=False)
class Moved(Explanation):
    """`reshape` or `pad`: the value of another cell, unchanged.

    Attributes:
        source: index in the source stage's array; None where the pad put a constant.
        mirrored: the axes along which the pad copied it from the other side of an edge.
    """

    source: Index | None
    mirrored: tuple[str, ...] = ()


def explain(config: GeneratorConfig, weights: Mapping, z, stage: str, index: Index) -> Explanation:
    """Explains one cell of one stage.

    Args:
        config: the generator's structure.
        weights: variable name -> float32 array, as from `init_weights`.
        z: [N, noise_dim], array-like.
        stage: a stage's name, e.g. "upsample1/conv2d_transpose".
        index: the cell in the stage's array: (item, unit) for z and the vectors of fc1, else
            (item, row, column, channel).

    Returns:
        A `WeightedSum`, `Normalized`, `Activated` or `Moved`, or a plain `Explanation` for z.

    Raises:
        ExplorerError: there is no such stage or cell, or what `trace` raises.

    Example:
        >>> config = GeneratorConfig()
        >>> weights, z = init_weights(config, seed=0), draw_z(seed=0, batch_size=1)
        >>> why = explain(config, weights, z, "upsample1/conv2d_transpose", (0, 3, 3, 0))
        >>> why.products.shape   # 3 rows and 3 columns of the base map, 256 channels
        (3, 3, 256)
        >>> bool(abs(why.products.sum() + why.bias - why.value) < 1e-6)
        True
    """
    z = check_z(config, z)
    check_weights(config, weights)
    cell = check_cell(config, len(z), stage, index)
    return explain_cell(config, weights, trace(config, weights, z), stage, cell)


def explain_cell(
    config: GeneratorConfig,
    weights: Mapping,
    outputs: Mapping[str, np.ndarray],
    stage: str,
    index: Index,
) -> Explanation:
    """`explain` on a trace that is there already; stage and index must be sound."""
    plan = stages(config, len(outputs["z"]))
    at = [item.name for item in plan].index(stage)
    before = plan[max(0, at - 1)]
    cell = Cell(config, weights, before, plan[at], outputs[before.name], outputs[stage], index)
    return _EXPLAIN[plan[at].op](cell)


def check_cell(config: GeneratorConfig, batch: int, stage: str, index: object) -> Index:
    """The index as a tuple of int.

    Raises:
        ExplorerError: no such stage, or an index that its array does not have.
    """
    shapes = {item.name: item.shape for item in stages(config, batch)}
    if not isinstance(stage, str) or stage not in shapes:
        raise ExplorerError("no_such_stage", "stage", value=quote(stage), allowed=", ".join(shapes))
    shape = shapes[stage]
    try:
        parts = tuple(index)
        sound = len(parts) == len(shape) and all(isinstance(part, numbers.Real) for part in parts)
        whole = tuple(map(int, parts)) if sound else ()
        sound = sound and whole == parts
    except Exception:  # or the value's own methods fail, with any error
        sound = False
    if not sound or not all(0 <= part < size for part, size in zip(whole, shape, strict=True)):
        raise ExplorerError(
            "no_such_cell", "cell", value=quote(index), stage=stage, shape=list(shape)
        )
    return whole


def to_grid(config: GeneratorConfig, stage: Stage, index: Index) -> tuple[int, int, int, int]:
    """An index of a stage's array as item, row, column and channel of its grid shape."""
    _, height, width, channels = grid_shape(stage, config)
    if len(index) == 4:
        return index
    return (index[0], *map(int, np.unravel_index(index[1], (height, width, channels))))


def from_grid(config: GeneratorConfig, stage: Stage, cell: tuple[int, int, int, int]) -> Index:
    """The inverse of `to_grid`."""
    if len(stage.shape) == 4:
        return cell
    return cell[0], int(np.ravel_multi_index(cell[1:], grid_shape(stage, config)[1:]))


@dataclass(frozen=True, eq=False)
class Cell:
    """What an explanation is made from: a stage, the one before it, and the outputs of both."""

    config: GeneratorConfig
    weights: Mapping
    before: Stage
    stage: Stage
    source: np.ndarray
    output: np.ndarray
    index: Index

    def variable(self, name: str) -> np.ndarray:
        """One of the stage's weights."""
        return np.asarray(self.weights[self.stage.weight_name(name)])

    def made(self, kind: type[Explanation], total: float, **parts) -> Explanation:
        """The explanation, with what all kinds have in common."""
        return kind(
            stage=self.stage.name,
            op=self.stage.op,
            index=self.index,
            value=float(self.output[self.index]),
            total=float(total),
            source_stage="" if self.stage.op == "input" else self.before.name,
            **parts,
        )


def _explain_input(cell: Cell) -> Explanation:
    return cell.made(Explanation, cell.output[cell.index])


def _explain_dense(cell: Cell) -> WeightedSum:
    item, unit = cell.index
    inputs = cell.source[item][None, :, None]
    kernel = cell.variable("kernel")[:, unit][None, :, None]
    first, all_columns = np.zeros(1, int), np.arange(inputs.shape[1])
    return _weighted_sum(cell, (first, all_columns), (first, all_columns), inputs, kernel, unit)


def _explain_convolution(cell: Cell) -> WeightedSum:
    item, row, column, channel = cell.index
    (rows, tap_rows), (columns, tap_columns) = (
        spatial_taps(cell.config, cell.stage, size).of(at)
        for size, at in zip(cell.source.shape[1:3], (row, column), strict=True)
    )
    kernel = cell.variable("kernel")
    last = kernel[:, :, channel] if cell.stage.op == "conv2d_transpose" else kernel[..., channel]
    return _weighted_sum(
        cell,
        (rows, columns),
        (tap_rows, tap_columns),
        cell.source[item][np.ix_(rows, columns)],
        last[np.ix_(tap_rows, tap_columns)],
        channel,
    )


def _weighted_sum(cell: Cell, cells, taps, inputs, kernel, output: int) -> WeightedSum:
    bias = float(cell.variable("bias")[output])
    with np.errstate(invalid="ignore", over="ignore"):
        total = np.sum(inputs.astype(np.float64) * kernel) + bias
    return cell.made(
        WeightedSum,
        total,
        rows=cells[0],
        columns=cells[1],
        tap_rows=taps[0],
        tap_columns=taps[1],
        inputs=inputs,
        kernel=kernel,
        bias=bias,
    )


def _explain_normalization(cell: Cell) -> Normalized:
    channel, config = cell.index[-1], cell.config
    # NumPy's numbers, of which a file's may be any: the root of a negative one is NaN, as there.
    gamma, beta, mean, variance = np.array(
        [cell.variable(name)[channel] for name in BN_VARIABLES], np.float64
    )
    x, values = float(cell.source[cell.index]), cell.source[..., channel].astype(np.float64)
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        if config.training:
            mean, variance = values.mean(), values.var()
        total = gamma * (x - mean) / np.sqrt(variance + np.float32(BN_EPSILON)) + beta
    return cell.made(
        Normalized,
        float(total),
        x=x,
        gamma=float(gamma),
        beta=float(beta),
        mean=float(mean),
        variance=float(variance),
        epsilon=BN_EPSILON,
        from_batch=config.training,
        cells=values.size if config.training else 0,
    )


def _explain_activation(cell: Cell) -> Activated:
    x = float(cell.source[cell.index])
    return cell.made(Activated, activation(cell.config.actv, [x])[0], x=x, actv=cell.config.actv)


def activation(name: str, x) -> np.ndarray:
    """An activation's values, float64, of the same shape as x."""
    return np.asarray(ACTIVATION_OPS[name](tf.constant(x, tf.float64)))


def _explain_reshape(cell: Cell) -> Moved:
    source = from_grid(cell.config, cell.before, cell.index)
    return cell.made(Moved, cell.source[source], source=source)


def _explain_pad(cell: Cell) -> Moved:
    config, shape = cell.config, cell.source.shape
    source = tuple(
        int(pad_sources(size, *pair, config.pad_mode)[at])
        for size, pair, at in zip(shape, config.paddings, cell.index, strict=True)
    )
    if CONSTANT_SOURCE in source:
        return cell.made(Moved, 0.0, source=None)
    mirrored = tuple(
        axis
        for axis, size, (before, _), at in zip(
            AXES, shape, config.paddings, cell.index, strict=True
        )
        if not before <= at < before + size
    )
    return cell.made(Moved, cell.source[source], source=source, mirrored=mirrored)


_EXPLAIN = {
    "input": _explain_input,
    "dense": _explain_dense,
    "actv": _explain_activation,
    "batch_normalization": _explain_normalization,
    "reshape": _explain_reshape,
    "conv2d_transpose": _explain_convolution,
    "pad": _explain_pad,
    "conv2d": _explain_convolution,
}
