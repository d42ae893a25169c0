"""Errors that people paste: each kind gets what it means, and no change that mends nothing."""

import contextlib

import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer import ExplorerError, GeneratorConfig, diagnose
from explorer.model.error_texts import answer_error, part_of_error
from explorer.model.stages import stages
from tests.unit.samples import configs

DEFAULT = GeneratorConfig()
EIGHT = GeneratorConfig(C=8)
SEVEN = GeneratorConfig(upsample_dim=128, base_height=7, base_width=7, upsample_blocks=2)
TWELVE = GeneratorConfig(base_height=12, base_width=12, upsample_blocks=1, kernel_size=3, C=1)
OUTPUT = "conv_out/conv2d"


def offered(found) -> list[dict]:
    return [dict(change.values) for change in found.changes]


JOINED = (
    "Dimension 2 in both shapes must be equal, but are 32 and 64. Shapes are [?,?,32] and "
    "[?,32,64]. for 'g/concat' (op: 'ConcatV2') with input shapes: [?,?,32,8], [?,32,64,8], []"
)
# What is pasted, the generator, what is asked for, and what is offered first.
SHAPES = [
    (JOINED, EIGHT, (None, None, 32, 8), {"base_width": 4}),
    (
        "ConcatOp : Dimensions of inputs should match: shape[0] = [1,30,40,8] vs. "
        "shape[1] = [1,32,64,8]",
        EIGHT,
        (1, 30, 40, 8),
        {"base_height": 15, "base_width": 20, "upsample_blocks": 1},
    ),
    (
        "expected input_1 to have shape (32, 32, 3) but got array with shape (28, 28, 3)",
        SEVEN,
        (None, 32, 32, 3),
        {"base_height": 8, "base_width": 8},
    ),
    ("[1, 64, 64, 3]", DEFAULT, (1, 64, 64, 3), {"base_height": 8}),
    ("[1, 23, 23, 1]", TWELVE, (1, 23, 23, 1), {"output_kernel": 8}),
    (
        'Input 0 of layer "discriminator" is incompatible with the layer: expected '
        "shape=(None, 64, 64, 3), found shape=(None, 32, 64, 3)",
        DEFAULT,
        (None, 64, 64, 3),
        {"base_height": 8},
    ),
]


@pytest.mark.parametrize(("text", "config", "expected", "change"), SHAPES)
def test_the_shapes_of_an_error_are_told_apart_from_its_numbers(text, config, expected, change):
    found = diagnose(config, text)
    assert (found.stage, found.expected) == (OUTPUT, expected)
    assert offered(found)[0] == change
    assert not any("C" in values for values in offered(found))


def test_joined_maps_may_differ_in_channels():
    found = diagnose(EIGHT, JOINED)
    assert "C stays 8" in str(found.note)
    assert diagnose(EIGHT, "[1, 32, 32, 8]").note is None


def test_a_side_that_the_blocks_cannot_make_is_said_to_be_none():
    reason = str(diagnose(EIGHT, (1, 30, 40, 8)).reason)
    assert "a multiple of 8, now 32; 30 would be needed" in reason


def test_an_odd_size_needs_output_padding():
    reason = str(diagnose(TWELVE, (1, 23, 23, 1)).reason)
    assert "turns heights of 23 and of 24 alike into 12" in reason
    assert "output_padding = 0 gives 23 with kernel_size 3" in reason


@pytest.mark.parametrize("kernel", range(2, 8))
@pytest.mark.parametrize("stride", [2, 3])
def test_keras_gives_the_size_that_is_said_of_its_output_padding(kernel, stride):
    config = GeneratorConfig(
        base_height=5, base_width=5, upsample_blocks=1, stride=stride, kernel_size=kernel, C=1
    )
    for wanted in range(5 * stride - stride + 1, 5 * stride):
        reason = diagnose(config, (1, wanted, 5 * stride, 1)).reason
        if reason.code == "rounded_padding":
            layer = tf.keras.layers.Conv2DTranspose(
                1, kernel, stride, padding="same", output_padding=reason.params["more"]
            )
            assert layer.compute_output_shape((1, 5, 5, 1))[1] == wanted
        else:
            assert reason.code == "rounded"


ANSWERS = [
    (
        "Input to reshape is a tensor with 3200 values, but the requested shape requires a "
        "multiple of 49",
        ["3200 = 2^7·5^2", "49 = 7^2", "64·50", "1 too many"],
        [],
    ),
    (
        "Input to reshape is a tensor with 307200 values, but the requested shape requires a "
        "multiple of 120000",
        ["200·200·3", "64·40·40·3", "40 = 5·2^3"],
        [{"base_height": 25, "base_width": 25}],
    ),
    (
        "Padding size should be less than the corresponding input dimension, but got: padding "
        "(46, 46) at dimension 3 of input [1, 3, 128, 36]",
        ["channels first", "the width, 36 long", "at most 35", "35 first and 11"],
        [],
    ),
    (
        "paddings must be less than the dimension size: 46, 46 not less than 36",
        ["REFLECT mirrors at most 35", "35 first and 11"],
        [],
    ),
    (
        "paddings must be no greater than the dimension size: 40, 2 greater than 36",
        ["SYMMETRIC mirrors at most 36", "36 first and 4"],
        [],
    ),
    (
        "Weight expects shape (4, 4, 128, 256). Received saved weight with shape (2048, 256, 4, 4)",
        ["turned the kernel", "[4, 4, 256, 2048]", "the layer before", "off by one"],
        [],
    ),
    (
        "Weight expects shape (4, 4, 128, 256). Received saved weight with shape (4, 4, 64, 128)",
        ["[4, 4, 64, 128]", "the layer after", "off by one"],
        [],
    ),
    (
        "Weight expects shape (5, 5, 1, 64). Received saved weight with shape (3, 3, 9, 7)",
        ["different layers"],
        [],
    ),
    (
        "size mismatch for main.0.weight: copying a param with shape [100, 512, 4, 4] from "
        "checkpoint, the shape in current model is [128, 512, 4, 4]",
        ["noise_dim 100", "your model has 128"],
        [{"noise_dim": 100}],
    ),
    (
        "size mismatch for main.3.weight: copying a param with shape torch.Size([512, 256, 4, 4]) "
        "from checkpoint, the shape in current model is torch.Size([512, 128, 4, 4])",
        ["[512, 256, 4, 4] in the checkpoint"],
        [],
    ),
    (
        "Not found: Key generator/encoder_image/batch_normalization/beta not found in checkpoint",
        ["no variable of this generator", "its own scope"],
        [],
    ),
    (
        "Key noise_generator/fc1/dense/bias not found in checkpoint",
        ["lacks noise_generator/fc1/dense/bias", "a variable of this generator"],
        [],
    ),
    (
        "`logits` and `labels` must have the same shape, received ((None, 1) vs (None, 32))",
        ["in a loss", "No change of the generator"],
        [],
    ),
    (
        "Dimensions must be equal, but are 8192 and 6272 for 'discriminator/dense/MatMul' "
        "(op: 'MatMul') with input shapes: [?,8192], [6272,1].",
        ["in the discriminator", "No change of the generator"],
        [],
    ),
    ("OSError: Unable to open file (file signature not found)", ["about a file"], []),
    (
        "Input 0 of layer conv2d is incompatible with the layer: expected min_ndim=4, found "
        "ndim=2. Full shape received: (None, 64)",
        ["number of axes"],
        [],
    ),
]


@pytest.mark.parametrize(("text", "words", "changes"), ANSWERS)
def test_an_error_is_said_to_be_what_it_is(text, words, changes):
    found = diagnose(DEFAULT, text)
    assert (found.stage, found.first) == ("", None)
    for word in words:
        assert word in str(found.reason)
    assert offered(found)[:1] == changes


@settings(max_examples=40, deadline=None)
@given(config=configs(), case=st.sampled_from(ANSWERS))
def test_whatever_is_offered_for_an_error_is_verified(config, case):
    found = diagnose(config, case[0])
    assert "{" not in str(found.reason)
    names = {stage.shape for stage in stages(config)}
    for change in found.changes:
        assert change.shape not in names or "noise_dim" in change.values


@settings(max_examples=200)
@given(size=st.integers(1, 60), pads=st.tuples(st.integers(0, 150), st.integers(0, 150)))
@pytest.mark.parametrize(("mode", "words"), [
    ("REFLECT", ("less", "not less")), ("SYMMETRIC", ("no greater", "greater")),
])  # fmt: skip
def test_two_pads_reach_what_one_does_not(mode, words, size, pads):
    text = (
        f"paddings must be {words[0]} than the dimension size: {pads[0]}, {pads[1]} "
        f"{words[1]} than {size}"
    )
    answer = answer_error(DEFAULT, text)
    most = size - (mode == "REFLECT")
    assert (answer is None) == (max(pads) <= most)
    if answer is None or answer.reason.code != "mirror_twice_any":
        return
    first, rest = answer.reason.params["most"], answer.reason.params["rest"]
    once = tf.pad(tf.range(size), [[first, first]], mode)
    assert len(tf.pad(once, [[rest, rest]], mode)) == size + 2 * max(pads)


UNITS = [
    "padding (46, ", "at dimension 3 of input [1, ", "paddings must be less than ", "Key a/",
    "tensor with 12 values, but the requested shape ", "size mismatch for main.", "[1,32,",
    "expects shape (4, 4). Received saved weight with shape (", "logits and ", "shape[0] = ",
    "input shapes: ", "expected ", "9", "?,", "(", " ",
]  # fmt: skip


@settings(max_examples=1500, deadline=None)
@given(st.lists(st.sampled_from([*UNITS, "]", ")", "concat", "discriminator"]), max_size=9))
def test_no_text_ends_in_anything_but_an_answer_or_a_refusal(parts):
    with contextlib.suppress(ExplorerError):
        diagnose(DEFAULT, "".join(parts))


def test_a_typed_shape_is_no_part():
    assert part_of_error("[1, 64, 64, 3]") is None
    assert part_of_error("upsample1/actv: [1, 8, 16, 100]") is None
