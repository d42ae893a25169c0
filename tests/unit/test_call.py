"""What is said of a call's arguments, against shapes, variables and TensorFlow's own results."""

import itertools
import json
import math
import re
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from explorer import GeneratorConfig, carry_weights, init_weights
from explorer.model.carry import drawn_part
from explorer.model.config import ACTIVATIONS, INITIALIZERS, PAD_MODES
from explorer.model.graph import Graph, Node
from explorer.model.ops import OPS, Activation, GlobalPooling2D, Identity, Input, Merge
from explorer.model.ops.merge import MERGES
from explorer.model.runs import Origin
from explorer.model.stages import stages
from explorer.model.weight_store import StoredWeights
from explorer.schema import FIELDS
from explorer.views.call.layer import layer_call
from explorer.views.call.parts import Argument, Call
from explorer.views.call.stage import stage_call
from tests.support.each import each
from tests.unit.said_of_calls import Told, expected, numbers, said

LOCALES = Path(__file__).parents[2] / "assets" / "locales"
SMALL = GeneratorConfig(noise_dim=6, upsample_dim=16)
CONFIGS = {
    "original": GeneratorConfig(),
    "k < stride": replace(SMALL, kernel_size=2, stride=3, upsample_blocks=1),
    "k = stride": replace(SMALL, kernel_size=2),
    "k = 1": replace(SMALL, kernel_size=1, upsample_blocks=2),
    "stride 1": replace(SMALL, stride=1, base_height=9, base_width=9),
    "odd cut": replace(SMALL, kernel_size=4, stride=3, upsample_blocks=2, base_height=5),
    "floored": replace(SMALL, upsample_dim=23, C=1),
    "training": replace(SMALL, training=True, actv="tanh"),
    "before": replace(SMALL, bn_position="before", actv="leaky_relu", training=True),
    "linear": replace(SMALL, actv="linear", base_height=3, base_width=5),
    "gelu": replace(SMALL, actv="gelu", bn_position="before"),
    "symmetric": replace(SMALL, pad_mode="SYMMETRIC", output_kernel=4),
    "constant": replace(SMALL, pad_mode="CONSTANT", paddings=((1, 0), (0, 2), (3, 1), (0, 2))),
    "he": replace(SMALL, kernel_initializer="he_normal", base_height=1, base_width=1, stride=4),
    "glorot normal": replace(SMALL, kernel_initializer="glorot_normal"),
    "normal": replace(SMALL, kernel_initializer="normal_0.02", noise_dim=40),
}
BATCHES = (1, 3)
STAGES = [
    (name, batch, at)
    for name, config in CONFIGS.items()
    for batch in BATCHES
    for at in range(len(stages(config, batch)))
]


@each(("name", "batch", "at"), STAGES)
def test_every_sentence_has_the_numbers_of_its_stage(name, batch, at):
    told = Told(CONFIGS[name], batch, at)
    for argument in told.all_arguments():
        nested = argument not in told.call.arguments
        text, wanted = said(argument), expected(told, argument, nested)
        assert wanted in text, argument.name
        free = re.sub(r"N\(0|float32|±2·|sqrt|TensorFlow \d|conv2d\w*|upsample\d|fc1", "", text)
        assert wanted or not numbers(free) or argument.name in CONSTANT, (argument.name, text)


# Sentences whose numbers are no stage's: what variables start as, and the default dilation.
CONSTANT = {
    *("bias_initializer", "beta_initializer", "gamma_initializer", "moving_mean_initializer"),
    *("moving_variance_initializer", "dilation_rate", "mean", "dtype", "constant_values"),
    *("kernel_regularizer", "data_format"),
}


@each("config", CONFIGS)
def test_variables_start_as_is_said(config):
    weights = init_weights(config)
    for stage in stages(config, 1 + max(config.paddings[0])):
        if stage.kind == "actv":
            continue
        starts = [
            item
            for item in stage_call(config, stage).arguments
            if item.name.endswith("_initializer") and item.name != "kernel_initializer"
        ]
        assert len(starts) == len([w for w in stage.weights if not w.name.endswith("/kernel")])
        for item in starts:
            variable = weights[stage.weight_name(item.name.removesuffix("_initializer"))]
            assert numbers(said(item)) == [str(int(variable[0]))]
            assert (variable == variable[0]).all()


@each("initializer", INITIALIZERS)
def test_the_draw_is_written_with_its_own_numbers(initializer):
    config = GeneratorConfig(kernel_initializer=initializer)
    weights = init_weights(config)
    for stage in stages(config):
        if stage.kind not in ("dense", "conv2d_transpose", "conv2d"):
            continue
        argument = argument_of(stage_call(config, stage), "kernel_initializer")
        kernel = weights[stage.weight_name("kernel")].astype(np.float64)
        draw = dict(argument.sentence.params)["draw"]
        taps = math.prod(kernel.shape[:-2])
        fan_in, fan_out = taps * kernel.shape[-2], taps * kernel.shape[-1]
        if initializer == "glorot_uniform":
            size = np.abs(kernel).max()
            assert draw.endswith(f"√(6/({fan_in} + {fan_out}))")
        else:
            size = kernel.std() / (1 if initializer == "normal_0.02" else 0.87962566)
        total = {"he_normal": f"{fan_in}", "glorot_normal": f"({fan_in} + {fan_out})"}
        assert initializer not in total or f"√(2/{total[initializer]})/0.8796" in draw
        written = float(re.search(r"[±\s](0\.\d+)", draw)[1])
        assert written == pytest.approx(size, rel=0.03)


def argument_of(call: Call, name: str) -> Argument:
    return next(item for item in call.arguments if item.name == name)


@each(("drawn", "words"), [
    ("all", "as it is here"), ("some", "only those channels are drawn so"),
    ("none", "nothing depends on it"),
])  # fmt: skip
@each("initializer", INITIALIZERS)
def test_what_is_not_drawn_is_said_not_to_be(initializer, drawn, words):
    config = GeneratorConfig(kernel_initializer=initializer)
    for stage in stages(config):
        if stage.kind in ("dense", "conv2d_transpose", "conv2d"):
            call = stage_call(config, stage, drawn)
            assert words in said(argument_of(call, "kernel_initializer"))


SOURCE = replace(SMALL, upsample_blocks=2, C=3)


@each(
    "changes",
    [
        {}, {"kernel_size": 3}, {"upsample_dim": 24}, {"upsample_dim": 17}, {"upsample_dim": 8},
        {"C": 5}, {"C": 1}, {"upsample_blocks": 3}, {"upsample_blocks": 1}, {"noise_dim": 9},
        {"base_width": 5}, {"output_kernel": 9, "paddings": ((0, 0), (4, 4), (4, 4), (0, 1))},
        {"upsample_blocks": 3, "upsample_dim": 20},
    ],
)  # fmt: skip
@each("before", [3, 1])
def test_a_kernel_is_drawn_where_another_seed_makes_another(changes, before):
    source = replace(SOURCE, C=before)
    weights, config = init_weights(source, 5), replace(source, **changes)
    one, other = (carry_weights(source, weights, config, seed) for seed in (1, 2))
    origin = Origin(1, StoredWeights("file:0", source, weights))
    for stage in stages(config):
        kernels = [weight.name for weight in stage.weights if weight.name.endswith("/kernel")]
        for name in kernels:
            share = np.mean(one[name] != other[name])
            found = "none" if share == 0 else "all" if share > 0.99 else "some"
            assert drawn_part(source, config, stage.block) == found, name
            assert origin.drawn(config, stage.block) == found
            assert Origin(1).drawn(config, stage.block) == "all"


@each(("name", "batch", "at"), STAGES)
def test_a_call_shows_what_leads_to_a_control_and_its_values_are_the_controls(name, batch, at):
    told = Told(CONFIGS[name], batch, at, seed=3)
    values = {field: getattr(told.config, field, None) for field in FIELDS}
    for argument in told.all_arguments():
        assert {*argument.fields} <= FIELDS.keys()
        (first, *_), value = (*argument.fields, ""), argument.value
        if first in ("C", "kernel_size", "training", "stride", "output_kernel") and value != "C":
            assert value == str(values[first]), argument.name
    first = told.call.first
    assert first in [item.name for item in told.call.arguments if item.shown]


def test_a_fused_activation_is_said_to_be_an_argument():
    stage = stages(SMALL)[2]
    call = stage_call(SMALL, stage).as_dict()
    assert (call["function"], call["first"]) == ("tf.layers.dense", "activation")
    assert call["notes"] == [{"code": "note_argument", "params": {"stage": "fc1/actv"}}]
    own = replace(SMALL, bn_position="before")
    call = stage_call(own, stages(own)[3]).as_dict()
    assert (call["function"], call["notes"]) == ("tf.nn.relu", [])


def test_what_tensorflow_1_lacks_is_said():
    for config in (replace(SMALL, actv="gelu"), CONFIGS["gelu"]):
        notes = [stage_call(config, stage).notes for stage in stages(config)]
        told = [note.code for each in notes for note in each]
        assert told.count("note_newer") >= 4
    assert not hasattr(tf.compat.v1.nn, "gelu")
    assert all(hasattr(tf.compat.v1.nn, name) for name in ACTIVATIONS if name not in NOT_NN)


NOT_NN = ("gelu", "linear")


@each("config", CONFIGS)
def test_a_line_reads_what_the_line_before_has_made(config):
    calls = [stage_call(config, stage) for stage in stages(config, 2) if stage.kind != "input"]
    known = "z"
    for call in dict.fromkeys(calls):
        if any(note.code == "note_argument" for note in call.notes):
            continue
        assert call.arguments[0].value == known
        known = call.target
    assert known == "out"


def test_the_original_s_own_lines():
    written = [line(stage_call(GeneratorConfig(), stage)) for stage in stages(GeneratorConfig())]
    assert written[1] == (
        "h2 = tf.layers.dense(z, 4 * 8 * upsample_dim, activation=tf.nn.relu, "
        "kernel_initializer=tf.contrib.layers.xavier_initializer())"
    )
    assert written[3:6] == [
        "h2 = tf.layers.batch_normalization(h2, training=False, fused=True)",
        "h2 = tf.reshape(h2, [-1, 4, 8, upsample_dim])",
        "up1 = tf.layers.conv2d_transpose(h2, upsample_dim // 2, kernel_size=5, strides=2, "
        "padding='same', activation=tf.nn.relu)",
    ]
    assert written[-2:] == [
        "out = tf.pad(up3, [[0, 0], [3, 3], [3, 3], [0, 0]], 'REFLECT')",
        "out = tf.layers.conv2d(out, C, kernel_size=7, strides=1, padding='valid', "
        "activation=None)",
    ]


def line(call: Call) -> str:
    parts = [
        item["code"] + ("()" if item["made"] else "")
        for item in call.as_dict()["arguments"]
        if item["shown"]
    ]
    return f"{call.target} = {call.function}({', '.join(parts)})"


def all_codes() -> dict[str, dict]:
    found = {}
    for config in CONFIGS.values():
        for batch in BATCHES:
            for stage in stages(config, batch):
                for drawn in ("all", "some", "none"):
                    call = stage_call(config, stage, drawn)
                    made = [item.made.arguments for item in call.arguments if item.made]
                    for item in (*call.arguments, *itertools.chain(*made)):
                        found.setdefault(item.sentence.code, dict(item.sentence.params))
    return found | {f"layer_{name}": {} for name in layer_arguments()} | {"of_layer": {}}


def layer_arguments() -> set[str]:
    """What Keras calls the arguments of all operations."""
    curves = (
        *(Activation("relu", most=6.0), Activation("elu", slope=0.5), Activation("tanh")),
        Activation("gelu", approximate=True),
    )
    names = {name for curve in curves for name in curve.keras_names.values()}
    others = [op for op in OPS.values() if op is not Activation]
    names |= {op.keras_names.get(item.name, item.name) for op in others for item in fields(op)}
    kinds = Identity("Dropout(0.5)"), Identity("GaussianNoise(1)")
    names |= {name for op in kinds for name, _ in op.keras_call(None).named}
    return names - {None}


@each(
    ("layer", "number"),
    [
        ("Dropout(0.3)", "rate=0.3"),
        ("SpatialDropout2D(0.25)", "rate=0.25"),
        ("GaussianNoise(1)", "stddev=1.0"),
        ("ActivityRegularization()", ""),
    ],
)
def test_the_line_of_what_only_trains_is_that_of_keras(layer, number):
    graph = Graph((Node("x", Input((4,))), Node("drop", Identity(layer), ("x",))))
    call = layer_call(graph.stages()[-1])
    name = layer.partition("(")[0] if number else "Identity"
    assert line(call) == f"drop = {name}({number})"


@each("how", MERGES)
def test_the_line_of_a_merge_is_its_layer_alone(how):
    nodes = Node("x", Input((4,))), Node("both", Merge(how), ("x", "x"))
    call = layer_call(Graph(nodes).stages()[-1])
    assert line(call) == f"both = {how.capitalize()}()"


def test_the_line_of_a_global_pooling_has_keras_own_arguments_alone():
    graph = Graph((Node("x", Input((4, 4, 2))), Node("mean", GlobalPooling2D(), ("x",))))
    call = layer_call(graph.stages()[-1])
    assert line(call) == "mean = GlobalAveragePooling2D(keepdims=False)"


def test_an_opened_layer_is_told_in_words_and_values_of_keras():
    drawn = GeneratorConfig(kernel_initializer="normal_0.02")
    plan = {stage.name: stage for stage in stages(drawn)}
    stage = plan["upsample1/conv2d_transpose"]
    told = {item.name: item for item in layer_call(stage).arguments}
    assert told["filters"].sentence.code == "layer_filters"
    random = "keras.initializers.RandomNormal(stddev=0.02)"
    assert told["kernel_initializer"].value == random
    untold = replace(stage, op=replace(stage.op, initializer="untold"))
    assert "kernel_initializer" not in {item.name for item in layer_call(untold).arguments}


@each("language", ["en", "zh-CN"])
def test_every_sentence_is_there_in_both_languages_and_none_is_left_over(language):
    words = json.loads((LOCALES / f"{language}.json").read_text(encoding="utf-8"))["arguments"]
    codes = all_codes()
    assert codes.keys() == words.keys()
    for code, text in words.items():
        assert {*re.findall(r"\{(\w+)\}", text)} <= codes[code].keys(), code


def test_all_modes_and_activations_are_among_the_structures():
    assert {config.pad_mode for config in CONFIGS.values()} == {*PAD_MODES}
    assert {config.kernel_initializer for config in CONFIGS.values()} == {*INITIALIZERS}
    assert {config.actv for config in CONFIGS.values()} >= {"relu", "gelu", "linear", "leaky_relu"}


def test_a_wrong_number_is_found():
    told = Told(SMALL, 1, 5)
    (strides,) = (item for item in told.call.arguments if item.name == "strides")
    assert expected(told, strides, nested=False) in said(strides)
    told.made_in = replace(told.stage, shape=(1, 9, 16, 8))
    assert expected(told, strides, nested=False) not in said(strides)
