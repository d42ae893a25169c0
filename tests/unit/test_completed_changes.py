"""Changes that do not fit alone: what is offered with them fits, and nothing else is touched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer import ExplorerError, GeneratorConfig
from explorer.model.builders.dcgan import dcgan_generator
from explorer.model.changed_graph import find_changed
from explorer.model.changes import Change, apply_changes, parse_changes
from explorer.model.completed_changes import complete_changes
from explorer.model.graph import Graph, Node
from explorer.model.ops.batch_normalization import BatchNormalization
from explorer.model.ops.conv2d import Conv2D
from explorer.model.ops.dense import Dense
from explorer.model.ops.input import Input
from explorer.model.ops.merge import Concatenate, Merge
from explorer.model.ops.reshape import Reshape
from tests.support.each import each
from tests.support.examples import examples

CONFIG = GeneratorConfig(upsample_dim=16)
CONV = Conv2D(6, (3, 3), padding="same")


def branches(*joins) -> Graph:
    """Two convolutions of one picture, joined; and again, as often as there are joins."""
    nodes = [Node("picture", Input((12, 12, 3)), ())]
    for at, join in enumerate(joins):
        source = nodes[-1].name
        nodes += [
            Node(f"one{at}", CONV, (source,), f"one{at}"),
            Node(f"norm{at}", BatchNormalization(), (f"one{at}",), f"norm{at}"),
            Node(f"other{at}", CONV, (source,), f"other{at}"),
            Node(f"joined{at}", join, (f"norm{at}", f"other{at}")),
        ]
    return Graph(tuple(nodes))


def added(graph: Graph, *change) -> list[str]:
    return [*map(str, complete_changes(graph, [Change(*change)]))]


@each(
    ("change", "others"),
    [
        (("fc1/dense", "units", 640), ["fc1/reshape: sizes = 4,8,20"]),
        (("fc1/reshape", "sizes", (4, 8, 20)), ["fc1/dense: units = 640"]),
        (("fc1/dense", "units", 500), []),
        (("fc1/dense", "units", 256), ["fc1/reshape: sizes = 4,8,8"]),
        (("conv_out/conv2d", "kernel_size", (64, 64)), []),
        (("nowhere", "filters", 3), []),
    ],
)
def test_units_and_the_target_after_them_go_together(change, others):
    assert added(dcgan_generator(CONFIG), *change) == others


@each(
    ("units", "sizes"),
    [(512, "8,8,8"), (224, "8,7,4"), (196, "7,7,4"), (900, "15,15,4"), (197, "")],
)
def test_a_target_takes_other_units_by_its_channels_else_by_its_sides(units, sizes):
    z, dense = Node("z", Input((5,)), ()), Node("dense", Dense(256), ("z",), "dense")
    graph = Graph((z, dense, Node("maps", Reshape((8, 8, 4)), ("dense",))))
    wanted = [f"maps: sizes = {sizes}"] if sizes else []
    assert added(graph, "dense", "units", units) == wanted


@each(
    ("joins", "change", "others"),
    [
        ((Merge("add"),), ("one0", "filters", 9), ["other0: filters = 9"]),
        ((Merge("add"),), ("other0", "filters", 4), ["one0: filters = 4"]),
        ((Concatenate(),), ("one0", "strides", (2, 2)), ["other0: strides = 2,2"]),
        ((Concatenate(),), ("one0", "filters", 9), []),
    ],
)
def test_what_is_joined_changes_together(joins, change, others):
    assert added(branches(*joins), *change) == others


def test_what_both_read_is_changed_where_what_was_asked_for_stays():
    nodes = (
        *branches().nodes,
        Node("first", CONV, ("picture",), "first"),
        Node("second", CONV, ("first",), "second"),
        Node("sum", Merge("add"), ("first", "second")),
    )
    assert added(Graph(nodes), "second", "filters", 5) == ["first: filters = 5"]
    assert added(Graph(nodes), "second", "strides", 2) == []


def test_shapes_that_part_again_later_are_mended_too():
    nodes = branches(Merge("add")).nodes
    nodes += (
        Node("third", CONV, ("picture",), "third"),
        Node("sum", Merge("add"), ("joined0", "third")),
    )
    found = added(Graph(nodes), "one0", "filters", 5)
    assert found == ["other0: filters = 5", "third: filters = 5"]


@examples(60)
@given(
    st.integers(1, 5),
    st.sampled_from([Merge("add"), Merge("multiply"), Concatenate(), Concatenate(1)]),
    st.sampled_from(["one0", "other0", "dense", "shaped"]),
    st.sampled_from(["filters", "strides", "padding", "kernel_size", "units", "sizes"]),
    st.sampled_from([1, 2, 3, 12, 48, 96, (2, 1), (3, 3, 4), (6, 4, 4), "valid"]),
)
def test_what_is_offered_fits_and_leaves_what_was_asked_for(depth, join, stage, argument, value):
    nodes = (
        Node("z", Input((5,)), ()),
        Node("dense", Dense(9 * depth), ("z",), "dense"),
        Node("shaped", Reshape((3, 3, depth)), ("dense",)),
        *branches(join).nodes[1:],
    )
    graph = Graph(
        tuple(
            Node(n.name, n.op, tuple(s.replace("picture", "shaped") for s in n.sources), n.scope)
            for n in nodes
        )
    )
    change = Change(stage, argument, value)
    try:
        apply_changes(graph, [change])
    except ExplorerError:
        more = complete_changes(graph, [change])
        assert all((one.stage, one.argument) != (stage, argument) for one in more)
        if more:
            apply_changes(graph, [change, *more])


def test_a_refusal_offers_to_take_back_what_fits_no_more():
    """Two that only fit together, of which the first was taken back, beside one that fits."""
    left = "conv_out/conv2d:kernel_size:64,64"
    with pytest.raises(ExplorerError) as caught:
        find_changed(CONFIG, f"upsample1/conv2d_transpose:kernel_size:4,4~{left}")
    error = caught.value
    assert (error.code, bool(error.others)) == ("change_excess", True)
    assert error.params["without"] == "conv_out/conv2d: kernel_size = 64,64"
    assert error.offer == {"changes": "upsample1/conv2d_transpose:kernel_size:4,4"}
    with pytest.raises(ExplorerError) as caught:
        find_changed(CONFIG, left)
    assert caught.value.code == "change_misfit"


def test_a_refusal_offers_all_changes_in_a_links_form():
    with pytest.raises(ExplorerError) as caught:
        find_changed(CONFIG, "fc1/dense:units:640")
    error = caught.value
    assert (error.code, error.others[0].code) == ("change_incomplete", "reshape_count")
    assert "fc1/reshape: sizes = 4,8,20" in str(error)
    changes = parse_changes(error.as_dict()["offer"]["changes"])
    assert [change.stage for change in changes] == ["fc1/dense", "fc1/reshape"]
    assert find_changed(CONFIG, error.offer["changes"]).after
