"""Normalization by the item's own mean and variance: of a layer, of groups of channels."""

from dataclasses import dataclass, replace
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from explorer.errors import ExplorerError
from explorer.model.explanations import Normalized
from explorer.model.lazy_tensorflow import tf
from explorer.model.ops.batch_normalization import affine_sentence
from explorer.model.ops.changeable import EPSILON
from explorer.model.ops.code import NO_CODE, Code
from explorer.model.ops.keras_call import ALWAYS, keras_call
from explorer.model.ops.layout import across, all_along, as_grid, check_axes, grid_axis, moved_axis
from explorer.model.ops.op import SEVERAL_STEPS, Epsilon, Op, Variable
from explorer.model.taps import Every, Groups, Separable, same_taps

_STARTS = {"gamma": "ones", "beta": "zeros"}


@dataclass(frozen=True)
class LayerNormalization(Op):
    """Ba et al. 2016.

    Attributes:
        axes: that mean and variance are taken over, and along which gamma and beta differ.
        epsilon: added to the variance.
        center, scale: whether there is a beta, and a gamma.
    """

    axes: Annotated[tuple[int, ...], Field(min_length=1)] = (-1,)
    epsilon: Epsilon = 1e-3
    center: bool = True
    scale: bool = True
    kind: ClassVar[str] = "layer_normalization"
    keras_names: ClassVar = {"axes": "axis"}
    keeps_layout: ClassVar[bool] = True

    def output_shape(self, *inputs):
        """As what came."""
        check_axes(self.axes, inputs[0])
        return inputs[0]

    def on_moved_axes(self, places):
        """Along the same axis; gamma and beta of several would be laid out otherwise."""
        if len(self.axes) > 1:
            return None
        return replace(self, axes=(moved_axis(self.axes[0], places),))

    def _along(self, rank: int) -> tuple[int, ...]:
        return tuple(sorted({axis % rank for axis in self.axes}))

    def variables(self, *inputs):
        """gamma and beta, of the sizes of the axes."""
        sizes = tuple(inputs[0][axis] for axis in self._along(len(inputs[0])))
        there = [("gamma", self.scale), ("beta", self.center)]
        return tuple(Variable(name, sizes, _STARTS[name]) for name, is_there in there if is_there)

    @property
    def changeable(self):
        """What is added to the variance."""
        return (EPSILON,)

    def sentence(self, stage):
        """By whether it has both γ and β."""
        return affine_sentence(self.kind, self)

    def gradient_steps(self, stage):
        """Of the differences from the mean, their squares, and so on."""
        return SEVERAL_STEPS

    def forward(self, inputs, variables, shape):
        """Mean and biased variance of each item's cells."""
        along = self._along(len(shape))
        mean, variance = tf.nn.moments(inputs[0], axes=along, keepdims=True)
        sizes = [size if at in along else 1 for at, size in enumerate(shape)]
        gamma, beta = (
            tf.reshape(variables[name], sizes) if name in variables else None for name in _STARTS
        )
        return tf.nn.batch_normalization(inputs[0], mean, variance, beta, gamma, self.epsilon)

    def detail(self, stage):
        """The axes."""
        return f"axes={list(self.axes)}"

    def reads(self, stage):
        """All along the axes."""
        rank = len(stage.shape)
        return (all_along(stage, {grid_axis(rank, axis) for axis in self.axes}),)

    def mixes_channels(self, stage):
        """By their mean and variance."""
        return len(stage.shape) - 1 in self._along(len(stage.shape))

    def explain(self, cell) -> Normalized:
        """The formula's numbers."""
        along = self._along(len(cell.index))
        at = tuple(slice(None) if axis in along else n for axis, n in enumerate(cell.index))
        place = tuple(cell.index[axis] for axis in along)
        return normalized(cell, cell.source[at], place, self.epsilon)

    def keras_call(self, stage):
        """`LayerNormalization`."""
        axis = self.axes[0] if len(self.axes) == 1 else list(self.axes)
        return keras_call("LayerNormalization", axis=(axis, ALWAYS), **_keras_arguments(self))

    def pytorch(self, stage):
        """`nn.LayerNorm`, of vectors; it has a gamma, with or without a beta, or neither."""
        if len(stage.shape) > 2 or (self.center and not self.scale):
            return NO_CODE
        plain = "" if self.scale else ", elementwise_affine=False"
        bias = ", bias=False" if self.scale and not self.center else ""
        return Code(f"nn.LayerNorm({stage.shape[-1]}, eps={self.epsilon:g}{plain}{bias})")


@dataclass(frozen=True)
class GroupNormalization(Op):
    """Wu and He 2018, over the last axis' channels.

    Attributes:
        groups: of channels; -1 is one for each channel: instance normalization.
        epsilon: added to the variance.
        center, scale: whether there is a beta, and a gamma.
    """

    groups: Annotated[int, Field(ge=-1)] = 32
    epsilon: Epsilon = 1e-3
    center: bool = True
    scale: bool = True
    kind: ClassVar[str] = "group_normalization"
    keeps_layout: ClassVar[bool] = True

    def sentence(self, stage):
        """In groups, or each channel by itself; and by whether it has both γ and β."""
        code = "instance_normalization" if self.groups == -1 else self.kind
        return affine_sentence(code, self)

    def _groups(self, channels: int) -> int:
        return channels if self.groups == -1 else self.groups

    def output_shape(self, *inputs):
        """As what came."""
        check_axes((-1,), inputs[0])
        channels = inputs[0][-1]
        if not self.groups or channels % self._groups(channels):
            raise ExplorerError("groups_divide", None, channels=channels, groups=self.groups)
        return inputs[0]

    def mixes_channels(self, stage):
        """By a group's mean and variance."""
        return self._groups(stage.shape[-1]) < stage.shape[-1]

    def variables(self, *inputs):
        """gamma and beta, one for each channel."""
        there = [("gamma", self.scale), ("beta", self.center)]
        size = (inputs[0][-1],)
        return tuple(Variable(name, size, _STARTS[name]) for name, is_there in there if is_there)

    @property
    def changeable(self):
        """What is added to the variance."""
        return (EPSILON,)

    def gradient_steps(self, stage):
        """Of the differences from the mean, their squares, and so on."""
        return SEVERAL_STEPS

    def forward(self, inputs, variables, shape):
        """Mean and biased variance of each item's groups."""
        groups = self._groups(shape[-1])
        parts = tf.reshape(inputs[0], (*shape[:-1], groups, shape[-1] // groups))
        rank = len(shape)
        axes = [*range(1, rank - 1), rank]
        mean, variance = tf.nn.moments(parts, axes=axes, keepdims=True)
        x = (parts - mean) * tf.math.rsqrt(variance + self.epsilon)
        x = tf.reshape(x, shape)
        x = x * variables["gamma"] if self.scale else x
        return x + variables["beta"] if self.center else x

    def detail(self, stage):
        """How many groups."""
        return f"groups={self._groups(stage.shape[-1])}"

    def reads(self, stage):
        """All cells of its group of channels."""
        view, rank = as_grid(stage.shape), len(stage.shape)
        last = grid_axis(rank, -1)
        groups = Groups(view[last], view[last], self._groups(stage.shape[-1]))
        axes = [Every(n, n) for n in view]
        axes[0], axes[last] = same_taps(view[0]), groups
        return (across(stage, Separable(tuple(axes))),)

    def explain(self, cell) -> Normalized:
        """The formula's numbers."""
        item, *_, channel = cell.index
        size = cell.source.shape[-1] // self._groups(cell.source.shape[-1])
        first = channel // size * size
        values = cell.source[item][..., first : first + size]
        return normalized(cell, values, (channel,), self.epsilon)

    def keras_call(self, stage):
        """`GroupNormalization`."""
        return keras_call("GroupNormalization", self.groups, **_keras_arguments(self))

    def pytorch(self, stage):
        """`nn.GroupNorm`, with gamma and beta or with neither."""
        if self.center != self.scale:
            return NO_CODE
        channels, plain = stage.shape[-1], "" if self.scale else ", affine=False"
        groups = self._groups(channels)
        return Code(f"nn.GroupNorm({groups}, {channels}, eps={self.epsilon:g}{plain})")


def _keras_arguments(op: LayerNormalization | GroupNormalization) -> dict[str, tuple]:
    return {
        "epsilon": (op.epsilon, ALWAYS),
        "center": (op.center, True),
        "scale": (op.scale, True),
    }


def normalized(cell, values: np.ndarray, place: tuple[int, ...], epsilon: float) -> Normalized:
    """The explanation by the mean and variance of some of the source's cells.

    Args:
        place: of the cell's gamma and beta.
    """
    gamma, beta = (
        float(cell.variable(name)[place]) if name in cell.variables else usual
        for name, usual in (("gamma", 1.0), ("beta", 0.0))
    )
    values, x = values.astype(np.float64), float(cell.source[cell.index])
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        mean, variance = float(values.mean()), float(values.var())
        total = np.float64(gamma) * (x - mean) / np.sqrt(variance + np.float32(epsilon)) + beta
    return cell.made(
        Normalized,
        float(total),
        x=x,
        gamma=gamma,
        beta=beta,
        mean=mean,
        variance=variance,
        epsilon=epsilon,
        from_batch=True,
        cells=values.size,
        statistics=cell.stage.kind,
        place=cell.index[-1],
    )
