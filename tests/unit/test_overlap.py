"""Overlap counts against a convolution of ones, and the measured share against a Fourier sum."""

import numpy as np
import pytest
import tensorflow as tf

from explorer.model.overlap import (
    checkerboard_share,
    has_whole_period,
    overlap_counts,
    phase_counts,
    thin_edge,
)
from explorer.views.overlap import STRIDES, evenness, kernels_to_compare, period, used_taps
from tests.support.each import each


def test_the_taps_in_use_are_those_that_are_not_zero():
    kernel = np.zeros((7, 7, 3, 2), np.float32)
    assert used_taps(kernel) is None
    kernel[1, 2, 0, 1] = kernel[5, 4, 2, 0] = -1
    assert used_taps(kernel) == [5, 3]
    kernel[0, 0] = kernel[6, 6] = np.nan
    assert used_taps(kernel) is None


@each("stride", range(1, 5))
@each("kernel", range(1, 10))
def test_counts_are_a_transposed_convolution_of_ones(kernel, stride):
    size = 6
    counted = tf.nn.conv2d_transpose(
        np.ones((1, size, size, 1), np.float32),
        np.ones((kernel, kernel, 1, 1), np.float32),
        (1, size * stride, size * stride, 1),
        strides=stride,
        padding="SAME",
    )[0, :, :, 0].numpy()
    line = overlap_counts(size, kernel, stride)
    assert np.array_equal(np.outer(line, line), counted)


@each("stride", range(1, 5))
@each("kernel", range(1, 10))
def test_the_inside_is_even_exactly_when_the_stride_divides_the_kernel(kernel, stride):
    counts = phase_counts(kernel, stride)
    assert (len(set(counts.tolist())) == 1) == (kernel % stride == 0)
    assert (counts == 0).any() == (kernel < stride)
    assert counts.sum() == kernel


def by_fourier(maps: np.ndarray, stride: int) -> float:
    """Energy at the multiples of 1/stride in both axes over all energy, the mean's left out."""
    rows, columns, _ = maps.shape
    energy = np.square(np.abs(np.fft.fft2(maps.astype(np.float64), axes=(0, 1)))).sum(axis=2)
    energy[0, 0] = 0
    return energy[:: rows // stride, :: columns // stride].sum() / energy.sum()


@each("stride", [2, 3, 4])
def test_the_share_is_the_energy_at_the_period(stride):
    maps = np.random.RandomState(stride).standard_normal((12, 24, 5)).astype(np.float32)
    share, chance = checkerboard_share(maps, stride)
    assert share == pytest.approx(by_fourier(maps, stride), rel=1e-5)
    assert chance == pytest.approx((stride**2 - 1) / (12 * 24 - 1))


def test_a_pure_checkerboard_has_all_its_energy_there():
    board = np.indices((8, 8)).sum(axis=0) % 2
    assert checkerboard_share(board[..., None].astype(np.float32), 2)[0] == pytest.approx(1)


def test_noise_has_the_share_of_chance():
    maps = np.random.RandomState(0).standard_normal((16, 16, 4000)).astype(np.float32)
    share, chance = checkerboard_share(maps, 2)
    assert share == pytest.approx(chance, rel=0.05)


@each("value", [0.0, 3.0, np.nan, np.inf])
def test_a_constant_or_broken_map_has_no_share(value):
    assert checkerboard_share(np.full((4, 4, 2), value, np.float32), 2)[0] is None


@each("stride", range(1, 5))
@each("kernel", range(1, 10))
def test_the_thin_edge_is_all_that_differs_from_the_inside(kernel, stride):
    size = 12
    before, after = thin_edge(size, kernel, stride)
    inside = np.tile(phase_counts(kernel, stride), size)
    fewer = overlap_counts(size, kernel, stride) < inside
    assert fewer[:before].all()
    assert fewer[len(fewer) - after :].all()
    assert fewer.sum() == before + after
    assert (before + after == 0) == (kernel <= stride), "the page says: stamps do not overlap"


@each("stride", range(1, 5))
@each("kernel", range(1, 13))
@each("size", range(1, 8))
def test_a_whole_period_is_there_where_its_counts_stand_side_by_side(size, kernel, stride):
    inside = np.tile(phase_counts(kernel, stride), size)
    full = overlap_counts(size, kernel, stride) == inside
    runs = np.lib.stride_tricks.sliding_window_view(full, stride)
    assert has_whole_period(size, kernel, stride) == runs.all(axis=1).any()


@each("stride", range(1, 5))
@each("kernel", range(1, 10))
def test_the_counts_are_called_what_they_are(kernel, stride):
    counts = set(phase_counts(kernel, stride).tolist())
    expected = "gaps" if 0 in counts else "uniform" if len(counts) == 1 else "uneven"
    assert evenness(kernel, stride) == ("whole" if stride == 1 else expected)


def test_the_kernels_to_compare_differ_by_one_and_in_evenness():
    assert kernels_to_compare(1) is None
    for stride in STRIDES[1:]:
        kernels = kernels_to_compare(stride)
        assert kernels["uneven"] == kernels["even"] + 1
        assert evenness(kernels["even"], stride) == "uniform"
        assert evenness(kernels["uneven"], stride) == "uneven"


@each(
    ("share", "chance", "expected"),
    [
        (0.294, 0.0015, "seen"),
        (0.001, 0.0015, "unseen"),
        (0.003, 0.0015, "unseen"),
        (None, 0.0015, "unknown"),
        (0.0, 0.0, "unknown"),
    ],
)
def test_the_period_is_seen_where_it_is_far_above_chance(share, chance, expected):
    assert period({"share": share, "chance": chance}) == expected
