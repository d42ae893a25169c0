"""Changes of single stages: read, written, applied, and refused with the stage and the reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer import ExplorerError, GeneratorConfig
from explorer.errors import quote_stage
from explorer.model.builders.dcgan import dcgan_generator
from explorer.model.changes import (
    MAX_TEXT,
    MOST_CHANGES,
    Change,
    apply_changes,
    format_changes,
    parse_changes,
    with_change,
    without_change,
)
from explorer.model.graph import Graph, Node
from explorer.model.ops.activation import Activation
from explorer.model.ops.conv2d import Conv2D
from explorer.model.ops.dense import Dense
from explorer.model.ops.input import Input
from explorer.model.ops.merge import Concatenate
from tests.support.each import each
from tests.support.examples import examples

UP1, UP3 = "upsample1/conv2d_transpose", "upsample3/conv2d_transpose"
SEED = dcgan_generator(GeneratorConfig(upsample_dim=16))
_WHOLE = st.integers(-(10**6), 10**6)
VALUES = st.one_of(
    st.none(),
    _WHOLE,
    st.lists(_WHOLE, min_size=1, max_size=8).map(tuple),
    st.floats(1e-6, 100),
    st.sampled_from(["same", "valid", "REFLECT", "leaky_relu", "true"]),
)
NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)
ARGUMENTS = st.sampled_from(["filters", "kernel_size", "swap"])


def shapes(graph) -> dict:
    return {stage.name: stage.shape for stage in graph.stages()}


def changed(*changes: tuple) -> dict:
    return shapes(apply_changes(SEED, [Change(*change) for change in changes]))


@examples(200)
@given(st.lists(st.builds(Change, NAMES, ARGUMENTS, VALUES), max_size=6))
def test_what_is_written_is_read_again(changes):
    text = format_changes(changes)
    if len(text) <= MAX_TEXT:
        assert parse_changes(text) == tuple(changes)


@examples(300)
@given(st.one_of(st.text(max_size=60), st.text("ab:~%,.-0123456789e", max_size=40)))
def test_any_text_is_read_or_refused(text):
    try:
        changes = parse_changes(text)
    except ExplorerError:
        return
    assert parse_changes(format_changes(changes)) == changes
    with pytest.raises(ExplorerError):
        apply_changes(SEED, changes or [Change("nowhere", "filters", 1)])


@each(
    ("text", "code"),
    [
        ("a:filters", "changes_damaged"),
        (":filters:3", "changes_damaged"),
        ("a:filters:3~", "changes_damaged"),
        ("a:filters:3:4", "changes_damaged"),
        ("a:fil-ters:3", "changes_damaged"),
        ("a:filters:1e999999", "changes_damaged"),
        ("a:filters:99999999999", "changes_damaged"),
        ("a%3a:filters:3", "changes_damaged"),
        ("~".join(["a:filters:3"] * (MOST_CHANGES + 1)), "changes_too_many"),
        ("a" * (MAX_TEXT + 1), "text_too_long"),
    ],
)
def test_damaged_texts_are_refused(text, code):
    with pytest.raises(ExplorerError) as caught:
        parse_changes(text)
    assert (caught.value.code, caught.value.field) == (code, "changes")


def test_a_stage_alone_is_changed_and_shapes_follow():
    before, after = shapes(SEED), changed((UP1, "strides", (4, 2)), (UP1, "kernel_size", 4))
    assert after[UP1] == (1, 16, 16, 8)
    assert after["conv_out/conv2d"] == (1, 64, 64, 3)
    assert list(after) == list(before)
    assert changed((UP1, "strides", 2))[UP1] == before[UP1]


def test_every_argument_of_a_transposed_convolution():
    assert changed((UP3, "filters", 7))["upsample3/batch_normalization"] == (1, 32, 64, 7)
    assert changed((UP3, "padding", "valid"))[UP3] == (1, 35, 67, 2)
    assert changed((UP3, "output_padding", (1, 0)))[UP3] == (1, 32, 63, 2)
    assert changed((UP3, "output_padding", 1), (UP3, "output_padding", None)) == shapes(SEED)


def test_a_swap_keeps_the_size_and_what_reads_it():
    graph = apply_changes(SEED, [Change(UP1, "swap", "upsampling2d"), Change(UP1, "filters", 9)])
    stages = {stage.name: stage for stage in graph.stages()}
    assert stages[f"{UP1}/upsampling2d"].shape == (1, 8, 16, 16)
    assert stages[UP1].kind == "conv2d"
    assert stages[UP1].shape == (1, 8, 16, 9)
    assert stages["upsample1/actv"].sources == (UP1,)


def test_an_activation_follows_and_takes_anothers_place():
    out = "conv_out/conv2d"
    graph = apply_changes(SEED, [Change(out, "activation", name) for name in ("tanh", "sigmoid")])
    last = graph.nodes[-1]
    assert (last.name, last.sources, last.op.function) == (f"{out}/activation", (out,), "sigmoid")
    assert len(graph.nodes) == len(SEED.nodes) + 1


def test_formulas_stay_where_they_are_still_true():
    before = {stage.name: stage.formula for stage in SEED.stages()}
    graph = apply_changes(SEED, [Change(UP1, "filters", 5)])
    after = {stage.name: stage.formula for stage in graph.stages()}
    assert [name for name in before if before[name] != after[name]] == [UP1]
    assert "//" in before[UP1]
    assert "//" not in after[UP1]


def test_a_dense_layer_and_its_reshape_are_changed_one_by_one():
    wide = changed(("fc1/reshape", "sizes", (4, 8, -1)), ("fc1/dense", "units", 640))
    assert wide["fc1/reshape"] == (1, 4, 8, 20)


@each(
    ("change", "code", "told"),
    [
        (("nowhere", "filters", 3), "change_no_stage", "nowhere: filters = 3"),
        ((UP1, "units", 3), "change_no_argument", "output_padding"),
        ((UP1, "filters", 0), "change_value", "1 … 8192"),
        ((UP1, "filters", 2.5), "change_value", "1 … 8192"),
        ((UP1, "filters", True), "change_value", "1 … 8192"),
        ((UP1, "kernel_size", (3, 3, 3)), "change_values", "each 1 … 64; how many: 2"),
        ((UP1, "padding", "SAME"), "change_value", "same, valid"),
        ((UP1, "kernel_size", None), "change_values", "each 1 … 64; how many: 2"),
        (("conv_out/conv2d", "kernel_size", 64), "change_misfit", "conv_out/conv2d"),
        (("fc1/reshape", "sizes", (-1, -1)), "change_misfit", "fc1/reshape"),
    ],
)
def test_refusals_tell_the_change_and_what_is_allowed(change, code, told):
    with pytest.raises(ExplorerError) as caught:
        changed(change)
    assert (caught.value.code, caught.value.field) == (code, "changes")
    assert told in str(caught.value)


def test_a_misfit_names_the_stage_where_the_shapes_part_and_why():
    with pytest.raises(ExplorerError) as caught:
        changed(("fc1/dense", "units", 500))
    error, (reason,) = caught.value, caught.value.others
    assert "fc1/reshape" in str(error)
    assert "units = 500" in str(error)
    assert reason.code == "reshape_count"
    assert "500" in str(reason)


@each("change", [("c2", Change("c1", "filters", 5)), ("joined", Change("d", "strides", 2))])
def test_a_misfit_names_the_stage_of_a_shared_layer_or_an_open_size_too(change):
    stage, change = change
    shared = Conv2D(4, (3, 3), padding="same")
    layers = [("c1", "shared", "z"), ("d", "own", "c1"), ("c2", "shared", "c1")]
    graph = Graph(
        (
            Node("z", Input((None, None, 4))),
            *(Node(name, shared, (source,), scope) for name, scope, source in layers),
            Node("joined", Concatenate(), ("d", "c2")),
            Node("out", Activation("relu"), ("joined",)),
        )
    )
    with pytest.raises(ExplorerError) as raised:
        apply_changes(graph, [change])
    assert raised.value.code == "change_misfit"
    assert raised.value.params["stage"] == quote_stage(stage)


def test_of_many_stages_few_are_changed_at_once():
    chain = [SEED.nodes[0]]
    for at in range(1400):
        chain.append(Node(f"dense{at}", Dense(2), (chain[-1].name,), f"dense{at}"))
    graph = Graph(tuple(chain))
    changes = [Change(f"dense{at}", "units", 3) for at in range(8)]
    assert apply_changes(graph, changes[:7])
    with pytest.raises(ExplorerError) as caught:
        apply_changes(graph, changes)
    assert caught.value.code == "changes_too_many"


def test_one_argument_is_changed_once():
    one, other = Change(UP1, "filters", 3), Change(UP1, "filters", 4)
    third = Change(UP3, "filters", 4)
    assert with_change((one, third), other) == (third, other)
    assert without_change((one, third), UP1, "filters") == (third,)


def test_what_an_operation_lets_be_changed_takes_the_values_that_it_has():
    found = set()
    for stage in apply_changes(SEED, [Change(UP1, "swap", "upsampling2d")]).stages():
        for argument in stage.op.changeable:
            if not argument.added:
                held = getattr(stage.op, argument.name)
                assert argument.read(argument.flat(held)) == held
                found.add(argument.name)
    assert found >= {"units", "sizes", "paddings", "mode", "training", "size", "dilation"}
