"""Random Keras models of the layers that are read, with random arguments."""

import numpy as np

from tests.support.spread_kernels import spread_kernels

_ACTIVATIONS = (
    *("relu", "tanh", "sigmoid", "elu", "selu", "gelu", "silu", "softplus", "softsign"),
    *("exponential", "linear", "softmax", "relu6", "leaky_relu"),
)
MOST_VALUES = 4000  # of an item, so that a test stays quick


class RandomModel:
    """Draws a Functional model by a seed.

    Attributes:
        model: what was drawn.
    """

    def __init__(self, keras, seed: int, most: int = 8):
        spread_kernels()
        self._lay, self._random = keras.layers, np.random.RandomState(seed)
        shape = self._pick([(7,), (12,), (3, 4, 2), (5, 5, 3), (1, 2, 6), (4, 3)])
        x = inputs = self._lay.Input(shape)
        seen = [x]
        for _ in range(self._random.randint(1, most + 1)):
            x = self._next(x, seen)
            seen.append(x)
        self.model = keras.Model(inputs, x)

    def _pick(self, items):
        return items[self._random.randint(len(items))]

    def _chance(self, of: float = 0.5) -> bool:
        return bool(self._random.uniform() < of)

    def _whole(self, low: int, high: int) -> int:
        return int(self._random.randint(low, high + 1))

    def _next(self, x, seen):
        shape = tuple(x.shape[1:])
        kinds = [self._any_rank]
        if len(shape) == 1:
            kinds += [self._of_vector] * 2
        if len(shape) == 3:
            kinds += [self._of_map] * 5
        alike = [other for other in seen if tuple(other.shape[1:]) == shape]
        if len(alike) > 1 and self._chance(0.3):
            return self._merge(alike)
        made = self._pick(kinds)(shape)(x)
        return made if np.prod(made.shape[1:]) <= MOST_VALUES else x

    def _merge(self, alike):
        lay = self._lay
        chosen = [self._pick(alike) for _ in range(self._whole(2, 3))]
        kind = self._pick(
            [lay.Add, lay.Multiply, lay.Average, lay.Maximum, lay.Minimum, lay.Subtract]
            + [lay.Concatenate] * 2
        )
        if kind is lay.Concatenate:
            rank = len(chosen[0].shape)
            return kind(axis=self._pick([-1, *range(1, rank)]))(chosen)
        return kind()(chosen[:2] if kind is lay.Subtract else chosen)

    def _activation(self):
        return self._pick([None, *_ACTIVATIONS])

    def _any_rank(self, shape):
        lay, rank = self._lay, len(shape) + 1
        axis = self._whole(1, rank - 1)
        return self._pick(
            [
                lambda: lay.Dense(self._whole(1, 6), self._activation(), use_bias=self._chance()),
                lambda: lay.BatchNormalization(
                    epsilon=self._pick([1e-3, 1e-5, 1e-6]),
                    center=self._chance(0.8),
                    scale=self._chance(0.8),
                    axis=self._pick([-1, axis]),
                ),
                lambda: lay.LayerNormalization(
                    axis=self._pick([-1, axis]), center=self._chance(), scale=self._chance()
                ),
                lambda: lay.GroupNormalization(groups=self._pick([1, -1])),
                lambda: lay.Activation(self._activation() or "relu"),
                lambda: lay.LeakyReLU(float(self._random.uniform(0, 0.5))),
                lambda: lay.ELU(float(self._random.uniform(0.1, 2))),
                lambda: lay.ReLU(self._pick([None, 1.5]), self._pick([0.0, 0.2]), 0.1),
                lambda: lay.PReLU(shared_axes=self._pick([None, [1]])),
                lambda: lay.Softmax(axis=self._pick([-1, axis])),
                lambda: lay.Dropout(0.4),
                lambda: lay.Rescaling(1.5, -0.25),
                lambda: lay.Permute(tuple(map(int, 1 + self._random.permutation(rank - 1)))),
                lambda: lay.Flatten(),
                lambda: lay.Reshape((-1,)),
            ]
        )()

    def _of_vector(self, shape):
        size = int(shape[0])
        sides = [d for d in range(1, size + 1) if size % d == 0]
        rows = self._pick(sides)
        columns = self._pick([d for d in sides if (size // rows) % d == 0])
        return self._lay.Reshape((rows, columns, size // rows // columns))

    def _of_map(self, shape):
        lay, (rows, columns, channels) = self._lay, shape
        common = {
            "activation": self._activation(),
            "use_bias": self._chance(),
            "padding": self._pick(["same", "valid"]),
        }
        kernel = (self._whole(1, min(rows, 5)), self._whole(1, min(columns, 5)))
        any_kernel, strides = (self._whole(1, 6), self._whole(1, 6)), (self._whole(1, 3),) * 2
        groups = self._pick([d for d in range(1, channels + 1) if channels % d == 0])
        dilated = self._chance(0.3)
        return self._pick(
            [
                lambda: lay.Conv2D(
                    groups * self._whole(1, 2),
                    (1, 1) if dilated and common["padding"] == "valid" else kernel,
                    strides=1 if dilated else strides,
                    dilation_rate=self._whole(1, 3) if dilated else 1,
                    groups=groups,
                    **common,
                ),
                lambda: lay.Conv2DTranspose(
                    self._whole(1, 4), any_kernel, strides=(self._whole(1, 3), strides[0]), **common
                ),
                lambda: lay.Conv2DTranspose(
                    self._whole(1, 4), (3, 5), 2, output_padding=self._whole(0, 1), **common
                ),
                lambda: lay.Conv2DTranspose(
                    self._whole(1, 4),
                    any_kernel,
                    dilation_rate=(self._whole(1, 3), self._whole(1, 2)),
                    **common,
                ),
                lambda: lay.UpSampling2D(
                    (self._whole(1, 3), self._whole(1, 3)),
                    interpolation=self._pick(["nearest", "bilinear", "bicubic", "lanczos3"]),
                ),
                lambda: lay.Resizing(
                    self._whole(1, 9),
                    self._whole(1, 9),
                    interpolation=self._pick(["nearest", "bilinear", "bicubic", "area"]),
                ),
                lambda: lay.DepthwiseConv2D(
                    kernel, strides=strides, depth_multiplier=self._whole(1, 3), **common
                ),
                lambda: lay.DepthwiseConv2D(
                    (3, 2),
                    dilation_rate=(self._whole(1, 3), self._whole(1, 2)),
                    **common | {"padding": "same"},
                ),
                lambda: lay.SeparableConv2D(
                    self._whole(1, 4), kernel, depth_multiplier=self._whole(1, 2), **common
                ),
                lambda: lay.Conv2D(
                    self._whole(1, 3), kernel, strides=(self._whole(1, 3), strides[0]), **common
                ),
                lambda: lay.ZeroPadding2D(
                    self._pick([1, (2, 0), ((self._whole(0, 2), 1), (0, self._whole(0, 3)))])
                ),
                lambda: lay.Cropping2D(((0, rows - 1), (columns - 1, 0))),
                lambda: lay.Cropping2D(((rows // 3, 0), (0, columns // 3))),
                lambda: lay.MaxPooling2D(kernel, strides=strides, padding=common["padding"]),
                lambda: lay.AveragePooling2D(kernel, strides=strides, padding=common["padding"]),
                lambda: lay.GlobalAveragePooling2D(keepdims=self._chance()),
                lambda: lay.GlobalMaxPooling2D(keepdims=self._chance()),
                lambda: lay.GroupNormalization(groups=groups, epsilon=1e-4),
                lambda: lay.SpatialDropout2D(0.3),
                lambda: lay.PReLU(shared_axes=[1, 2]),
                lambda: lay.LayerNormalization(axis=[1, 2, 3]),
            ]
        )()


def own_name(path: str) -> str:
    """The name that a variable of a Keras layer bears here."""
    layer, name = path.split("/")
    if name == "kernel" and layer.startswith("depthwise"):
        name = "depthwise_kernel"
    return f"{layer}/{name.removeprefix('pointwise_')}"
