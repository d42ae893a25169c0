"""The padding lab's tensors, padded: against `tf.pad`, and its refusals."""

import numpy as np
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.model.pad_lab import (
    EXAMPLE_SHAPE,
    MOST_VALUES,
    example_tensor,
    pad_lab,
    stage_tensor,
    typed_tensor,
)
from tests.support.each import each
from tests.unit.refusals import refused

PADS = st.tuples(*[st.tuples(st.integers(0, 1), st.integers(0, 1))] * 4)


@settings(deadline=None)
@given(PADS, st.sampled_from(["REFLECT", "SYMMETRIC", "CONSTANT"]))
def test_every_map_of_the_example_is_that_of_tensorflow(paddings, mode):
    lab = pad_lab(example_tensor(), paddings, mode, 7.0)
    padded = tf.pad(example_tensor().values, paddings, mode, constant_values=7.0).numpy()
    assert lab.shape == padded.shape
    for item in range(padded.shape[0]):
        for channel in range(padded.shape[3]):
            assert np.array_equal(lab.map(item, channel), padded[item, :, :, channel])


def test_every_value_of_the_example_spells_its_index():
    values = example_tensor().values
    assert values.shape == EXAMPLE_SHAPE
    assert values[1, 2, 0, 2] == 1202


@each(
    ("text", "shape", "names"),
    [
        ("[1, 2]", (1, 1, 2, 1), ("width",)),
        ("[[1, 2]]", (1, 1, 2, 1), ("height", "width")),
        ("[[[1, 2]], [[3, 4]]]", (1, 2, 1, 2), ("height", "width", "channels")),
        ("[[[[1, 2]]]]", (1, 1, 1, 2), ("batch", "height", "width", "channels")),
    ],
)
def test_typed_tensors_of_every_rank(text, shape, names):
    tensor = typed_tensor(text)
    assert (tensor.values.shape, tensor.names) == (shape, names)


@each(
    "text",
    [
        "",
        "x",
        "[]",
        "[[1], [2, 3]]",
        "[NaN]",
        "[Infinity]",
        "5",
        "[[[[[1]]]]]",
        '["a"]',
        "{}",
        "[" * 5000 + "]" * 5000,
    ],
)
def test_what_is_no_tensor_is_refused(text):
    with refused("tensor_damaged", field="lab_tensor"):
        typed_tensor(text)


def test_a_large_tensor_is_refused():
    with refused("tensor_too_large", MOST_VALUES, field="lab_tensor"):
        typed_tensor(str([0] * (MOST_VALUES + 1)))


def test_pairs_of_axes_that_are_not_used_are_left_out():
    lab = pad_lab(typed_tensor("[1, 2, 3]"), ((9, 9), (9, 9), (2, 0), (9, 9)), "REFLECT", 0.0)
    assert lab.shape == (1, 1, 5, 1)
    assert lab.map(0, 0).tolist() == [[3, 2, 1, 2, 3]]


def test_vectors_lie_as_rows():
    tensor = stage_tensor(np.arange(6, dtype=np.float32).reshape(2, 3))
    assert (tensor.values.shape, tensor.names) == ((1, 2, 3, 1), ("batch", "units"))
    with refused("pad_too_large", "batch", field="lab_paddings"):
        pad_lab(tensor, ((0, 0), (2, 0), (0, 0), (0, 0)), "REFLECT", 0.0)


def test_a_result_too_large_to_show_is_refused():
    tensor = stage_tensor(np.zeros((1, 64, 64, 64), np.float32))
    with refused("lab_too_large", field="lab_paddings"):
        pad_lab(tensor, ((0, 0), (63, 63), (63, 63), (63, 63)), "REFLECT", 0.0)
