"""What is offered of a generator of open sizes sets their boxes, and makes what it says."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer import ExplorerError
from explorer.model.changes import Change
from explorer.model.graph import Graph, Node, find_stage
from explorer.model.graph_store import keep_graph
from explorer.model.ops import Concatenate, Conv2D, Conv2DTranspose, Input
from explorer.model.size_fields import as_size_fields
from explorer.schema import read_state
from explorer.views.control_props import control_props
from explorer.views.shape_debugger import diagnosis_view
from tests.support.each import each

SIDES = st.integers(8, 700)


def kept(graph: Graph):
    """The graph in the store, with weights of no interest."""
    return keep_graph(graph, {w.name: np.zeros(w.shape, np.float32) for w in graph.weights})


@st.composite
def unets(draw):
    """U-Nets of open sizes, as deep as their skips are many."""
    depth, kernel = draw(st.integers(2, 4)), draw(st.integers(2, 5))
    nodes, last = [Node("photo", Input((None, None, 3)))], "photo"
    for at in range(depth):
        conv = Conv2D(draw(st.integers(1, 6)), (kernel, kernel), (2, 2), "same")
        nodes.append(Node(f"down{at}", conv, (last,), f"down{at}"))
        last = f"down{at}"
    for at in reversed(range(depth)):
        up = Conv2DTranspose(3, (kernel, kernel), (2, 2), "same")
        nodes.append(Node(f"up{at}", up, (last,), f"up{at}"))
        last = f"up{at}"
        if at:
            nodes.append(Node(f"joined{at}", Concatenate(), (last, f"down{at - 1}")))
            last = f"joined{at}"
    return Graph(tuple(nodes))


def check_boxes(state):
    """The boxes of the sizes are there, and no change takes their place."""
    boxes = control_props(state)
    assert boxes["input_height"]["visible"]
    assert boxes["input_width"]["visible"]
    assert "photo:shape" not in state.changes


@settings(max_examples=12, deadline=None)
@given(unets(), SIDES, SIDES, st.sampled_from([0, 96]))
def test_every_remedy_makes_what_it_says_and_keeps_the_boxes(graph, rows, columns, side):
    asked = {"weights": kept(graph).source, "input_height": side, "page": "shapes"}
    state = read_state(asked | {"expected": f"[1, {rows}, {columns}, 3]"})
    found = diagnosis_view(state)
    for change in found["changes"]:
        if change["refused"] is None:
            changed = read_state(state.as_dict() | change["values"])
            shape = find_stage(changed.plan, found["stage"]).shape
            assert list(shape) == change["shape"] == [1, rows, columns, 3]
            check_boxes(changed)
    assert len({change["refused"] is None for change in found["changes"]}) < 2


@settings(max_examples=12, deadline=None)
@given(unets(), st.integers(0, 1), st.sampled_from([0, 96]), st.data())
def test_changes_that_need_another_size_set_the_boxes(graph, axis, side, data):
    name = data.draw(st.sampled_from([n.name for n in graph.nodes if n.name[:2] in ("up", "do")]))
    pair = data.draw(st.sampled_from([(1, 2), (2, 1), (3, 3)]))
    changes = f"{name}:strides:{pair[axis]},{pair[1 - axis]}"
    if name.startswith("up") and data.draw(st.booleans()):
        changes = f"{name}:output_padding:{axis},{1 - axis}"
    asked = {"weights": kept(graph).source, "input_height": side, "changes": changes}
    try:
        check_boxes(read_state(asked))
    except ExplorerError as error:
        if error.offer:
            check_boxes(read_state(asked | error.offer))


@each(
    ("changes", "sizes"),
    [
        ((Change("one", "shape", (8, 9, 3)), Change("two", "shape", (8, 9, 1))), (8, 9)),
        ((Change("one", "shape", (8, 9, 3)), Change("two", "shape", (8, 8, 1))), ()),
        ((Change("one", "shape", (8, 9, 3)),), ()),
        ((Change("one", "shape", (8, 9, 4)), Change("two", "shape", (8, 9, 1))), ()),
        ((Change("one", "shape", (8, 9)), Change("two", "shape", (8, 9, 1))), ()),
    ],
)
def test_the_fields_hold_sizes_that_all_open_inputs_share_and_no_channels(changes, sizes):
    graph = Graph(
        (
            Node("one", Input((None, None, 3))),
            Node("two", Input((None, None, 1))),
            Node("both", Concatenate(), ("one", "two")),
        )
    )
    other = Change("one", "kernel_size", 3)
    fields, rest = as_size_fields(graph, (*changes, other))
    assert tuple(fields.values()) == sizes
    assert rest == ((other,) if sizes else (*changes, other))
    assert as_size_fields(None, changes) == ({}, changes)
