"""Kernels drawn as Keras' initializers draw them, bit for bit the same everywhere."""

import hashlib
from dataclasses import replace

import keras
import numpy as np
import pytest

from explorer import GeneratorConfig, carry_weights, init_weights
from explorer.model.config import INITIALIZERS
from explorer.model.initializers import CUT_STDDEV, _log, draw_kernel, fans, spread_of
from explorer.model.stages import stages
from explorer.model.weight_store import shipped_weights
from explorer.model.weights import weight_list
from tests.support.each import each

KERAS = {
    "glorot_uniform": keras.initializers.GlorotUniform,
    "glorot_normal": keras.initializers.GlorotNormal,
    "he_normal": keras.initializers.HeNormal,
    "normal_0.02": lambda seed: keras.initializers.RandomNormal(stddev=0.02, seed=seed),
}
SHAPES = [(128, 4096), (5, 5, 64, 128), (7, 7, 128, 32)]
SHA256 = {
    "glorot_uniform": "8ff1c278c17e141a12660dbaf71a3fab7f4f985eb3f30992d9bc9c0280b5ea58",
    "glorot_normal": "0722bd6fd2f123fe3e9e0945151cb248b548f8820498979067c4e6394e947e8d",
    "he_normal": "1f3cec58afaa43bfbb0526d9fde2c3096938bbb5e8af48202e9b6a5a687847ea",
    "normal_0.02": "922f30475c543129ebada87c77e8ec8e0a1d4759456a7f048b0c382d683bf928",
}
SMALL = GeneratorConfig(noise_dim=5, upsample_dim=16)


def digest(values: np.ndarray) -> str:
    return hashlib.sha256(np.ascontiguousarray(values, "<f4").tobytes()).hexdigest()


def test_every_choice_is_one_of_keras():
    assert tuple(KERAS) == INITIALIZERS


@each("initializer", INITIALIZERS)
def test_a_kernel_is_the_same_bit_for_bit_on_every_machine(initializer):
    kernel = draw_kernel(initializer, "noise_generator/fc1/dense/kernel", (128, 1024), 7)
    assert digest(kernel) == SHA256[initializer]
    bent = kernel.copy()
    bent.view(np.uint32)[0, 0] ^= 1
    assert digest(bent) != SHA256[initializer]


@each("shape", SHAPES)
@each("initializer", INITIALIZERS)
def test_a_kernel_is_distributed_as_keras_draws_it(initializer, shape):
    ours = np.sort(draw_kernel(initializer, "kernel", shape, 0).ravel().astype(np.float64))
    theirs = np.sort(np.asarray(KERAS[initializer](seed=0)(shape)).ravel().astype(np.float64))
    size = theirs.std()
    assert abs(ours.mean()) < 5 * size / np.sqrt(ours.size)
    assert ours.std() == pytest.approx(size, rel=10 / np.sqrt(ours.size))
    middle = slice(len(ours) // 200, -len(ours) // 200)  # the outermost of a normal scatter
    np.testing.assert_allclose(ours[middle], theirs[middle], atol=0.03 * size)
    if initializer != "normal_0.02":
        assert ours[[0, -1]] == pytest.approx(theirs[[0, -1]], rel=0.002)


@each("stage", ["fc1/dense", "upsample2/conv2d_transpose", "conv_out/conv2d"])
@each("initializer", INITIALIZERS)
def test_spread_and_bounds_follow_the_formula(initializer, stage):
    """fan_in is the next to last axis times the taps, whatever that axis holds."""
    config = GeneratorConfig(kernel_initializer=initializer)
    values = init_weights(config)[f"noise_generator/{stage}/kernel"].astype(np.float64)
    taps = values.size // (values.shape[-1] * values.shape[-2])
    fan_in, fan_out = taps * values.shape[-2], taps * values.shape[-1]
    assert fans(values.shape) == (fan_in, fan_out)
    stddev = {
        "glorot_uniform": np.sqrt(2 / (fan_in + fan_out)),
        "glorot_normal": np.sqrt(2 / (fan_in + fan_out)),
        "he_normal": np.sqrt(2 / fan_in),
        "normal_0.02": 0.02,
    }[initializer]
    assert values.std() == pytest.approx(stddev, rel=5 / np.sqrt(values.size))
    most = np.abs(values).max()
    bounds = {"glorot_uniform": np.sqrt(3), "normal_0.02": np.inf}
    bound = stddev * bounds.get(initializer, 2 / CUT_STDDEV)
    assert most <= bound * (1 + 1e-6)
    assert most > min(bound * 0.99, 3 * stddev)


def test_the_widening_is_that_of_a_normal_cut_at_two():
    """Variance of N(0, 1) within ±2: 1 - 2·2·φ(2)/(Φ(2) - Φ(-2))."""
    x = np.linspace(-2, 2, 400_001)
    density = np.exp(-(x**2) / 2)
    assert pytest.approx(np.sqrt((density * x**2).sum() / density.sum()), rel=1e-5) == CUT_STDDEV


def test_the_logarithm_is_exact_to_its_last_places():
    values = np.concatenate([np.random.RandomState(0).rand(100_000), [2.0**-60, 1 - 2.0**-53]])
    np.testing.assert_allclose(_log(values), np.log(values), rtol=1e-15)


@each("initializer", INITIALIZERS)
def test_neighbouring_values_are_uncorrelated_and_none_repeats_the_uniform_ones(initializer):
    values = draw_kernel(initializer, "kernel", (400, 500), 0).ravel()
    assert abs(np.corrcoef(values[:-1], values[1:])[0, 1]) < 0.02
    assert abs(np.corrcoef(values[:-1] ** 2, values[1:] ** 2)[0, 1]) < 0.02


@each("initializer", INITIALIZERS)
def test_all_kernels_and_nothing_else_are_drawn_so(initializer):
    config = replace(SMALL, kernel_initializer=initializer)
    usual, drawn = init_weights(SMALL), init_weights(config)
    kernels = {weight.name for weight in weight_list(config) if weight.init == initializer}
    assert kernels == {name for name in drawn if name.endswith("/kernel")}
    differ = {name for name in drawn if not np.array_equal(drawn[name], usual[name])}
    assert differ == (set() if config == SMALL else kernels)


def test_no_shape_depends_on_it():
    one, other = (stages(replace(SMALL, kernel_initializer=name)) for name in INITIALIZERS[:2])
    assert [stage.shape for stage in one] == [stage.shape for stage in other]


def test_weights_that_are_there_do_not_depend_on_it_and_what_is_drawn_fresh_does():
    stored = shipped_weights()
    same = replace(stored.config, kernel_initializer="he_normal")
    assert stored.fits(same)
    wider = replace(stored.config, upsample_dim=72)
    usual, other = (
        carry_weights(stored.config, stored.weights, replace(wider, kernel_initializer=name))
        for name in ("glorot_uniform", "he_normal")
    )
    fc1 = "noise_generator/fc1/dense/kernel"
    one, two = (weights[fc1].reshape(-1, 32, 72) for weights in (usual, other))
    assert np.array_equal(one[..., :64], two[..., :64])
    assert not np.isclose(one[..., 64:], two[..., 64:]).any()


def test_what_is_no_initializer_is_not_taken_for_one():
    with pytest.raises(KeyError):
        spread_of("lecun_normal", (2, 2))
