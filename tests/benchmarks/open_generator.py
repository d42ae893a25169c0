"""Opening a generator of another design, and running it: against Keras, and against bare `tf.nn`.

The generator is that of a well-known tutorial, 9 MB of weights, saved by Keras. Opened: to its
first maps, `open_generator` (which reads a stranger's file in a process of its own) and one
`trace`, against `keras.models.load_model` and one `predict`; and once more as the page does, where
that process waits before the file comes. Run: `trace` with every stage as a NumPy array against the
same calls of `tf.nn` with nothing around them, and against a Keras model that gives the outputs of
all its layers, called eagerly. In turns, in one process; the outputs are compared first.
"""

import tempfile
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from explorer import open_generator, trace
from explorer.model.files.readers import readers
from tests.benchmarks.report import in_turns, report

OPENINGS, RUNS, WARM_UP = 7, 200, 20
NOISE = 100
REST = 6  # seconds, after which a process waits again


def tutorial_model() -> keras.Model:
    """Dense, then three transposed convolutions, each normalized and a leaky relu between."""
    lay = keras.layers
    return keras.Sequential(
        [
            lay.Input((NOISE,), name="z"),
            lay.Dense(7 * 7 * 256, use_bias=False, name="dense"),
            lay.BatchNormalization(name="norm"),
            lay.LeakyReLU(name="leaky"),
            lay.Reshape((7, 7, 256), name="reshape"),
            *_block("1", 128, 1),
            *_block("2", 64, 2),
            lay.Conv2DTranspose(1, 5, 2, "same", use_bias=False, name="out"),
            lay.Activation("tanh", name="tanh"),
        ]
    )


def _block(number: str, filters: int, stride: int) -> list[keras.Layer]:
    lay = keras.layers
    name = f"up{number}"
    return [
        lay.Conv2DTranspose(filters, 5, stride, "same", use_bias=False, name=name),
        lay.BatchNormalization(name=f"norm{number}"),
        lay.LeakyReLU(name=f"leaky{number}"),
    ]


def bare_pass(weights: dict, z: np.ndarray) -> list[np.ndarray]:
    """The same, every output kept, in the order in which data flows."""
    x = tf.matmul(z, weights["dense/kernel"])
    outputs = [z, x]
    gamma, beta, mean, variance = _statistics(weights, "norm")
    outputs.append(tf.nn.batch_normalization(x, mean, variance, beta, gamma, 1e-3))
    outputs.append(tf.nn.leaky_relu(outputs[-1], 0.3))
    outputs.append(tf.reshape(outputs[-1], (-1, 7, 7, 256)))
    for number, stride, shape in (("1", 1, (1, 7, 7, 128)), ("2", 2, (1, 14, 14, 64))):
        kernel = weights[f"up{number}/kernel"]
        x = tf.nn.conv2d_transpose(outputs[-1], kernel, shape, stride, "SAME")
        gamma, beta, mean, variance = _statistics(weights, f"norm{number}")
        normal = tf.compat.v1.nn.fused_batch_norm(
            x, gamma, beta, mean, variance, epsilon=1e-3, is_training=False
        )[0]
        outputs += [x, normal, tf.nn.leaky_relu(normal, 0.3)]
    x = tf.nn.conv2d_transpose(outputs[-1], weights["out/kernel"], (1, 28, 28, 1), 2, "SAME")
    return [np.asarray(output) for output in (*outputs, x, tf.nn.tanh(x))]


def _statistics(weights: dict, layer: str) -> list:
    names = ("gamma", "beta", "moving_mean", "moving_variance")
    return [weights[f"{layer}/{name}"] for name in names]


def main():
    model = tutorial_model()
    z = np.random.RandomState(0).standard_normal((1, NOISE)).astype(np.float32)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "generator.keras"
        model.save(path)
        opened = in_turns(lambda: _open(path, z), lambda: _load(path, z), OPENINGS, 1)
        report("open_generator, to first maps", *opened, "ms", "1.5")
        readers.keep_one()
        opened = in_turns(lambda: _open(path, z), lambda: _load(path, z), OPENINGS, 1, REST)
        report("open_generator, to first maps on the page", *opened, "ms", "1.5")
        graph, arrays = open_generator(path)
    weights = {name: tf.constant(value) for name, value in arrays.items()}
    every = keras.Model(model.inputs, [layer.output for layer in model.layers])
    for ours, bare in zip(trace(graph, weights, z).values(), bare_pass(weights, z), strict=True):
        np.testing.assert_array_equal(ours, bare)
    np.testing.assert_allclose(ours, model(z), atol=1e-5)
    sides = (lambda: trace(graph, weights, z), lambda: bare_pass(weights, z))
    report("open_generator, trace", *in_turns(*sides, RUNS, WARM_UP), "ms", "1.3")
    sides = (sides[0], lambda: [np.asarray(output) for output in every([z])])
    report("open_generator, trace against Keras", *in_turns(*sides, RUNS, WARM_UP), "ms", "1")


def _open(path: Path, z: np.ndarray):
    generator, weights = open_generator(path)
    trace(generator, weights, z)


def _load(path: Path, z: np.ndarray):
    keras.models.load_model(path).predict(z, verbose=0)


if __name__ == "__main__":
    main()
