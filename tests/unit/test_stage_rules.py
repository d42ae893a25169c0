"""The rules of size that a stage states, against what TensorFlow gives and keeps."""

import re

import numpy as np
import pytest
import tensorflow as tf

from explorer import GeneratorConfig
from explorer.model.overlap import overlap_counts
from explorer.model.stages import stages
from explorer.views.stage_rules import stage_rules
from explorer.words import english


def said(config: GeneratorConfig, op: str, batch: int = 1) -> tuple[str, tuple, tuple]:
    """The sentences of the first stage of that kind, its input shape and its shape."""
    stage = next(stage for stage in stages(config, batch) if stage.op == op)
    rules = stage_rules(config, stage)
    texts = [english("stage_rules", rule["code"], rule["params"]) for rule in rules]
    return " ".join(texts), stage.input_shape, stage.shape


def kept_rows(kernel: int, stride: int, size: int) -> tuple[int, int, int]:
    """Rows of SAME's output, and how many of the whole canvas's lie above and below them."""
    x = np.random.RandomState(0).standard_normal((1, size, 1, 1)).astype(np.float32)
    taps = np.random.RandomState(1).standard_normal((kernel, 1, 1, 1)).astype(np.float32)
    canvas = np.zeros(max((size - 1) * stride + kernel, size * stride), np.float32)
    for at in range(size):
        canvas[at * stride : at * stride + kernel] += x[0, at, 0, 0] * taps[:, 0, 0, 0]
    same = tf.nn.conv2d_transpose(
        x, taps, (1, size * stride, 1, 1), strides=(stride, 1), padding="SAME"
    )[0, :, 0, 0].numpy()
    for above in range(len(canvas) - len(same) + 1):
        if np.allclose(canvas[above : above + len(same)], same, atol=1e-5):
            return len(same), above, len(canvas) - len(same) - above
    raise AssertionError("no part of the canvas is SAME's output")


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("kernel", range(1, 8))
def test_same_says_what_is_kept_and_cut(kernel, stride):
    config = GeneratorConfig(
        upsample_dim=8, kernel_size=kernel, stride=stride, upsample_blocks=1, base_height=5
    )
    text, _, shape = said(config, "conv2d_transpose")
    rows, above, below = kept_rows(kernel, stride, 5)
    assert f"{stride}·5 = {rows} rows" in text
    assert rows == shape[1]
    if above + below:
        assert f"= {above + below} of them are cut, {above} above and {below} below" in text
    else:
        assert "nothing is cut" in text
    assert ("hold the bias alone" in text) == (kernel < stride)


@pytest.mark.parametrize(("kernel", "stride"), [(1, 1), (1, 2), (2, 2), (1, 3), (2, 3), (3, 3)])
def test_rows_that_are_called_filled_are_those_that_a_stamp_reaches(kernel, stride):
    config = GeneratorConfig(upsample_dim=8, kernel_size=kernel, stride=stride, upsample_blocks=1)
    text, _, _ = said(config, "conv2d_transpose")
    filled = np.count_nonzero(overlap_counts(4, kernel, stride))
    assert int(re.search(r"fill [^=]*= (\d+) of", text)[1]) == filled


@pytest.mark.parametrize("kernel", range(1, 9))
@pytest.mark.parametrize("pads", [(0, 0), (1, 2), (3, 3), (3, 4)])
def test_the_pad_says_whether_the_size_is_kept(kernel, pads):
    paddings = ((0, 0), pads, pads, (0, 0))
    config = GeneratorConfig(upsample_dim=8, output_kernel=kernel, paddings=paddings)
    text, before, _ = said(config, "pad")
    after = stages(config)[-1].shape
    assert ("stays" in text) == (before[1:3] == after[1:3])
    assert ("becomes" in text) == (before[1:3] != after[1:3])
    half = re.search(r"= (\d+) on each side keep the size", text)
    if kernel % 2:
        assert kernel == 2 * int(half[1]) + 1
    else:
        one, other = map(int, re.search(r"but (\d+) on one side and (\d+) on", text).groups())
        assert one + other == kernel - 1


def test_the_reshape_works_its_minus_one_out():
    config = GeneratorConfig(upsample_dim=16, base_height=3, base_width=5)
    text, _, shape = said(config, "reshape", batch=4)
    assert tf.reshape(tf.zeros((4, 240)), (-1, 3, 5, 16)).shape == shape
    assert "960 / (3·5·16) = 4, the batch" in text


@pytest.mark.parametrize("op", ["dense", "reshape"])
def test_the_factors_are_named(op):
    text, _, _ = said(GeneratorConfig(), op)
    assert "4 and 8 are base_height and base_width, 256 is upsample_dim" in text


def test_valid_says_both_sizes():
    text, *_ = said(GeneratorConfig(), "conv2d")
    assert "38 − 7 + 1 = 32 rows, 70 − 7 + 1 = 64 columns" in text
