"""What the page receives of an explanation and of the ledger: numbers, regions, JSON."""

import csv
import io

import numpy as np
import pytest

from explorer import GeneratorConfig, draw_z, explain, init_weights
from explorer.cells import format_cell, format_trail, parse_cell, parse_trail
from explorer.model.graph import Graph, Node
from explorer.model.graph_store import keep_graph
from explorer.model.ops.dense import Dense
from explorer.model.ops.embedding import Embedding
from explorer.model.ops.input import Input
from explorer.model.ops.merge import Merge
from explorer.model.ops.opaque import Opaque
from explorer.model.ops.reshape import Reshape
from explorer.model.stages import stages
from explorer.schema import read_state
from explorer.views.explanation import explanation_view, json_number
from explorer.views.ledger import COLUMNS, as_csv, as_markdown, ledger_rows, stage_row
from explorer.views.parts.output import output_words
from explorer.views.wire import Buffers
from tests.support.each import each
from tests.unit import wire_format
from tests.unit.refusals import refused


def view_of(raw: dict) -> dict:
    return wire_format.view_of(read_state(raw))


def test_the_sums_of_a_convolution_agree_with_each_other():
    why = view_of({"stage": "conv_out/conv2d", "cell": "0,3,4,1"})["explanation"]
    parts = why["sum"]
    assert parts["by_cell"].sum() == pytest.approx(parts["products"], abs=1e-6)
    assert parts["by_channel"].sum() == pytest.approx(parts["products"], abs=1e-6)
    np.testing.assert_allclose(
        parts["inputs"] * parts["kernel"], parts["channel_products"], atol=1e-7
    )
    assert parts["channel"] == int(np.abs(parts["by_channel"]).argmax())
    assert parts["products"] + parts["bias"] == pytest.approx(why["value"], abs=1e-6)


@each(
    ("stage", "cell", "kind", "sentence", "output_first"),
    [
        ("fc1/dense", "0,5", "list", "dense", False),
        ("upsample1/conv2d_transpose", "0,3,4,1", "window", "conv2d_transpose", True),
        ("conv_out/conv2d", "0,3,4,1", "window", "conv2d", False),
    ],
)
def test_a_sum_says_how_it_is_told(stage, cell, kind, sentence, output_first):
    told = view_of({"stage": stage, "cell": cell})["explanation"]["sum"]
    assert (told["kind"], told["sentence"]) == (kind, sentence)
    assert told["output_first"] == output_first


def test_a_sum_of_no_cells_says_so():
    raw = {"stage": "upsample1/conv2d_transpose", "cell": "0,1,1,0", "kernel_size": 1}
    assert view_of(raw)["explanation"]["sum"]["sentence"] == "no_input"


@each(
    ("stage", "cell", "pad_mode", "sentence"),
    [
        ("fc1/reshape", "0,1,2,3", "REFLECT", "reshape"),
        ("conv_out/pad", "0,5,5,1", "REFLECT", "pad_inside"),
        ("conv_out/pad", "0,0,0,1", "REFLECT", "pad_mirrored"),
        ("conv_out/pad", "0,0,0,1", "CONSTANT", "pad_constant"),
    ],
)
def test_a_value_that_was_moved_says_by_what(stage, cell, pad_mode, sentence):
    moved = view_of({"stage": stage, "cell": cell, "pad_mode": pad_mode})["explanation"]["moved"]
    assert moved["sentence"] == sentence
    assert moved["padded"] == sentence.startswith("pad")
    assert (moved["source"] is None) == (sentence == "pad_constant")


def test_origins_name_the_stages_that_they_are_of():
    raw = {"stage": "upsample1/actv", "cell": "0,3,4,1", "origins": True}
    origins = view_of(raw)["explanation"]["origins"]
    assert (origins["base_stage"], origins["z_stage"]) == ("fc1/reshape", "z")
    before = view_of(raw | {"stage": "fc1/actv", "cell": "0,3"})["explanation"]["origins"]
    assert before["base_stage"] is None


def test_origins_are_offered_where_z_reaches_a_cell():
    side = Graph(
        (
            Node("z", Input((4,))),
            Node("label", Input((1,), 0, 4)),
            Node("row", Embedding(5, 4), ("label",), "row"),
            Node("flat", Reshape((4,)), ("row",)),
            Node("both", Merge("multiply"), ("z", "flat")),
            Node("map", Reshape((2, 2, 1)), ("both",)),
        )
    )
    weights = {"row/embeddings": np.ones((5, 4), np.float32)}
    source = keep_graph(side, weights).source

    def offered(stage, cell):
        raw = {"weights": source, "stage": stage, "cell": cell, "origins": True}
        why = view_of(raw)["explanation"]
        return why["origins_of"], "origins" in why

    cells = {"z": "0,1", "label": "0,0", "row": "0,0,1", "flat": "0,1", "both": "0,1"}
    asked = {name: offered(name, cell) for name, cell in (cells | {"map": "0,1,0,0"}).items()}
    assert asked == dict.fromkeys(cells, ("", False)) | {
        "both": ("latent", True),
        "map": ("base", True),
    }


def test_a_chosen_channel_is_shown():
    raw = {"stage": "conv_out/conv2d", "cell": "0,3,4,1", "source_channel": 7}
    assert view_of(raw)["explanation"]["sum"]["channel"] == 7


def test_every_stage_has_its_region():
    regions = view_of({"stage": "upsample2/actv", "cell": "0,3,4,5"})["explanation"]["regions"]
    assert list(regions) != []
    assert regions.keys() == {stage.name for stage in stages(GeneratorConfig())}
    assert regions["upsample2/actv"]["count"] == 1
    assert {entry["side"] for entry in regions.values()} == {"before", "after"}


@each("stage", [stage.name for stage in stages(GeneratorConfig())])
def test_values_that_are_not_finite_can_be_sent(stage):
    shape = next(item.shape for item in stages(GeneratorConfig()) if item.name == stage)
    cell = ",".join(str(size // 2) for size in shape)
    raw = {"stage": stage, "cell": cell, "z_edits": "0.0:3e38,0.1:3e38,0.2:-3e38"}
    assert view_of(raw | {"z_scale": 1000, "origins": True})["explanation"]["stage"] == stage


@each(
    ("value", "sent"),
    [(1.5, 1.5), (np.inf, "Infinity"), (-np.inf, "-Infinity"), (np.nan, "NaN")],
)
def test_a_number_or_the_name_javascript_reads(value, sent):
    assert json_number(value) == sent


def test_cells_and_trails_are_read_back():
    steps = [("conv_out/conv2d", (0, 1, 2, 3)), ("fc1/dense", (0, 77))]
    assert parse_trail(format_trail(steps)) == steps
    assert parse_cell(format_cell((0, 1, 2, 3))) == (0, 1, 2, 3)
    assert parse_cell("") is None
    assert parse_trail("") == []


def test_a_trail_is_bounded():
    with refused("trail_too_long", "24", field="trail"):
        parse_trail("~".join(["fc1/dense:0,1"] * 25))


def test_the_ledger_says_kernel_crop_and_reach():
    config = GeneratorConfig()
    rows = {row["name"]: row for row in ledger_rows(stages(config))}
    assert rows["upsample1/conv2d_transpose"]["kernel"] == [5, 5, 128, 256]
    assert rows["upsample1/conv2d_transpose"]["crop"] == [1, 2]
    assert rows["upsample1/conv2d_transpose"]["reach"] == [3, 3]
    assert rows["z"] | {"keras": 0, "pytorch": 0} == {
        "name": "z",
        "kernel": None,
        "crop": None,
        "reach": None,
        "keras": 0,
        "pytorch": 0,
    }


def test_the_tables_hold_every_column():
    config = GeneratorConfig(pad_mode="SYMMETRIC")
    plan = stages(config)
    rows = list(csv.reader(io.StringIO(as_csv(plan))))
    assert {len(row) for row in rows} == {len(COLUMNS)}
    assert len(rows) == len(plan) + 2
    assert rows[-2 - 1][-1] == "no equal layer"  # the pad in PyTorch
    lines = as_markdown(plan).splitlines()
    assert len(lines) == len(plan) + 3
    assert {line.count("|") for line in lines} == {len(COLUMNS) + 1}


def test_of_a_layer_that_is_not_known_nothing_is_counted_and_the_sums_say_so():
    nodes = Node("x", Input((4,))), Node("own", Opaque("PixelNorm"), ("x",))
    plan = Graph((*nodes, Node("y", Dense(2), ("own",)))).stages()
    assert [stage_row(stage)["parameters"] for stage in plan] == [0, None, 10]
    assert [stage_row(stage)["macs"] for stage in plan] == [0, None, None]  # by a guessed shape
    _, _, own, _, sums = csv.reader(io.StringIO(as_csv(plan)))
    counts = slice(COLUMNS.index("parameters"), COLUMNS.index("MACs") + 1)
    assert own[counts] == ["?", "?"]
    assert sums[counts] == ["at least 10", "at least 0"]


@each(
    ("shape", "codes", "params"),
    [
        ((33,), ("output_numbers", "output_is_numbers"), {"count": 33}),
        ((150, 1), ("output_numbers", "output_is_numbers"), {"count": 150}),
        ((1, 1, 5), ("output_other", "output_is_numbers"), {"count": 5}),
        ((8, 6, 3), ("output_rgb", "output_is_maps"), {"rows": 8, "columns": 6, "channels": 3}),
    ],
)
def test_of_an_opened_generator_its_own_shape_says_whether_it_makes_an_image(shape, codes, params):
    (last,) = Graph((Node("x", Input(shape)),)).stages()
    found = output_words(last, is_opened=True)
    assert (found["drawn"]["code"], found["image"]["code"]) == codes
    assert found["image"]["params"] == params
    assert output_words(last, is_opened=False)["image"]["code"] == "output_is"


def test_a_broken_lab_or_expectation_does_not_stop_the_page():
    raw = {"page": "padding", "lab_paddings": "0,0,9,9,0,0,0,0"}
    view = view_of(raw)
    assert view["lab"]["error"]["code"] == "pad_too_large"
    assert view["padding"]["used"]["mode"] == "REFLECT"
    assert (
        view_of({"page": "shapes", "expected": "what"})["diagnosis"]["error"]["code"] == "no_shape"
    )


@each(
    ("variable", "stage", "cell", "bad"),
    [
        ("upsample2/conv2d_transpose/kernel", "upsample2/conv2d_transpose", (0, 3, 4, 1), True),
        ("upsample2/conv2d_transpose/kernel", "upsample2/actv", (0, 3, 4, 1), False),
        ("fc1/dense/bias", "fc1/dense", (0, 1), True),
        ("fc1/batch_normalization/gamma", "fc1/batch_normalization", (0, 1), True),
        ("fc1/batch_normalization/gamma", "fc1/dense", (0, 1), False),
    ],
)
def test_a_weight_that_is_not_finite_is_told_from_a_value_that_is_not(variable, stage, cell, bad):
    config = GeneratorConfig(upsample_dim=16)
    weights = dict(init_weights(config))
    broken = weights[f"noise_generator/{variable}"].copy()
    broken[..., 1] = np.nan
    weights[f"noise_generator/{variable}"] = broken
    why = explain(config, weights, draw_z(), stage, cell)
    view = explanation_view(stages(config), why, -1, Buffers())
    assert view["bad_weight"] == bad


def test_the_first_channel_that_does_not_add_up_is_shown():
    config = GeneratorConfig(upsample_dim=16)
    weights = dict(init_weights(config))
    name = "noise_generator/upsample2/conv2d_transpose/kernel"
    weights[name] = weights[name].copy()
    weights[name][..., 3] = np.nan  # of the third source channel, for every output channel
    why = explain(config, weights, draw_z(), "upsample2/conv2d_transpose", (0, 3, 4, 1))
    assert explanation_view(stages(config), why, -1, Buffers())["sum"]["channel"] == 3
