"""Errors that people paste: each kind gets what it means, and no change that mends nothing."""

import contextlib
import time
from dataclasses import replace

import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

from explorer import ExplorerError, GeneratorConfig, diagnose
from explorer.model.error_texts import answer_error, part_of_error
from explorer.model.stages import stages
from explorer.model.weights import weight_list
from tests.support.each import each
from tests.support.examples import examples
from tests.unit.refusals import refused
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
    (JOINED, EIGHT, (None, 32, 32, 8), {"base_width": 4}),
    (
        "ConcatOp : Dimensions of inputs should match: shape[0] = [1,30,40,8] vs. "
        "shape[1] = [1,32,64,8]",
        EIGHT,
        (1, 30, 40, 8),
        {"base_width": 5, "paddings": ((0, 0), (2, 2), (3, 3), (0, 0))},
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


@each(("text", "config", "expected", "change"), SHAPES)
def test_the_shapes_of_an_error_are_told_apart_from_its_numbers(text, config, expected, change):
    found = diagnose(config, text)
    assert (found.stage, found.expected) == (OUTPUT, expected)
    assert offered(found)[0] == change
    assert not any("C" in values for values in offered(found))


def test_joined_maps_may_differ_in_channels():
    found = diagnose(EIGHT, JOINED)
    codes = [note.code for note in found.notes]
    assert codes == ["concat", "concat_axis", "side_made", "side_made"]
    assert "Axis 2 of maps is the width: 64 here, and 32" in str(found.notes[1])
    assert "width, 64 = 8·2^3" in str(found.notes[2])
    assert "width, 32 = 4·2^3" in str(found.notes[3])
    assert "C stays 8" in str(found.notes[0])
    assert diagnose(EIGHT, "[1, 32, 32, 8]").notes == ()


def test_one_block_makes_what_three_cannot():
    found = diagnose(EIGHT, SHAPES[1][0])
    assert {"base_height": 15, "base_width": 20, "upsample_blocks": 1} in offered(found)


def test_a_side_that_the_blocks_cannot_make_is_said_to_be_none():
    reason = str(diagnose(EIGHT, (1, 30, 40, 8)).reason)
    assert "a multiple of 8, now 32; 30 would be needed" in reason


def test_an_odd_size_needs_output_padding():
    reason = str(diagnose(TWELVE, (1, 23, 23, 1)).reason)
    assert "turns heights of 23 and of 24 alike into 12" in reason
    assert "output_padding = 0 gives 23 with kernel_size 3" in reason


@each("kernel", range(2, 8))
@each("stride", [2, 3])
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
        [
            "turns a kernel",
            "[4, 4, 256, 2048]",
            "it is of the layer before; if of Conv2D",
            "channels, 256 of them, join",
        ],
        [],
    ),
    (
        "Weight expects shape (4, 4, 128, 256). Received saved weight with shape (4, 4, 64, 128)",
        [
            "[4, 4, 64, 128]",
            "it is of the layer after; if of Conv2D",
            "channels, 128 of them, join",
        ],
        [],
    ),
    (
        "Weight expects shape (5, 5, 64, 128). Received saved weight with shape (5, 5, 1, 64)",
        ["in, out], it gives what this layer reads, so it is of the layer before. Either"],
        [],
    ),
    (
        "Weight expects shape (4, 4, 128, 256). Received saved weight with shape (4, 4, 256, 128)",
        ["last two sizes exchanged"],
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
    (
        "Kernel shape must have the same length as input, but received kernel of shape "
        "(5, 5, 3, 64) and input of shape (32, 64, 3).",
        ["number of axes", "x[None]"],
        [],
    ),
]


@each(("text", "words", "changes"), ANSWERS)
def test_an_error_is_said_to_be_what_it_is(text, words, changes):
    found = diagnose(DEFAULT, text)
    assert (found.stage, found.first) == ("", None)
    said = " ".join(map(str, (found.reason, *found.notes)))
    for word in words:
        assert word in said
    assert offered(found)[:1] == changes


@examples(40)
@given(config=configs(), case=st.sampled_from(ANSWERS))
def test_whatever_is_offered_for_an_error_is_verified(config, case):
    found = diagnose(config, case[0])
    assert "{" not in str(found.reason)
    names = {stage.shape for stage in stages(config)}
    for change in found.changes:
        assert change.shape not in names or "noise_dim" in change.values


@each(("mode", "words"), [
    ("REFLECT", ("less", "not less")), ("SYMMETRIC", ("no greater", "greater")),
])  # fmt: skip
@examples(200)
@given(size=st.integers(1, 60), pads=st.tuples(st.integers(0, 150), st.integers(0, 150)))
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


MISMATCH = (
    "size mismatch for {}: copying a param with shape [{}] from checkpoint, the shape in "
    "current model is [{}]"
)


def mismatch(saved: str, model: str, network: str = "", name: str = "main.0.weight") -> str:
    head = f"Error(s) in loading state_dict for {network}:\n\t" if network else ""
    return head + MISMATCH.format(name, saved, model)


# PyTorch's DCGAN names the first layer of both networks main.0.
FIRST_LAYERS = [
    (mismatch("64, 3, 4, 4", "128, 3, 4, 4"), DEFAULT, "mismatch_discriminator"),
    (mismatch("64, 1, 4, 4", "128, 1, 4, 4"), DEFAULT, "mismatch_discriminator"),
    (mismatch("64, 8, 4, 4", "128, 8, 4, 4"), EIGHT, "mismatch_discriminator"),
    (mismatch("64, 8, 4, 4", "128, 8, 4, 4"), DEFAULT, "mismatch_noise"),
    (mismatch("64, 6, 4, 4", "128, 6, 4, 4", "Discriminator"), DEFAULT, "mismatch_discriminator"),
    (mismatch("64, 6, 4, 4", "128, 6, 4, 4", "NetD"), DEFAULT, "mismatch_discriminator"),
    (mismatch("64, 3, 4, 4", "128, 3, 4, 4", "Generator"), DEFAULT, "mismatch_noise"),
    (
        mismatch("64, 9, 4, 4", "128, 9, 4, 4", "GAN", "discriminator.0.weight"),
        DEFAULT,
        "mismatch_discriminator",
    ),
    (mismatch("100, 512, 4, 4", "128, 512, 4, 4", "DCGAN"), DEFAULT, "mismatch_noise"),
    (mismatch("100, 64, 4, 4", "128, 64, 4, 4"), GeneratorConfig(C=64), "mismatch"),
    (mismatch("100, 256, 4, 4", "128, 512, 4, 4"), DEFAULT, "mismatch"),
]


@each(("text", "config", "code"), FIRST_LAYERS)
def test_noise_dim_is_offered_for_a_layer_that_reads_z_and_for_no_discriminator(text, config, code):
    found = diagnose(config, text)
    assert found.reason.code == code
    assert bool(found.changes) == (code == "mismatch_noise")
    assert ("noise_dim" in str(found.reason)) == (code == "mismatch_noise")


OWN = "noise_generator"
KEYS = [
    (f"{OWN}/fc1/dense/kernel", "key_ours", ""),
    (f"{OWN}/upsample4/conv2d_transpose/kernel", "key_blocks", "upsample_blocks = 4 or more"),
    (f"{OWN}/fc1/dense/kernel/Adam", "key_slot", f"keeps for {OWN}/fc1/dense/kernel"),
    (f"{OWN}/fc1/dense/kernel/Adam_1", "key_slot", "end in Adam_1"),
    (f"train/{OWN}/fc1/dense/kernel/RMSProp", "key_slot", f"keeps for {OWN}/fc1/dense/kernel"),
    (f"{OWN}/upsample4/conv2d_transpose/bias/Momentum", "key_slot", "upsample4"),
    (f"{OWN}/fc1/dense/bias/ExponentialMovingAverage", "key_average", "moving average"),
    (f"{OWN}/fc1/dense/kernel_1", "key_copy", f"is {OWN}/fc1/dense/kernel of this generator"),
    (f"{OWN}/upsample1/batch_normalization_1/beta", "key_copy", "second copy"),
    (f"{OWN}_1/conv_out/conv2d/bias", "key_copy", f"is {OWN}/conv_out/conv2d/bias of"),
    (f"gan/{OWN}/fc1/dense/bias", "key_scoped", "another scope, gan/,"),
    ("fc1/dense/bias", "key_unscoped", f"{OWN}/fc1/dense/bias of this generator without"),
    ("upsample4/conv2d_transpose/kernel_1", "key_unscoped", "same generator, built outside"),
    (f"{OWN}/fc2/dense/kernel", "key_unknown", "another version"),
    (f"{OWN}/fc1/dense/kernel/part_0", "key_unknown", "another version"),
    ("encoder/conv2d/kernel", "key_foreign", "no variable of this generator"),
    ("encoder/conv2d/kernel/Adam", "key_foreign", "no variable of this generator"),
    ("beta1_power", "key_foreign", "no variable of this generator"),
]


@each(("key", "code", "words"), KEYS)
def test_a_name_that_comes_of_the_generators_own_is_not_denied(key, code, words):
    reason = diagnose(DEFAULT, f"Not found: Key {key} not found in checkpoint").reason
    assert reason.code == code
    assert words in str(reason)
    assert ("is no variable of this" in str(reason)) == (code == "key_foreign")


def test_every_variable_of_every_structure_is_known():
    for blocks in range(1, 7):
        for weight in weight_list(GeneratorConfig(upsample_blocks=blocks)):
            reason = diagnose(DEFAULT, f"Key {weight.name} not found in checkpoint").reason
            assert reason.code in ("key_ours", "key_blocks")


def reshape_error(values: int, kind: str, requested: int) -> str:
    return (
        f"Input to reshape is a tensor with {values} values, but the requested shape {kind} "
        f"{requested}"
    )


RESHAPES = [
    (8192, "has", 4096, "reshape_items", "2 items come"),
    (4096 * 5, "has", 4096, "reshape_items", "5 times as many"),
    (4096, "has", 8192, "reshape_batch", "a smaller one comes"),
    (999_999_937, "requires a multiple of", 49, "reshape_prime", "has no divisor near"),
    (2 * 499_979, "requires a multiple of", 49, "reshape_none", "has no divisor near"),
    (4099, "requires a multiple of", 4096, "reshape_more", "3 too many"),
    (10_737_418_240, "requires a multiple of", 49, "reshape_fewer", "10737418240 = 2^31·5 is"),
    (47, "has", 46, "reshape_more", "47 is no multiple of 46 = 2·23"),
]


@each(("values", "kind", "requested", "code", "words"), RESHAPES)
def test_two_numbers_of_values_are_compared(values, kind, requested, code, words):
    reason = diagnose(DEFAULT, reshape_error(values, kind, requested)).reason
    assert reason.code == code
    assert words in str(reason)


def test_a_number_of_values_that_no_tensor_has_is_called_so():
    with refused("size_too_long", "12 digits", field="expected"):
        diagnose(DEFAULT, reshape_error(10**12, "has", 49))


def test_the_largest_number_is_factored_in_little_time():
    start = time.thread_time()
    reason = diagnose(DEFAULT, reshape_error(999_999_999_989, "has", 49)).reason
    assert time.thread_time() - start < 1
    assert reason.code == "reshape_prime"


UNPADDED = GeneratorConfig(paddings=((0, 0),) * 4)
MORE_WIDTH = GeneratorConfig(paddings=((0, 0), (3, 3), (4, 4), (0, 0)))


@each(
    ("config", "values", "words"),
    [
        (UNPADDED, 8 * 8 * 3, None),
        (UNPADDED, 10 * 10 * 3, "a height of 10 = 2·2^3 − 6 and a width of 10 = 2·2^3 − 6"),
        (DEFAULT, 40 * 40 * 3, "a height of 40 = 5·2^3"),
        (MORE_WIDTH, 40 * 40 * 3, None),
    ],
)
def test_pictures_are_those_that_the_pads_let_the_generator_make(config, values, words):
    reason = diagnose(config, reshape_error(values, "requires a multiple of", 64 * 64 * 3)).reason
    assert reason.code == ("reshape_pictures" if words else "reshape_picture")
    if words:
        assert words in str(reason)
        base = int(words.split("·")[0].split()[-1])
        made = stages(replace(config, base_height=base, base_width=base))[-1].shape
        assert made[1] == made[2] == reason.params["there_side"]


LOSS = "loss = tf.reduce_mean(tf.abs(target - generated)). "
APART = "Incompatible shapes: [16,64,64,3] vs. [16,32,64,3]"


@each(
    ("text", "notes"),
    [
        (APART, ["batch_any"]),
        (LOSS + APART, ["of_loss_here", "batch_any"]),
        ("discriminator/sub: " + APART, ["of_discriminator_here", "batch_any"]),
        ("concat: " + APART, ["concat", "concat_axis", "side_made", "side_made", "batch_any"]),
        (SHAPES[-1][0], ["of_discriminator_here"]),
        ("discriminator: " + APART.replace("[16,", "[1,"), ["of_discriminator_here"]),
    ],
)
def test_an_error_that_names_the_output_is_about_it_whatever_the_batch(text, notes):
    found = diagnose(DEFAULT, text)
    assert (found.stage, found.expected[1:]) == (OUTPUT, (64, 64, 3))
    assert offered(found)[0] == {"base_height": 8}
    assert [note.code for note in found.notes] == notes
    for note in found.notes:
        if note.code.endswith("_here"):
            batch = "1" if "[1," in text else "?"
            assert f"[{batch}, 32, 64, 3]" in str(note)
            assert f"[{batch}, 64, 64, 3]" in str(note)


def test_a_batch_that_pads_add_to_is_any_as_well():
    config = GeneratorConfig(paddings=((1, 0), (3, 3), (3, 3), (0, 0)), pad_mode="CONSTANT")
    assert offered(diagnose(config, APART))[0] == {"base_height": 8}


def test_a_batch_that_differs_is_asked_about():
    found = diagnose(DEFAULT, "Incompatible shapes: [16,32,64,3] vs. [1,32,64,3]")
    assert (found.reason.code, found.notes) == ("batch", ())
    assert diagnose(DEFAULT, "[16, 32, 64, 3]").reason.code == "batch"


INNER = "Incompatible shapes: [16,16,32,64] vs. [16,16,16,64]"


def test_a_loss_may_compare_inner_maps_and_a_discriminator_has_its_own():
    assert diagnose(DEFAULT, "loss: " + INNER).stage == "upsample2/batch_normalization"
    assert diagnose(DEFAULT, "discriminator: " + INNER).reason.code == "of_discriminator"
    vectors = "loss: Incompatible shapes: [16,1] vs. [16,128]"
    assert diagnose(DEFAULT, vectors).reason.code == "of_loss"
    other = "loss: Incompatible shapes: [16,9,9,3] vs. [16,8,8,3]"
    assert diagnose(DEFAULT, other).reason.code == "of_loss"


UNITS = [
    "padding (46, ", "at dimension 3 of input [1, ", "paddings must be less than ", "Key a/",
    "tensor with 12 values, but the requested shape ", "size mismatch for main.", "[1,32,",
    "expects shape (4, 4). Received saved weight with shape (", "logits and ", "shape[0] = ",
    "input shapes: ", "expected ", "9", "?,", "(", " ",
]  # fmt: skip


@examples(1500)
@given(st.lists(st.sampled_from([*UNITS, "]", ")", "concat", "discriminator"]), max_size=9))
def test_no_text_ends_in_anything_but_an_answer_or_a_refusal(parts):
    with contextlib.suppress(ExplorerError):
        diagnose(DEFAULT, "".join(parts))


def test_a_typed_shape_is_no_part():
    assert part_of_error("[1, 64, 64, 3]") is None
    assert part_of_error("upsample1/actv: [1, 8, 16, 100]") is None


@each("name", {"GraphKeys": "of_tensorflow1", "contrib": "of_tensorflow1", "keras": None}.items())
def test_what_tensorflow_1_alone_has_is_known_by_its_name(name):
    """What TensorFlow 2 has is missing in an older one, or in a file of that name."""
    told = f"module 'tensorflow' has no attribute '{name[0]}'"
    assert part_of_error(f"AttributeError: {told}") == name[1]
    assert part_of_error(f"AttributeError: partially initialized {told}") is None
