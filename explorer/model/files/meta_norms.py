"""Norms in TensorFlow 1 graphs: fused ones, and those written out as sums and products."""

from dataclasses import replace

import numpy as np

from explorer.model.files.graph_builder import neutral_statistics
from explorer.model.files.meta_calls import Reading
from explorer.model.files.meta_constants import number
from explorer.model.files.meta_values import (
    Centred,
    Flow,
    Inverse,
    Known,
    Moment,
    Scaled,
    Shift,
    SquaredDifferences,
    UnreadError,
    Value,
    Variable,
)
from explorer.model.files.written_numbers import as_written
from explorer.model.ops import BatchNormalization, GroupNormalization


def fused(x: Flow, parts: list[Value], training: bool, epsilon: float, reading: Reading):
    """Operation, arrays and what is lacking of `FusedBatchNorm`.

    Args:
        parts: gamma, beta, mean and variance.
        reading: with the checkpoint's variables.

    Raises:
        UnreadError: its parts are none of batch normalization's.
    """
    gamma = _variable_or(parts[0], 1)
    beta = _variable_or(parts[1], 0)
    statistics = None if training else tuple(parts[2:4])
    return normalization(x, gamma, beta, statistics, epsilon, reading)


def _variable_or(value: Value, usual: float) -> Variable | None:
    """A variable, or None for a constant that changes nothing."""
    if isinstance(value, Variable):
        return value
    if isinstance(value, Known) and bool((value.data == usual).all()):
        return None
    raise UnreadError("gamma, beta")


def normalization(
    x: Flow,
    gamma: Variable | None,
    beta: Variable | None,
    statistics: tuple | None,
    epsilon: float,
    reading: Reading,
) -> tuple[BatchNormalization, dict, bool]:
    """The operation, its arrays by their own names, and whether its statistics were not saved.

    Those that no operation updates are what a graph sets them to at first: 0 and 1.
    """
    if statistics and not all(isinstance(one, Variable) for one in statistics):
        raise UnreadError("mean, variance")
    stored = reading.shapes
    saved = bool(statistics) and all(one.name in stored for one in statistics)
    fresh = bool(statistics) and not any(
        one.name in stored or one.name in reading.updated for one in statistics
    )
    layer = (beta or gamma or Variable("")).name.rpartition("/")[0]
    op = BatchNormalization(
        training=not (saved or fresh),
        epsilon=as_written(epsilon),
        center=beta is not None,
        scale=gamma is not None,
    )
    arrays = dict(neutral_statistics(x.shape[-1:]))
    if saved:
        arrays |= dict(zip(arrays, (one.name for one in statistics), strict=True))
    arrays |= {"gamma": gamma.name} if gamma else {}
    arrays |= {"beta": beta.name} if beta else {}
    lacks = bool(statistics) or f"{layer}/moving_mean" not in stored
    return op, arrays, lacks and not saved


def moment(value: Value, axes: Value, keeps: bool) -> Moment:
    """`Mean` of a step for each channel, or its variance: that of squares about that very mean.

    Args:
        value: of which.
        axes: over which; all but the last, or rows and columns.
        keeps: whether these stay, with a size of 1.
    """
    mean = value.mean if isinstance(value, SquaredDifferences) else None
    flow = mean.flow if mean else value
    if not isinstance(flow, Flow):
        raise UnreadError("mean")
    rank = len(flow.shape)
    along = np.atleast_1d(axes.data).tolist() if isinstance(axes, Known) else []
    over = sorted(axis % rank for axis in along)
    of_item = over == [1, 2] and rank == 4 and keeps
    if not of_item and over != [*range(rank - 1)]:
        raise UnreadError("mean")
    if mean and mean.of_item != of_item:
        raise UnreadError("variance")
    return Moment(flow, of_item, is_variance=mean is not None)


def instance(gamma: Variable | None, beta: Variable | None, epsilon: float):
    """Instance normalization, with its arrays by their own names; its statistics are its own."""
    op = GroupNormalization(
        -1, as_written(epsilon), center=beta is not None, scale=gamma is not None
    )
    arrays = {"gamma": gamma.name} if gamma else {}
    return op, arrays | ({"beta": beta.name} if beta else {}), False


def centred(first: Value, second: Value, divides: bool):
    """(x - mean) times the inverse root, or divided by the root: as `instance`, and of what.

    Returns:
        None where it is none of both.
    """
    pairs = ((first, second),) if divides else ((first, second), (second, first))
    for x, by in pairs:
        if isinstance(x, Centred) and isinstance(by, Inverse) and by.is_root:
            own = Moment(x.flow, of_item=True, is_variance=True)
            if by.variance != own or by.is_divisor != divides:
                raise UnreadError("instance normalization")
            return x.flow, instance(by.gamma, None, by.epsilon)
    return None


def with_gamma_or_beta(x: Flow, variable: Variable, name: str):
    """An instance normalization that a variable is multiplied with next, or added to."""
    op = x.op
    if not isinstance(op, GroupNormalization) or op.center or (op.scale and name == "gamma"):
        return None
    more = {"scale": True} if name == "gamma" else {"center": True}
    return replace(op, **more), {**x.arrays, name: variable.name}, False


def inverse_sum(first: Value, second: Value) -> Inverse | None:
    """variance + epsilon; None where it is none."""
    for variance, epsilon in ((first, second), (second, first)):
        if isinstance(variance, Moment) and not variance.is_variance:
            continue
        if isinstance(variance, Variable | Moment) and isinstance(epsilon, Known):
            return Inverse(variance, float(number(epsilon)))
    return None


def product(first: Value, second: Value) -> Inverse | Scaled | Shift | None:
    """What a product with an inverse root is; None where it is none.

    `tf.nn.batch_normalization` writes gamma after it and the mean before it.
    """
    if any(isinstance(value, Inverse) and value.is_divisor for value in (first, second)):
        return None
    if isinstance(first, Inverse) and first.is_root:
        if isinstance(second, Variable) and first.gamma is None:
            return replace(first, gamma=second)
        return Scaled(second, first) if isinstance(second, Flow) else None
    if isinstance(second, Inverse) and second.is_root:
        if isinstance(first, Flow):
            return Scaled(first, second)
        return Shift(first, second) if isinstance(first, Variable | Moment) else None
    return None


def sum_of(scaled: Scaled, shift: Shift, reading: Reading):
    """x·inverse + (beta - mean·inverse): operation, arrays and what is lacking."""
    by = scaled.by
    same = shift.is_done and shift.by is by
    if not same:
        raise UnreadError("batch normalization")
    if isinstance(shift.mean, Moment) or isinstance(by.variance, Moment):
        own = Moment(scaled.flow, getattr(shift.mean, "of_item", False))
        if (shift.mean, by.variance) != (own, replace(own, is_variance=True)):
            raise UnreadError("mean, variance")
        if own.of_item:
            return instance(by.gamma, shift.beta, by.epsilon)
        statistics = None
    else:
        statistics = (shift.mean, by.variance)
    return normalization(scaled.flow, by.gamma, shift.beta, statistics, by.epsilon, reading)
