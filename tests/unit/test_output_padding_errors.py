"""Errors of output_padding: what is told is what Keras and the formula of PyTorch give."""

import keras
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from explorer import GeneratorConfig, diagnose
from tests.support.each import each
from tests.support.examples import examples

DEFAULT = GeneratorConfig()
TORCH = (
    "output padding must be smaller than either stride or dilation, but got output_padding_height: "
    "{} output_padding_width: {} stride_height: {} stride_width: {} dilation_height: {} "
    "dilation_width: {}"
)
SMALL = st.integers(1, 9)


@each("stride", [1, 2, 3])
@each("more", [1, 2, 3, 4])
def test_what_keras_refuses_is_told(more, stride):
    if more < stride:
        return
    with pytest.raises(ValueError, match="output_padding") as caught:
        keras.layers.Conv2DTranspose(3, 3, strides=stride, output_padding=more)
    found = diagnose(DEFAULT, str(caught.value))
    told = {"axis": "height", "more": more, "stride": stride, "most": stride - 1}
    assert (found.reason.code, found.stage, found.changes) == ("output_padding", "", ())
    assert dict(found.reason.params) == told


@each(
    "text",
    [
        "Stride (2, 2) must be greater than output padding (2, 2)",
        "Strides must be greater than output padding. Received strides=(2, 2), output_padding=(2, "
        "2).",
        TORCH.format(2, 2, 2, 2, 1, 1),
    ],
)
def test_older_words_are_read_alike(text):
    found = diagnose(DEFAULT, text)
    assert (found.reason.code, found.changes) == ("output_padding", ())
    assert found.reason.params["most"] == 1


@examples(100)
@given(st.tuples(SMALL, SMALL), st.tuples(SMALL, SMALL), st.tuples(SMALL, SMALL))
def test_the_axis_that_is_told_is_one_on_which_pytorch_refuses(more, strides, dilations):
    found = None
    wrong = [p >= s and p >= d for p, s, d in zip(more, strides, dilations, strict=True)]
    assume(any(wrong))
    found = diagnose(DEFAULT, TORCH.format(*more, *strides, *dilations))
    at = ("height", "width").index(found.reason.params["axis"])
    assert at == wrong.index(True)
    bound = found.reason.params["stride"]
    assert bound == max(strides[at], dilations[at])
    assert more[at] >= bound


@examples(100)
@given(n=SMALL, stride=SMALL, kernel=SMALL, asked=st.integers(1, 99))
def test_a_size_out_of_reach_is_told_with_those_that_are_not(n, stride, kernel, asked):
    """As torch.nn's `_output_padding`: (n - 1)·stride + kernel, and stride - 1 more."""
    least = (n - 1) * stride + kernel
    most = least + stride - 1
    assume(not least <= asked <= most)
    text = (
        f"requested an output size of [{asked}, {least}], but valid sizes range from [{least}, "
        f"{least}] to [{most}, {most}] (for an input of torch.Size([{n}, {n}]))"
    )
    found = diagnose(DEFAULT, text)
    params = found.reason.params
    assert (found.reason.code, found.changes) == ("output_size", ())
    assert (params["stride"], params["came"], params["axis"]) == (stride, n, "height")
    assert (params["least"], params["most"]) == (least, most)
