"""A function of each value by itself."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import ClassVar, Literal

import numpy as np

from explorer.model.explanations import Activated
from explorer.model.lazy_tensorflow import tf
from explorer.model.ops.changeable import addition, choice, real
from explorer.model.ops.code import NO_CODE, Code
from explorer.model.ops.keras_call import ALWAYS, keras_call
from explorer.model.ops.op import SEVERAL_STEPS, Op

LEAKY_SLOPE = 0.2  # of the original's leaky_relu


def _relu(x, op: "Activation"):
    """max(x, threshold), a slope below it, a largest value: all as in `keras.layers.ReLU`."""
    if op.threshold:
        x = tf.where(x >= op.threshold, x, op.slope * (x - op.threshold))
    elif op.slope:
        x = tf.nn.leaky_relu(x, alpha=op.slope)
    else:
        x = tf.nn.relu(x)
    return x if op.most is None else tf.minimum(x, tf.cast(op.most, x.dtype))


def _elu(x, op: "Activation"):
    return tf.nn.elu(x) if op.slope == 1 else tf.where(x > 0, x, op.slope * tf.math.expm1(x))


_FUNCTIONS: dict[str, Callable] = {
    "relu": _relu,
    "leaky_relu": lambda x, op: tf.nn.leaky_relu(x, alpha=op.slope),
    "elu": _elu,
    "selu": lambda x, op: tf.nn.selu(x),
    "gelu": lambda x, op: tf.nn.gelu(x, approximate=op.approximate),
    "silu": lambda x, op: tf.nn.silu(x),
    "tanh": lambda x, op: tf.nn.tanh(x),
    "sigmoid": lambda x, op: tf.nn.sigmoid(x),
    "softplus": lambda x, op: tf.nn.softplus(x),
    "softsign": lambda x, op: tf.nn.softsign(x),
    "exponential": lambda x, op: tf.exp(x),
    "linear": lambda x, op: tf.identity(x),
}
_TORCH = {
    "relu": "nn.ReLU()",
    "selu": "nn.SELU()",
    "silu": "nn.SiLU()",
    "tanh": "nn.Tanh()",
    "sigmoid": "nn.Sigmoid()",
    "softplus": "nn.Softplus()",
    "softsign": "nn.Softsign()",
    "linear": "nn.Identity()",
}
_NOT_NEGATIVE = ("sigmoid", "softplus", "exponential")
_SLOPED = ("relu", "leaky_relu", "elu")
_STRAIGHT = ("relu", "leaky_relu", "linear")
# What the layers of functions with numbers of their own call these.
_KERAS_NAMES = {
    "relu": {"slope": "negative_slope", "most": "max_value", "threshold": "threshold"},
    "leaky_relu": {"slope": "negative_slope"},
    "elu": {"slope": "alpha"},
    "gelu": {"approximate": "approximate"},
}


@dataclass(frozen=True)
class Activation(Op):
    """An activation.

    Attributes:
        function: one of `FUNCTIONS`.
        slope: below 0, of relu and leaky_relu; of elu its alpha.
        most: of relu, its largest value.
        threshold: of relu, below which the slope holds.
        approximate: whether gelu is computed by tanh.
    """

    function: Literal[tuple(_FUNCTIONS)]
    slope: float = 0.0
    most: float | None = None
    threshold: float = 0.0
    approximate: bool = False
    kind: ClassVar[str] = "actv"
    keeps_layout: ClassVar[bool] = True
    may_die: ClassVar[bool] = True

    def on_moved_axes(self, places):
        """Itself: it is the same everywhere."""
        return self

    @property
    def keras_names(self):
        """Of the layer that it is there, which takes no others."""
        unused = {item.name: None for item in fields(self)}
        is_plain = self.keras_call(None).code.startswith("Activation(")
        return unused | ({"function": "activation"} if is_plain else _KERAS_NAMES[self.function])

    @property
    def shape(self) -> str:
        """The key of the words for its curve."""
        if self.function != "relu" or (self.most is None and not self.threshold):
            return "leaky_relu" if self.function == "relu" and self.slope else self.function
        return "relu_cut"

    def words(self):
        """With the key of its curve, and its numbers."""
        return super().words() | {"curve": self.shape}

    @property
    def changeable(self):
        """The function, and the slope of those that have one."""
        sloped = (real("slope", 0, 10),) if self.function in _SLOPED else ()
        return choice("function", FUNCTIONS), *sloped

    def changed(self, argument, value):
        """Another function begins with its usual numbers."""
        if argument == "function":
            return {"": activation(value)}
        return super().changed(argument, value)

    @property
    def added_as(self):
        """Its function."""
        return self.function

    def gradient_steps(self, stage):
        """Curves of several steps keep what each gives."""
        return SEVERAL_STEPS if self.function == "gelu" or self.shape == "relu_cut" else 0

    @property
    def is_straight(self) -> bool:
        """Whether it is made of straight lines."""
        return self.function in _STRAIGHT

    def apply(self, x):
        """Its values, of a tensor's type."""
        return _FUNCTIONS[self.function](x, self)

    def curve(self, x) -> np.ndarray:
        """Its values, float64, of the same shape as x."""
        return np.asarray(self.apply(tf.constant(x, tf.float64)))

    def forward(self, inputs, variables, shape):
        """The function of each value."""
        return self.apply(inputs[0])

    def detail(self, stage):
        """The function's name."""
        return self.function

    def is_signed(self, inputs):
        """By its formula."""
        if self.function == "relu":
            return self.slope != 0 or self.threshold < 0
        return self.function not in _NOT_NEGATIVE

    def explain(self, cell) -> Activated:
        """The function at the value of the same place."""
        x = float(cell.source[cell.index])
        total = self.curve([x])[0]
        return cell.made(
            Activated, total, x=x, actv=self.function, curve=self.curve, words=self.words()
        )

    def keras_call(self, stage):
        """`Activation`, or the layer that takes its numbers."""
        match self.function:
            case "leaky_relu":
                return keras_call("LeakyReLU", negative_slope=(self.slope, ALWAYS))
            case "elu" if self.slope != 1:
                return keras_call("ELU", alpha=(self.slope, ALWAYS))
            case "relu" if self.slope or self.threshold or self.most is not None:
                return keras_call(
                    "ReLU",
                    max_value=(self.most, None),
                    negative_slope=(self.slope, 0),
                    threshold=(self.threshold, 0),
                )
            case "gelu" if self.approximate:
                return keras_call("keras.activations.gelu", approximate=(True, ALWAYS))
        return keras_call("Activation", self.function)

    def pytorch(self, stage):
        """The module of the same name."""
        match self.function:
            case "leaky_relu":
                return Code(f"nn.LeakyReLU({self.slope:g})")
            case "elu":
                return Code(f"nn.ELU({'' if self.slope == 1 else f'{self.slope:g}'})")
            case "gelu":
                return Code(f"nn.GELU({'approximate=' + repr('tanh') if self.approximate else ''})")
            case "relu" if self.threshold or (self.slope and self.most is not None):
                return NO_CODE
            case "relu" if self.slope:
                return Code(f"nn.LeakyReLU({self.slope:g})")
            case "relu" if self.most is not None:
                return Code(f"nn.Hardtanh(0, {self.most:g})")
        return Code(_TORCH[self.function]) if self.function in _TORCH else NO_CODE


FUNCTIONS = tuple(_FUNCTIONS)


def activation(function: str, slope: float | None = None) -> Activation:
    """An activation by its name, with the numbers that it has where none are told.

    Args:
        slope: of leaky_relu, where it is not the original's.
    """
    usual = {"leaky_relu": LEAKY_SLOPE, "elu": 1.0}.get(function, 0.0)
    return Activation(function, usual if slope is None else slope)


ACTIVATION = addition("activation", FUNCTIONS, "linear")


def with_activation(op: Op, function: str) -> dict[str, Op]:
    """An operation and the activation that follows it as a stage of its own, as `Op.changed`."""
    return {"": op, ACTIVATION.name: activation(function)}
