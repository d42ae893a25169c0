"""Which cells read which: crops, windows, and how much of the base map a cell can see."""

import numpy as np
from hypothesis import HealthCheck, given, settings

from explorer import GeneratorConfig
from explorer.model.reads import base_reach, receptive_field
from explorer.model.stages import stages
from explorer.model.taps import Every, Taps, pad_taps, same_crop, window_taps
from tests.support.each import each
from tests.unit.samples import configs


@each(
    ("kernel", "crop"),
    [(1, (0, 0)), (2, (0, 0)), (3, (0, 1)), (4, (1, 1)), (5, (1, 2)), (7, (2, 3))],
)
def test_same_cuts_the_larger_half_after(kernel, crop):
    assert same_crop(kernel, 2) == crop


@each("mode", ["REFLECT", "SYMMETRIC", "CONSTANT"])
def test_reads_are_counted_by_brute_force(mode):
    size, before, after, kernel = 9, 3, 2, 4
    windows = window_taps(size + before + after, kernel)
    source = np.full(size + before + after, -1)
    pad = pad_taps(size, before, after, mode)
    source[pad.outputs] = pad.inputs
    counted = np.zeros(size, int)
    for start in range(len(source) - kernel + 1):
        for at in source[start : start + kernel]:
            counted[at] += at >= 0
    assert windows.after(pad).reads().tolist() == counted.tolist()


def test_every_reads_all_or_nothing():
    link = Every(3, 2)
    assert link.back(np.array([False, True])).tolist() == [True] * 3
    assert not link.back(np.array([False, False])).any()
    assert link.forward(np.array([False, False, True])).tolist() == [True] * 2


def test_taps_go_both_ways():
    link = Taps(np.array([0, 0, 2]), np.array([1, 2, 2]), np.array([5, 6, 7]), 3, 4)
    assert link.back(np.array([False, False, True, False])).tolist() == [True, False, True]
    assert link.forward(np.array([True, False, False])).tolist() == [False, True, True, False]
    assert [part.tolist() for part in link.of(2)] == [[0, 2], [6, 7]]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(configs())
def test_the_base_reach_is_the_widest_receptive_field(config):
    config = GeneratorConfig(**{**vars(config), "training": False})
    plan = stages(config)
    reach = base_reach(plan)
    for stage in plan:
        if stage.name not in reach:
            continue
        _, height, width, _ = stage.shape
        widest = [0, 0]
        for axis, size in enumerate((height, width)):
            for at in range(size):
                cell = [0, height // 2, width // 2, 0]
                cell[1 + axis] = at
                boxes = receptive_field(plan, stage.name, tuple(cell))["fc1/reshape"]
                found = np.flatnonzero(boxes[0][1 + axis]) if boxes else np.zeros(0)
                span = found[-1] - found[0] + 1 if found.size else 0
                widest[axis] = max(widest[axis], int(span))
        if all(widest):  # a constant in one axis hides the other
            assert reach[stage.name] == tuple(widest)


def test_the_reach_of_the_original():
    reach = base_reach(stages(GeneratorConfig()))
    assert reach["upsample1/conv2d_transpose"] == (3, 3)
    assert reach["fc1/reshape"] == (1, 1)
    assert "fc1/dense" not in reach
