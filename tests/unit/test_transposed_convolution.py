"""Facts of the SAME transposed convolution, read off the first upsample block of a real trace."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from explorer import ExplorerError, GeneratorConfig, init_weights, trace
from explorer.model.graph import Graph, Node
from explorer.model.ops import Conv2DTranspose, Input
from tests.support.each import each

NAME = "noise_generator/upsample1/conv2d_transpose"


def upsample(source: np.ndarray, kernel: np.ndarray, stride: int = 2, bias=0.0) -> np.ndarray:
    """`source` [H, W] through the first block with `kernel` [k, k], both single-channel."""
    config = GeneratorConfig(
        noise_dim=1, upsample_dim=2, kernel_size=len(kernel), actv="linear",
        base_height=source.shape[0], base_width=source.shape[1], upsample_blocks=1,
        stride=stride, output_kernel=1, paddings=((0, 0),) * 4,
    )  # fmt: skip
    weights = init_weights(config)
    # Channel 0 of the base map is `source`, put there by beta; channel 1 stays zero.
    flat = np.stack([source, np.zeros_like(source)], axis=-1).astype(np.float32).ravel()
    norm = "noise_generator/fc1/batch_normalization"
    weights |= {f"{norm}/gamma": np.zeros_like(flat), f"{norm}/beta": flat}
    weights[f"{NAME}/kernel"] = np.zeros((*kernel.shape, 1, 2), np.float32)
    weights[f"{NAME}/kernel"][..., 0, 0] = kernel
    weights[f"{NAME}/bias"] = np.array([bias], np.float32)
    t = trace(config, weights, np.zeros((1, 1)))
    assert np.array_equal(t["fc1/reshape"][0, ..., 0], source)
    return t["upsample1/conv2d_transpose"][0, ..., 0]


def by_definition(source: np.ndarray, kernel: np.ndarray, stride: int) -> np.ndarray:
    """The full canvas of (n-1)·s + k, cropped by max(k-s, 0), half of it (floored) before."""
    k = len(kernel)
    height, width = source.shape
    canvas = np.zeros((max((height - 1) * stride + k, height * stride),
                       max((width - 1) * stride + k, width * stride)))  # fmt: skip
    for row in range(height):
        for column in range(width):
            y, x = row * stride, column * stride
            canvas[y : y + k, x : x + k] += source[row, column] * kernel
    before = max(k - stride, 0) // 2
    return canvas[before : before + height * stride, before : before + width * stride]


@each("stride", [1, 2, 3, 4])
@each("k", [1, 2, 3, 4, 5, 6, 7, 8, 9])
def test_it_is_the_full_canvas_cropped(k, stride):
    random = np.random.RandomState(10 * k + stride)
    source, kernel = random.randint(-9, 9, (3, 4)), random.randint(-9, 9, (k, k))
    assert np.array_equal(upsample(source, kernel, stride), by_definition(source, kernel, stride))


@each(("k", "before", "after"), [(2, 0, 0), (3, 0, 1), (4, 1, 1), (5, 1, 2), (7, 2, 3)])
def test_how_much_is_cropped_at_each_end(k, before, after):
    line = np.arange(1, k + 1)
    kept = line[before : k - after]
    assert np.array_equal(upsample(np.ones((1, 1)), np.outer(line, line)), np.outer(kept, kept))


@each("k", [3, 4, 5, 7])
def test_an_impulse_lands_at_stride_times_its_place_less_the_crop(k):
    source = np.zeros((5, 5))
    source[2, 2] = 1
    kernel = np.arange(1, k * k + 1).reshape(k, k)
    output = upsample(source, kernel)
    start = 2 * 2 - max(k - 2, 0) // 2
    assert np.array_equal(output[start : start + k, start : start + k], kernel)
    assert output.sum() == kernel.sum()


@each(("k", "even", "odd"), [(2, 1, 1), (3, 2, 1), (4, 2, 2), (5, 2, 3), (6, 3, 3), (7, 4, 3)])
def test_how_many_cells_reach_an_output_cell(k, even, odd):
    inside = upsample(np.ones((8, 8)), np.ones((k, k)))[4:12, 4:12]
    line = np.array([even, odd] * 4)
    assert np.array_equal(inside, np.outer(line, line))


def test_kernel_five_is_the_checkerboard_and_kernel_four_is_uniform():
    five = upsample(np.ones((8, 8)), np.ones((5, 5)))[4:12, 4:12]
    assert five[:2, :2].tolist() == [[4, 6], [6, 9]]
    assert set(five.ravel()) == {4, 6, 9}
    assert set(upsample(np.ones((8, 8)), np.ones((4, 4)))[4:12, 4:12].ravel()) == {4}


def test_kernel_one_leaves_three_of_four_cells_with_the_bias_alone():
    source = np.arange(1, 13).reshape(3, 4)
    output = upsample(source, np.full((1, 1), 2.0), bias=0.25)
    assert np.array_equal(output[::2, ::2], 2 * source + 0.25)
    assert (output == 0.25).mean() == 0.75


def rows_of(op: Conv2DTranspose, size: int = 5):
    """The stage of it, of maps of some rows."""
    nodes = Node("map", Input((size, 4, 1))), Node("up", op, ("map",), "up")
    return Graph(nodes).stages()[-1]


def or_nothing(op: Conv2DTranspose):
    try:
        return rows_of(op)
    except ExplorerError:
        return None


@given(st.integers(1, 8), st.integers(1, 4), st.integers(1, 3), st.sampled_from(["same", "valid"]))
def test_a_number_takes_the_place_of_no_output_padding_where_one_gives_the_same(k, s, d, padding):
    numbers = {"kernel_size": (k, 3), "strides": (s, s), "dilation": (1 if s > 1 else d, 1)}
    none = rows_of(Conv2DTranspose(1, **numbers, padding=padding))
    found = none.op.numbers_of_none("output_padding", none)
    made = {
        more: or_nothing(Conv2DTranspose(1, **numbers, padding=padding, output_padding=(more, 0)))
        for more in range(s)
    }
    alike = [more for more in made if made[more] and made[more].shape[1] == none.shape[1]]
    assert [found[0]] == (alike or [None])
    assert all(made[more].op.crop(made[more]) == none.op.crop(none) for more in alike)
    assert none.op.numbers_of_none("strides", none) == ()
