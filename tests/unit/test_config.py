"""The configuration: the original's defaults, what each field may be, what is said otherwise."""

from dataclasses import FrozenInstanceError, asdict

import numpy as np
import pytest

from explorer import ExplorerError, GeneratorConfig
from explorer.model.config import CONFIG_FIELDS, check_paddings
from explorer.model.padding import check_pad_limits
from explorer.model.stages import stages
from tests.support.each import each
from tests.unit.refusals import refused

ORIGINAL = {
    "noise_dim": 128,
    "upsample_dim": 256,
    "kernel_size": 5,
    "C": 3,
    "actv": "relu",
    "training": False,
    "base_height": 4,
    "base_width": 8,
    "upsample_blocks": 3,
    "stride": 2,
    "output_kernel": 7,
    "paddings": ((0, 0), (3, 3), (3, 3), (0, 0)),
    "pad_mode": "REFLECT",
    "bn_position": "after",
    "kernel_initializer": "glorot_uniform",
}
NUMBERS = {name: item for name, item in CONFIG_FIELDS.items() if item.kind == "int"}
CHOICES = {name: item for name, item in CONFIG_FIELDS.items() if item.kind == "choice"}


def test_the_defaults_are_the_original_generator():
    assert asdict(GeneratorConfig()) == ORIGINAL
    assert {name: item.default for name, item in CONFIG_FIELDS.items()} == ORIGINAL


def test_every_attribute_is_a_declared_field():
    assert list(CONFIG_FIELDS) == list(ORIGINAL)
    assert CHOICES.keys() == {"actv", "pad_mode", "bn_position", "kernel_initializer"}
    assert len(NUMBERS) == 9


def test_a_configuration_cannot_be_changed_and_can_be_a_key():
    config = GeneratorConfig()
    with pytest.raises(FrozenInstanceError):
        config.C = 4
    assert {config: 1}[GeneratorConfig()] == 1


@each("item", NUMBERS)
@each(
    ("code", "value"),
    [
        ("out_of_range", lambda item: item.low - 1),
        ("out_of_range", lambda item: item.high + 1),
        ("out_of_range", lambda item: -(10**30)),
        ("not_whole", lambda item: 2.5),
        ("not_whole", lambda item: "2.5"),
        ("not_a_number", lambda item: "five"),
        ("not_a_number", lambda item: ""),
        ("not_a_number", lambda item: None),
        ("not_a_number", lambda item: True),
        ("not_a_number", lambda item: [3]),
        ("not_a_number", lambda item: 3j),
        ("not_a_number", lambda item: float("nan")),
        ("not_a_number", lambda item: "inf"),
        ("not_a_number", lambda item: 10**400),
    ],
)
def test_a_bad_number_is_named_with_what_is_allowed(item, code, value):
    bad = value(item)
    with refused(code, item.name, str(bad)[:39], f"{item.low} … {item.high}", field=item.name):
        GeneratorConfig(**{item.name: bad})


@each("item", CHOICES)
@each("bad", ["none of them", "", None, 3, ["relu"], b"relu"])
def test_a_bad_choice_is_named_with_the_choices(item, bad):
    with refused("not_a_choice", item.name, bad, *item.choices, field=item.name):
        GeneratorConfig(**{item.name: bad})


def test_a_choice_that_cannot_be_encoded_is_refused_as_any_other():
    with refused("not_a_choice", "\\ud800", *CHOICES["actv"].choices, field="actv"):
        GeneratorConfig(actv="\ud800")


def test_a_choice_in_other_case_is_refused():
    with refused("not_a_choice", "RELU", field="actv"):
        GeneratorConfig(actv="RELU")


@each("bad", ["maybe", "", 2, None, [], 0.5])
def test_a_bad_switch_is_named(bad):
    with refused("not_a_choice", "training", bad, "true, false", field="training"):
        GeneratorConfig(training=bad)


@each("item", NUMBERS)
@each("convert", [str, float, np.int64, np.float32])
def test_a_number_of_another_type_becomes_a_whole_number(item, convert):
    value = getattr(GeneratorConfig(**{item.name: convert(item.default)}), item.name)
    assert value == item.default
    assert type(value) is int


@each(("text", "value"), [("true", True), ("ON", True), (1, True), (" no ", False), ("0", False)])
def test_a_switch_may_be_text(text, value):
    assert GeneratorConfig(training=text).training is value


@each("item", NUMBERS)
def test_both_ends_of_a_range_are_allowed(item):
    assert item.check(item.low) == item.low
    assert item.check(item.high) == item.high


@each(
    ("depth", "blocks", "channels"),
    [
        (256, 3, (128, 64, 32)),
        (100, 3, (50, 25, 12)),
        (15, 3, (7, 3, 1)),
        (8, 3, (4, 2, 1)),
        (127, 6, (63, 31, 15, 7, 3, 1)),
        (3, 1, (1,)),
    ],
)
def test_channels_are_halved_by_floor_division(depth, blocks, channels):
    config = GeneratorConfig(upsample_dim=depth, upsample_blocks=blocks)
    assert config.block_channels == channels


@each(("depth", "blocks", "least"), [(7, 3, 8), (1, 1, 2), (63, 6, 64)])
def test_a_depth_that_leaves_no_channel_is_refused_with_the_least_one(depth, blocks, least):
    with refused(
        "no_channels_left",
        f"upsample_dim = {depth}",
        f"upsample_blocks = {blocks}",
        f"Use {least} or more",
        field="upsample_dim",
    ):
        GeneratorConfig(upsample_dim=depth, upsample_blocks=blocks)
    assert GeneratorConfig(upsample_dim=least, upsample_blocks=blocks).block_channels[-1] == 1


def test_the_map_grows_by_the_stride_in_each_block():
    assert GeneratorConfig().map_size == (32, 64)
    config = GeneratorConfig(base_height=3, base_width=5, stride=3, upsample_blocks=2)
    assert config.map_size == (27, 45)


@each(
    ("pads", "axis", "size", "padded"),
    [
        (((0, 0), (0, 0), (0, 9), (0, 0)), "height", 2, 2),
        (((0, 0), (0, 9), (0, 0), (0, 0)), "width", 4, 4),
        (((0, 0), (1, 3), (0, 9), (0, 0)), "height", 2, 6),
    ],
)
def test_an_output_kernel_larger_than_the_padded_map_is_refused(pads, axis, size, padded):
    fields = {
        "base_height": 1, "base_width": 2, "upsample_blocks": 1, "paddings": pads,
        "pad_mode": "CONSTANT",
    }  # fmt: skip
    with refused(
        "kernel_exceeds_map",
        "output_kernel = 7",
        f"{axis} of {padded}",
        f"map {size}",
        f"Make it {padded} or less",
        field="output_kernel",
    ):
        GeneratorConfig(output_kernel=7, **fields)
    assert stages(GeneratorConfig(output_kernel=padded, **fields))[-1].shape[1:3].count(1) >= 1


@each(
    "given",
    [
        "0,0,1,2,3,4,5,6",
        "[[0, 0], [1, 2], [3, 4], [5, 6]]",
        "((0,0),(1,2),(3,4),(5,6))",
        [[0, 0], [1, 2], [3, 4], [5, 6]],
        np.array([[0, 0], [1, 2], [3, 4], [5, 6]]),
        [["0", 0.0], ("1", 2), (3, 4), (5, 6)],
    ],
)
def test_paddings_may_be_text_lists_or_an_array(given):
    paddings = check_paddings(given)
    assert paddings == ((0, 0), (1, 2), (3, 4), (5, 6))
    assert {type(side) for pair in paddings for side in pair} == {int}


@each(
    "bad",
    [
        "", "0,0,3,3", "0,0,3,3,3,3,0,0,0", None, 3, [], [0] * 8, [[0, 0]] * 3, [[0, 0]] * 5,
        [[0, 0, 0], [0], [0, 0], [0, 0]], {}, [[0, 0], None, [0, 0], [0, 0]],
        "[[0, 0, 3, 3], [3, 3, 0, 0]]", "[0,0],[3,3],[3,3],[0,0]", "[0,0,3,3,3,3,0,0]",
    ],
)  # fmt: skip
def test_paddings_that_are_not_four_pairs_are_refused(bad):
    example = "[[0, 0], [3, 3], [3, 3], [0, 0]]"
    with refused("not_four_pairs", f"paddings = “{bad}"[:49], example, field="paddings"):
        GeneratorConfig(paddings=bad)


@each("side", [-1, 65, 1.5, "x", None, True])
def test_a_bad_pad_is_named_with_its_range(side):
    with refused("bad_pads", f"paddings[2][0] = “{side}”", "0 … 64", field="paddings"):
        GeneratorConfig(paddings=((0, 0), (3, 3), (side, 3), (0, 0)))


def test_one_message_names_every_bad_pad():
    wrong = ["paddings[0][1] = “x”", "paddings[3][0] = “-1”"]
    with refused("bad_pads", ", ".join(wrong), field="paddings"):
        GeneratorConfig(paddings=((0, "x"), (3, 3), (3, 3), (-1, 0)))


AXES = ("batch", "height", "width", "channels")
SHAPE = (2, 4, 6, 3)


@each(("mode", "spare"), [("REFLECT", 1), ("SYMMETRIC", 0)])
@each("axis", range(4))
@each("side", [0, 1])
def test_a_pad_may_mirror_only_what_is_there(mode, spare, axis, side):
    def pads(size: int) -> tuple:
        pair = (size, 0) if side == 0 else (0, size)
        return tuple(pair if index == axis else (0, 0) for index in range(4))

    largest = SHAPE[axis] - spare
    check_pad_limits(SHAPE, pads(largest), mode)
    with refused(
        "pad_too_large",
        f"{mode} cannot pad the {AXES[axis]} axis by {largest + 1}",
        f"has only {SHAPE[axis]}",
        f"works is {largest}",
        field="paddings",
    ):
        check_pad_limits(SHAPE, pads(largest + 1), mode)


def test_all_axes_that_mirror_too_much_are_named_together():
    pads = ((0, 0), (40, 3), (3, 64), (0, 0))
    wrong = "paddings[1][0] = “40” > 31, paddings[2][1] = “64” > 63."
    with refused("pads_too_large", wrong, "REFLECT", field="paddings"):
        check_pad_limits((1, 32, 64, 8), pads, "REFLECT")


def test_constant_pads_have_no_limit():
    check_pad_limits((1, 1, 1, 1), ((64, 64),) * 4, "CONSTANT")


def test_pads_of_the_batch_depend_on_the_batch():
    config = GeneratorConfig(paddings=((1, 0), (3, 3), (3, 3), (0, 0)))
    with refused("pad_too_large", "batch", "works is 0", field="paddings"):
        stages(config, 1)
    assert stages(config, 2)[-1].shape == (3, 32, 64, 3)


def test_errors_are_value_errors():
    with pytest.raises(ValueError, match="C = 0"):
        GeneratorConfig(C=0)
    assert issubclass(ExplorerError, ValueError)
