"""Errors that name shapes: whose they are, in which order of axes, and what part the batch has."""

import contextlib
import math
import time
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from explorer import ExplorerError, GeneratorConfig, diagnose
from explorer.model.expected_shape import fits
from explorer.model.stages import stages
from explorer.schema import read_state
from explorer.views.shape_debugger import diagnosis_view
from tests.support.each import each
from tests.support.examples import examples
from tests.unit.samples import configs

DEFAULT = GeneratorConfig()
D32, D64 = GeneratorConfig(upsample_dim=32), GeneratorConfig(upsample_dim=64)
OUTPUT = "conv_out/conv2d"
MAP, PADDED = (None, 64, 64, 3), "conv_out/pad"
TALL = {"base_height": 8}
CONV_OP = (
    "'{{{{node conv_out/Conv2D}}}} = Conv2D[T=DT_FLOAT, dilations=[1, 1, 1, 1], "
    'padding="VALID", strides=[1, 1, 1, 1]](x, k)\' with input shapes: {}, {}.'
)
RESHAPE_OP = "for 'Reshape' (op: 'Reshape') with input shapes: [1,2048], [4]"
AXIS = (
    'Input 0 of layer "{}" is incompatible with the layer: expected axis -1 of input shape to '
    "have value {}, but received input with shape {}"
)
KERAS = "Error when checking {}: expected {} to have shape {} but got array with shape {}"

# What is pasted, the generator, the stage, what is asked of it, and what is offered first.
PLACED = [
    (KERAS.format("target", "conv2d", "(32, 64, 3)", "(64, 64, 3)"), DEFAULT, OUTPUT, MAP, TALL),
    (
        KERAS.format("model target", "conv2d", "(None, 32, 64, 3)", "(9, 64, 64, 3)"),
        DEFAULT, OUTPUT, MAP, TALL,
    ),
    (KERAS.format("input", "input_1", "(64, 64, 3)", "(32, 64, 3)"), DEFAULT, OUTPUT, MAP, TALL),
    (
        KERAS.format("input", "dense_input", "(128,)", "(100,)"),
        DEFAULT, "z", (None, 100), {"noise_dim": 100},
    ),
    (
        "A target array with shape (128, 64, 64, 3) was passed for an output of shape "
        "(None, 32, 64, 3) while using as loss `mean_squared_error`. This loss expects targets to "
        "have the same shape as the output.",
        DEFAULT, OUTPUT, MAP, TALL,
    ),
    (
        "Arguments `target` and `output` must have the same shape. Received: "
        "target.shape=(None, 64, 64, 3), output.shape=(None, 32, 64, 3)",
        DEFAULT, OUTPUT, MAP, TALL,
    ),
    (
        "Cannot feed value of shape (64, 100) for Tensor 'z:0', which has shape '(?, 128)'",
        DEFAULT, "z", (None, 100), {"noise_dim": 100},
    ),
    (
        "Cannot feed value of shape (64, 64, 64, 3) for Tensor u'real:0', which has shape "
        "'(?, 32, 64, 3)'".replace("u'real", "'real"),
        DEFAULT, OUTPUT, MAP, TALL,
    ),
    (
        "Cannot reshape a tensor with 2048 elements to shape [1,4,8,128] (4096 elements) "
        + RESHAPE_OP,
        D64, "fc1/reshape", (None, 4, 8, 128), {"upsample_dim": 128},
    ),
    (
        f"Dimension size must be evenly divisible by 4096 but is 2048 {RESHAPE_OP} and with input "
        "tensors computed as partial shapes: input[1] = [?,4,8,128].",
        D64, "fc1/reshape", (None, 4, 8, 128), {"upsample_dim": 128},
    ),
    (
        "The total size of the tensor must be unchanged. Received: input_shape=(2048,), "
        "target_shape=(4, 8, 128)",
        D64, "fc1/reshape", (None, 4, 8, 128), {"upsample_dim": 128},
    ),
    (
        "total size of new array must be unchanged, input_shape = [2048], "
        "output_shape = [4, 8, 128]",
        D64, "fc1/reshape", (None, 4, 8, 128), {"upsample_dim": 128},
    ),
    (
        "cannot reshape array of size 2048 into shape (1,4,8,128)",
        D64, "fc1/reshape", (None, 4, 8, 128), {"upsample_dim": 128},
    ),
    (
        "shape '[-1, 64, 4, 8]' is invalid for input of size 1024",
        D32, "fc1/reshape", (None, 4, 8, 64), {"upsample_dim": 64},
    ),
    (
        "shape '[2, 3, 64, 64]' is invalid for input of size 6144",
        DEFAULT, OUTPUT, MAP, TALL,
    ),
    ("torch.Size([1, 3, 64, 64])", DEFAULT, OUTPUT, (1, 64, 64, 3), TALL),
    ("torch.Size([3, 64, 64])", DEFAULT, OUTPUT, MAP, TALL),
    ("[1, 3, 64, 64]", DEFAULT, OUTPUT, (1, 64, 64, 3), TALL),
    ("[1, 1, 32, 64]", DEFAULT, OUTPUT, (1, 32, 64, 1), {"C": 1}),
    ("(8, 3, 32, 64)", DEFAULT, OUTPUT, (8, 32, 64, 3), {"batch_size": 8}),
    (
        "UserWarning: Using a target size (torch.Size([16, 3, 64, 64])) that is different to the "
        "input size (torch.Size([16, 3, 32, 64])).",
        DEFAULT, OUTPUT, MAP, TALL,
    ),
    (
        "Incompatible shapes: [16,3,64,64] vs. [16,3,32,64] [Op:Sub]",
        DEFAULT, OUTPUT, MAP, TALL,
    ),
    (
        "The size of tensor a (32) must match the size of tensor b (64) at non-singleton "
        "dimension 2",
        DEFAULT, OUTPUT, MAP, TALL,
    ),
    (
        "mat1 and mat2 shapes cannot be multiplied (1x100 and 128x2048)",
        D64, "z", (1, 100), {"noise_dim": 100},
    ),
    (
        "size mismatch, m1: [16 x 100], m2: [128 x 2048] at THTensorMath.cpp:41",
        D64, "z", (None, 100), {"noise_dim": 100},
    ),
    (
        "Matrix size-incompatible: In[0]: [1,100], In[1]: [128,2048] [Op:MatMul]",
        D64, "z", (1, 100), {"noise_dim": 100},
    ),
    (
        "Dimensions must be equal, but are 100 and 128 for 'fc1/MatMul' (op: 'MatMul') with input "
        "shapes: [?,100], [128,2048].",
        D64, "z", (None, 100), {"noise_dim": 100},
    ),
    (
        AXIS.format("dense", 128, "(None, 100)"),
        D64, "z", (None, 100), {"noise_dim": 100},
    ),
    (
        AXIS.format("conv2d", 8, "(None, 38, 70, 4)"),
        D64, PADDED, (None, 38, 70, 4), {"upsample_dim": 32},
    ),
    (
        AXIS.format("conv2d", 4, "[None, 38, 70, 8]").replace('"', ""),
        D64, PADDED, (None, 38, 70, 4), {"upsample_dim": 32},
    ),
    (
        "Given groups=1, weight of size [3, 3, 7, 7], expected input[1, 8, 38, 70] to have 3 "
        "channels, but got 8 channels instead",
        D64, PADDED, (1, 38, 70, 3), {"upsample_dim": 24},
    ),
    (
        "Given transposed=1, weight of size [64, 32, 5, 5], expected input[1, 32, 4, 8] to have "
        "64 channels, but got 32 channels instead",
        D64, "fc1/reshape", (1, 4, 8, 32), {"upsample_dim": 32},
    ),
    (
        "Dimensions must be equal, but are 8 and 4 for 'conv_out/Conv2D' (op: 'Conv2D') with "
        "input shapes: [?,38,70,8], [7,7,4,3].",
        D64, PADDED, (None, 38, 70, 4), {"upsample_dim": 32},
    ),
    (
        "Depth of input (8) is not a multiple of input depth of filter (4) for "
        + CONV_OP.format("[?,38,70,8]", "[7,7,4,3]"),
        D64, PADDED, (None, 38, 70, 4), {"upsample_dim": 32},
    ),
]  # fmt: skip


@each(("text", "config", "stage", "wanted", "change"), PLACED)
def test_an_error_is_about_the_stage_that_it_names(text, config, stage, wanted, change):
    found = diagnose(config, text)
    assert (found.stage, found.expected) == (stage, wanted)
    assert dict(found.changes[0].values) == change
    assert not any("{" in str(note) for note in (found.reason, *found.notes))


@each("batch", [1, 4, 16])
@each("case", [case for case in PLACED if case[3][0] is None])
def test_a_batch_that_is_left_open_or_shared_is_never_blamed(case, batch):
    text, config, stage, wanted, change = case
    found = diagnose(config, text, batch)
    assert (found.stage, found.expected[1:]) == (stage, wanted[1:])
    assert found.expected[0] in (None, batch)
    assert found.reason.code != "batch"
    assert not any("batch_size" in offer.values for offer in found.changes)
    assert dict(found.changes[0].values) == change


def test_a_vector_of_another_length_is_told_with_both_ways_out():
    (note,) = diagnose(D64, "mat1 and mat2 shapes cannot be multiplied (1x100 and 128x2048)").notes
    assert "vectors of length 128" in str(note)
    assert "noise_dim = 100" in str(note)


WINDOWS = [
    "Negative dimension size caused by subtracting 7 from 4 for 'conv_out/Conv2D' "
    "(op: 'Conv2D') with input shapes: [?,4,8,64], [7,7,64,3].",
    "Negative dimension size caused by subtracting 7 from 4 for "
    + CONV_OP.format("[?,4,8,64]", "[7,7,64,3]"),
    "Computed output size would be negative. Received `inputs shape=(None, 4, 8, 64)`, `kernel "
    "shape=(7, 7, 64, 3)`, `dilation_rate=[1 1]`.",
    "Computed output size would be zero or negative. Received `inputs shape=(None, 4, 8, 64)`, "
    "`kernel shape=(7, 7, 64, 3)`, `dilation_rate=[1 1]`, `strides=[1 1]`, `padding=valid`.",
    "Calculated padded input size per channel: (4 x 8). Kernel size: (7 x 7). Kernel size can't "
    "be greater than actual input size",
]


@each("text", WINDOWS)
def test_a_window_that_is_larger_than_its_map_is_told_with_its_numbers(text):
    found = diagnose(D64, text)
    assert (found.stage, found.first, found.changes) == ("", None, ())
    said = str(found.reason)
    assert "window of 7 does not fit into a height of 4" in said
    assert "4 − 7 + 1 = −2" in said
    assert "by 3 or more" in said
    if "64" in text:
        (note,) = found.notes
        assert "[?, 4, 8, 64] is what fc1/reshape gives here" in str(note)
        assert "reads [?, 38, 70, 8] here" in str(note)


def test_a_window_of_an_unnamed_axis_is_told_as_well():
    reason = diagnose(D64, "Negative dimension size caused by subtracting 5 from 2 for 'p'").reason
    assert (reason.code, reason.params["less"]) == ("window_any", 3)


def test_a_reshape_of_this_shape_that_gets_too_few_values_is_told():
    found = diagnose(D64, "shape '[-1, 64, 4, 8]' is invalid for input of size 1024")
    assert (found.reason.code, found.changes) == ("reshape_here", ())
    assert "fc1/reshape makes [4, 8, 64] here too" in str(found.reason)


@each(
    ("text", "code"),
    [
        ("cannot reshape array of size 8192 into shape (1,4,8,128)", "reshape_other_batch"),
        ("cannot reshape array of size 800 into shape (28,28)", "reshape_more"),
        ("cannot reshape array of size 12288 into shape (2,4,8,256)", "reshape_here"),
        ("shape '[64, -1, 4]' is invalid for input of size 1022", "reshape_fewer"),
        (KERAS.format("target", "c", "(64, 64, 3)", "(32, 64, 3)"), "target_here"),
        (KERAS.format("target", "c", "(9, 9, 3)", "(8, 8, 3)"), "target_elsewhere"),
        (AXIS.format("dense", 7, "(None, 9)"), "layer_dense"),
        (AXIS.format("dense_3", 6272, "(None, 8192)"), "layer_dense"),
        (AXIS.format("conv2d", 7, "(None, 9, 9, 8)"), "layer_elsewhere"),
        ("for 'c' (op: 'Conv2D') with input shapes: [?,128,9,9], [1,1,128,128].",
         "layer_elsewhere"),
        ("Incompatible shapes: [64,784] vs. [64,28,28,1]", "same_values"),
        (KERAS.format("target", "dense_2", "(1,)", "(2,)"), "of_loss"),
        ("mat1 and mat2 shapes cannot be multiplied (1x9 and 7x5)", "layer_other_dense"),
        ("mat1 and mat2 shapes cannot be multiplied (32x64 and 128x10)", "layer_not_first"),
        ("mat1 and mat2 shapes cannot be multiplied (64x8192 and 25088x1)", "layer_other_dense"),
        ("mat1 and mat2 shapes cannot be multiplied (64x8192 and 25088x1024)", "layer_dense"),
        ("shapes (9,100) and (200,320) not aligned: 100 (dim 1) != 200 (dim 0)", "layer_dense"),
        ("Cannot feed value of shape (50, 28, 28, 1) for Tensor 'x:0', which has shape '(?, 784)'",
         "layer_unflattened"),
        ("size mismatch, m1: [16 x 128], m2: [64 x 10]", "layer_not_first"),
        ("Using a target size (torch.Size([16])) that is different to the input size "
         "(torch.Size([16, 1]))", "of_loss"),
        ("discriminator: " + AXIS.format("dense", 7, "(None, 8192)"), "of_discriminator"),
    ],
)  # fmt: skip
def test_what_no_change_mends_is_offered_none(text, code):
    found = diagnose(DEFAULT, text)
    assert (found.stage, found.reason.code, found.changes) == ("", code, ())
    assert "{" not in str(found.reason)


TORCH = "Given groups=1, weight of size [64, {0}, 4, 4], expected input[{1}] to have {0} channels"


@each(
    ("text", "codes"),
    [
        (TORCH.format(3, "64, 64, 64, 3"), ["layer_last"]),
        (TORCH.format(3, "64, 5, 3, 9"), ["layer_elsewhere"]),
        ("(op: 'Conv2D') with input shapes: [?,3,99,99], [1,1,3,128].", ["layer_first"]),
        (
            "(op: 'Conv2D') with input shapes: [?,128,9,9], [1,1,128,128].",
            ["layer_elsewhere", "layer_first"],
        ),
        ("(op: 'Conv2D') with input shapes: [?,9,128,9], [1,1,128,128].", ["layer_elsewhere"]),
    ],
)
def test_a_map_in_the_other_order_of_axes_is_told_to_be(text, codes):
    found = diagnose(DEFAULT, text)
    assert [found.reason.code, *(note.code for note in found.notes)] == codes
    assert found.changes == ()


@each(
    ("text", "codes"),
    [
        (TORCH.format(3, "1, 4, 128, 128"), ["layer_elsewhere", "fed_alpha"]),
        (TORCH.format(3, "1, 1, 128, 128"), ["layer_elsewhere", "fed_grey"]),
        (AXIS.format("unet", 3, "(None, 128, 128, 1)"), ["layer_elsewhere", "fed_grey"]),
        (AXIS.format("unet", 1, "(None, 128, 128, 3)"), ["layer_elsewhere", "fed_colour"]),
        (TORCH.format(3, "1, 4, 9, 9"), ["layer_elsewhere"]),  # too small for a picture
        (TORCH.format(128, "16, 96, 50"), ["layer_elsewhere"]),  # of one side
        ("A `Concatenate` layer requires inputs with matching shapes except for the concat axis: "
         "input_shape=[(None, 512, 2, 2), (None, 256, 1, 1)]",
         ["sides_differ", "side_not_made", "side_not_made", "sides_by_one"]),
        ("Inputs have incompatible shapes. Received shapes (20, 27, 24) and (1, 1, 32)",
         ["merged_depths"]),
        (TORCH.format(256, "12, 64, 256, 256"), ["layer_elsewhere"]),  # 256 is a side
        ("Conv2DSlowBackpropInput: input and out_backprop must have the same batch size",
         ["backprop_batch_unsaid"]),
    ],
)  # fmt: skip
def test_what_is_fed_otherwise_than_it_is_read_is_told_as_that(text, codes):
    found = diagnose(DEFAULT, text)
    assert [found.reason.code, *(note.code for note in found.notes)] == codes
    assert found.changes == ()


@each(
    "text",
    [
        "Dimensions must be equal for 'c/Conv2D' (op: 'Conv2D') with input shapes: [?,4,8,256], "
        "[7,7,256,3].",
        "for 'p' (op: 'MirrorPad') with input shapes: [1,32,64,32], [4,2].",
        "Incompatible shapes: [1,8192] vs. [4]",
    ],
)
def test_a_kernel_or_a_list_of_numbers_is_no_shape_that_a_map_should_have(text):
    with pytest.raises(ExplorerError) as caught:
        diagnose(DEFAULT, text)
    assert caught.value.code == "no_stage_of_shape"
    assert "not clear" in str(caught.value)


ORDERS = [
    ("[1, 3, 64, 64]", DEFAULT, "read_first", (1, 64, 64, 3)),
    ("[1, 1, 28, 28]", DEFAULT, "read_first", (1, 28, 28, 1)),
    ("[1, 8, 64, 64]", GeneratorConfig(C=8), "read_first", (1, 64, 64, 8)),
    ("torch.Size([1, 5, 64, 64])", DEFAULT, "read_first", (1, 64, 64, 5)),
    ("[1, 3, 64, 3]", DEFAULT, "either_order", (1, 3, 64, 3)),
    ("[1, 3, 64, 8]", DEFAULT, "either_order", (1, 3, 64, 8)),
    ("[1, 8, 32, 64]", DEFAULT, "either_order", (1, 8, 32, 64)),
    ("[?, 3, ?, ?]", DEFAULT, "either_order", (None, 3, None, None)),
    ("[1, 64, 64, 28]", GeneratorConfig(C=64), "either_order", (1, 64, 64, 28)),
    ("[1, 64, 64, 3]", GeneratorConfig(C=64), None, (1, 64, 64, 3)),
    ("[1, 32, 64, 8]", DEFAULT, None, (1, 32, 64, 8)),
    ("[1, 3, 32, 64]", DEFAULT, "first_fits", (1, 32, 64, 3)),
    ("upsample2/actv: [1, 3, 32, 64]", DEFAULT, "either_order", (1, 3, 32, 64)),
]


@each(("text", "config", "code", "wanted"), ORDERS)
def test_the_order_of_the_axes_is_told_and_both_where_both_may_be(text, config, code, wanted):
    found = diagnose(config, text)
    assert found.expected == wanted
    assert [note.code for note in found.notes] == ([code] if code else [])
    if code == "either_order":
        batch, channels, *sides = wanted
        sizes = ["?" if size is None else str(size) for size in (batch, *sides, channels)]
        assert f"[{', '.join(sizes)}]" in str(found.notes[0])


def test_the_same_map_of_another_batch_is_not_said_to_be_the_same():
    for expected in ((8, 3, 32, 64), "(8, 3, 32, 64)"):
        found = diagnose(DEFAULT, expected)
        assert (found.expected, found.reason.code) == ((8, 32, 64, 3), "batch")
    for expected in ((1, 3, 32, 64), "[1, 3, 32, 64]"):
        found = diagnose(DEFAULT, expected)
        assert (found.first, found.reason) == (None, None)
        assert [note.code for note in found.notes] == ["first_fits"]
    two = "Shapes (1, 3, 32, 64) and (1, 32, 64, 3) are incompatible"
    assert diagnose(DEFAULT, two).reason.code == "channels_first"
    assert diagnose(DEFAULT, (2, 3, 1, 8)).expected == (2, 3, 1, 8), "numbers are channels last"


def test_the_page_does_not_call_an_open_batch_left_out():
    for text, config, *_ in PLACED:
        state = read_state({"expected": text, "upsample_dim": config.upsample_dim})
        rank_three = "torch.Size([3," in text
        three_axes = "(64, 64, 3)" in text or "_shape" in text or "(128,)" in text
        assert diagnosis_view(state)["left_out"] == rank_three or three_axes


def spelled(shape, brackets="[]") -> str:
    return (
        brackets[0] + ",".join("?" if size is None else str(size) for size in shape) + brackets[1]
    )


def first(shape) -> tuple:
    return (shape[0], shape[3], *shape[1:3])


def torch(shape) -> str:
    return f"torch.Size([{', '.join(map(str, first(shape)))}])"


def round_sizes(shape) -> str:
    return "(" + ", ".join(str(size) for size in shape) + ")"


def of_output(draw, there, other) -> str:
    """An error that compares the output with another map of the same batch."""
    n = draw(st.sampled_from([1, 2, 16, 128]))
    a, b = (n, *there[1:]), (n, *other[1:])
    return draw(st.sampled_from([
        f"Incompatible shapes: {spelled(b)} vs. {spelled(a)}",
        KERAS.format("target", "conv2d", round_sizes(a[1:]), round_sizes(b[1:])),
        f"A target array with shape {round_sizes(b)} was passed for an output of shape "
        f"{round_sizes((None, *a[1:]))} while using as loss `mse`.",
        f"Cannot feed value of shape {round_sizes(b)} for Tensor 'x:0', which has shape "
        f"'{spelled((None, *a[1:]), '()')}'",
        f"target size ({torch(b)}) that is different to the input size ({torch(a)})",
        f"target.shape={round_sizes(b)}, output.shape={round_sizes((None, *a[1:]))}",
    ]))  # fmt: skip


def of_channels(draw, there, reads, units) -> str:
    """An error of a layer that reads another number of channels, or of entries of z.

    Args:
        units: of the dense layer behind z; 0 for other vectors, which no dense layer reads.
    """
    kernel, n = draw(st.integers(1, 9)), draw(st.sampled_from([None, 1, 8]))
    came = (n, *there[1:])
    texts = [
        AXIS.format("layer", reads, round_sizes(came)),
        AXIS.format("layer", reads, spelled(came).replace("?", "None")),
    ]
    if len(came) == 2 and units:
        texts += [
            f"for 'm' (op: 'MatMul') with input shapes: {spelled(came)}, [{reads},{units}].",
            f"mat1 and mat2 shapes cannot be multiplied ({n or 1}x{came[1]} and {reads}x{units})",
        ]
    elif len(came) == 4:
        texts += [
            f"for 'c' (op: 'Conv2D') with input shapes: {spelled(came)}, "
            f"[{kernel},{kernel},{reads},5].",
            f"Given groups=1, weight of size [5, {reads}, {kernel}, {kernel}], expected "
            f"input{list(first((n or 1, *came[1:])))} to have {reads} channels, but got "
            f"{came[3]} channels instead",
        ]
    return draw(st.sampled_from(texts))


def check(config: GeneratorConfig, text: str, batch: int = 1):
    """Every change that is offered makes the shape, and what is said of stages is so."""
    start = time.thread_time()
    found = diagnose(config, text, batch)
    assert time.thread_time() - start < 2
    plan = {stage.name: stage.shape for stage in stages(config, batch)}
    if found.stage:
        assert found.actual == plan[found.stage]
    if found.first:
        assert found.first_actual == plan[found.first]
    for change in found.changes:
        values = dict(change.values)
        n = values.pop("batch_size", batch)
        made = {s.name: s.shape for s in stages(replace(config, **values), n)}
        assert made[found.stage or OUTPUT] == change.shape
        assert not found.stage or fits(change.shape, found.expected)
    for note in (found.reason, *found.notes):
        assert note is None or "{" not in str(note)
        if note and note.params.get("stage") in plan:
            shape = plan[note.params["stage"]]
            said = [note.params.get(key) for key in ("came", "reads", "shape", "found")]
            assert any(ours(str(text), shape) for text in said), note
    return found


def ours(text: str, shape: tuple[int, ...]) -> bool:
    """Whether a shape in a sentence is a stage's, of any batch."""
    return text.strip("[]").split(", ")[1:] == [str(size) for size in shape[1:]]


FUZZ = examples(80)


@FUZZ
@given(config=configs(), data=st.data(), batch=st.sampled_from([1, 3, 16]))
def test_an_error_about_the_output_asks_for_the_other_map(config, data, batch):
    there = stages(config, batch)[-1].shape
    other = list(there)
    axis = data.draw(st.integers(1, 3))
    other[axis] = data.draw(st.integers(1, 2 * there[axis] + 4))
    assume(tuple(other) != there)
    # A small map in both orders, or an earlier stage of the other shape, may be meant as well.
    shapes = {stage.shape[1:] for stage in stages(config, batch)}
    turned = {first(shape)[1:] for shape in (there, tuple(other))}
    assume(tuple(other[1:]) not in shapes and not turned & shapes)
    back = {(*shape[2:], shape[1]) for shape in (there, tuple(other))}
    assume(not back & shapes)
    found = check(config, of_output(data.draw, there, tuple(other)), batch)
    assert found.stage == OUTPUT
    assert found.expected[1:] == tuple(other[1:])
    assert found.expected[0] in (None, there[0])
    assert not any("batch_size" in change.values for change in found.changes)


@FUZZ
@given(config=configs(), data=st.data())
def test_an_error_of_a_layer_asks_for_what_it_reads(config, data):
    stage = data.draw(st.sampled_from(stages(config)))
    there, reads = stage.shape, data.draw(st.integers(1, 70))
    assume(reads != there[-1])
    units = 7 * config.base_height * config.base_width if stage.name == "z" else 0
    found = check(config, of_channels(data.draw, there, reads, units))
    plan = {stage.name: stage.shape for stage in stages(config)}
    assert plan[found.stage][1:] == there[1:]
    assert found.expected[1:] == (*there[1:-1], reads)
    assert found.reason.code != "batch"


@FUZZ
@given(
    config=configs(),
    item=st.tuples(st.integers(1, 9), st.integers(1, 9), st.integers(1, 80)),
    values=st.integers(1, 5000),
    batch=st.sampled_from([-1, 1, 4]),
    form=st.sampled_from([
        "cannot reshape array of size {values} into shape {last}",
        "Cannot reshape a tensor with {values} elements to shape {last} (9 elements) for 'r' "
        "(op: 'Reshape') with input shapes: [1,{values}], [4].",
        "shape '{first}' is invalid for input of size {values}",
        "must be unchanged. Received: input_shape=({values},), target_shape={item}",
    ]),
)  # fmt: skip
def test_an_error_of_a_reshape_asks_for_its_target(config, item, values, batch, form):
    last = (batch, *item)
    text = form.format(
        values=values, last=list(last), first=list(first(last)), item=round_sizes(item)
    )
    assume(values % math.prod(item))
    found = check(config, text)
    if found.stage:
        assert found.expected == (None, *item)
    elif found.reason.code == "reshape_here":
        assert {s.name: s.shape for s in stages(config)}["fc1/reshape"][1:] == item


@FUZZ
@given(config=configs(), kernel=st.integers(2, 31), size=st.integers(1, 30), data=st.data())
def test_an_error_of_a_window_names_what_is_missing(config, kernel, size, data):
    assume(size < kernel)
    wide, depth = data.draw(st.integers(kernel, 60)), data.draw(st.integers(1, 64))
    sides = data.draw(st.permutations([size, wide]))
    under, window = (None, *sides, depth), (kernel, kernel, depth, 3)
    text = data.draw(st.sampled_from([
        f"Negative dimension size caused by subtracting {kernel} from {size} for 'c' "
        f"(op: 'Conv2D') with input shapes: {spelled(under)}, {spelled(window)}.",
        f"Computed output size would be negative. Received `inputs shape={round_sizes(under)}`, "
        f"`kernel shape={round_sizes(window)}`",
        f"padded input size per channel: ({sides[0]} x {sides[1]}). Kernel size: "
        f"({kernel} x {kernel})",
    ]))  # fmt: skip
    reason = check(config, text).reason
    assert reason.params["axis"] == ("height" if sides[0] == size else "width")
    assert (reason.params["size"], reason.params["less"]) == (size, kernel - size)


LENGTH = 20_000
LONG = [
    "expected axis ",
    "expected axis 1 of input shape to have value 3 ",
    "expected input[1,",
    "In[0]: [1,2], In[1]: [",
    "to have shape (1,2) but got array with shape (",
    "input shapes: [1,",
    "(op: 'Conv2D') ",
    "= Conv2D[",
    "target array with shape (1,",
    "which has shape '(",
    "Cannot feed value of shape (1) for Tensor ",
    "target.shape=(1,",
    "(1x2 and 3x4) ",
    "input[1] = [",
    "must be evenly divisible by 4 but is 3 for ",
    "input_shape=(1,), target_shape=(",
    "shape '[1,",
    "Computed output size would be negative (1,2,3,4)",
    "torch.Size([1, 3, 64, 64]) ",
    "[?,1,",
    "-1,",
    "(op: 'Conv2D') input shapes: [1,2,3,4], ",
    "[1,3,",
    "(16, 3, 64, 64) ",
    "size of tensor a (1) ",
]


@each("unit", LONG)
def test_a_long_text_is_read_in_little_time(unit):
    for end in ("", "!", "[1,32,64,3] [1,64,64,3]"):
        text = unit * (LENGTH // len(unit)) + end
        # Once more where what other tests left was collected meanwhile.
        assert any(seconds_to_read(text) < 1 for _ in range(2))


def seconds_to_read(text: str) -> float:
    start = time.thread_time()
    with contextlib.suppress(ExplorerError):
        diagnose(DEFAULT, text)
    return time.thread_time() - start


@each(
    "text",
    [
        "Incompatible shapes: [1,32,64,3] vs. [1,64,64,3]",
        "RuntimeError: mat1 and mat2 shapes cannot be multiplied (1x100 and 128x2048)",
        "expected output to have shape (1, 64, 64, 3) but got array with shape (1, 32, 64, 3)",
    ],
)
def test_after_a_remedy_nothing_is_wrong_any_more(text):
    state = read_state({"expected": text})
    changes = diagnosis_view(state)["changes"]
    assert changes
    for change in changes:
        changed = read_state(state.as_dict() | change["values"] | change["then"])
        found = diagnosis_view(changed)
        assert (found["first"], found["changes"]) == (None, [])


def test_a_typed_shape_stays_the_question():
    state = read_state({"expected": "[1, 64, 64, 3]"})
    assert {str(change["then"]) for change in diagnosis_view(state)["changes"]} == {"{}"}
