"""Untrained weights: bit for bit the same everywhere, Glorot uniform, one stream a variable."""

import hashlib

import numpy as np
import pytest

from explorer import GeneratorConfig, init_weights
from explorer.model.weights import check_weights
from tests.support.each import each
from tests.unit.refusals import refused

SCOPE = "noise_generator"
SHA256 = {
    0: "3380ad61d03c0aabe4560567b912c3324b8037366cfaf10859df9df3f304d871",
    20180402: "ce1f27afa74296479bbf9bf1efdd1d68878c6f7c67f0df4dbf0ef8a41c775864",
}
# fan_in + fan_out of each kernel: receptive field times (inputs + outputs).
FANS = {
    "fc1/dense": 128 + 8192,
    "upsample1/conv2d_transpose": 25 * (256 + 128),
    "upsample2/conv2d_transpose": 25 * (128 + 64),
    "upsample3/conv2d_transpose": 25 * (64 + 32),
    "conv_out/conv2d": 49 * (32 + 3),
}


def digest(weights: dict[str, np.ndarray]) -> str:
    """SHA-256 over names and little-endian float32 bytes, in the order of the names."""
    result = hashlib.sha256()
    for name in sorted(weights):
        result.update(name.encode())
        result.update(np.ascontiguousarray(weights[name], "<f4").tobytes())
    return result.hexdigest()


def changed(one: dict, other: dict) -> set[str]:
    """Names whose values or shapes differ, or that only one of the two has."""
    return {
        name.removeprefix(f"{SCOPE}/")
        for name in one.keys() | other.keys()
        if name not in one or name not in other or not np.array_equal(one[name], other[name])
    }


@pytest.fixture(scope="module")
def original() -> dict[str, np.ndarray]:
    return init_weights(GeneratorConfig(), seed=0)


@each(("seed", "told"), SHA256.items())
def test_the_weights_are_the_same_bit_for_bit_on_every_machine(seed, told):
    assert digest(init_weights(GeneratorConfig(), seed)) == told


def test_the_digest_notices_one_bit(original):
    bent = {name: value.copy() for name, value in original.items()}
    bent[f"{SCOPE}/conv_out/conv2d/bias"].view(np.uint32)[0] ^= 1
    assert digest(bent) != digest(original)


def test_names_shapes_and_types(original):
    expected = {
        "fc1/dense/kernel": (128, 8192),
        "fc1/dense/bias": (8192,),
        "upsample1/conv2d_transpose/kernel": (5, 5, 128, 256),
        "upsample1/conv2d_transpose/bias": (128,),
        "upsample2/conv2d_transpose/kernel": (5, 5, 64, 128),
        "upsample2/conv2d_transpose/bias": (64,),
        "upsample3/conv2d_transpose/kernel": (5, 5, 32, 64),
        "upsample3/conv2d_transpose/bias": (32,),
        "conv_out/conv2d/kernel": (7, 7, 32, 3),
        "conv_out/conv2d/bias": (3,),
    }
    for block, units in (("fc1", 8192), ("upsample1", 128), ("upsample2", 64), ("upsample3", 32)):
        for variable in ("gamma", "beta", "moving_mean", "moving_variance"):
            expected[f"{block}/batch_normalization/{variable}"] = (units,)
    found = {name: value.shape for name, value in original.items()}
    assert found == {f"{SCOPE}/{name}": shape for name, shape in expected.items()}
    assert {value.dtype for value in original.values()} == {np.dtype(np.float32)}


def test_all_but_kernels_start_as_an_identity(original):
    starts = {"bias": 0, "beta": 0, "moving_mean": 0, "gamma": 1, "moving_variance": 1}
    for name, value in original.items():
        variable = name.rsplit("/", 1)[-1]
        if variable != "kernel":
            assert (value == starts[variable]).all(), name


@each(("stage", "fans"), FANS.items())
def test_kernels_are_glorot_uniform(original, stage, fans):
    kernel = original[f"{SCOPE}/{stage}/kernel"].astype(np.float64).ravel()
    limit = np.sqrt(6 / fans)
    assert np.abs(kernel).max() <= limit * (1 + 1e-6)
    assert kernel.min() < -0.99 * limit
    assert kernel.max() > 0.99 * limit
    # Five standard errors of the mean and of the variance of a uniform distribution.
    assert abs(kernel.mean()) < 5 * limit / np.sqrt(3 * kernel.size)
    variance = limit**2 / 3
    assert abs(kernel.var() - variance) < 5 * variance * np.sqrt(0.8 / kernel.size)
    counts = np.histogram(kernel, bins=16, range=(-limit * 1.000001, limit * 1.000001))[0]
    expected = kernel.size / 16
    assert np.abs(counts - expected).max() < 5 * np.sqrt(expected)


def test_neighbouring_values_and_variables_are_uncorrelated(original):
    one = original[f"{SCOPE}/upsample1/conv2d_transpose/kernel"].ravel()[:100_000]
    other = original[f"{SCOPE}/fc1/dense/kernel"].ravel()[:100_000]
    assert abs(np.corrcoef(one[:-1], one[1:])[0, 1]) < 0.02
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.02


def test_the_same_seed_gives_the_same_weights(original):
    assert changed(original, init_weights(GeneratorConfig(), "0")) == set()


def test_another_seed_changes_every_kernel_and_nothing_else(original):
    assert changed(original, init_weights(GeneratorConfig(), 1)) == {
        f"{stage}/kernel" for stage in FANS
    }


@each(
    ("fields", "expected"),
    [
        ({"C": 8}, {"conv_out/conv2d/kernel", "conv_out/conv2d/bias"}),
        ({"output_kernel": 5}, {"conv_out/conv2d/kernel"}),
        ({"noise_dim": 64}, {"fc1/dense/kernel"}),
        (
            {"kernel_size": 4},
            {f"upsample{block}/conv2d_transpose/kernel" for block in (1, 2, 3)},
        ),
        (
            {"actv": "selu", "training": True, "stride": 3, "bn_position": "before"},
            set(),
        ),
        ({"pad_mode": "SYMMETRIC", "paddings": ((1, 1), (3, 3), (3, 3), (0, 0))}, set()),
    ],
)
def test_a_change_elsewhere_leaves_a_variable_alone(original, fields, expected):
    assert changed(original, init_weights(GeneratorConfig(**fields), 0)) == expected


def test_one_more_block_leaves_the_first_three_alone(original):
    more = init_weights(GeneratorConfig(upsample_blocks=4), 0)
    names = changed(original, more)
    assert {name for name in names if not name.startswith("upsample4")} == {
        "conv_out/conv2d/kernel"
    }


@each("seed", [0, 2**32 - 1])
def test_both_ends_of_the_seeds_work(seed):
    config = GeneratorConfig(noise_dim=4, upsample_dim=8, output_kernel=3)
    assert np.isfinite(init_weights(config, seed)[f"{SCOPE}/conv_out/conv2d/kernel"]).all()


@each(
    ("code", "seed"),
    [("out_of_range", -1), ("out_of_range", 2**32), ("not_whole", 0.5), ("not_a_number", "x")],
)
def test_a_bad_seed_is_refused(code, seed):
    with refused(code, "seed", seed, "0 … 4294967295", field="seed"):
        init_weights(GeneratorConfig(), seed)


def test_weights_that_suit_the_structure_pass(original):
    assert check_weights(GeneratorConfig(), original) is None


def test_a_missing_weight_is_named_with_its_shape(original):
    name = f"{SCOPE}/upsample2/batch_normalization/gamma"
    weights = {key: value for key, value in original.items() if key != name}
    with refused("weight_missing", name, [64]):
        check_weights(GeneratorConfig(), weights)


def test_a_weight_of_another_shape_is_named_with_both_shapes(original):
    name = f"{SCOPE}/conv_out/conv2d/kernel"
    with refused("weight_shape", name, [7, 7, 32, 3], [7, 7, 3, 32]):
        check_weights(GeneratorConfig(), original | {name: np.zeros((7, 7, 3, 32), np.float32)})
