"""The list of stages: names, order, shapes, weights, counts and formulas, worked out by hand."""

import re

from hypothesis import given

from explorer import GeneratorConfig
from explorer.model.cost import estimate_cost
from explorer.model.stages import stages
from tests.support.each import each
from tests.support.examples import examples
from tests.unit.samples import configs

ORIGINAL = [
    ("z", (1, 128)),
    ("fc1/dense", (1, 8192)),
    ("fc1/actv", (1, 8192)),
    ("fc1/batch_normalization", (1, 8192)),
    ("fc1/reshape", (1, 4, 8, 256)),
    ("upsample1/conv2d_transpose", (1, 8, 16, 128)),
    ("upsample1/actv", (1, 8, 16, 128)),
    ("upsample1/batch_normalization", (1, 8, 16, 128)),
    ("upsample2/conv2d_transpose", (1, 16, 32, 64)),
    ("upsample2/actv", (1, 16, 32, 64)),
    ("upsample2/batch_normalization", (1, 16, 32, 64)),
    ("upsample3/conv2d_transpose", (1, 32, 64, 32)),
    ("upsample3/actv", (1, 32, 64, 32)),
    ("upsample3/batch_normalization", (1, 32, 64, 32)),
    ("conv_out/pad", (1, 38, 70, 32)),
    ("conv_out/conv2d", (1, 32, 64, 3)),
]
PARAMETERS = {
    "fc1/dense": 128 * 8192 + 8192,
    "fc1/batch_normalization": 4 * 8192,
    "upsample1/conv2d_transpose": 25 * 128 * 256 + 128,
    "upsample1/batch_normalization": 4 * 128,
    "upsample2/conv2d_transpose": 25 * 64 * 128 + 64,
    "upsample2/batch_normalization": 4 * 64,
    "upsample3/conv2d_transpose": 25 * 32 * 64 + 32,
    "upsample3/batch_normalization": 4 * 32,
    "conv_out/conv2d": 49 * 32 * 3 + 3,
}
MACS = {
    "fc1/dense": 128 * 8192,
    "upsample1/conv2d_transpose": 4 * 8 * 25 * 256 * 128,
    "upsample2/conv2d_transpose": 8 * 16 * 25 * 128 * 64,
    "upsample3/conv2d_transpose": 16 * 32 * 25 * 64 * 32,
    "conv_out/conv2d": 32 * 64 * 3 * 49 * 32,
}


def plan(batch: int = 1, **fields) -> dict:
    return {stage.name: stage for stage in stages(GeneratorConfig(**fields), batch)}


def numbers(text: str) -> set[int]:
    return {int(number) for number in re.findall(r"\d+", text)}


def test_the_original_has_these_stages_in_this_order():
    assert [(stage.name, stage.shape) for stage in stages(GeneratorConfig())] == ORIGINAL


def test_the_batch_leads_every_shape():
    expected = [(name, (4, *shape[1:])) for name, shape in ORIGINAL]
    assert [(stage.name, stage.shape) for stage in stages(GeneratorConfig(), 4)] == expected


def test_normalization_before_the_activation_swaps_just_these_two():
    expected = [name for name, _ in ORIGINAL]
    for block in ("fc1", "upsample1", "upsample2", "upsample3"):
        first = expected.index(f"{block}/actv")
        expected[first : first + 2] = [f"{block}/batch_normalization", f"{block}/actv"]
    swapped = stages(GeneratorConfig(bn_position="before"))
    assert [stage.name for stage in swapped] == expected
    assert sum(stage.parameters for stage in swapped) == sum(PARAMETERS.values())


@each("blocks", [1, 2, 3, 4, 5, 6])
def test_each_upsample_block_is_three_stages(blocks):
    names = list(plan(upsample_blocks=blocks))
    assert len(names) == 5 + 3 * blocks + 2
    assert {name.split("/")[0] for name in names} == {
        "z", "fc1", "conv_out", *(f"upsample{i}" for i in range(1, blocks + 1))
    }  # fmt: skip


@examples(60)
@given(config=configs(batch=2))
def test_each_stage_reads_what_the_one_before_it_wrote(config):
    listed = stages(config, 2)
    assert [stage.input_shape for stage in listed[1:]] == [stage.shape for stage in listed[:-1]]


def test_parameters_of_the_original():
    assert {s.name: s.parameters for s in stages(GeneratorConfig()) if s.parameters} == PARAMETERS


def test_macs_of_the_original():
    assert {s.name: s.macs for s in stages(GeneratorConfig()) if s.macs} == MACS


def test_macs_grow_with_the_batch_and_parameters_do_not():
    one, three = stages(GeneratorConfig()), stages(GeneratorConfig(), 3)
    assert [stage.macs for stage in three] == [3 * stage.macs for stage in one]
    assert [stage.parameters for stage in three] == [stage.parameters for stage in one]


def test_counts_of_another_structure():
    listed = plan(
        batch=2, noise_dim=10, upsample_dim=12, kernel_size=3, C=5, base_height=3, base_width=2,
        upsample_blocks=2, stride=3, output_kernel=4, pad_mode="SYMMETRIC",
        paddings=((1, 0), (2, 1), (0, 3), (1, 1)),
    )  # fmt: skip
    up2, out = listed["upsample2/conv2d_transpose"], listed["conv_out/conv2d"]
    assert up2.shape == (2, 27, 18, 3)
    assert up2.parameters == 9 * 3 * 6 + 3
    assert up2.macs == 2 * 9 * 6 * 9 * 6 * 3
    assert listed["conv_out/pad"].shape == (3, 30, 21, 5)
    assert out.shape == (3, 27, 18, 5)
    assert out.parameters == 16 * 5 * 5 + 5
    assert out.macs == 3 * 27 * 18 * 5 * 16 * 5


def test_weights_of_the_original_are_named_as_in_tensorflow_1():
    named = {w.name: w.shape for stage in stages(GeneratorConfig()) for w in stage.weights}
    expected = {
        "noise_generator/fc1/dense/kernel": (128, 8192),
        "noise_generator/fc1/dense/bias": (8192,),
        "noise_generator/upsample1/conv2d_transpose/kernel": (5, 5, 128, 256),
        "noise_generator/upsample1/conv2d_transpose/bias": (128,),
        "noise_generator/upsample2/conv2d_transpose/kernel": (5, 5, 64, 128),
        "noise_generator/upsample2/conv2d_transpose/bias": (64,),
        "noise_generator/upsample3/conv2d_transpose/kernel": (5, 5, 32, 64),
        "noise_generator/upsample3/conv2d_transpose/bias": (32,),
        "noise_generator/conv_out/conv2d/kernel": (7, 7, 32, 3),
        "noise_generator/conv_out/conv2d/bias": (3,),
    }
    for block, units in (("fc1", 8192), ("upsample1", 128), ("upsample2", 64), ("upsample3", 32)):
        for variable in ("gamma", "beta", "moving_mean", "moving_variance"):
            expected[f"noise_generator/{block}/batch_normalization/{variable}"] = (units,)
    assert named == expected


@examples(60)
@given(config=configs(batch=2))
def test_each_formula_holds_the_numbers_of_the_output(config):
    for stage in stages(config, 2):
        assert stage.formula
        changed = {
            after
            for before, after in zip(stage.input_shape, stage.shape, strict=False)
            if before != after
        }
        if len(stage.shape) != len(stage.input_shape):
            changed |= set(stage.shape)
        missing = changed - numbers(stage.formula)
        assert not missing, f"{stage.name}: {missing} not in {stage.formula}"


def test_formulas_of_the_original_answer_where_the_numbers_come_from():
    formulas = {name: stage.formula for name, stage in plan().items()}
    assert numbers(formulas["z"]) == {1, 128}
    assert formulas["fc1/dense"] == "4·8·256 = 8192"
    assert formulas["fc1/reshape"] == "8192 → 4×8×256; -1: 1·8192/8192 = 1"
    assert formulas["upsample1/conv2d_transpose"] == "4·2 = 8, 8·2 = 16, 256//2 = 128"
    assert formulas["upsample3/conv2d_transpose"] == "16·2 = 32, 32·2 = 64, 256//8 = 32"
    assert formulas["conv_out/pad"] == "3+32+3 = 38, 3+64+3 = 70"
    assert formulas["conv_out/conv2d"] == "38−7+1 = 32, 70−7+1 = 64, C = 3"


@examples(40)
@given(config=configs())
def test_every_sum_in_a_formula_is_right(config):
    for stage in stages(config):
        for left, right in re.findall(r"(?<![\w/])([\d·+−/]+) = (\d+)", stage.formula):
            python = left.replace("·", "*").replace("−", "-")
            assert eval(python) == int(right), f"{stage.name}: {stage.formula}"


def test_the_cost_adds_up_weights_and_maps():
    maps = sum(4 * _product(shape) for _, shape in ORIGINAL)
    cost = estimate_cost(stages(GeneratorConfig()))
    assert cost.bytes == maps + 4 * sum(PARAMETERS.values())
    assert cost.macs == sum(MACS.values())
    assert estimate_cost(stages(GeneratorConfig(), 8)).bytes - cost.bytes == 7 * maps


def _product(shape: tuple[int, ...]) -> int:
    result = 1
    for size in shape:
        result *= size
    return result
