"""A training run in TensorFlow 1 code, saved by its Saver: python legacy_training_run.py folder.

Writes model.ckpt-3 with the generator, Adam's slots, moving averages, a second network and a step
counter, and run.npz: the z, every stage of the generator, and the moving averages as they were.
"""

import sys
from pathlib import Path

import numpy as np
from reference import dcgan_generator, tf, v1  # also sets up the legacy layers

CASE = {
    "upsample_dim": 16,
    "kernel_size": 4,
    "base_height": 4,
    "base_width": 8,
    "upsample_blocks": 3,
    "stride": 2,
    "output_kernel": 7,
    "C": 3,
    "actv": "relu",
    "training": False,
    "bn_position": "after",
    "paddings": [[0, 0], [3, 3], [3, 3], [0, 0]],
    "pad_mode": "REFLECT",
}


def main(folder: Path):
    z = np.random.RandomState(0).standard_normal((2, 20)).astype(np.float32)
    with tf.Graph().as_default(), v1.Session() as session:
        v1.set_random_seed(0)
        placeholder = v1.placeholder(tf.float32, [None, 20])
        stages = dcgan_generator(placeholder, CASE)
        with v1.variable_scope("discriminator"):
            score = v1.layers.dense(v1.layers.flatten(stages["conv_out/conv2d"]), 1)
        step = v1.train.get_or_create_global_step()
        loss = tf.reduce_mean(tf.square(score - 1.0))
        train = v1.train.AdamOptimizer(0.01).minimize(loss, global_step=step)
        averages = v1.train.ExponentialMovingAverage(0.5)
        with tf.control_dependencies([train]):
            update = averages.apply(v1.trainable_variables("noise_generator"))
        saver = v1.train.Saver()
        session.run(v1.global_variables_initializer())
        for _ in range(3):
            session.run(update, {placeholder: z})
        saver.save(session, str(folder / "model.ckpt"), global_step=step)
        found = session.run(stages, {placeholder: z})
        shadows = {
            item.op.name: session.run(averages.average(item))
            for item in v1.trainable_variables("noise_generator")
        }
    np.savez(
        folder / "run.npz",
        z=z,
        **{f"stage|{name}": value for name, value in found.items()},
        **{f"average|{name}": value for name, value in shadows.items()},
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
