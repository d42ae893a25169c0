"""Readers of sums and products in TensorFlow 1 graphs, among them norms and leaky curves."""

from dataclasses import replace

from explorer.model.files import meta_norms
from explorer.model.files.meta_calls import Call
from explorer.model.files.meta_constants import ARITHMETIC, number
from explorer.model.files.meta_layers import normalized, with_bias
from explorer.model.files.meta_values import (
    Absolute,
    Centred,
    Flow,
    Inverse,
    Known,
    Moment,
    Scaled,
    Shift,
    SquaredDifferences,
    Unread,
    UnreadError,
    Value,
    Variable,
)
from explorer.model.files.written_numbers import as_written
from explorer.model.ops import Activation, Merge, Op, Rescaling


def add(call: Call) -> Value:
    """`Add`: a bias, a norm, a leaky curve, or a sum."""
    first, second = call.inputs
    for scaled, shift in (call.inputs, call.inputs[::-1]):
        if isinstance(scaled, Scaled) and isinstance(shift, Shift):
            return normalized(call, scaled.flow, meta_norms.sum_of(
                scaled, shift, call.reading))  # fmt: skip
        if isinstance(scaled, Flow) and isinstance(shift, Absolute):
            return _leaky_sum(call, scaled, shift)
    if found := _of_norm(call, "beta"):
        return found
    return meta_norms.inverse_sum(first, second) or with_bias(call) or arithmetic(call, "add")


def _of_norm(call: Call, name: str) -> Flow | None:
    """An instance normalization with its gamma or beta; None where it is none."""
    for x, variable in (call.inputs, call.inputs[::-1]):
        if not isinstance(x, Flow) or not isinstance(variable, Variable):
            continue
        found = meta_norms.with_gamma_or_beta(x, variable, name)
        if found and call.reading.shapes.get(variable.name) == x.shape[-1:]:
            return normalized(call, x.sources[0], found)
    return None


def _leaky_sum(call: Call, straight: Flow, bent: Absolute) -> Value:
    """a·x + b·|x| with a + b = 1: a slope of a - b below 0."""
    if straight.sources != (bent.flow,) or not _is_scaled(straight):
        raise UnreadError("sum")
    (a,), b = straight.op.scale, bent.factor
    if abs(a + b - 1) > 1e-5:
        raise UnreadError("sum")
    return call.step(Activation("leaky_relu", as_written(a - b)), bent.flow)


def _is_scaled(x: Flow) -> bool:
    """Whether a step multiplies by a number, and adds none."""
    return isinstance(x.op, Rescaling) and x.op.offset == (0.0,)


def arithmetic(call: Call, how: str) -> Value:
    """Of two steps a merge, of a step and a number a rescaling, of numbers a number."""
    first, second = call.inputs
    if isinstance(first, Known) and isinstance(second, Known):
        return ARITHMETIC[call.node.op](first, second)
    if isinstance(first, Flow) and isinstance(second, Flow):
        if how in ("divide", "floor"):
            raise UnreadError("quotient")
        return call.step(Merge(how), first, second)
    for x, value, is_first in ((first, second, False), (second, first, True)):
        if isinstance(x, Flow) and isinstance(value, Known):
            return call.step(_rescaled(how, as_written(number(value)), is_first), x)
    unread = [value for value in call.inputs if isinstance(value, Unread)]
    raise UnreadError(unread[0] if unread else how)


def _rescaled(how: str, value: float, is_first: bool) -> Op:
    match how:
        case "add":
            return Rescaling((1.0,), (value,))
        case "multiply":
            return Rescaling((value,), (0.0,))
        case "subtract":
            return Rescaling((-1.0,), (value,)) if is_first else Rescaling((1.0,), (-value,))
        case "divide" if not is_first and value:
            return Rescaling((1 / value,), (0.0,))
        case "maximum" if value == 0:
            return Activation("relu")
    raise UnreadError(how)


def multiply(call: Call) -> Value:
    """`Mul`: a part of a norm or of a curve, or a product."""
    for value, by in (call.inputs, call.inputs[::-1]):
        if isinstance(value, Absolute) and isinstance(by, Known):
            return replace(value, factor=value.factor * number(by))
    found = _centred(call, divides=False) or _of_norm(call, "gamma")
    return found or meta_norms.product(*call.inputs) or arithmetic(call, "multiply")


def divide(call: Call) -> Value:
    """`Div`: a part of a norm, or a quotient."""
    return _centred(call, divides=True) or arithmetic(call, "divide")


def _centred(call: Call, divides: bool) -> Flow | None:
    found = meta_norms.centred(*call.inputs, divides)
    return normalized(call, *found) if found else None


def subtract(call: Call) -> Value:
    """`Sub`: a part of a norm, or a difference."""
    beta, shift = call.inputs
    if isinstance(beta, Variable) and isinstance(shift, Shift) and not shift.is_done:
        return replace(shift, beta=beta, is_done=True)
    if isinstance(beta, Flow) and shift == Moment(beta, of_item=True):
        return Centred(beta, shift)
    return arithmetic(call, "subtract")


def negative(call: Call) -> Value:
    """`Neg`: a part of a norm, or the other sign."""
    value = call.inputs[0]
    if isinstance(value, Shift) and not value.is_done:
        return replace(value, is_done=True)
    return call.step(Rescaling((-1.0,), (0.0,)))


def root_of(call: Call) -> Value:
    """`Rsqrt` or `Sqrt` of a variance and epsilon, or its power of one half."""
    value = call.inputs[0]
    is_half = len(call.inputs) < 2 or number(call.inputs[1]) == 0.5
    if isinstance(value, Inverse) and not value.is_root and is_half:
        return replace(value, is_root=True, is_divisor=call.node.op != "Rsqrt")
    raise UnreadError("root")


def maximum(call: Call) -> Value:
    """max(x, a·x) is leaky."""
    for x, scaled in (call.inputs, call.inputs[::-1]):
        if not isinstance(x, Flow) or not isinstance(scaled, Flow) or scaled.sources != (x,):
            continue
        if _is_scaled(scaled):
            (slope,) = scaled.op.scale
            if 0 <= slope <= 1:
                return call.step(Activation("leaky_relu", slope), x)
    return arithmetic(call, "maximum")


def mean(call: Call) -> Value:
    """`Mean`: the batch's own, or each item's; of squared differences their variance."""
    return meta_norms.moment(*call.inputs, call.flag("keep_dims"))


def squared_difference(call: Call) -> Value:
    """`SquaredDifference` from a step's own mean."""
    for x, mean in (call.inputs, call.inputs[::-1]):
        if isinstance(mean, Moment) and mean.flow is x and not mean.is_variance:
            return SquaredDifferences(mean)
    raise UnreadError("difference")


def absolute(call: Call) -> Value:
    """`Abs`, of a leaky curve."""
    return Absolute(call.flow())
