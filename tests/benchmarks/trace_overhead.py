"""What `trace` costs above the bare forward pass: the same `tf.nn` calls with nothing around them.

Both sides run the default generator on the same weights and z and hand over all sixteen outputs as
NumPy arrays, in turns, in one process. The bare pass checks nothing and knows one structure only.
Measured twice: weights as NumPy arrays (as from `init_weights`) and as tensors (as the app keeps
them). The outputs are compared once before, bit for bit, so that both sides do the same work.
"""

import numpy as np
import tensorflow as tf

from explorer import GeneratorConfig, draw_z, init_weights, trace
from tests.benchmarks.report import in_turns, report

ROUNDS, WARM_UP = 200, 20
SCOPE = "noise_generator"


def bare_pass(weights: dict, z: np.ndarray) -> list[np.ndarray]:
    """The default generator, every output kept, in the order in which data flows."""
    outputs = [z, *_bare_dense(weights, z)]
    for block, shape in enumerate(((1, 8, 16, 128), (1, 16, 32, 64), (1, 32, 64, 32)), start=1):
        outputs += _bare_block(weights, f"{SCOPE}/upsample{block}", outputs[-1], shape)
    outputs += _bare_output(weights, outputs[-1])
    return [np.asarray(output) for output in outputs]


def _bare_dense(weights: dict, z) -> list:
    scope = f"{SCOPE}/fc1"
    x = tf.matmul(z, weights[f"{scope}/dense/kernel"])
    dense = tf.nn.bias_add(x, weights[f"{scope}/dense/bias"])
    active = tf.nn.relu(dense)
    normal = _bare_normalization(weights, scope, active)
    return [dense, active, normal, tf.reshape(normal, (-1, 4, 8, 256))]


def _bare_block(weights: dict, scope: str, x, shape: tuple[int, ...]) -> list:
    kernel = weights[f"{scope}/conv2d_transpose/kernel"]
    x = tf.nn.conv2d_transpose(x, kernel, shape, strides=2, padding="SAME")
    transposed = tf.nn.bias_add(x, weights[f"{scope}/conv2d_transpose/bias"])
    active = tf.nn.relu(transposed)
    return [transposed, active, _bare_normalization(weights, scope, active)]


def _bare_normalization(weights: dict, scope: str, x):
    names = ("gamma", "beta", "moving_mean", "moving_variance")
    gamma, beta, mean, variance = (weights[f"{scope}/batch_normalization/{name}"] for name in names)
    if len(x.shape) == 2:
        return tf.nn.batch_normalization(x, mean, variance, beta, gamma, 1e-3)
    return tf.compat.v1.nn.fused_batch_norm(
        x, gamma, beta, mean, variance, epsilon=1e-3, is_training=False
    )[0]


def _bare_output(weights: dict, x) -> list:
    padded = tf.pad(x, [[0, 0], [3, 3], [3, 3], [0, 0]], "REFLECT")
    scope = f"{SCOPE}/conv_out/conv2d"
    x = tf.nn.conv2d(padded, weights[f"{scope}/kernel"], strides=1, padding="VALID")
    return [padded, tf.nn.bias_add(x, weights[f"{scope}/bias"])]


def main():
    config, z = GeneratorConfig(), draw_z(seed=0, batch_size=1)
    arrays = init_weights(config, seed=0)
    tensors = {name: tf.constant(value) for name, value in arrays.items()}
    for kind, weights in (("NumPy weights", arrays), ("tensor weights", tensors)):
        _compare(config, weights, z)
        times = in_turns(
            lambda w=weights: trace(config, w, z),
            lambda w=weights: bare_pass(w, z),
            ROUNDS,
            WARM_UP,
        )
        report(f"trace_overhead, {kind}", *times, "ms", "1.3")


def _compare(config: GeneratorConfig, weights: dict, z: np.ndarray):
    for ours, bare in zip(trace(config, weights, z).values(), bare_pass(weights, z), strict=True):
        np.testing.assert_array_equal(ours, bare)


if __name__ == "__main__":
    main()
