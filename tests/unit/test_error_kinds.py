"""Errors that name numbers rather than maps: each kind is told for what it is, with its numbers."""

import contextlib
import math
import time
import tracemalloc
from dataclasses import replace

import pytest
import tensorflow as tf
from hypothesis import assume, given
from hypothesis import strategies as st

from explorer import ExplorerError, GeneratorConfig, diagnose
from explorer.model.expected_shape import fits, spelled
from explorer.model.shape_order import channels_last
from explorer.model.stages import stages
from tests.support.each import each
from tests.support.examples import examples
from tests.unit.refusals import refused
from tests.unit.samples import configs

DEFAULT = GeneratorConfig()
SIZE = st.integers(1, 600)
FUZZ = examples(60)


def said(found) -> str:
    return " ".join(str(reason) for reason in (found.reason, *found.notes) if reason)


def offered(found) -> list[dict]:
    return [dict(change.values) for change in found.changes]


TRANSPOSED = (
    "Given transposed=1, weight of size [{reads}, {out}, 4, 4], expected input[{n}, {came}, {h}, "
    "{w}] to have {reads} channels, but got {came} channels instead"
)


@FUZZ
@given(noise=SIZE, other=SIZE, n=st.integers(1, 128), out=SIZE, here=st.booleans())
def test_a_first_transposed_convolution_reads_z(noise, other, n, out, here):
    """As a map of one cell; noise_dim is either of the two."""
    assume(noise != other)
    came, reads = (noise, other) if here else (other, noise)
    text = TRANSPOSED.format(reads=reads, came=came, n=n, out=out, h=1, w=1)
    found = diagnose(GeneratorConfig(noise_dim=noise, upsample_dim=16), text)
    assert (found.stage, found.expected[1:]) == ("z", (other,))
    assert offered(found) == [{"noise_dim": other}]
    assert str(came) in said(found)


@each(
    ("text", "code"),
    [
        ("AssertionError: 3D tensors expect 2 values for padding", "pad_values_torch"),
        (
            "RuntimeError: Padding length should be less than or equal to two times the input "
            "dimension but got padding length 6 and input of dimension 2",
            "pad_length_torch",
        ),
    ],
)
def test_numbers_of_a_pad_that_do_not_go_with_the_axes_are_told(text, code):
    found = diagnose(DEFAULT, text)
    assert (found.reason.code, offered(found)) == (code, [])


def test_a_later_transposed_convolution_reads_a_map():
    text = TRANSPOSED.format(reads=64, came=128, n=8, out=32, h=8, w=16)
    found = diagnose(DEFAULT, text)
    assert found.stage == "upsample1/batch_normalization"
    assert found.expected == (None, 8, 16, 64)


RANKS = [
    "Expected 4-dimensional input for 4-dimensional weight {a} {b} 4 4, but got 2-dimensional "
    "input of size [{n}, {a}] instead",
    "Expected 4-dimensional input for 4-dimensional weight [{a}, {b}, 4, 4], but got "
    "2-dimensional input of size [{n}, {a}] instead",
    "Expected 3D (unbatched) or 4D (batched) input to conv_transpose2d, but got input of size: "
    "[{n}, {a}]",
    "Expected 3D (unbatched) or 4D (batched) input to conv2d, but got input of size: [{n}, {a}]",
    "expected 4D input (got 2D input)",
    "expected 2D or 3D input (got 4D input)",
    "Expected 4D tensor as input, got 2D tensor instead.",
]


@each("text", RANKS)
@FUZZ
@given(a=SIZE, b=SIZE, n=SIZE)
def test_a_number_of_axes_is_told_in_the_order_of_pytorch(text, a, b, n):
    found = diagnose(DEFAULT, text.format(a=a, b=b, n=n))
    assert (found.stage, found.reason.code, found.changes) == ("", "of_rank_torch", ())
    assert "[N, channels, height, width]" in str(found.reason)


def read_of(size: int, kernel: int, stride: int, padding: str) -> int:
    """How long a map TensorFlow's convolution makes of one that long; its gradient reads that."""
    if padding == "VALID" and size < kernel:
        return 0
    image, taps = tf.zeros((1, size, 1, 1)), tf.zeros((kernel, 1, 1, 1))
    return tf.nn.conv2d(image, taps, (stride, 1), padding).shape[1]


@examples(60)
@given(st.integers(1, 40), st.integers(1, 9), st.integers(1, 4), st.integers(1, 20), st.booleans())
def test_sizes_that_a_transposed_convolution_can_make_are_those_of_tensorflow(
    size, kernel, stride, came, same
):
    padding = "SAME" if same else "VALID"
    needed = read_of(size, kernel, stride, padding)
    assume(needed not in (0, came))
    text = (
        f"Conv2DSlowBackpropInput: {BACKPROP.format(came, needed)} spatial_dim: 1 input: {size} "
        f"filter: {kernel} output: {came} stride: {stride} dilation: 1"
    )
    found = diagnose(DEFAULT, text)
    assert found.reason.code == "backprop_sizes", text
    assert {"asked": size, "came": came, "stride": stride}.items() <= found.reason.params.items()
    made = {note.params["mode"]: note.params for note in found.notes if "mode" in note.params}
    first, last = made[padding]["least"], made[padding]["most"]
    for possible in range(max(1, first - 2), last + 3):
        can = first <= possible <= last
        assert (read_of(possible, kernel, stride, padding) == came) == can


BACKPROP = "Size of out_backprop doesn't match computed: actual = {}, computed = {}"


@each("op", ["Conv2DSlowBackpropInput", "Conv2DCustomBackpropInput"])
@each(
    ("end", "code"),
    [(" spatial_dim: 1 input: 14 filter: 5 output: 8 stride: 2 dilation: 1", "backprop_sizes"),
     (" spatial_dim: 2 input: 14 filter: 5 output: 8 stride: 2", "backprop_sizes"),
     (" spatial_dim: 2 input: 90 filter: 5 output: 8 stride: 2", "backprop"), ("", "backprop")],
)  # fmt: skip
def test_variants_of_an_error_of_out_backprop_are_read(op, end, code):
    found = diagnose(DEFAULT, f"{op}: {BACKPROP.format(8, 7)}{end}")
    assert (found.stage, found.reason.code, found.changes) == ("", code, ())
    if code == "backprop_sizes":
        assert "With SAME, 8 can become any output_shape from 15 to 16" in said(found)


DEPTHS = [
    "input depth must be evenly divisible by filter depth: {came} vs {reads}",
    "Input depth must be evenly divisible by filter depth: {came} vs {reads} [Op:Conv2D]",
    "input and filter must have the same depth: {came} vs {reads}",
]


@each("text", DEPTHS)
@FUZZ
@given(config=configs(), came=st.integers(1, 70), reads=st.integers(1, 70))
def test_depths_of_a_kernel_and_its_map_are_told_with_the_stages_that_have_them(
    text, config, came, reads
):
    assume(came != reads)
    found = diagnose(config, text.format(came=came, reads=reads))
    assert (found.reason.code, found.changes) == ("depths", ())
    assert dict(found.reason.params) == {"came": came, "reads": reads}
    told = {note.params["depth"]: note.params["stages"].split(", ") for note in found.notes}
    batch = 1 + max(config.paddings[0])
    maps = [stage for stage in stages(config, batch) if len(stage.shape) == 4]
    for depth in (came, reads):
        assert told.get(depth, []) == [one.name for one in maps if one.shape[3] == depth]


SIDES = [
    "Dimensions must be equal, but are {a} and {b} for 'sub' (op: 'Sub') with input shapes: "
    "[?,{a},{a},1], [?,{b},{b},1]",
    "Incompatible shapes: [16,{a},{a},3] vs. [16,{b},{b},3]",
    "Inputs have incompatible shapes. Received shapes ({a}, {a}, 1) and ({b}, {b}, 1)",
    "operands could not be broadcast together with shapes torch.Size([4, 3, {a}, {a}]) "
    "torch.Size([4, 3, {b}, {b}])",
    "The size of tensor a ({a}) must match the size of tensor b ({b}) at non-singleton dimension 2",
]


@each("text", SIDES)
@FUZZ
@given(config=configs(), a=st.integers(20, 99), b=st.integers(20, 99))
def test_two_sizes_that_are_none_of_this_generator_are_told_with_what_makes_them(
    text, config, a, b
):
    assume(a != b)
    sizes = {size for stage in stages(config, 1 + max(config.paddings[0])) for size in stage.shape}
    assume(not {a, b} & sizes)
    found = diagnose(config, text.format(a=a, b=b))
    assert (found.reason.code, found.changes) == ("sides_differ", ())
    assert dict(found.reason.params) == {"axis": "height", "one": a, "other": b}
    growth = config.stride**config.upsample_blocks
    *notes, last = found.notes
    assert (last.code == "sides_by_one") == (abs(a - b) == 1)
    notes += [last] * (last.code != "sides_by_one")
    for note, side in zip(notes, (a, b), strict=True):
        before = side - sum(config.paddings[1]) + config.output_kernel - 1
        can = before > 0 and before % growth == 0
        assert note.code == ("side_made" if can else "side_not_made")
        if can:
            with contextlib.suppress(ExplorerError):  # too wide for this machine
                there = stages(replace(config, base_height=note.params["base"]), 4)
                assert there[-1].shape[1] == side


RESHAPE = (
    "Input to reshape is a tensor with {} values, but the requested shape requires a multiple of {}"
)


@FUZZ
@given(
    cells=st.tuples(st.integers(1, 9), st.integers(1, 9)),
    depth=st.integers(8, 99), other=st.integers(8, 99), items=st.integers(1, 64),
)  # fmt: skip
def test_values_that_are_what_fc1_gives_are_told_so(cells, depth, other, items):
    rows, columns = cells
    area = rows * columns
    assume(items * depth % other)
    text = RESHAPE.format(items * area * depth, area * other)
    pads = ((0, 0), (0, 0), (0, 0), (0, 0))
    config = GeneratorConfig(
        upsample_dim=depth, base_height=rows, base_width=columns, output_kernel=1, paddings=pads
    )
    found = diagnose(config, text)
    assert (found.stage, found.expected) == ("fc1/dense", (None, area * other))
    assert f"{items}·{rows}·{columns}·{depth}" in said(found)
    assert f"= {rows}·{columns}·{other} would be upsample_dim = {other}" in said(found)
    assert offered(found)[0] == {"upsample_dim": other}
    there = diagnose(replace(config, upsample_dim=other), text)
    assert (there.reason.code, there.changes) == ("reshape_units_asked", ())


def test_pictures_are_thought_of_before_items_of_fc1():
    found = diagnose(GeneratorConfig(upsample_dim=150), RESHAPE.format(307200, 120000))
    assert 307200 == 64 * 32 * 150
    assert found.reason.code == "reshape_pictures"


@each(
    "text",
    [
        "Input to reshape is a tensor with 0 values, but the requested shape has 8192",
        RESHAPE.format(0, 8192),
        "cannot reshape array of size 0 into shape (1,4,8,256)",
        "shape '[-1, 256, 4, 8]' is invalid for input of size 0",
        "shape '[-1, 256, -1, 8]' is invalid for input of size 0",
    ],
)
def test_a_tensor_of_no_values_is_told_to_be_empty(text):
    found = diagnose(DEFAULT, text)
    assert (found.reason.code, found.changes) == ("reshape_empty", ())


@FUZZ
@given(st.lists(st.integers(0, 99), min_size=1, max_size=5), st.sampled_from(["[]", "()"]))
def test_a_size_of_0_is_refused_as_such(sizes, brackets):
    assume(0 in sizes)
    with refused("size_zero", field="expected"):
        diagnose(DEFAULT, brackets[0] + ", ".join(map(str, sizes)) + "," + brackets[1])


ASKED = st.one_of(st.none(), st.integers(1, 70))


@examples(150)
@given(config=configs(), wanted=st.tuples(*[ASKED] * 4), torch=st.booleans(), data=st.data())
def test_what_was_asked_fits_once_a_remedy_is_applied(config, wanted, torch, data):
    """The same text, read in the same order of axes."""
    text = ("torch.Size({})" if torch else "{}").format(spelled(wanted))
    batch = 1 + max(config.paddings[0])
    found = diagnose(config, text, batch)
    assume(found.changes)
    values = dict(data.draw(st.sampled_from(found.changes)).values)
    batch = values.pop("batch_size", batch)
    again = diagnose(replace(config, **values), text, batch)
    assert (again.first, again.reason, again.expected) == (None, None, found.expected)
    if found.expected != wanted:
        assert [note.code for note in again.notes] == ["first_fits"]
        assert fits(again.actual, channels_last(wanted))


def test_pytorchs_order_is_told_before_and_after_the_remedy():
    before = diagnose(DEFAULT, "(64, 3, 64, 64)")
    assert before.reason.code == "batch"
    assert [note.code for note in before.notes] == ["units", "read_first"], "the height, too"
    after = diagnose(GeneratorConfig(base_height=8), "(64, 3, 64, 64)", 64)
    assert (after.first, [note.code for note in after.notes]) == (None, ["first_fits"])


VECTORS = [
    ("running_mean should contain {came} elements not {reads}", 1),
    ("scale must have the same number of elements as the channels of x, got {reads} and {came}", 1),
    ("Must provide as many biases as the last dimension of the input tensor: [{reads}] vs. "
     "[1,8,8,{came}] [Op:BiasAdd]", 2),
    ("for '{{{{node b}}}} = BiasAdd[T=DT_FLOAT](a, b)' with input shapes: [?,8,8,{came}], "
     "[{reads}].", 2),
    ("Incompatible shapes: [1,4,4,{came}] vs. [{reads}] [Op:Mul]", 2),
]  # fmt: skip


@each(("text", "least"), VECTORS)
@each(("came", "reads"), [(16, 8), (8, 16), (256, 3), (7, 2)])
def test_one_number_for_each_channel_is_told_with_the_channels_of_the_map(text, least, came, reads):
    assert reads >= least
    found = diagnose(DEFAULT, text.format(came=came, reads=reads))
    assert (found.reason.code, found.stage, found.changes) == ("channel_vector", "", ())
    assert dict(found.reason.params) == {"came": came, "reads": reads}


@each(
    ("text", "code"),
    [
        ("filter and out_backprop must have the same out_depth", "backprop_reads"),
        ("output_shape does not match filter's output channels, 64 != 128", "backprop_depth"),
        ("Computed input depth 8 doesn't match filter input depth 4", "backprop_depth"),
        ("input channels does not match filter's input channels, 64 != 128",
         "backprop_reads_depth"),
        ("Expected more than 1 spatial element when training, got input size "
         "torch.Size([1, 512, 1, 1])", "one_cell"),
        ("Expected input batch_size (64) to match target batch_size (32).", "batches"),
        ("Data cardinality is ambiguous. 'x' sizes: 4\n'y' sizes: 5", "batches"),
        ("output with shape [1, 32, 64] doesn't match the broadcast shape [3, 32, 64]", "in_place"),
        ("Computed output size would be negative: -2 [input_size: 4, effective_filter_size: 7, "
         "stride: 1] [Op:Conv2D]", "window_any"),
        ("Values in `cropping` ... Received: input_shape=(None, 32, 32, 3), cropping=((20, 20), "
         "(20, 20))", "crop_all"),
        ("remapped shapes [original->remapped]: (2,2)  and requested shape (4,2)", "pad_pairs_map"),
        ("Inputs have incompatible shapes. Received shapes (100,) and (50,)", "vectors_differ"),
        ("The size of tensor a (4) must match the size of tensor b (3) at non-singleton dimension "
         "0", "alpha"),
        ("Arguments `target` and `output` must have the same shape. Received: "
         "target.shape=(None, 2), output.shape=(None, 1)", "of_loss"),
        ("Argument `output` must have rank (ndim) `target.ndim - 1`. Received: "
         "target.shape=(None, 2), output.shape=(None, 10)", "of_loss"),
        ("target nelement (20) != input nelement (3380)", "of_loss"),
        ("AttributeError: module 'tensorflow' has no attribute 'layers'", "of_tensorflow1"),
        ("ModuleNotFoundError: No module named 'tensorflow.contrib'", "of_tensorflow1"),
        (RESHAPE.format(393216, 12288), "reshape_fits"),
        ("ValueError: total size of new array must be unchanged", "reshape_unsaid"),
        ("view size is not compatible with input tensor's size and stride", "reshape_view"),
        ("matmul: Input operand 1 has a mismatch in its core dimension 0, with gufunc signature "
         "(n?,k),(k,m?)->(n?,m?) (size 50 is different from 100)", "layer_dense"),
        (RESHAPE.format(921600, 49152), "reshape_picture"),
        ("Cannot feed value of shape (64, 64, 3, 3) for Tensor u'real:0', which has shape "
         "'(?, 64, 64, ?)'", "layer_elsewhere"),
    ],
)  # fmt: skip
def test_what_lies_elsewhere_is_said_to_and_nothing_is_offered(text, code):
    found = diagnose(DEFAULT, text)
    assert (found.reason.code, found.stage, found.changes) == (code, "", ())


def test_what_a_layer_reads_may_have_open_channels():
    found = diagnose(
        DEFAULT,
        'Input 0 of layer "discriminator" is incompatible with the layer: expected '
        "shape=(None, 64, 64, None), found shape=(None, 32, 64, 3)",
    )
    assert offered(found)[0] == {"base_height": 8}


@each("values", [50 * 64, 50 * 128, 99])
def test_as_many_values_as_the_base_map_has_cells_are_no_picture(values):
    """7·7·1 could be a picture of one channel, but none that is larger than the base map."""
    square = GeneratorConfig(base_height=7, base_width=7, upsample_blocks=2, C=1)
    found = diagnose(square, RESHAPE.format(values, 49))
    assert (found.changes, found.notes[-1].code) == ((), "reshape_cells")


@each(("side", "there"), [(28, 32), (28, 64), (32, 28)])
@each("items", [2, 16, 64])
def test_two_batches_of_pictures_are_told_by_the_pictures(side, there, items):
    config = GeneratorConfig(base_height=side // 4, base_width=side // 4, upsample_blocks=2)
    values, requested = items * side * side * 3, items * there * there * 3
    text = f"tensor with {values} values, but the requested shape has {requested}"
    found = diagnose(config, text)
    if values % requested == 0 or requested % values == 0:
        assert found.reason.code in ("reshape_items", "reshape_batch")
        return
    assert found.reason.code == "reshape_output_asked"
    assert offered(found)[0] == {"base_height": there // 4, "base_width": there // 4}
    other = diagnose(
        config, f"tensor with {requested} values, but the requested shape has {values}"
    )
    assert (other.reason.code, other.changes) == ("reshape_output_came", ())


@each("channels", [1, 3, 8, 64])
def test_joined_maps_of_other_channels_ask_for_the_sides_alone(channels):
    text = (
        "A `Concatenate` layer requires inputs with matching shapes except for the concatenation "
        f"axis. Received: input_shape=[(None, 64, 64, {channels}), (None, 32, 64, 3)]"
    )
    found = diagnose(DEFAULT, text)
    assert (found.stage, found.expected) == ("conv_out/conv2d", (None, 64, 64, 3))
    assert offered(found)[0] == {"base_height": 8}


def test_arrays_that_are_joined_are_told_by_the_axis():
    text = (
        "must match exactly, but along dimension {}, the array at index 0 has size {} and the "
        "array at index 1 has size {}"
    )
    found = diagnose(DEFAULT, text.format(2, 48, 64))
    assert (found.stage, found.expected) == ("conv_out/conv2d", (None, 32, 48, 3))
    assert offered(found)[0] == {"base_width": 6}
    assert diagnose(DEFAULT, text.format(2, 48, 50)).reason.code == "joined_arrays"
    assert diagnose(DEFAULT, text.format(0, 48, 50)).changes == ()


TRACEBACK = """Traceback (most recent call last):
  File "main.py", line 251, in <module>
    output = {}(self.conv(x[0], (3, 3)).view(-1, 128), [5, 128])
  File "main.py", line 174, in forward
    model.add(Conv2DTranspose(64, (5, 5), strides=(2, 2)))
"""


@each(
    ("part", "error", "code"),
    [
        ("net", "RuntimeError: shape '[-1, 256, 4, 8]' is invalid for input of size 65536",
         "reshape_fits"),
        ("net", "RuntimeError: mat1 and mat2 shapes cannot be multiplied (64x8192 and 25088x1)",
         "layer_other_dense"),
        ("netD", "RuntimeError: mat1 and mat2 shapes cannot be multiplied (64x8192 and 25088x1)",
         "of_discriminator"),
    ],
)  # fmt: skip
def test_code_in_a_traceback_names_parts_and_no_shapes(part, error, code):
    found = diagnose(DEFAULT, TRACEBACK.format(part) + error)
    assert (found.reason.code, found.stage, found.changes) == (code, "", ())


def test_a_traceback_without_a_readable_error_is_refused():
    with refused("no_shape", field="expected"):
        diagnose(DEFAULT, TRACEBACK.format("net") + "ValueError: sizes must be unchanged")


def test_a_side_that_torch_joins_is_the_outputs_where_it_is_told():
    text = "Sizes of tensors must match except in dimension 1. Got 64 and 48 in dimension {}"
    found = diagnose(DEFAULT, text.format(3))
    assert (found.stage, found.expected) == ("conv_out/conv2d", (None, 32, 48, 3))
    assert offered(found)[0] == {"base_width": 6}
    assert diagnose(DEFAULT, text.format(2)).reason.code == "joined"


def test_a_vector_that_is_merged_with_z_has_its_length():
    found = diagnose(DEFAULT, "Inputs have incompatible shapes. Received shapes (128,) and (50,)")
    assert (found.stage, offered(found)) == ("z", [{"noise_dim": 50}])
    with refused("no_stage_of_shape", field="expected"):
        diagnose(DEFAULT, "Incompatible shapes: [128] vs. [50] [Op:Mul]")


LENGTH = 20_000
LONG = [
    "Size of out_backprop doesn't match computed: actual = 1, computed = 2 ",
    "doesn't match computed: actual = 1, computed = 2 spatial_dim: 1 input: 2 filter: 3 ",
    "input depth must be evenly divisible by filter depth: 3 ",
    "expected 4d ", "expected 4-dimensional ", "Given transposed=1, expected input[1, ",
]  # fmt: skip


@each("shape", [(2, 9, 9, 8), (4, 6), (2, 9, 9)])
@each("pairs", [1, 2, 3, 4])
@each("mode", ["REFLECT", "CONSTANT"])
@each("in_graph", [False, True])
def test_pairs_of_tf_pad_are_counted_as_tensorflow_does(shape, pairs, mode, in_graph):
    def padded():
        return tf.pad(tf.zeros(shape), [[0, 0]] * pairs, mode)

    if pairs == len(shape):
        padded()
        return
    with pytest.raises((tf.errors.InvalidArgumentError, ValueError)) as error:
        (tf.function(padded) if in_graph else padded)()
    found = diagnose(DEFAULT, str(error.value))
    assert found.reason.code == ("pad_pairs_map" if len(shape) == 4 else "pad_pairs")
    assert found.reason.params == {"pairs": pairs, "axes": len(shape)}


@FUZZ
@given(
    n=st.integers(1, 64), channels=st.integers(2, 512), side=st.integers(1, 8), old=st.booleans()
)
def test_a_map_that_was_not_flattened_is_told_with_its_items(n, channels, side, old):
    """What nn.Linear counts of [n, channels, side, side], or of z as [n, channels, 1, 1]."""
    reads, rows = channels * side**2, n * channels * side
    text = (
        f"size mismatch, m1: [{rows} x {side}], m2: [{reads} x 10]" if old
        else f"mat1 and mat2 shapes cannot be multiplied ({rows}x{side} and {reads}x10)"
    )  # fmt: skip
    reason = diagnose(DEFAULT, text).reason
    assert (reason.code, reason.params["items"]) == ("not_flat", n)
    assert reason.params["items"] * reads == rows * side
    vectors = diagnose(DEFAULT, f"mat1 and mat2 shapes cannot be multiplied ({n}x100 and 128x320)")
    assert vectors.reason.code == "noise_dim", "rows of another length, whatever their number"


@each(("one", "other", "code"), [(32, 31, "joined_by_one"), (64, 32, "joined")])
@each("words", ["Expected size {} but got size {} for", "Got {} and {} in"])
def test_what_torch_joins_is_told_by_its_sides(one, other, code, words):
    head = "Sizes of tensors must match except in dimension 1. "
    found = diagnose(DEFAULT, head + words.format(one, other) + " tensor number 1 in the list.")
    assert (found.reason.code, found.changes) == (code, ())
    assert found.reason.params == {"axis": 1, "one": one, "other": other}


@each("config", [DEFAULT, GeneratorConfig(C=8)])
@each(
    ("text", "codes"),
    [
        ("Invalid shape (32, 64, 8) for image data", ["picture_channels"]),
        ("Invalid shape (1, 32, 64, 3) for image data", ["picture_batch"]),
        ("Invalid shape (1, 8, 16, 128) for image data", ["picture_batch", "picture_channels"]),
        ("Invalid shape (3, 32, 64) for image data", ["picture_first"]),
        ("Invalid shape (8192,) for image data", ["picture_axes"]),
        ("Invalid dimensions for image data", None),
        ("Cannot handle this data type: (1, 1, 3), <f4", ["picture_numbers"]),
        ("Cannot handle this data type: (1, 1, 1), |u1", ["picture_channels"]),
        ("Cannot handle this data type: (1, 1, 64, 3), <f4", ["picture_batch", "picture_numbers"]),
        ("Trying to create tensor with negative dimension -1: [1, -1]", ["negative_size"]),
        ("negative dimensions are not allowed", ["negative_sizes"]),
    ],
)
def test_what_makes_pictures_and_tensors_is_told_and_nothing_is_offered(config, text, codes):
    if codes is None:
        with pytest.raises(ExplorerError):
            diagnose(config, text)
        return
    found = diagnose(config, f"TypeError: {text}")
    assert [reason.code for reason in (found.reason, *found.notes)] == codes
    assert (found.stage, found.changes) == ("", ())


@each(("here", "other"), [(32, 33), (16, 17), (16, 12)])
@each(("dimension", "axis"), [(2, "height"), (3, "width")])
def test_a_size_of_an_inner_map_is_told_by_its_last_stage(here, other, dimension, axis):
    wide = GeneratorConfig(base_height=8, base_width=8)
    text = (
        f"The size of tensor a ({other}) must match the size of tensor b ({here}) at "
        f"non-singleton dimension {dimension}"
    )
    found = diagnose(wide, text)
    assert (found.reason.code, found.notes, found.changes) == ("sides_inside", (), ())
    sides = {stage.name: stage.shape[dimension - 1] for stage in stages(wide)[4:]}
    assert sides[found.reason.params["stage"]] == found.reason.params["side"] == here
    assert found.reason.params["stage"] == [name for name in sides if sides[name] == here][-1]
    assert found.reason.params["axis"] == axis


@each("height", [4, 12, 31])
def test_a_batch_is_not_the_reason_where_a_side_differs_in_the_same_stage(height):
    found = diagnose(DEFAULT, [8, height, 64, 3])
    assert (found.first, found.reason.params["axis"]) == ("conv_out/pad", "height")
    assert diagnose(DEFAULT, [8, 32, 64, 3]).reason.code == "batch"


WEIGHTS = (
    "Assign requires shapes of both tensors to match. lhs shape= {0} rhs shape= {1}",
    "Layer weight shape ({0}) not compatible with provided weight shape ({1})",
    "Layer conv2d weight shape ({0}) is not compatible with provided weight shape ({1}).",
    "Shape of variable g/kernel:0 ({0}) doesn't match with shape of tensor g/kernel ({1}) from "
    "checkpoint reader.",
    "weight <tf.Variable> has shape {0}, but the saved weight has shape {1}.",
    "Received incompatible tensor with shape {1} when attempting to restore variable with shape "
    "{0} and name dense/kernel:0.",
    "Dimension 2 in both shapes must be equal for 'save/Assign' (op: 'Assign') with input shapes: "
    "{0}, {1}.",
)  # fmt: skip
CHANNELS = st.sampled_from([1, 3, 32, 64, 128, 256])


@FUZZ
@given(layer=st.tuples(CHANNELS, CHANNELS), held=st.tuples(CHANNELS, CHANNELS), data=st.data())
def test_weights_are_never_taken_for_maps(layer, held, data):
    """In TensorFlow's words as in Keras', whose answer is proved elsewhere."""
    assume(layer != held and 5 not in (layer + held))
    shapes = [[5, 5, *pair] for pair in (layer, held)]
    usual = "expects shape ({}). Received saved weight with shape ({})"
    lists = [", ".join(map(str, shape)) for shape in shapes]
    expected = diagnose(DEFAULT, usual.format(*lists))
    words = data.draw(st.sampled_from(WEIGHTS))
    bare = words.startswith("Layer ")
    found = diagnose(DEFAULT, words.format(*(lists if bare else map("[{}]".format, lists))))
    assert (found.reason, found.stage, found.changes) == (expected.reason, "", ())


@each(
    ("text", "code"),
    [
        ("Number of rows of out_backprop doesn't match computed: actual = 7, computed = 16",
         "backprop"),
        ("input and out_backprop must have the same batch size. Input batch: 64, outbackprop "
         "batch: 36, batch_dim: 0", "backprop_batch"),
        ("output_shape does not match filter's output channels, (64 != 128)", "backprop_depth"),
        ("Expected more than 1 value per channel when training, got input size "
         "torch.Size([1, 8192])", "one_value"),
        ("cannot reshape array of size 2352 into shape (28,28)", "reshape_items"),
        ("cannot reshape array of size 784 into shape (28,28,3)", "reshape_batch"),
    ],
)  # fmt: skip
def test_numbers_of_other_kinds_are_told_and_nothing_is_offered(text, code):
    found = diagnose(DEFAULT, text)
    assert (found.reason.code, found.stage, found.changes) == (code, "", ())


@each("unit", LONG)
def test_a_long_text_is_read_in_little_time(unit):
    text = unit * math.ceil(LENGTH / len(unit))
    start = time.thread_time()
    with contextlib.suppress(ExplorerError):
        diagnose(DEFAULT, text)
    assert time.thread_time() - start < 1


SHAPES = [
    "cannot reshape a tensor with {n} elements to shape {s} (op: 'Reshape') with input shapes: {s}",
    "Cannot reshape a tensor with 7 elements to shape [1,7,5,1] (op: 'Reshape') with input shapes: "
    "{s}, [4]",
    "tensor with {n} values, but the requested shape has {n}",
    "shape '{s}' is invalid for input of size {n}",
    "must be evenly divisible by {n} but is {n} for input[1] = {s}",
    "total size of the tensor must be unchanged, input_shape = {s}, output_shape = {s}",
    "cannot reshape array of size {n} into shape {s}",
    "Matrix size-incompatible: In[0]: {s}, In[1]: {s}",
    "Dimensions must be equal, but are {n} and {n} for '{{node add}}' with input shapes: {s}, {s}.",
    "Given groups=1, weight of size {s}, expected input{s} to have {n} channels, but got {n}",
    "Size of out_backprop doesn't match computed: actual = {n}, computed = {n} input: {n} filter: "
    "{n} output: {n} stride: 2",
    "input depth must be evenly divisible by filter depth: {n} vs {n}",
    "Paddings must be less than the dimension size: {n}, {n} not less than {n}",
    "The tensor {s} must be of shape {s}", "{s}", "{s} and {s}", "{n}x{n}x{n}",
]  # fmt: skip
PRIMES = [n for n in range(2, 2000) if all(n % d for d in range(2, math.isqrt(n) + 1))]
SIZES = [
    [1, *PRIMES[:21]], PRIMES[:60], [1, *PRIMES], [1, 999999937, 999999929], [1, *[2**29] * 520],
    [1, *[999999937] * 3], [10**9, 1], [0, 999999937], [1] * 4000, [10**11 + 3], [10**40],
]  # fmt: skip


@each("sizes", SIZES)
def test_sizes_of_strangers_are_told_or_refused_in_little_time_and_memory(sizes):
    for template in SHAPES:
        text = template.format(s=str(sizes).replace(" ", ""), n=sizes[-1])
        tracemalloc.start()
        start = time.thread_time()
        with contextlib.suppress(ExplorerError):
            diagnose(DEFAULT, text)
        seconds = time.thread_time() - start
        peak = tracemalloc.get_traced_memory()[1] / 2**20
        tracemalloc.stop()
        assert seconds < 2, (template, seconds)
        assert peak < 50, (template, peak)


@each(
    "text",
    [
        "Expected more than 1 value per channel when training, got input size [{1}, {512}, {1}]",
        "ValueError: Shapes ({1}, {64}, {64}, {3}) and (1, 32, 64, 3) are incompatible",
    ],
)
def test_sizes_as_they_were_once_written_are_read(text):
    today = diagnose(DEFAULT, text.replace("{", "").replace("}", ""))
    for before, after in ("{", "}L"), ("Dimension(", ")"):
        old = text.replace("{", before.strip("{")).replace("}", after.strip("}"))
        assert diagnose(DEFAULT, old) == today


def test_what_stands_against_a_square_output_is_taken_to_be_square():
    square = replace(DEFAULT, base_height=7, base_width=7, upsample_blocks=2)
    text = (
        "The size of tensor a (28) must match the size of tensor b (64) at non-singleton dimension"
    )
    found = diagnose(square, f"{text} 3")
    assert found.notes[0].code == "tensor_square"
    assert {change.shape for change in found.changes} == {(1, 64, 64, 3)}
    assert diagnose(square, f"{text} 2").notes[0].code == "tensor_sizes"
