"""The generator in TensorFlow 1 code, run by itself: python reference.py input.npz output.npz.

It shares nothing with the package under test. The input holds `cases`, a JSON list of
configurations, and for each case its z and weights under `<case>|z` and `<case>|<variable>`; the
output holds every stage under `<case>|<stage>` and `variables`, a JSON list of each graph's
variable names and shapes in their order of creation.
"""

import json
import os
import sys

os.environ["TF_USE_LEGACY_KERAS"] = "1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tensorflow as tf

v1 = tf.compat.v1
v1.logging.set_verbosity(v1.logging.ERROR)

ACTIVATIONS = {
    "relu": lambda x: tf.maximum(x, 0.0),
    "leaky_relu": lambda x: tf.maximum(x, 0.2 * x),
    "elu": lambda x: tf.where(x > 0, x, tf.math.expm1(tf.minimum(x, 0.0))),
    "selu": lambda x: (
        1.0507009873554805
        * tf.where(x > 0, x, 1.6732632423543772 * tf.math.expm1(tf.minimum(x, 0.0)))
    ),
    "gelu": lambda x: 0.5 * x * (1.0 + tf.math.erf(x / np.float32(np.sqrt(2.0)))),
    "tanh": lambda x: 2.0 / (1.0 + tf.exp(-2.0 * x)) - 1.0,
    "sigmoid": lambda x: 1.0 / (1.0 + tf.exp(-x)),
    "linear": lambda x: x,
}


class Recorder:
    """Builds one graph and keeps the output of each stage under its name."""

    def __init__(self, case: dict):
        self.case = case
        self.stages = {}

    def keep(self, name: str, x: tf.Tensor) -> tf.Tensor:
        self.stages[name] = x
        return x

    def activate_and_normalize(self, block: str, x: tf.Tensor) -> tf.Tensor:
        steps = [("actv", self._activate), ("batch_normalization", self._normalize)]
        if self.case["bn_position"] == "before":
            steps.reverse()
        for name, step in steps:
            x = self.keep(f"{block}/{name}", step(x))
        return x

    def _activate(self, x: tf.Tensor) -> tf.Tensor:
        return ACTIVATIONS[self.case["actv"]](x)

    def _normalize(self, x: tf.Tensor) -> tf.Tensor:
        return v1.layers.batch_normalization(x, training=self.case["training"])


def dcgan_generator(z: tf.Tensor, case: dict) -> dict[str, tf.Tensor]:
    """The generator's graph; stage name -> tensor, in order."""
    record = Recorder(case)
    depth = case["upsample_dim"]
    height, width = case["base_height"], case["base_width"]
    with v1.variable_scope("noise_generator", reuse=v1.AUTO_REUSE):
        x = record.keep("z", z)
        with v1.variable_scope("fc1"):
            x = record.keep("fc1/dense", v1.layers.dense(x, height * width * depth))
            x = record.activate_and_normalize("fc1", x)
            x = record.keep("fc1/reshape", tf.reshape(x, [-1, height, width, depth]))
        for index in range(1, case["upsample_blocks"] + 1):
            block = f"upsample{index}"
            with v1.variable_scope(block):
                x = v1.layers.conv2d_transpose(
                    x, depth // 2**index, kernel_size=case["kernel_size"],
                    strides=case["stride"], padding="same",
                )  # fmt: skip
                x = record.keep(f"{block}/conv2d_transpose", x)
                x = record.activate_and_normalize(block, x)
        with v1.variable_scope("conv_out"):
            x = record.keep("conv_out/pad", tf.pad(x, case["paddings"], case["pad_mode"]))
            x = v1.layers.conv2d(x, case["C"], case["output_kernel"], padding="valid")
            record.keep("conv_out/conv2d", x)
    return record.stages


def run_case(case: dict, z: np.ndarray, weights: dict) -> tuple[dict, list]:
    """Every stage's output, and [name, shape] of every variable."""
    with tf.Graph().as_default(), v1.Session() as session:
        placeholder = v1.placeholder(tf.float32, [None, z.shape[1]])
        stages = dcgan_generator(placeholder, case)
        variables = v1.global_variables()
        values = {item.initializer.inputs[1]: weights[item.op.name] for item in variables}
        session.run([item.initializer for item in variables], values)
        outputs = session.run(stages, {placeholder: z})
        return outputs, [[item.op.name, item.shape.as_list()] for item in variables]


def main(source: str, target: str):
    given = np.load(source)
    results, variables = {}, []
    for index, case in enumerate(json.loads(str(given["cases"]))):
        prefix = f"{index}|"
        arrays = {
            name.removeprefix(prefix): given[name]
            for name in given.files
            if name.startswith(prefix)
        }
        outputs, names = run_case(case, arrays.pop("z"), arrays)
        results |= {f"{prefix}{name}": value for name, value in outputs.items()}
        variables.append(names)
    np.savez(target, variables=json.dumps(variables), **results)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
