"""Overlap counts against a convolution of ones, and the measured share against a Fourier sum."""

import numpy as np
import pytest
import tensorflow as tf

from explorer.model.graph import Graph, Node
from explorer.model.ops.activation import activation
from explorer.model.ops.conv2d import Conv2D
from explorer.model.ops.conv2d_transpose import Conv2DTranspose
from explorer.model.ops.input import Input
from explorer.model.ops.merge import Merge
from explorer.model.ops.moving import DepthToSpace
from explorer.model.ops.upsampling2d import UpSampling2D
from explorer.model.overlap import (
    AxisOverlap,
    axis_overlap,
    checkerboard_share,
    measured_stages,
    phase_taps,
    stage_overlap,
)
from explorer.views.overlap import STRIDES, evenness, kernels_to_compare, period, used_taps
from tests.support.each import each


def made(size: int, kernel: int, stride: int) -> AxisOverlap:
    """Along one axis of a transposed convolution that is cut to SAME."""
    op = Conv2DTranspose(1, (kernel, kernel), (stride, stride), "same")
    return axis_overlap(op, 0, size, size * stride)


def single(op, shape: tuple[int, ...]):
    """The stage of an operation on one input."""
    return Graph((Node("x", Input(shape)), Node("y", op, ("x",), "y"))).stages()[-1]


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
    line = made(size, kernel, stride).counts
    assert np.array_equal(np.outer(line, line), counted)


@each("stride", range(1, 5))
@each("kernel", range(1, 10))
def test_the_inside_is_even_exactly_when_the_stride_divides_the_kernel(kernel, stride):
    counts = made(6, kernel, stride).phases
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
    size, found = 12, made(12, kernel, stride)
    before, after = found.thin
    fewer = found.counts < np.tile(found.phases, size)
    assert fewer[:before].all()
    assert fewer[len(fewer) - after :].all()
    assert fewer.sum() == before + after
    assert (before + after == 0) == (kernel <= stride), "the page says: stamps do not overlap"


@each("stride", range(1, 5))
@each("kernel", range(1, 13))
@each("size", range(1, 8))
def test_a_whole_period_is_there_where_its_counts_stand_side_by_side(size, kernel, stride):
    found = made(size, kernel, stride)
    full = found.counts == np.tile(found.phases, size)
    runs = np.lib.stride_tricks.sliding_window_view(full, stride)
    assert found.has_whole_period == runs.all(axis=1).any()


@each("stride", range(1, 5))
@each("kernel", range(1, 10))
def test_the_counts_are_called_what_they_are(kernel, stride):
    found = made(6, kernel, stride)
    counts = set(found.phases.tolist())
    expected = "gaps" if 0 in counts else "uniform" if len(counts) == 1 else "uneven"
    assert evenness((found, found)) == ("whole" if stride == 1 else expected)


def test_the_kernels_to_compare_differ_by_one_and_in_evenness():
    assert kernels_to_compare(1) is None
    for stride in STRIDES[1:]:
        kernels = kernels_to_compare(stride)
        assert kernels["uneven"] == kernels["even"] + 1
        for called, kernel in (("uniform", kernels["even"]), ("uneven", kernels["uneven"])):
            assert evenness([made(6, kernel, stride)] * 2) == called


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


SPREADING = [
    Conv2DTranspose(2, (4, 3), (2, 3), "same"),
    Conv2DTranspose(2, (5, 2), (3, 3), "valid"),
    Conv2DTranspose(1, (3, 5), (2, 1), "same", output_padding=(0, 0)),
    Conv2DTranspose(1, (5, 5), (2, 2), "same", output_size=(9, 13)),
    UpSampling2D((2, 3)),
    UpSampling2D((2, 3), "bilinear"),
    DepthToSpace(2),
]


@each("op", SPREADING)
def test_counts_of_any_stage_are_the_cells_that_reach_it(op):
    """By brute force: an input cell reaches those that change with it."""
    stage = single(op, (5, 7, 4))
    shapes = {item.name: item.shape for item in op.variables(stage.input_shape)}
    variables = {name: np.ones(shape, np.float32) for name, shape in shapes.items()}
    reached = np.zeros(stage.shape[1:3], int)
    for row, column in np.ndindex(5, 7):
        x = np.zeros(stage.input_shape, np.float32)
        x[:, row, column] = 1
        changed = op.forward([x], variables, stage.shape) - op.forward(
            [0 * x], variables, stage.shape
        )
        reached += np.any(np.asarray(changed) != 0, axis=(0, 3))
    rows, columns = stage_overlap(stage)
    assert np.array_equal(np.outer(rows.counts, columns.counts), reached)


@each("op", SPREADING)
@each("more", [4, 9])
def test_the_inside_is_that_of_a_larger_map_in_its_middle(op, more):
    """Whatever it is cut to: the place of a period stays, as the cut does."""
    for axis, size, outputs in zip((0, 1), (5, 7), single(op, (5, 7, 4)).shape[1:3], strict=True):
        step, found = op.period[axis], axis_overlap(op, axis, size, outputs)
        wide = op.taps(axis, size + 2 * more, outputs + 2 * more * step).contributions()
        middle = (size // 2 + more) * step
        assert np.array_equal(np.roll(wide[middle:], 0)[:step], found.phases)
        assert found.phases.tolist() == [len(met) for met in phase_taps(op, axis, size, outputs)]


def test_a_period_is_measured_where_it_begins_and_last_shows():
    """Not beyond what changes the map's size or brings in another map."""
    graph = Graph(
        (
            Node("x", Input((4, 4, 3))),
            Node("up", UpSampling2D((2, 2)), ("x",)),
            Node("mixed", Conv2D(3, (3, 3), padding="same"), ("up",), "mixed"),
            Node("actv", activation("relu"), ("mixed",)),
            Node("joined", Merge("add"), ("actv", "actv")),
            Node("wide", Conv2DTranspose(3, (5, 5), (2, 2)), ("joined",), "wide"),
            Node("cut", Conv2D(3, (3, 3)), ("wide",), "cut"),
        )
    )
    found = {name: source.name for name, source in measured_stages(graph.stages()).items()}
    assert found == {"up": "up", "actv": "up", "wide": "wide"}


def test_a_period_may_differ_along_the_axes_and_need_not_divide_the_map():
    board = np.zeros((9, 13, 1), np.float32)
    board[::2, ::3] = 1
    assert checkerboard_share(board, 2, 3)[0] == pytest.approx(1)
    assert checkerboard_share(board[:1], 2, 3)[0] is None
