"""The operations of the generator as plain `tf.nn` calls: tensors in, tensor out, NHWC, float32."""

from collections.abc import Callable, Mapping

import tensorflow as tf

from explorer.model.config import GeneratorConfig
from explorer.model.stages import Stage

BN_EPSILON = 1e-3
BN_MOMENTUM = 0.99  # of the moving mean and variance, as in the original's layers
LEAKY_SLOPE = 0.2

ACTIVATION_OPS: dict[str, Callable[[tf.Tensor], tf.Tensor]] = {
    "relu": tf.nn.relu,
    "leaky_relu": lambda x: tf.nn.leaky_relu(x, alpha=LEAKY_SLOPE),
    "elu": tf.nn.elu,
    "selu": tf.nn.selu,
    "gelu": lambda x: tf.nn.gelu(x, approximate=False),
    "tanh": tf.nn.tanh,
    "sigmoid": tf.nn.sigmoid,
    "linear": tf.identity,
}


def _dense(x, stage: Stage, config: GeneratorConfig, weights: Mapping):
    return tf.nn.bias_add(
        tf.matmul(x, weights[stage.weight_name("kernel")]), weights[stage.weight_name("bias")]
    )


def _actv(x, stage: Stage, config: GeneratorConfig, weights: Mapping):
    return ACTIVATION_OPS[config.actv](x)


def _batch_normalization(x, stage: Stage, config: GeneratorConfig, weights: Mapping):
    """Ioffe and Szegedy 2015: gamma·(x - mean)/sqrt(variance + epsilon) + beta, biased variance.

    Maps go through the fused kernel, as they do in the original's layer: where a channel hardly
    varies, two ways of summing up a batch differ by more than rounding elsewhere.
    """
    gamma, beta = weights[stage.weight_name("gamma")], weights[stage.weight_name("beta")]
    stored = (
        {}
        if config.training
        else {
            "mean": weights[stage.weight_name("moving_mean")],
            "variance": weights[stage.weight_name("moving_variance")],
        }
    )
    if len(x.shape) == 4:
        return tf.compat.v1.nn.fused_batch_norm(
            x, gamma, beta, epsilon=BN_EPSILON, is_training=config.training, **stored
        )[0]
    mean, variance = stored.values() if stored else tf.nn.moments(x, axes=[0])
    return tf.nn.batch_normalization(x, mean, variance, beta, gamma, BN_EPSILON)


def _reshape(x, stage: Stage, config: GeneratorConfig, weights: Mapping):
    return tf.reshape(x, (-1, *stage.shape[1:]))


def _conv2d_transpose(x, stage: Stage, config: GeneratorConfig, weights: Mapping):
    x = tf.nn.conv2d_transpose(
        x, weights[stage.weight_name("kernel")], stage.shape, strides=config.stride, padding="SAME"
    )
    return tf.nn.bias_add(x, weights[stage.weight_name("bias")])


def pad(x, config: GeneratorConfig, mode: str | None = None):
    """`tf.pad` with the configuration's four pairs; `mode` replaces the configuration's own."""
    return tf.pad(x, config.paddings, mode or config.pad_mode)


def output_conv(x, kernel, bias):
    """The output convolution: stride 1, VALID, plus bias, no activation."""
    return tf.nn.bias_add(tf.nn.conv2d(x, kernel, strides=1, padding="VALID"), bias)


def _conv2d(x, stage: Stage, config: GeneratorConfig, weights: Mapping):
    return output_conv(x, weights[stage.weight_name("kernel")], weights[stage.weight_name("bias")])


OPS: dict[str, Callable] = {
    "input": lambda x, stage, config, weights: x,
    "dense": _dense,
    "actv": _actv,
    "batch_normalization": _batch_normalization,
    "reshape": _reshape,
    "conv2d_transpose": _conv2d_transpose,
    "pad": lambda x, stage, config, weights: pad(x, config),
    "conv2d": _conv2d,
}
