"""`pad_index_map` against `tf.pad` itself, on random ranks, shapes, pairs and modes."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

from explorer import pad_index_map
from explorer.model.padding import pad_limit
from tests.support.each import each
from tests.support.examples import examples
from tests.unit.refusals import refused


@st.composite
def pads(draw):
    mode = draw(st.sampled_from(("REFLECT", "SYMMETRIC", "CONSTANT")))
    shape = tuple(draw(st.lists(st.integers(1, 5), min_size=1, max_size=5)))
    pairs = [
        tuple(draw(st.integers(0, int(min(4, pad_limit(size, mode))))) for _ in "ab")
        for size in shape
    ]
    return shape, pairs, mode


@examples(300)
@given(pads())
def test_taking_the_sources_is_padding(drawn):
    shape, pairs, mode = drawn
    values = np.random.RandomState(0).standard_normal(shape).astype(np.float32)
    index = pad_index_map(shape, pairs, mode)
    padded = tf.pad(values, pairs, mode, constant_values=7.5).numpy()
    assert index.dtype == np.int32
    assert index.shape == (*padded.shape, len(shape))
    constant = (index < 0).all(axis=-1)
    assert np.array_equal(constant, (index < 0).any(axis=-1))
    taken = values[tuple(np.moveaxis(np.maximum(index, 0), -1, 0))]
    assert np.array_equal(np.where(constant, np.float32(7.5), taken), padded)


@given(pads(), st.data())
def test_one_more_than_the_limit_is_refused_by_both(drawn, data):
    shape, pairs, mode = drawn
    if mode == "CONSTANT":
        return
    axis = data.draw(st.integers(0, len(shape) - 1))
    limit = int(pad_limit(shape[axis], mode))
    pairs = [*pairs]
    pairs[axis] = (limit + 1, 0)
    with refused("pad_too_large", str(limit), mode, field="paddings"):
        pad_index_map(shape, pairs, mode)
    with pytest.raises(tf.errors.InvalidArgumentError):
        tf.pad(np.zeros(shape, np.float32), pairs, mode)


@each(
    ("shape", "pairs", "mode", "code", "field"),
    [
        ((3,), [(1, 1), (0, 0)], "REFLECT", "pairs_per_axis", "paddings"),
        ((), [], "REFLECT", "pairs_per_axis", "paddings"),
        ((3,), [(1,)], "REFLECT", "not_pairs", "paddings"),
        ((3,), 5, "REFLECT", "not_pairs", "paddings"),
        ((3,), [(-1, 0)], "REFLECT", "out_of_range", "paddings"),
        ((3,), [(0.5, 0)], "REFLECT", "not_whole", "paddings"),
        ((3,), [("x", 0)], "REFLECT", "not_a_number", "paddings"),
        ((0,), [(0, 0)], "REFLECT", "out_of_range", "shape"),
        ((3,), [(1, 1)], "EDGE", "not_a_choice", "mode"),
    ],
)
def test_what_is_no_pad_is_refused(shape, pairs, mode, code, field):
    with refused(code, field=field):
        pad_index_map(shape, pairs, mode)
