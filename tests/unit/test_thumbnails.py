"""Thumbnails as small as they are shown: of all maps the same rows and columns, of every phase."""

import numpy as np

from explorer import GeneratorConfig
from explorer.model.stages import stages
from explorer.schema import read_state
from explorer.views.thumbnails import MOST_SHOWN, find_step, thin_out
from tests.support.each import each
from tests.unit.wire_format import view_of

RANDOM = np.random.default_rng(0)


@each("shape", [(4, 6, 3), (5, 7, 2), (1, 9, 1), (8, 1, 4)])
@each("step", [2, 3, 5, 20])
def test_the_middle_of_each_window_is_shown_and_the_last_where_there_is_none(shape, step):
    codes = RANDOM.integers(0, 256, shape, dtype=np.uint8)
    thin = thin_out(codes, step)
    height, width, channels = shape
    assert thin.shape == (-(-height // step), -(-width // step), channels)
    for row, column in np.ndindex(thin.shape[:2]):
        y, x = (
            min(at * step + step // 2, side - 1) for at, side in ((row, height), (column, width))
        )
        assert np.array_equal(thin[row, column], codes[y, x])


def test_a_step_of_one_leaves_nothing_out():
    codes = RANDOM.integers(0, 256, (3, 4, 2), dtype=np.uint8)
    assert thin_out(codes, 1) is codes


@each(
    ("shapes", "stride", "step"),
    [
        ([(32, 64, 16)], 2, 1),
        ([(32, 65, 16), (4, 8, 64)], 2, 3),  # 2 would leave out a phase of the stride
        ([(32, 65, 16), (4, 8, 64)], 3, 2),
        ([(88, 88, 64)], 1, 4),
        ([(1, 1, MOST_SHOWN + 1)], 2, 1),  # a channel is one cell already
        ([(4, 2, MOST_SHOWN)], 2, 4),
    ],
)
def test_all_maps_show_rows_of_one_step_that_is_no_larger_than_it_must(shapes, stride, step):
    assert find_step(shapes, stride) == step


def test_a_large_generator_sends_small_thumbnails_and_its_whole_picture():
    state = read_state({"upsample_dim": 256, "stage": "conv_out/pad"})
    view = view_of(state)
    for stage, planned in zip(view["stages"], stages(GeneratorConfig()), strict=True):
        codes, step = view["unfolded"].get(stage["name"], stage["codes"]), stage["thumbnail_step"]
        assert step == (3 if len(planned.shape) == 4 else 1)
        if codes is not None:
            height, width, channels = stage["map_shape"]
            assert codes.shape == (-(-height // step), -(-width // step), channels)
    assert view["picture"].shape == (32, 64, 3)
