"""The index maps of the pads, and the limits of the pads, against `tf.pad` itself."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

from explorer import ExplorerError
from explorer.model.config import GeneratorConfig
from explorer.model.padding import CONSTANT_SOURCE, check_pad_limits, pad_sources
from explorer.model.stages import stages
from explorer.views.padding import original_box
from tests.support.examples import examples

MODES = st.sampled_from(("REFLECT", "SYMMETRIC", "CONSTANT"))


@st.composite
def padded_axes(draw) -> tuple[int, int, int, str]:
    size, mode = draw(st.integers(1, 20)), draw(MODES)
    limit = {"REFLECT": size - 1, "SYMMETRIC": size, "CONSTANT": 64}[mode]
    pads = st.integers(0, limit)
    return size, draw(pads), draw(pads), mode


def by_tensorflow(size: int, before: int, after: int, mode: str) -> np.ndarray:
    """Pads the numbers 1 … size and takes 1 off: the source of each cell, -1 for a constant."""
    return tf.pad(tf.range(1, size + 1), [[before, after]], mode).numpy() - 1


@examples(300)
@given(padded_axes())
def test_sources_are_those_of_tensorflow(axis):
    sources = pad_sources(*axis)
    assert sources.dtype == np.int32
    assert sources.tolist() == by_tensorflow(*axis).tolist()


def test_every_mode_at_its_largest_pad():
    for size in range(1, 9):
        for mode, limit in (("REFLECT", size - 1), ("SYMMETRIC", size), ("CONSTANT", 64)):
            expected = by_tensorflow(size, limit, limit, mode)
            assert pad_sources(size, limit, limit, mode).tolist() == expected.tolist()


def test_reflect_skips_the_edge_symmetric_repeats_it_and_constant_has_no_source():
    assert pad_sources(4, 2, 2, "REFLECT").tolist() == [2, 1, 0, 1, 2, 3, 2, 1]
    assert pad_sources(4, 2, 2, "SYMMETRIC").tolist() == [1, 0, 0, 1, 2, 3, 3, 2]
    assert pad_sources(2, 1, 2, "CONSTANT").tolist() == [-1, 0, 1, -1, -1]
    assert CONSTANT_SOURCE == -1


def test_the_comparison_notices_a_wrong_mode():
    assert by_tensorflow(4, 2, 2, "REFLECT").tolist() != pad_sources(4, 2, 2, "SYMMETRIC").tolist()


SIDES = st.integers(0, 4)


@examples(200)
@given(
    shape=st.tuples(*[st.integers(1, 4)] * 4),
    paddings=st.tuples(*[st.tuples(SIDES, SIDES)] * 4),
    mode=MODES,
)
def test_pads_are_refused_just_when_tensorflow_refuses_them(shape, paddings, mode):
    try:
        tf.pad(tf.zeros(shape), paddings, mode)
    except tf.errors.InvalidArgumentError:
        with pytest.raises(ExplorerError):
            check_pad_limits(shape, paddings, mode)
    else:
        check_pad_limits(shape, paddings, mode)


@examples(100)
@given(
    paddings=st.tuples(*[st.tuples(SIDES, SIDES)] * 4),
    batch=st.integers(1, 3),
    item=st.integers(0, 9),
)
def test_the_original_box_is_what_a_constant_pad_leaves(paddings, batch, item):
    config = GeneratorConfig(upsample_dim=16, paddings=paddings, pad_mode="CONSTANT")
    pad = next(stage for stage in stages(config, batch) if stage.kind == "pad")
    original = tf.pad(tf.ones(pad.input_shape), paddings).numpy()[min(item, pad.shape[0] - 1)]
    box = original_box(pad, item)
    drawn = np.zeros(pad.shape[1:])
    drawn[tuple(slice(*box[axis]) for axis in ("rows", "columns", "channels"))] = 1
    assert np.array_equal(drawn, original)


def test_only_a_pad_has_an_original_box():
    config = GeneratorConfig()
    assert [s.name for s in stages(config) if original_box(s, 0)] == ["conv_out/pad"]
