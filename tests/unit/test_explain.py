"""Explanations: the parts of any cell of any stage add up to the value that the trace holds."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from explorer import GeneratorConfig, explain, init_weights, trace
from explorer.model.explain import explain_cell
from explorer.model.explanations import Activated, Moved, Normalized, WeightedSum
from explorer.model.graph import Graph, Node
from explorer.model.ops import (
    BatchNormalization,
    GroupNormalization,
    Identity,
    Input,
    LayerNormalization,
    Permute,
    Reshape,
)
from explorer.model.ops.batch_normalization import BN_EPSILON
from explorer.model.origins import find_origins
from explorer.model.reads import as_mask, influence, receptive_field
from explorer.model.stages import stages
from explorer.model.trace import run_stages
from tests.support.each import each
from tests.support.examples import examples
from tests.support.graph_checks import wrong_reads
from tests.unit.refusals import refused
from tests.unit.samples import configs, random_weights

CELLS = 20  # for each of 60 configurations
SEEDS = st.integers(0, 2**32 - 1)


def made(config: GeneratorConfig, batch: int, seed: int):
    random = np.random.RandomState(seed)
    z = random.standard_normal((batch, config.noise_dim)).astype(np.float32)
    weights = random_weights(config, seed)
    return weights, z, trace(config, weights, z), random


def some_cell(random, outputs) -> tuple[str, tuple[int, ...]]:
    stage = list(outputs)[random.randint(len(outputs))]
    return stage, tuple(int(random.randint(size)) for size in outputs[stage].shape)


def some_place(config: GeneratorConfig, random, outputs):
    """The stages of a batch of two, and a random cell of one: its name, index and grid cell."""
    plan = {stage.name: stage for stage in stages(config, 2)}
    stage, index = some_cell(random, outputs)
    return plan, stage, index, plan[stage].to_grid(index)


def reach_of(output: np.ndarray) -> float:
    return max(float(output.max() - output.min()), float(np.abs(output).max()), 1e-6)


@examples(60)
@given(st.integers(1, 3).flatmap(lambda n: st.tuples(st.just(n), configs(n))), SEEDS)
def test_the_parts_add_up_on_1200_cells_of_random_configurations(drawn, seed):
    batch, config = drawn
    weights, _, outputs, random = made(config, batch, seed)
    bound = 1e-4 if config.training else 1e-5
    for _ in range(CELLS):
        stage, index = some_cell(random, outputs)
        why = explain_cell(stages(config, batch), weights, outputs, stage, index)
        assert why.value == outputs[stage][index]
        assert abs(why.total - why.value) <= bound * reach_of(outputs[stage]), (stage, index)
        if isinstance(why, WeightedSum):
            assert why.total == pytest.approx(why.products.sum() + why.bias, abs=1e-9)


def test_a_wrong_part_is_seen():
    config = GeneratorConfig(upsample_dim=8)
    weights, _, outputs, _ = made(config, 1, 0)
    why = explain_cell(stages(config), weights, outputs, "conv_out/conv2d", (0, 5, 5, 0))
    without_one = why.products.sum() - np.abs(why.products).max() + why.bias
    assert abs(without_one - why.value) > 1e-5 * reach_of(outputs["conv_out/conv2d"])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(configs(2), SEEDS)
def test_the_receptive_field_is_what_changes_the_cell(config, seed):
    """Cells outside it change nothing; a change inside it reaches every cell of the influence."""
    weights, _, outputs, random = made(config, 2, seed)
    plan, stage, index, cell = some_place(config, random, outputs)
    names = list(outputs)
    earlier = names[random.randint(names.index(stage) + 1)]
    field = receptive_field(list(plan.values()), stage, cell)
    inside = as_mask(field[earlier], plan[earlier].grid)
    noise = random.standard_normal(inside.shape).astype(np.float32)
    changed = outputs[earlier] + np.where(inside, 0, noise).reshape(outputs[earlier].shape)
    again = run_stages(
        list(plan.values()), weights, outputs_up_to(outputs, earlier, changed), stage
    )
    bound = 1e-5 * reach_of(outputs[stage])
    assert abs(float(again[stage][index]) - float(outputs[stage][index])) <= bound


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(configs(2), SEEDS)
def test_influence_and_receptive_field_are_two_sides_of_one_relation(config, seed):
    _, _, outputs, random = made(config, 2, seed)
    plan, stage, _, cell = some_place(config, random, outputs)
    all_stages = list(plan.values())
    for later, boxes in influence(all_stages, stage, cell).items():
        at = tuple(int(random.randint(size)) for size in plan[later].grid)
        back = receptive_field(all_stages, later, at)[stage]
        assert as_mask(boxes, plan[later].grid)[at] == as_mask(back, plan[stage].grid)[cell]


def outputs_up_to(outputs, name: str, changed) -> dict:
    """Those of the stages before one, and another output of that one."""
    names = list(outputs)
    return {key: outputs[key] for key in names[: names.index(name)]} | {name: changed}


DEFAULT = GeneratorConfig(upsample_dim=16)


@pytest.fixture(scope="module")
def default():
    return made(DEFAULT, 2, 1)


def test_a_transposed_convolution_reads_2_or_3_rows_at_k_5(default):
    weights, z, _, _ = default
    counts = {
        (row, column): explain(
            DEFAULT, weights, z, "upsample1/conv2d_transpose", (0, row, column, 0)
        ).products.shape[:2]
        for row in (2, 3)
        for column in (4, 5)
    }
    assert sorted(rows * columns for rows, columns in counts.values()) == [4, 6, 6, 9]


def test_the_taps_of_a_transposed_convolution_obey_the_formula(default):
    """i·stride + tap - crop before = row (DESIGN: output[y] sums input[i]·kernel[t])."""
    weights, z, _, _ = default
    why = explain(DEFAULT, weights, z, "upsample1/conv2d_transpose", (1, 5, 6, 3))
    assert (why.rows * 2 + why.tap_rows - 1 == 5).all()
    assert (why.columns * 2 + why.tap_columns - 1 == 6).all()
    kernel = weights["noise_generator/upsample1/conv2d_transpose/kernel"]
    assert np.array_equal(why.kernel, kernel[np.ix_(why.tap_rows, why.tap_columns, [3])][:, :, 0])


def test_k_1_leaves_the_bias_alone(default):
    config = GeneratorConfig(upsample_dim=16, kernel_size=1)
    weights, z, outputs, _ = made(config, 1, 3)
    why = explain(config, weights, z, "upsample1/conv2d_transpose", (0, 1, 0, 2))
    assert why.products.size == 0
    assert why.total == why.bias
    assert why.value == outputs["upsample1/conv2d_transpose"][0, 1, 0, 2]


def test_a_dense_value_has_one_product_for_each_entry_of_z(default):
    weights, z, _, _ = default
    why = explain(DEFAULT, weights, z, "fc1/dense", (1, 77))
    assert why.products.shape == (1, 128, 1)
    assert np.array_equal(why.inputs[0, :, 0], z[1])
    assert np.array_equal(why.kernel[0, :, 0], weights["noise_generator/fc1/dense/kernel"][:, 77])


def test_the_reshape_counts_row_major_with_channels_last(default):
    weights, z, _, _ = default
    why = explain(DEFAULT, weights, z, "fc1/reshape", (1, 2, 3, 5))
    assert why.source == (1, (2 * 8 + 3) * 16 + 5)
    assert isinstance(why, Moved)


def test_a_corner_of_the_pad_is_mirrored_along_both_axes(default):
    weights, z, outputs, _ = default
    why = explain(DEFAULT, weights, z, "conv_out/pad", (0, 1, 0, 1))
    assert (why.source, why.mirrored) == ((0, 2, 3, 1), ("height", "width"))
    assert why.value == outputs["upsample3/batch_normalization"][why.source]


def test_a_constant_has_no_source(default):
    config = GeneratorConfig(upsample_dim=16, pad_mode="CONSTANT")
    weights, z, _, _ = made(config, 1, 3)
    why = explain(config, weights, z, "conv_out/pad", (0, 0, 9, 1))
    assert (why.source, why.value, why.total) == (None, 0.0, 0.0)
    assert receptive_field(stages(config), "conv_out/pad", (0, 0, 9, 1))["z"] == []


def test_batch_of_one_with_training_gives_beta():
    config = GeneratorConfig(upsample_dim=16, training=True)
    weights, z, _, _ = made(config, 1, 4)
    why = explain(config, weights, z, "fc1/batch_normalization", (0, 9))
    assert isinstance(why, Normalized)
    assert (why.from_batch, why.cells, why.variance) == (True, 1, 0.0)
    assert why.value == pytest.approx(why.beta)
    assert why.x == pytest.approx(why.mean)


def test_batch_statistics_of_a_map_come_from_all_cells_of_the_channel():
    config = GeneratorConfig(upsample_dim=16, training=True)
    weights, z, outputs, _ = made(config, 3, 4)
    why = explain(config, weights, z, "upsample2/batch_normalization", (2, 1, 1, 2))
    source = outputs["upsample2/actv"][..., 2].astype(np.float64)
    assert why.cells == 3 * 16 * 32
    assert (why.mean, why.variance) == (pytest.approx(source.mean()), pytest.approx(source.var()))


def test_an_activation_shows_its_point(default):
    weights, z, outputs, _ = default
    why = explain(DEFAULT, weights, z, "upsample1/actv", (0, 1, 1, 1))
    assert isinstance(why, Activated)
    assert why.x == outputs["upsample1/conv2d_transpose"][0, 1, 1, 1]


@each(
    ("stage", "index"),
    [
        ("z", (0,)),
        ("z", (0, 128)),
        ("fc1/dense", (0, 1, 1, 1)),
        ("conv_out/conv2d", (0, 32, 0, 0)),
        ("conv_out/conv2d", (0, -1, 0, 0)),
        ("conv_out/conv2d", (0, 0.5, 0, 0)),
        ("conv_out/conv2d", "0,0,0,0"),
        ("conv_out/conv2d", None),
    ],
)
def test_a_cell_that_is_not_there_is_refused(default, stage, index):
    weights, z, _, _ = default
    with refused("no_such_cell", field="cell"):
        explain(DEFAULT, weights, z, stage, index)


def test_a_stage_that_is_not_there_is_refused(default):
    weights, z, _, _ = default
    with refused("no_such_stage", field="stage"):
        explain(DEFAULT, weights, z, "upsample9/actv", (0, 0, 0, 0))


def test_values_that_are_not_finite_are_explained_too():
    config = GeneratorConfig(upsample_dim=16)
    weights = init_weights(config, 0)
    z = np.full((1, 128), 3e38, np.float32)
    outputs = trace(config, weights, z)
    for stage, output in outputs.items():
        why = explain_cell(
            stages(config), weights, outputs, stage, tuple(n // 2 for n in output.shape)
        )
        assert math.isfinite(why.value) or not math.isfinite(why.total) or why.op == "conv2d"


@each("odd", [-1.0, -BN_EPSILON, 0.0, math.nan, math.inf, -math.inf, 3e38, 1e-45])
@each("training", [True, False])
def test_weights_may_be_any_numbers(odd, training):
    """A file holds what it holds; a batch normalization's variance may be negative."""
    config = GeneratorConfig(upsample_dim=8, noise_dim=4, kernel_size=3, training=training)
    plain = init_weights(config, 0)
    for name in plain:
        weights = plain | {name: np.full_like(plain[name], odd)}
        outputs = trace(config, weights, np.ones((1, 4)))
        for stage, output in outputs.items():
            index = tuple(size // 2 for size in output.shape)
            why = explain_cell(stages(config), weights, outputs, stage, index)
            assert isinstance(why.total, float)
            if why.op == "batch_normalization" and not training:
                assert math.isnan(why.total) == math.isnan(output[index])


# relu-like activations with stored statistics are linear around one input.
@each("actv", ["relu", "leaky_relu", "linear"])
def test_origins_add_up_where_biases_are_zero(actv):
    config = GeneratorConfig(upsample_dim=16, actv=actv)
    weights = init_weights(config, 0)
    z = np.random.RandomState(0).standard_normal((2, 128)).astype(np.float32)
    found = find_origins(stages(config, 2), weights, {"z": z}, "z", "conv_out/conv2d", (1, 9, 9, 0))
    assert found.base.shape == (4, 8)
    assert found.base.sum() + found.base_rest == pytest.approx(found.value)
    assert found.base_channels.shape == (4, 8)
    assert found.base_channels.max() < 16
    assert found.base_rest == pytest.approx(0, abs=1e-5 * abs(found.base).sum())
    assert found.z_rest == pytest.approx(0, abs=1e-5 * abs(found.z).sum())


def test_origins_lie_inside_the_receptive_field(default):
    weights, z, _, _ = default
    found = find_origins(
        stages(DEFAULT, 2), weights, {"z": z}, "z", "conv_out/conv2d", (1, 9, 9, 0)
    )
    field = receptive_field(stages(DEFAULT, 2), "conv_out/conv2d", (1, 9, 9, 0))
    ((_, rows, columns, _),) = field["fc1/reshape"]
    outside = ~np.outer(rows, columns)
    assert outside.any()
    assert not found.base[outside].any()
    assert found.base[~outside].all()


def test_origins_before_the_base_map_have_z_alone(default):
    weights, z, _, _ = default
    found = find_origins(stages(DEFAULT, 2), weights, {"z": z}, "z", "fc1/dense", (0, 3))
    assert found.base is None
    kernel = weights["noise_generator/fc1/dense/kernel"][:, 3]
    np.testing.assert_allclose(found.z, z[0] * kernel, rtol=1e-6)


@each(
    ("op", "shape", "place", "statistics"),
    [
        (BatchNormalization(), (3,), 2, "stored_unit"),
        (BatchNormalization(), (4, 3), 2, "stored"),
        (BatchNormalization(training=True), (4, 3), 2, "batch_map"),
        (BatchNormalization(training=True, axis=1), (4, 3), 3, "batch_map"),
        (BatchNormalization(training=True), (3,), 2, "batch_unit"),
        (LayerNormalization(), (4, 3), 2, "layer_normalization"),
    ],
)
def test_a_normalization_says_of_what_its_statistics_are(op, shape, place, statistics):
    graph = Graph((Node("z", Input(shape)), Node("norm", op, ("z",), "norm")))
    random = np.random.RandomState(0)
    weights = {w.name: random.uniform(1, 2, w.shape).astype(np.float32) for w in graph.weights}
    z = random.standard_normal((2, *shape)).astype(np.float32)
    last = (1, *(size - 1 for size in shape))
    why = explain(graph, weights, z, "norm", last)
    assert (why.statistics, why.place) == (statistics, place)
    stage, found = graph.stages(2)[-1], trace(graph, weights, z)
    assert wrong_reads(stage, weights, found, last, random) == []


def test_a_reshape_to_channels_first_is_told_as_that():
    nodes = (
        *(Node("z", Input((12,))), Node("laid", Reshape((3, 2, 2)), ("z",))),
        Node("last", Permute((2, 3, 1)), ("laid",)),
    )
    laid = Graph(nodes).stages()[1]
    z = np.arange(12, dtype=np.float32)[None]
    why = explain(Graph(nodes), {}, z, "laid", (0, 2, 0, 1))
    assert (why.how, why.source) == ("reshape_channels_first", (0, (2 * 2 + 0) * 2 + 1))
    assert laid.op.sentence(laid) == "reshape_channels_first"
    alone = Graph(nodes[:2])
    assert explain(alone, {}, z, "laid", (0, 2, 0, 1)).how == "reshape"
    assert laid.op.sentence(alone.stages()[1]) == "reshape"


def test_a_reshape_of_a_map_tells_no_units():
    """Its input is no vector, whose units the words for fc1's reshape count."""
    graph = Graph((Node("x", Input((1, 1, 49))), Node("y", Reshape((7, 7, 1)), ("x",))))
    why = explain(
        graph, {}, np.arange(49, dtype=np.float32).reshape(1, 1, 1, 49), "y", (0, 1, 2, 0)
    )
    assert (why.how, why.source, why.value) == ("reshape_flat", (0, 0, 0, 9), 9)
    reshape = graph.stages()[1]
    assert reshape.op.sentence(reshape) == "reshape_flat"


@each("op", [BatchNormalization(), LayerNormalization(), GroupNormalization(1)])
def test_a_normalization_without_gamma_or_beta_is_not_said_to_scale_or_shift(op):
    stage = Graph((Node("x", Input((2, 2, 4))), Node("norm", op, ("x",), "norm"))).stages()[1]
    partial = replace(op, center=False), replace(op, scale=False)
    assert (op.sentence(stage), *(part.sentence(stage) for part in partial)) == (
        op.kind, f"{op.kind}_plain", f"{op.kind}_plain",
    )  # fmt: skip


@each("layer", ["Identity()", "ActivityRegularization()", "output"])
def test_only_what_is_random_in_training_is_said_to_do_something_there(layer):
    stage = Graph((Node("x", Input((4,))), Node("same", Identity(layer), ("x",)))).stages()[1]
    assert stage.op.sentence(stage) == "identity_always"
    assert Identity("Dropout(0.5)").sentence(stage) == "identity"
