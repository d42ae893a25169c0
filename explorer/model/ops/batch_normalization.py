"""gamma·(x - mean)/sqrt(variance + epsilon) + beta, by stored or by the batch's own statistics."""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from explorer.model.explanations import Normalized
from explorer.model.lazy_tensorflow import tf
from explorer.model.ops.changeable import EPSILON, SWITCH, choice
from explorer.model.ops.code import NO_CODE, Code
from explorer.model.ops.keras_call import ALWAYS, keras_call
from explorer.model.ops.layout import all_along, check_axes, grid_axis, moved_axis
from explorer.model.ops.op import Epsilon, Op, Variable
from explorer.model.taps import Every, Separable, place_reads, same_taps

BN_EPSILON = 1e-3
BN_MOMENTUM = 0.99  # of the moving mean and variance, as in the original's layers
# TensorFlow's order of creation.
MOVING_STATISTICS = ("moving_mean", "moving_variance")
BN_VARIABLES = ("gamma", "beta", *MOVING_STATISTICS)
_LEAST_FUSED = 1.001e-5
_LARGE_GAIN = 20  # beyond it a variance near 0 is worth a word
_STARTS = {"gamma": "ones", "beta": "zeros", "moving_mean": "zeros", "moving_variance": "ones"}


def affine_sentence(code: str, op: Op) -> str:
    """The key of what is said of a normalization with its `center` and `scale`, or without one."""
    return code if op.center and op.scale else f"{code}_plain"


@dataclass(frozen=True)
class BatchNormalization(Op):
    """Ioffe and Szegedy 2015, with the biased variance.

    Attributes:
        training: whether the batch's own statistics are taken.
        epsilon: added to the variance.
        momentum: of the moving statistics.
        center, scale: whether there is a beta, and a gamma.
        axis: that each has numbers of its own along; negative ones count from the end.
    """

    training: bool = False
    epsilon: Epsilon = BN_EPSILON
    momentum: float = BN_MOMENTUM
    center: bool = True
    scale: bool = True
    axis: int = -1
    kind: ClassVar[str] = "batch_normalization"
    keras_names: ClassVar = {"training": None}  # of a call, not of the layer
    keeps_layout: ClassVar[bool] = True

    def on_moved_axes(self, places):
        """Along the same axis, where it stands then."""
        return replace(self, axis=moved_axis(self.axis, places))

    def output_shape(self, *inputs):
        """As what came."""
        check_axes((self.axis,), inputs[0])
        return inputs[0]

    def sentence(self, stage):
        """By whether it has both γ and β."""
        return affine_sentence(self.kind, self)

    @property
    def changeable(self):
        """Whose statistics, and what is added to the variance."""
        return choice("training", SWITCH), EPSILON

    def variables(self, *inputs):
        """gamma, beta, moving_mean and moving_variance, as far as there are any."""
        there = {"gamma": self.scale, "beta": self.center}
        size = (inputs[0][self.axis],)
        return tuple(Variable(n, size, _STARTS[n]) for n in BN_VARIABLES if there.get(n, True))

    def forward(self, inputs, variables, shape):
        """Maps go through the fused kernel, as they do in the original's layer.

        Where a channel hardly varies, two ways of summing up a batch differ by more than rounding
        elsewhere.
        """
        (x,), rank = inputs, len(shape)
        size = shape[self.axis]
        gamma = variables["gamma"] if self.scale else tf.ones(size)
        beta = variables["beta"] if self.center else tf.zeros(size)
        stored = (
            {}
            if self.training
            else {"mean": variables["moving_mean"]} | {"variance": variables["moving_variance"]}
        )
        # The fused kernel takes no smaller epsilon than this, whatever it is told.
        if rank == 4 and self.axis in (-1, 3) and self.epsilon > _LEAST_FUSED:
            return tf.compat.v1.nn.fused_batch_norm(
                x, gamma, beta, epsilon=self.epsilon, is_training=self.training, **stored
            )[0]
        along = self.axis % rank
        if self.training:
            mean, variance = tf.nn.moments(x, axes=[at for at in range(rank) if at != along])
        else:
            mean, variance = stored["mean"], stored["variance"]
        if along != rank - 1:
            sizes = [size if at == along else 1 for at in range(rank)]
            gamma, beta, mean, variance = (
                tf.reshape(part, sizes) for part in (gamma, beta, mean, variance)
            )
        return tf.nn.batch_normalization(x, mean, variance, beta, gamma, self.epsilon)

    def detail(self, stage):
        """Whose statistics."""
        return f"training={self.training}"

    @property
    def takes_batch(self):
        """For the batch's own statistics."""
        return self.training

    def batch_statistics(self, x):
        """Mean and biased variance along its axis."""
        along = self.axis % len(x.shape)
        axes = [at for at in range(len(x.shape)) if at != along]
        return dict(zip(MOVING_STATISTICS, tf.nn.moments(x, axes=axes), strict=True))

    def reads(self, stage):
        """Its own place; for the batch's statistics all that is taken together with it."""
        (source,), rank = stage.input_grids, len(stage.shape)
        if not self.training:
            return (place_reads(source, stage.grid),)
        if rank == 2:  # in whatever layout its units have
            return (Separable((Every(source[0], source[0]), *map(same_taps, source[1:]))),)
        others = {grid_axis(rank, at) for at in range(rank) if at != self.axis % rank}
        return (all_along(stage, others),)

    def explain(self, cell) -> Normalized:
        """The formula's numbers."""
        at = cell.index[self.axis]
        # NumPy's numbers, of which a file's may be any: the root of a negative one is NaN.
        gamma, beta, mean, variance = np.array(
            [
                cell.variable(name)[at] if name in cell.variables else usual
                for name, usual in zip(BN_VARIABLES, (1.0, 0.0, 0.0, 1.0), strict=True)
            ],
            np.float64,
        )
        x = float(cell.source[cell.index])
        values = np.take(cell.source, at, axis=self.axis).astype(np.float64)
        with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
            if self.training:
                mean, variance = values.mean(), values.var()
            total = gamma * (x - mean) / np.sqrt(variance + np.float32(self.epsilon)) + beta
        return cell.made(
            Normalized,
            float(total),
            x=x,
            gamma=float(gamma),
            beta=float(beta),
            mean=float(mean),
            variance=float(variance),
            epsilon=self.epsilon,
            from_batch=self.training,
            cells=values.size if self.training else 0,
            statistics=self._whose(len(cell.index), values.size),
            place=at,
        )

    def untold(self, variables):
        """How the stored statistics came about, where they are what it normalizes by.

        neutral: means all 0 and variances all 1, as before the first update; no_mean, no_variance:
        one alone is so, as where a file holds only the other; near_zero: variances are all below
        epsilon, as a batch of one leaves them (the variance of one value is 0), and half of the
        channels or more are multiplied by more than 20, |gamma| / sqrt(variance + epsilon).
        """
        if self.training:
            return []
        mean, variance = (np.asarray(variables[name]) for name in MOVING_STATISTICS)
        no_mean, no_variance = bool((mean == 0).all()), bool((variance == 1).all())
        if no_mean and no_variance:
            return ["neutral"]
        gain = np.abs(variables.get("gamma", 1)) / np.sqrt(np.abs(variance) + self.epsilon)
        near_zero = (np.abs(variance) < self.epsilon).all() and np.median(gain) > _LARGE_GAIN
        told = {"no_mean": no_mean, "no_variance": no_variance, "near_zero": bool(near_zero)}
        return [kind for kind, is_so in told.items() if is_so]

    def _whose(self, rank: int, cells: int) -> str:
        """Of a vector's unit, or of a channel."""
        if not self.training:
            return "stored_unit" if rank == 2 else "stored"
        if cells == 1:
            return "batch_of_one"
        return "batch_unit" if rank == 2 else "batch_map"

    def keras_call(self, stage):
        """`BatchNormalization`; whose statistics are taken is told when it is called."""
        call = keras_call(
            "BatchNormalization",
            momentum=(self.momentum, ALWAYS),
            epsilon=(self.epsilon, ALWAYS),
            center=(self.center, True),
            scale=(self.scale, True),
            axis=(self.axis, -1),
        )
        return replace(call, when_called=(("training", True),)) if self.training else call

    def pytorch(self, stage):
        """`nn.BatchNorm`, whose momentum is that of what comes in."""
        rank = len(stage.shape)
        if rank not in (2, 4) or self.axis not in (-1, rank - 1):
            return NO_CODE
        takes = f"{round(1 - self.momentum, 12):g}"
        dimensions = "1d" if rank == 2 else "2d"
        if self.center != self.scale:
            return NO_CODE  # it has both or neither
        plain = "" if self.scale else ", affine=False"
        numbers = f"{stage.shape[-1]}, eps={self.epsilon:g}, momentum={takes}{plain}"
        return Code(f"nn.BatchNorm{dimensions}({numbers})", "unbiased")
