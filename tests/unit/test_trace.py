"""The forward pass: shapes over random structures, its messages, and what training does."""

import numpy as np
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

from explorer import GeneratorConfig, draw_z, init_weights, trace
from explorer.model.stages import stages
from tests.support.each import each
from tests.support.examples import examples
from tests.unit.refusals import refused
from tests.unit.samples import configs, random_weights

SMALL = GeneratorConfig(noise_dim=6, upsample_dim=16, C=2)
OUTPUT = "conv_out/conv2d"


@examples(50)
@given(config=configs(batch=2), seed=st.integers(0, 99))
def test_every_stage_has_the_listed_shape_and_type(config, seed):
    t = trace(config, random_weights(config, seed), draw_z(seed, 2, config.noise_dim))
    assert [(name, array.shape) for name, array in t.items()] == [
        (stage.name, stage.shape) for stage in stages(config, 2)
    ]
    for name, array in t.items():
        assert type(array) is np.ndarray
        assert array.dtype == np.float32, name
        assert np.isfinite(array).all(), name


def test_the_original_runs_with_its_own_shapes():
    config = GeneratorConfig()
    t = trace(config, init_weights(config, 0), draw_z(0, 2))
    assert t["upsample1/conv2d_transpose"].shape == (2, 8, 16, 128)
    assert t[OUTPUT].shape == (2, 32, 64, 3)
    assert np.ptp(t[OUTPUT]) > 0.01


def test_the_same_arguments_give_the_same_numbers_and_change_no_argument():
    weights, z = random_weights(SMALL, 1), draw_z(1, 2, 6)
    kept, kept_z = {name: value.copy() for name, value in weights.items()}, z.copy()
    first, second = trace(SMALL, weights, z), trace(SMALL, weights, z)
    assert all(np.array_equal(first[name], second[name]) for name in first)
    assert np.array_equal(z, kept_z)
    assert all(np.array_equal(weights[name], kept[name]) for name in kept)


def test_items_of_a_batch_do_not_touch_each_other_without_training():
    weights, z = random_weights(SMALL, 2), draw_z(2, 3, 6)
    together = trace(SMALL, weights, z)[OUTPUT]
    alone = np.concatenate([trace(SMALL, weights, row[None])[OUTPUT] for row in z])
    np.testing.assert_allclose(together, alone, rtol=0, atol=1e-5)


def test_z_may_be_a_list_and_weights_may_be_tensors():
    weights, z = random_weights(SMALL, 3), draw_z(3, 1, 6)
    tensors = {name: tf.constant(value) for name, value in weights.items()}
    expected = trace(SMALL, weights, z)[OUTPUT]
    assert np.array_equal(trace(SMALL, tensors, z.tolist(), device="CPU:0")[OUTPUT], expected)


@each("shape", [(6,), (1, 5), (1, 7), (0, 6), (1, 6, 1), ()])
def test_z_of_another_shape_is_refused_with_the_shape_it_must_have(shape):
    with refused("z_shape", list(shape), "[N, 6]", field="z"):
        trace(SMALL, init_weights(SMALL), np.zeros(shape))


@each("z", [[["a"] * 6], [[1, 2], [3]], None, [[None, {}]]])
def test_z_that_is_not_numbers_is_refused(z):
    with refused("z_not_numbers", field="z"):
        trace(SMALL, init_weights(SMALL), z)


def test_a_complex_z_is_refused():
    with refused("z_not_numbers", field="z"):
        trace(SMALL, init_weights(SMALL), np.ones((1, 6), complex))


@each("weights", [None, [], "weights"])
def test_what_is_no_mapping_of_weights_is_refused(weights):
    with refused("weights_no_mapping", field="weights"):
        trace(SMALL, weights, np.zeros((1, 6)))


def test_weights_of_another_structure_are_refused_by_name():
    weights = init_weights(GeneratorConfig(noise_dim=6, upsample_dim=16, C=5))
    with refused("weight_shape", "conv_out/conv2d/kernel", [7, 7, 2, 2], [7, 7, 2, 5]):
        trace(SMALL, weights, np.zeros((1, 6)))
    with refused("weight_missing", "noise_generator/fc1/dense/kernel", [6, 512]):
        trace(SMALL, {}, np.zeros((1, 6)))


def test_pads_that_do_not_fit_the_batch_are_refused():
    config = GeneratorConfig(noise_dim=6, paddings=((1, 0), (3, 3), (3, 3), (0, 0)))
    weights = init_weights(config)
    with refused("pad_too_large", "batch", "works is 0", field="paddings"):
        trace(config, weights, np.zeros((1, 6)))
    assert trace(config, weights, np.zeros((2, 6)))[OUTPUT].shape[0] == 3


def trained(position: str = "after") -> GeneratorConfig:
    return GeneratorConfig(noise_dim=6, upsample_dim=16, C=2, training=True, bn_position=position)


def test_training_on_a_batch_of_one_makes_the_output_independent_of_z():
    weights = random_weights(trained(), 5)
    one = trace(trained(), weights, draw_z(1, 1, 6))
    other = trace(trained(), weights, draw_z(2, 1, 6))
    assert np.abs(one["fc1/actv"] - other["fc1/actv"]).max() > 0.1
    beta = weights["noise_generator/fc1/batch_normalization/beta"]
    # Beta up to float32 rounding, as TensorFlow computes x·inv + (beta - mean·inv).
    np.testing.assert_allclose(one["fc1/batch_normalization"][0], beta, rtol=0, atol=2e-5)
    span = np.ptp(one[OUTPUT])
    assert span > 0.1
    np.testing.assert_allclose(one[OUTPUT], other[OUTPUT], rtol=0, atol=1e-4 * span)


def test_training_on_a_batch_of_one_with_fresh_weights_gives_zeros():
    t = trace(trained(), init_weights(trained(), 0), draw_z(1, 1, 6))
    assert np.abs(t["fc1/dense"]).max() > 0.1
    assert not t["fc1/batch_normalization"].any()
    assert not t[OUTPUT].any()


def test_without_training_or_with_two_items_the_output_depends_on_z():
    weights = random_weights(trained(), 5)
    moving = [trace(SMALL, weights, draw_z(seed, 1, 6))[OUTPUT] for seed in (1, 2)]
    pair = [trace(trained(), weights, draw_z(seed, 2, 6))[OUTPUT] for seed in (1, 2)]
    assert np.abs(moving[0] - moving[1]).max() > 0.1
    assert np.abs(pair[0] - pair[1]).max() > 0.1


@each("position", ["after", "before"])
def test_training_normalizes_by_the_batch_and_its_biased_variance(position):
    config = trained(position)
    weights = random_weights(config, 6)
    t = trace(config, weights, draw_z(6, 3, 6))
    names = list(t)
    for block in ("fc1", "upsample1", "upsample2", "upsample3"):
        name = f"{block}/batch_normalization"
        x = t[names[names.index(name) - 1]].astype(np.float64)
        axes = tuple(range(x.ndim - 1))
        gamma, beta = (weights[f"noise_generator/{name}/{part}"] for part in ("gamma", "beta"))
        expected = gamma * (x - x.mean(axes)) / np.sqrt(x.var(axes) + 1e-3) + beta
        np.testing.assert_allclose(t[name], expected, rtol=0, atol=1e-4 * np.ptp(expected))


def test_without_training_the_moving_statistics_count():
    weights = random_weights(SMALL, 7)
    t = trace(SMALL, weights, draw_z(7, 3, 6))
    name = "upsample2/batch_normalization"
    gamma, beta, mean, variance = (
        weights[f"noise_generator/{name}/{part}"]
        for part in ("gamma", "beta", "moving_mean", "moving_variance")
    )
    expected = gamma * (t["upsample2/actv"] - mean) / np.sqrt(variance + 1e-3) + beta
    np.testing.assert_allclose(t[name], expected, rtol=0, atol=1e-5)


def test_the_activation_comes_first_and_reshape_is_row_major():
    t = trace(SMALL, random_weights(SMALL, 8), draw_z(8, 2, 6))
    assert np.array_equal(t["fc1/actv"], np.maximum(t["fc1/dense"], 0))
    flat = t["fc1/batch_normalization"]
    assert t["fc1/reshape"][1, 2, 3, 5] == flat[1, (2 * 8 + 3) * 16 + 5]


@each("device", ["/CPU:0", "CPU:7", "GPU:99", "", "TPU"])
def test_a_device_that_is_not_there_is_refused_with_those_that_are(device):
    with refused("no_such_device", f"“{device}”", "auto", "CPU:0", field="device"):
        trace(SMALL, init_weights(SMALL), np.zeros((1, 6)), device=device)
