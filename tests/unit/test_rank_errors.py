"""Errors of another number of axes, and errors of unknown kinds: no shape in them is a wish."""

import keras
import numpy as np
import pytest

from explorer import GeneratorConfig, diagnose
from tests.support.each import each
from tests.unit.refusals import refused

DEFAULT = GeneratorConfig()


@each(
    ("shape", "note"),
    [
        ((28, 28, 1), ["rank_no_batch"]), ((64, 28, 28), ["rank_no_channels"]),
        ((3, 64, 64), []), ((2, 100), ["rank_vector"]),
    ],
)  # fmt: skip
def test_what_keras_says_of_axes_is_told_with_the_way_out(shape, note):
    with pytest.raises(ValueError, match="ndim") as caught:
        keras.layers.Conv2D(3, 3)(np.zeros(shape, np.float32))
    found = diagnose(DEFAULT, str(caught.value))
    assert (found.reason.code, found.stage, found.changes) == ("rank_takes", "", ())
    assert dict(found.reason.params) == {"takes": 4, "has": len(shape)}
    assert [one.code for one in found.notes] == note


@each(
    ("text", "code"),
    [
        ("input must be 4-dimensional[128,100] [Op:Conv2D]", "rank_takes"),
        ("convolution input must be 4-dimensional: [1,100] [Op:Conv2D]", "rank_takes"),
        ("could not broadcast input array from shape (28,28,1) into shape (28,28)", "rank_grey"),
        ("could not broadcast input array from shape (96,96,3) into shape (96,96)", "rank_colour"),
        ("Dimension out of range (expected to be in range of [-2, 1], but got 3)",
         "rank_dimension"),
        ("too many indices for array: array is 3-dimensional, but 4 were indexed", "rank_indexed"),
        ("to have 4 dimensions, but got array with shape (64, 28, 28)", "rank_takes"),
        ("Expected image array to have rank 3 (single image). Got array with shape: (1, 28, 28, 3)",
         "rank_takes"),
        ("Ranks of all input tensors should match: shape[0] = [1,32,64,3] vs. shape[1] = [1,100]",
         "of_rank"),
        ("number of dims don't match in permute", "of_rank"),
    ],
)  # fmt: skip
def test_other_words_of_axes_are_read(text, code):
    found = diagnose(DEFAULT, text)
    assert (found.reason.code, found.stage, found.changes) == (code, "", ())


@each(
    ("text", "words"),
    [
        ("The number of input channels must be evenly divisible by the number of groups. Received "
         "groups=2, but the input channels is 3 (full input shape is (None, 3, 64, 64)).",
         "[?, 3, 64, 64]; 2; 3"),
        ("Can not squeeze dim[1], expected a dimension of 1, got 4 [Op:Squeeze]", "Squeeze; 1; 4"),
        ("transpose expects a vector of size 2. But input(1) is a vector of size 4 [Op:Transpose]",
         "Transpose; 2; 4"),
        ("Padding length must be divisible by 2", ": 2."),
        ("slice index 5 of dimension 0 out of bounds: cannot read [1, 128] [Op:StridedSlice]",
         "StridedSlice; [1, 128]; 5; 0"),
    ],
)  # fmt: skip
def test_what_was_recognised_in_an_unknown_error_is_shown(text, words):
    with refused("unread_error", words, field="expected"):
        diagnose(DEFAULT, text)


@each(
    "text", ["the output should be [1, 64, 64, 3]", "I would like (1, 64, 64, 3) to come out here"]
)
def test_a_wish_in_words_is_a_wish(text):
    assert diagnose(DEFAULT, text).expected == (1, 64, 64, 3)
