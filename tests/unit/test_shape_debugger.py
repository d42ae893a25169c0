"""The shape debugger: what it reads, what it names, and that each change it offers is right."""

import contextlib
import itertools
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer import ExplorerError, GeneratorConfig, diagnose
from explorer.model.carry_steps import describe_carrying
from explorer.model.stages import stages
from explorer.words import english
from tests.support.each import each
from tests.support.examples import examples
from tests.unit.refusals import refused
from tests.unit.samples import configs

DEFAULT = GeneratorConfig()
OUTPUT = "conv_out/conv2d"


def shape_after(config: GeneratorConfig, batch: int, change, stage: str) -> tuple[int, ...]:
    values = dict(change.values)
    batch = values.pop("batch_size", batch)
    return next(s.shape for s in stages(replace(config, **values), batch) if s.name == stage)


def changes(found) -> list[dict]:
    return [dict(change.values) for change in found.changes]


@examples(40)
@given(configs(), st.data())
def test_every_change_that_is_offered_gives_the_shape(config, data):
    plan = stages(config)
    stage = data.draw(st.sampled_from(plan))
    wanted = list(stage.shape)
    at = data.draw(st.integers(0, len(wanted) - 1))
    wanted[at] = data.draw(st.integers(1, 2 * wanted[at] + 1))
    found = diagnose(config, {stage.name: wanted})
    assert (found.first is None) == (tuple(wanted) == stage.shape)
    for change in found.changes:
        assert shape_after(config, 1, change, stage.name) == tuple(wanted) == change.shape


@examples(40)
@given(configs(), st.sampled_from(["C", "base_height", "base_width", "output_kernel"]))
def test_a_change_of_one_parameter_is_found_back(config, name):
    other = replace(config, **{name: getattr(config, name) + 1})
    wanted = stages(other)[-1].shape
    found = diagnose(config, wanted)
    if found.first is not None:
        assert found.changes
        assert all(shape_after(config, 1, c, OUTPUT) == wanted for c in found.changes)
        assert any(len(change.values) == 1 for change in found.changes)


def test_a_shape_that_fits_has_no_reason():
    found = diagnose(DEFAULT, (None, 32, 64, 3))
    assert (found.first, found.reason, found.changes) == (None, None, ())


CASES = [
    ((1, 64, 64, 3), "fc1/dense", "units", {"base_height": 8}),
    ((1, 64, 128, 3), "fc1/dense", "units", {"base_height": 8, "base_width": 16}),
    ((1, 32, 64, 8), OUTPUT, "output_channels", {"C": 8}),
    ((4, 32, 64, 3), "z", "batch", {"batch_size": 4}),
    ((1, 30, 62, 3), "conv_out/pad", "multiple", {"output_kernel": 9}),
    (
        (1, 65, 64, 3),
        "conv_out/pad",
        "multiple",
        {"base_height": 8, "paddings": ((0, 0), (3, 4), (3, 3), (0, 0))},
    ),
    ((1, 31, 63, 3), "conv_out/pad", "rounded_padding", {"output_kernel": 8}),
    ((1, 3, 32, 64, 1), OUTPUT, "rank", None),
    ((64, 64, 3), "fc1/dense", "units", {"base_height": 8}),
    ((64, 64), "fc1/dense", "units", {"base_height": 8}),
    ((1, 64, 64), "fc1/dense", "units", {"base_height": 8}),
    ({"fc1/dense": (4096,)}, "fc1/dense", "units", {"upsample_dim": 128}),
    ({"z": (1, 100)}, "z", "noise_dim", {"noise_dim": 100}),
    ({"fc1/dense": (1, 4096)}, "fc1/dense", "units", {"upsample_dim": 128}),
    ({"fc1/reshape": (1, 8, 4, 256)}, "fc1/reshape", "base", {"base_height": 8, "base_width": 4}),
    ({"upsample1/actv": (1, 8, 16, 100)}, "fc1/dense", "units", {"upsample_dim": 200}),
    ({"upsample3/actv": (1, 33, 64, 32)}, "upsample3/conv2d_transpose", "stride", None),
]


@each(("expected", "first", "code", "change"), CASES)
def test_it_names_the_first_stage_and_a_way_out(expected, first, code, change):
    found = diagnose(DEFAULT, expected)
    assert (found.first, found.reason.code) == (first, code)
    assert "{" not in str(found.reason)
    assert changes(found)[:1] == ([change] if change else [])


@each("channels", [10, 8, 31, 33])
@each("stage", ["upsample1/actv", "upsample3/actv"])
def test_the_depth_that_is_offered_loses_no_channels(stage, channels):
    height, width = (8, 16) if "1" in stage else (32, 64)
    found = diagnose(DEFAULT, {stage: (1, height, width, channels)})
    (depth,) = [change.values["upsample_dim"] for change in found.changes]
    blocks = int(stage[8])
    assert depth == channels * 2**blocks
    assert found.first_expected[1] == 4 * 8 * depth, "the reason speaks of the same units"


@each("expected", [(1, 1, 1, 3), (1, 2, 2, 3), (1, 1, 127, 3), (2, 3, 1, 8)])
def test_small_outputs_are_found_with_several_changes_at_once(expected):
    found = diagnose(DEFAULT, expected)
    assert found.changes
    assert all(shape_after(DEFAULT, 1, c, OUTPUT) == expected for c in found.changes)


def test_what_the_search_does_not_find_is_not_said_to_be_impossible():
    found = diagnose(DEFAULT, {"conv_out/pad": (1, 2, 2, 32)})
    small = replace(
        DEFAULT,
        upsample_dim=64,
        upsample_blocks=1,
        base_height=1,
        base_width=1,
        output_kernel=1,
        paddings=((0, 0),) * 4,
    )
    assert stages(small)[-2].shape == (1, 2, 2, 32)
    assert found.searched
    assert not found.changes
    assert english("debugger", "none", {}).startswith("The search found no")


def test_a_window_that_is_wrong_by_itself_is_named():
    found = diagnose(replace(DEFAULT, upsample_blocks=1), {OUTPUT: (1, 8, 17, 3)})
    assert found.first in ("conv_out/pad", OUTPUT)


TEXTS = [
    ("[1, 64, 64, 3]", OUTPUT, (1, 64, 64, 3)),
    ("1, 64, 64, 3", OUTPUT, (1, 64, 64, 3)),
    ("1x64x64x3", OUTPUT, (1, 64, 64, 3)),
    ("(None, 64, 64, 3)", OUTPUT, (None, 64, 64, 3)),
    ("upsample1/actv: [?, 8, 16, 100]", "upsample1/actv", (None, 8, 16, 100)),
    (
        "InvalidArgumentError: Incompatible shapes: [1,32,64,3] vs. [1,64,64,3] [Op:AddV2]",
        OUTPUT,
        (1, 64, 64, 3),
    ),
    (
        "Dimensions must be equal, but are 16 and 8 for '{{node add}}' with input shapes: "
        "[1,16,32,64], [1,8,32,64].",
        "upsample2/batch_normalization",
        (1, 8, 32, 64),
    ),
    (
        'Input 0 of layer "d" is incompatible with the layer: expected shape=(None, 64, 64, 3), '
        "found shape=(None, 32, 64, 3)",
        OUTPUT,
        (None, 64, 64, 3),
    ),
    (
        "Incompatible shapes: [1,32,64,3] vs. [1,64,64,3] [Op:Sub] name: resize/sub",
        OUTPUT,
        (1, 64, 64, 3),
    ),
    ("torch.Size([1, 3, 32, 64])", OUTPUT, (1, 32, 64, 3)),
    ("size [1,32,64,3]", OUTPUT, (1, 32, 64, 3)),
    ("z: [1, 64]", "z", (1, 64)),
    ("z [1, 64]", "z", (1, 64)),
    (
        'File "/home/zoe/train.py": Input 0 of layer "batch_normalization" is incompatible with '
        "the layer: expected shape=(None, 8, 16, 64), found shape=(None, 8, 16, 128)",
        "upsample1/batch_normalization",
        (None, 8, 16, 64),
    ),
    (
        'ValueError: Input 0 of layer "conv2d" is incompatible with the layer: expected axis -1 of '
        "input shape to have value 16, but received input with shape (None, 38, 70, 32)",
        "conv_out/pad",
        (None, 38, 70, 16),
    ),
    ("64x128x3", OUTPUT, (None, 64, 128, 3)),
    ("32 x 64", OUTPUT, (None, 32, 64, None)),
    ("(1, 64, 128)", OUTPUT, (1, 64, 128, None)),
    ("fc1/dense: 4096", "fc1/dense", (None, 4096)),
    ("Shapes (1, 64, 64, 1) and (1, 32, 64, 3) are incompatible", OUTPUT, (1, 64, 64, 1)),
]


@each(("text", "stage", "shape"), TEXTS)
def test_texts_and_errors_are_read(text, stage, shape):
    found = diagnose(DEFAULT, text)
    assert (found.stage, found.expected) == (stage, shape)


@each(
    ("expected", "code", "field"),
    [
        ("hello", "no_shape", "expected"),
        ("", "no_shape", "expected"),
        ("[0, 3]", "size_zero", "expected"),
        ("[0, 0, 0, 0]", "size_zero", "expected"),
        ("(1, 0, 64, 3)", "size_zero", "expected"),
        ((1, 64, 0, 3), "size_zero", "expected"),
        ((1, -5, 0, 3), "no_shape", "expected"),
        ((1, 2.5), "no_shape", "expected"),
        (None, "no_shape", "expected"),
        ((), "no_shape", "expected"),
        ((1, float("inf"), 64, 3), "no_shape", "expected"),
        (itertools.count(1), "no_shape", "expected"),
        ({1, 32, 64, 3}, "no_shape", "expected"),
        ("this layer received (None, 64)", "only_received", "expected"),
        (
            "expected axis 7 of input shape to have value 3, but received shape (1, 32, 64, 3)",
            "no_stage_of_shape",
            "expected",
        ),
        ("Shapes [1,2,3] and [4,5,6] are incompatible", "no_stage_of_shape", "expected"),
        ({"nothing": (1,)}, "no_such_stage", "expected_stage"),
        ({"z": (1, 2), "fc1/dense": (1, 2)}, "one_stage_expected", "expected"),
    ],
)
def test_what_names_no_shape_is_refused(expected, code, field):
    with refused(code, field=field):
        diagnose(DEFAULT, expected)


def values_offered(config: GeneratorConfig, expected) -> list[dict]:
    return [dict(change.values) for change in diagnose(config, expected).changes]


def test_pads_of_two_axes_are_one_parameter():
    pads = ((0, 0), (2, 2), (2, 2), (0, 0))
    offered = values_offered(DEFAULT, {"conv_out/pad": (1, 36, 68, 32)})
    assert offered[0] == {"paddings": pads}


def test_a_size_with_small_pads_stands_before_large_pads_alone():
    together, alone, *_ = diagnose(DEFAULT, (1, 65, 64, 3)).changes
    assert together.values == {"base_height": 8, "paddings": ((0, 0), (3, 4), (3, 3), (0, 0))}
    assert alone.values == {"paddings": ((0, 0), (19, 20), (3, 3), (0, 0))}
    assert together.padded_share == 0
    assert alone.padded_share == pytest.approx(1 - 32 * 64 / (71 * 70))


def test_two_sizes_that_depend_on_each_other_are_found_and_none_is_offered_twice():
    offered = values_offered(DEFAULT, (1, 128, 128, 3))
    assert {"upsample_blocks": 4, "base_height": 8} in offered
    assert all(offered.count(values) == 1 for values in offered)


def gives_less(change) -> bool:
    """Whether a part of the change gives the shape as well."""
    for name in change.values:
        values = {key: new for key, new in change.values.items() if key != name}
        with contextlib.suppress(ExplorerError):
            if shape_after(DEFAULT, 1, replace(change, values=values), OUTPUT) == change.shape:
                return True
    return False


def loses_picture(values: dict) -> bool:
    """Whether layers are drawn anew, or stamps lie at another distance than they learned."""
    changed = replace(DEFAULT, **{k: v for k, v in values.items() if k != "batch_size"})
    steps = describe_carrying(DEFAULT, changed)
    return "stride" in values or "fresh" in {step.code for step in steps}


def test_pads_alone_stand_before_blocks_that_are_drawn_anew():
    pads, *others = values_offered(DEFAULT, (1, 30, 60, 3))
    assert pads == {"paddings": ((0, 0), (2, 2), (1, 1), (0, 0))}
    assert {"upsample_blocks": 1, "base_height": 15, "base_width": 30} in others


def test_of_as_many_changes_sizes_stand_before_kernels_and_pads():
    square = replace(DEFAULT, base_height=8, base_width=8, upsample_blocks=2, C=1)
    base, *others = [change.values for change in diagnose(square, (None, 28, 28, 1)).changes]
    assert base == {"base_height": 7, "base_width": 7}
    assert [*map(set, others[:2])] == [{"output_kernel"}, {"paddings"}]


def test_a_base_stands_before_larger_pads_and_these_before_lost_taps():
    assert values_offered(DEFAULT, (1, 40, 64, 3))[0] == {"base_height": 5}
    pads, kernel, *_ = values_offered(DEFAULT, (1, 34, 66, 3))
    assert (pads.keys(), kernel) == ({"paddings"}, {"output_kernel": 5})


@examples(60)
@given(
    height=st.integers(1, 140),
    width=st.integers(1, 140),
    channels=st.one_of(st.none(), st.integers(1, 9)),
)
def test_what_is_offered_is_in_order_and_has_a_part_in_the_difference(height, width, channels):
    wanted = (1, height, width, channels)
    offered = diagnose(DEFAULT, wanted).changes
    shares = [change.padded_share > 0 for change in offered]
    assert shares == sorted(shares), "pads that mirror a large part come last"
    for change in offered:
        assert not gives_less(change)
        assert ("C" in change.values) == (channels not in (None, 3))
        pads = change.values.get("paddings", DEFAULT.paddings)
        assert pads[0] == pads[3] == (0, 0), "C alone makes the channels, z the batch"
        sizes = replace(DEFAULT, **change.values).map_size
        large = any(max(pair) > size / 4 for pair, size in zip(pads[1:3], sizes, strict=True))
        assert (change.padded_share > 0) == (large and "paddings" in change.values)
    costs = [
        (c.padded_share > 0, loses_picture(c.values), len({n[:5] for n in c.values}))
        for c in offered
    ]
    assert costs == sorted(costs), "what keeps the picture, then the fewest: a base is one change"


def test_a_search_takes_little_time():
    start = time.thread_time()
    for wanted in ((1, 37, 61, 5), (2, 131, 77, 9), (1, 480, 640, 3)):
        diagnose(DEFAULT, wanted)
    assert time.thread_time() - start < 1.5
