"""Saves TensorFlow 1 graphs of generators, with what their steps give: python this.py folder.

Runs by itself: it turns TensorFlow 2's behaviour off. Each graph is saved as training code does,
with a discriminator, an optimizer and a .meta.
"""

import os
import sys
from pathlib import Path

os.environ["TF_USE_LEGACY_KERAS"] = "1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tensorflow.compat.v1 as tf

tf.disable_v2_behavior()
KEPT: dict[str, tf.Tensor] = {}  # the explorer's name of a stage -> its tensor


def keep(name, tensor):
    KEPT[name] = tensor
    return tensor


def drawn(name, *shape, mean=0.0):
    return tf.get_variable(
        name, shape, initializer=tf.random_normal_initializer(mean, 0.3, seed=len(name))
    )


def leaky(x, alpha=0.2):
    return tf.maximum(x, alpha * x)


def discriminator(x, scope="discriminator"):
    with tf.variable_scope(scope, reuse=tf.AUTO_REUSE):
        kernel = drawn("w", 3, 3, int(x.shape[-1]), 4)
        h = leaky(tf.nn.conv2d(x, kernel, [1, 2, 2, 1], "SAME"))
        flat = tf.reshape(h, [-1, int(np.prod(h.shape[1:]))])
        return tf.nn.sigmoid(flat @ drawn("Matrix", int(flat.shape[1]), 1))


def layers(training):
    """`tf.layers` in scopes; `training` is Python's or a placeholder's."""
    z = tf.placeholder(tf.float32, [None, 10], name="z_in")
    keep("z_in", z)
    with tf.variable_scope("generator"):
        with tf.variable_scope("first"):
            h = keep("first/dense", tf.layers.dense(z, 4 * 4 * 8))
            h = keep("first/Reshape", tf.reshape(h, [-1, 4, 4, 8]))
            h = tf.layers.batch_normalization(h, training=training)
            h = keep("first/Relu", tf.nn.relu(keep("first/batch_normalization", h)))
        for at, filters in enumerate((6, 4)):
            with tf.variable_scope(f"up{at}"):
                h = tf.layers.conv2d_transpose(h, filters, 5, 2, "same", use_bias=at > 0)
                h = tf.layers.batch_normalization(
                    keep(f"up{at}/conv2d_transpose", h), training=training
                )
                h = keep(f"up{at}/Elu", tf.nn.elu(keep(f"up{at}/batch_normalization", h)))
        h = keep("conv2d", tf.layers.conv2d(h, 3, 3, padding="same"))
        return {"z_in": z}, keep("picture", tf.tanh(h, name="picture"))


def trained():
    return layers(True)


def stored():
    return layers(False)


def switched():
    return layers(tf.placeholder_with_default(False, [], name="training"))


def norm(x, training, name):
    """A class that many copied: moments or stored statistics, written out by TensorFlow."""
    with tf.variable_scope(name):
        count = int(x.shape[-1])
        beta, gamma = drawn("beta", count), drawn("gamma", count, mean=1.0)
        mean = tf.get_variable("moving_mean", [count], trainable=False)
        variance = tf.get_variable(
            "moving_variance",
            [count],
            initializer=tf.random_uniform_initializer(0.5, 2, seed=3),
            trainable=False,
        )
        if training:
            mean, variance = tf.nn.moments(x, list(range(x.shape.rank - 1)))
        return tf.nn.batch_normalization(x, mean, variance, beta, gamma, 1e-5)


def given_sizes(training, z, name):
    """carpedm20's DCGAN: every size is given, 4 -> 7 -> 14 -> 28; samples have the same scope."""
    with tf.variable_scope("generator", reuse=not training), tf.name_scope(name):
        with tf.variable_scope("g_h0_lin"):
            matrix, bias = drawn("Matrix", 10, 4 * 4 * 6), drawn("bias", 4 * 4 * 6)
            h = keep("g_h0_lin", tf.matmul(z, matrix) + bias)
        h = keep("Reshape", tf.reshape(h, [-1, 4, 4, 6]))
        h = keep("Relu", tf.nn.relu(keep("g_bn0", norm(h, training, "g_bn0"))))
        for at, (size, filters) in enumerate(((7, 5), (14, 4), (28, 1)), start=1):
            with tf.variable_scope(f"g_h{at}"):
                kernel = drawn("w", 5, 5, filters, int(h.shape[-1]))
                shape = [2, size, size, filters]
                h = tf.nn.conv2d_transpose(h, kernel, shape, [1, 2, 2, 1])
                h = tf.reshape(tf.nn.bias_add(h, drawn("biases", filters)), h.get_shape())
                keep(f"g_h{at}", h)
            if at < 3:
                h = keep(f"g_bn{at}", norm(h, training, f"g_bn{at}"))
                h = keep(f"Relu_{at}", tf.nn.relu(h))
        return keep("Sigmoid", tf.nn.sigmoid(h))


def sampler():
    z = tf.placeholder(tf.float32, [2, 10], name="z")
    given_sizes(True, z, "train")
    KEPT.clear()
    keep("z", z)
    return {"z": z}, given_sizes(False, z, "sample")


def convolved_apart(x, kernel, rate, padding):
    """As `tf.layers.conv2d(dilation_rate=rate)` writes it in TensorFlow 1."""

    def conv(parts, *_):
        return tf.nn.conv2d(parts, kernel, [1, 1, 1, 1], "VALID")

    sizes = [int(size) for size in kernel.shape[:2]]
    return tf.nn.with_space_to_batch(x, rate, padding, conv, filter_shape=sizes)


def dilated():
    """Both forms of dilation, with and without pads and bias."""
    z = tf.placeholder(tf.float32, [None, 10], name="z")
    keep("z", z)
    with tf.variable_scope("generator"):
        h = keep("dense", tf.layers.dense(z, 9 * 11 * 4))
        h = keep("Reshape", tf.reshape(h, [-1, 9, 11, 4]))
        forms = (("a", 3, (2, 3), "SAME"), ("b", 2, (3, 2), "SAME"), ("c", 3, (2, 2), "VALID"))
        for scope, size, rate, padding in forms:
            with tf.variable_scope(scope):
                kernel = drawn("kernel", size, size, int(h.shape[-1]), 5)
                h = convolved_apart(h, kernel, rate, padding)
                h = keep(scope, h if scope == "b" else tf.nn.bias_add(h, drawn("bias", 5)))
                h = keep(f"{scope}/Relu", tf.nn.relu(h))
        with tf.variable_scope("d"):
            kernel = drawn("kernel", 3, 3, 5, 3)
            h = tf.nn.conv2d(h, kernel, [1, 1, 1, 1], "SAME", dilations=[1, 2, 2, 1])
            h = keep("d", tf.nn.bias_add(h, drawn("bias", 3)))
        return {"z": z}, keep("Tanh", tf.tanh(h))


def upsampled():
    """Nearest neighbours, mirrored edges, a label beside z, other curves; scopes without words."""
    z = tf.placeholder(tf.float32, [None, 8], name="z")
    label = tf.placeholder(tf.float32, [None, 3], name="y")
    keep("z", z), keep("y", label)
    h = keep("both", tf.concat([z, label], 1, name="both"))
    with tf.variable_scope("a"):
        h = tf.nn.xw_plus_b(h, drawn("kernel", 11, 3 * 5 * 6), drawn("bias", 90), name="lin")
        keep("a/lin", h)
    h = keep("bent", tf.nn.leaky_relu(h, 0.1, name="bent"))
    batch = tf.shape(h)[0]
    h = keep("maps", tf.reshape(h, tf.stack([batch, 3, 5, 6]), name="maps"))
    h = keep("large", tf.image.resize_nearest_neighbor(h, [6, 10], name="large"))
    h = keep("edges", tf.pad(h, [[0, 0], [1, 1], [2, 0], [0, 0]], "REFLECT", name="edges"))
    with tf.variable_scope("b"):
        h = tf.nn.conv2d(h, drawn("kernel", 3, 3, 6, 4), [1, 1, 1, 1], "VALID")
        h = keep("b", tf.nn.bias_add(h, drawn("bias", 4)))
    h = keep("leaky", tf.add(0.6 * h, 0.4 * tf.abs(h), name="leaky"))
    bent = keep("bent_too", tf.maximum(0.2 * h, h, name="bent_too"))
    h = keep("sum", tf.add(h, bent, name="sum"))
    with tf.variable_scope("c"):
        kernel = drawn("kernel", 4, 4, 2, 4)
        size = tf.stack([batch, 2 * tf.shape(h)[1], 2 * tf.shape(h)[2], 2])
        h = keep("c", tf.nn.conv2d_transpose(h, kernel, size, [1, 2, 2, 1]))
    h = keep("raised", tf.add(keep("end", tf.tanh(h, name="end")), 1.0, name="raised"))
    return {"z": z, "y": label}, keep("shown", tf.realdiv(h, 2.0, name="shown"))


def instances():
    """Instance normalization by `tf.nn`, and as two well-known translators of pictures write it."""
    z = tf.placeholder(tf.float32, [None, 6], name="z")
    keep("z", z)
    with tf.variable_scope("generator"):
        h = keep("maps", tf.reshape(z @ drawn("Matrix", 6, 3 * 4 * 5), [-1, 3, 4, 5], name="maps"))
        for at, (filters, size) in enumerate(((4, (6, 8)), (3, (12, 16)), (3, (24, 32)))):
            with tf.variable_scope(f"up{at}"):
                kernel = drawn("w", 3, 3, filters, int(h.shape[-1]))
                h = tf.nn.conv2d_transpose(h, kernel, [2, *size, filters], [1, 2, 2, 1])
                mean, variance = tf.nn.moments(h, [1, 2], keep_dims=True)
                beta, gamma = drawn("beta", filters), drawn("gamma", filters, mean=1.0)
                if at == 0:
                    wide = [tf.reshape(one, [1, 1, 1, filters]) for one in (beta, gamma)]
                    h = tf.nn.batch_normalization(h, mean, variance, *wide, 1e-6, name="norm")
                elif at == 1:
                    h = gamma * ((h - mean) * tf.rsqrt(variance + 1e-5))
                    h = tf.add(h, beta, name="norm")
                else:
                    h = gamma * ((h - mean) / (variance + 1e-3) ** 0.5)
                    h = tf.add(h, beta, name="norm")
                keep(f"up{at}/norm", h)
        return {"z": z}, keep("end", tf.tanh(h, name="end"))


GRAPHS = {
    made.__name__: made
    for made in (trained, stored, switched, sampler, upsampled, instances, dilated)
}


def main(folder: Path):
    for name, build in GRAPHS.items():
        tf.reset_default_graph()
        KEPT.clear()
        inputs, output = build()
        kept = dict(KEPT)
        real = tf.placeholder(tf.float32, [None, *output.shape[1:]], name="real")
        loss = tf.reduce_mean(discriminator(real)) - tf.reduce_mean(discriminator(output))
        tf.train.AdamOptimizer(1e-3).minimize(loss)
        random = np.random.RandomState(1)
        values = {key: random.normal(size=(2, *x.shape[1:])) for key, x in inputs.items()}
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            for variable in tf.global_variables():
                if "moving" in variable.name or "gamma" in variable.name:
                    variable.load(random.uniform(0.5, 2, variable.shape), session)
            feed = {x: values[key] for key, x in inputs.items()}
            found = session.run(kept, feed)
            (folder / name).mkdir(exist_ok=True)
            tf.train.Saver().save(session, str(folder / name / "model.ckpt-7"))
        np.savez(folder / f"{name}.npz", **found)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
