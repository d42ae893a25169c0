"""The network that tells drawn pictures from real ones: stride-2 convolutions, then one number."""

import keras
import tensorflow as tf

_WIDTH, _WIDEST = 32, 128
_SLOPE = 0.2


def make_discriminator(shape: tuple[int, int, int], seed: int) -> keras.Model:
    """A DCGAN discriminator (Radford et al. 2015) without normalization, as R1 wants it.

    The last map gains a channel with the batch's mean standard deviation (Karras et al. 2018), so
    that a generator that draws one picture over and over is told apart.

    Args:
        shape: of a picture, (height, width, channels).
        seed: of its weights.
    """
    picture = x = keras.Input(shape)
    size, width = min(shape[:2]), _WIDTH
    layer = 0
    while size > 4:
        x = keras.layers.Conv2D(
            width, 4, strides=2, padding="same", kernel_initializer=_normal(seed, layer)
        )(x)
        x = keras.ops.maximum(x, _SLOPE * x)  # leaky relu
        size, width, layer = size // 2, min(2 * width, _WIDEST), layer + 1
    x = _BatchDeviation()(x)
    x = keras.layers.Flatten()(x)
    return keras.Model(picture, keras.layers.Dense(1, kernel_initializer=_normal(seed, layer))(x))


def _normal(seed: int, layer: int) -> keras.initializers.Initializer:
    return keras.initializers.HeNormal(seed=seed * 64 + layer)


class _BatchDeviation(keras.layers.Layer):
    """Appends the mean over all cells of the batch's standard deviation, as one channel."""

    def call(self, x):
        deviation = tf.reduce_mean(tf.sqrt(tf.math.reduce_variance(x, axis=0) + 1e-8))
        return tf.concat([x, tf.fill((*tf.unstack(tf.shape(x)[:3]), 1), deviation)], axis=-1)

    def compute_output_shape(self, shape):
        return (*shape[:-1], shape[-1] + 1)
