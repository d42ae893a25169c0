"""Graphs by themselves: sizes that are left open, inputs, JSON, and operations Keras 3 lacks."""

import csv
import json
import tracemalloc

import numpy as np
import pytest

from explorer import ExplorerError, diagnose, trace
from explorer.model.cost import check_cost
from explorer.model.graph import MOST_LETTERS, Graph, Node
from explorer.model.graph_json import read_graph
from explorer.model.graph_store import graph_bytes
from explorer.model.open_sizes import at_opening_sizes, fit_sizes
from explorer.model.ops import (
    Activation,
    Concatenate,
    Conv2D,
    Dense,
    DepthToSpace,
    Embedding,
    GlobalPooling2D,
    Identity,
    Input,
    Merge,
    Opaque,
    Permute,
    Reshape,
    Softmax,
)
from explorer.model.taps import FlatReads
from explorer.model.trace import checked_call
from explorer.views.ledger import as_csv
from tests.support.each import each
from tests.support.graph_checks import some_index, wrong_parts, wrong_reads


def chain(*ops, inputs=((5,),)) -> Graph:
    """Inputs, then operations one after the other; the first one reads all inputs."""
    nodes = [Node(f"in{at}", Input(shape)) for at, shape in enumerate(inputs)]
    sources = tuple(node.name for node in nodes)
    for at, op in enumerate(ops):
        nodes.append(Node(f"op{at}", op, sources, f"op{at}"))
        sources = (f"op{at}",)
    return Graph(tuple(nodes))


def drawn(graph: Graph, batch: int = 2, seed: int = 0):
    """Random weights and inputs."""
    random = np.random.RandomState(seed)
    weights = {w.name: random.standard_normal(w.shape).astype(np.float32) for w in graph.weights}
    given = {}
    for node in graph.inputs:
        shape = (batch, *(4 if size is None else size for size in node.op.shape))
        made = random.standard_normal(shape)
        given[node.name] = made if node.op.low is None else random.randint(0, 3, shape)
    return weights, given


GRAPHS = {
    "depth_to_space": chain(DepthToSpace(2), inputs=((3, 2, 12),)),
    "depth_of_one_map": chain(Conv2D(9, (1, 1)), DepthToSpace(3), inputs=((2, 3, 4),)),
    "label_table": chain(Embedding(3, 4), Reshape((-1,)), Dense(3), inputs=((2, 2),)),
    "label": chain(Embedding(3, 4), Reshape((2, 2, 1)), inputs=((1,),)),
    "broadcast": chain(Merge("multiply"), inputs=((4, 4, 3), (1, 1, 3), (4, 1, 1))),
    "broadcast_vectors": chain(Merge("add"), Reshape((2, 2, 2)), inputs=((8,), (1,))),
    "joined_vectors": chain(
        Concatenate(), Activation("tanh"), Reshape((2, 2, 2)), inputs=((5,), (3,))
    ),
    "joined_rows": chain(Concatenate(1), inputs=((2, 3, 2), (1, 3, 2), (4, 3, 2))),
    "joined_columns": chain(Concatenate(-2), inputs=((2, 3, 2), (2, 1, 2))),
    "pooled": chain(GlobalPooling2D(), Reshape((2, 1, 3)), inputs=((3, 4, 6),)),
    "laid_out": chain(Softmax(), Identity("Dropout(0.5)"), Reshape((2, 2, 2)), inputs=((8,),)),
    "rank_3": chain(Dense(3), Softmax(1), Permute((2, 1)), inputs=((4, 5),)),
    "permuted": chain(Permute((3, 1, 2)), Reshape((-1,)), inputs=((2, 3, 4),)),
    "flat_and_back": chain(
        Reshape((-1,)), Activation("relu"), Reshape((4, 3, 2)), inputs=((2, 3, 4),)
    ),
}


@each("graph", GRAPHS)
def test_every_cell_tells_what_it_reads_and_why(graph):
    random = np.random.RandomState(1)
    weights, given = drawn(graph)
    if any(isinstance(node.op, Embedding) for node in graph.nodes):
        given["in0"] = np.abs(np.round(given["in0"])) % 3
    plan, _ = checked_call(graph, weights, given)
    outputs = trace(graph, weights, given)
    for stage in plan:
        for _ in range(20):
            index = some_index(random, stage.shape)
            assert wrong_parts(plan, stage, weights, outputs, index) == []
            # Noise makes no labels.
            if stage.sources and not isinstance(stage.op, Embedding):
                assert wrong_reads(stage, weights, outputs, index, random) == []


def test_wrong_reads_are_seen(monkeypatch):
    graph, random = GRAPHS["permuted"], np.random.RandomState(1)
    weights, given = drawn(graph)
    outputs = trace(graph, weights, given)
    plan, _ = checked_call(graph, weights, given)
    stage = plan[1]
    reads = (FlatReads(stage.input_grids[0], stage.grid),)
    monkeypatch.setattr(type(stage.op), "reads", lambda op, stage: reads)
    assert wrong_reads(stage, weights, outputs, (0, 2, 1, 1), random) != []


@each("graph", GRAPHS)
def test_a_graph_survives_json(graph):
    assert read_graph(json.loads(json.dumps(graph.as_dict()))) == graph


def _changed(**changes) -> dict:
    told = chain(Dense(3), Conv2D(2, (1, 1)), inputs=((4, 4, 3),)).as_dict()
    told = json.loads(json.dumps(told))
    for path, value in changes.items():
        node, *rest = path.split("__")
        place = told["nodes"][int(node[1:])]
        for part in rest[:-1]:
            place = place[part]
        if value is KeyError:
            del place[rest[-1]]
        else:
            place[rest[-1]] = value
    return told


@each(
    "changes",
    [
        {"n1__op__units": "3"},
        {"n1__op__units": 3.5},
        {"n1__op__units": 0},
        {"n1__op__units": True},
        {"n1__op__units": 2**40},
        {"n1__op__units": KeyError},
        {"n1__op__more": 1},
        {"n1__op__kind": "no_such"},
        {"n1__op__use_bias": 1},
        {"n2__op__strides": [0, 1]},
        {"n2__op__strides": [1]},
        {"n2__op__padding": "full"},
        {"n1__name": "in0"},
        {"n1__name": 5},
        {"n1__sources": ["op1"]},
        {"n1__sources": []},
        {"n1__sources": ["in0", "in0"]},
        {"n0__sources": ["op0"]},
        {"n0__op__shape": [4, "4"]},
    ],
)
def test_a_graph_that_is_not_sound_is_refused(changes):
    read_graph(_changed())
    with pytest.raises((ValueError, LookupError, TypeError)):
        read_graph(_changed(**changes))


@each(
    "op",
    [
        {"kind": "actv", "function": "no_such"},
        {"kind": "actv", "function": "relu", "most": 1e300},
        {"kind": "rescaling", "scale": [1e300], "offset": [0.0]},
        {"kind": "merge", "how": "no_such"},
        {"kind": "global_pooling2d", "how": "no_such"},
        {"kind": "dense", "units": 2, "initializer": "no_such"},
        {"kind": "group_normalization", "groups": -2},
        {"kind": "group_normalization", "groups": 0},
        {"kind": "layer_normalization", "axes": []},
        {"kind": "prelu", "shared_axes": [-1]},
        {"kind": "prelu", "shared_axes": [2]},
        {"kind": "reshape", "sizes": [-2, -8]},
        {"kind": "opaque", "layer": "Attention", "shape": [4, 4, -3]},
        {"kind": "input", "shape": [4, 0, 3]},
        {"kind": "input", "shape": [1], "high": 3},
        {"kind": "input", "shape": [1], "high": 3, "low": 4},
        {"kind": "input", "shape": [1], "high": 3, "low": -(10**20)},
        {"kind": "identity", "layer": "a" * 5000},
    ],
)
def test_an_operation_that_is_not_sound_is_refused(op):
    plain = {"scope": "", "formula": ""}
    z = {"name": "z", "op": {"kind": "input", "shape": [16]}, "sources": []} | plain
    sources = [] if op["kind"] == "input" else ["z"]
    with pytest.raises((ValueError, LookupError, TypeError, ExplorerError)):
        read_graph({"nodes": [z, {"name": "a", "op": op, "sources": sources} | plain]}).stages()


@each("told", [None, [], {}, {"nodes": []}, {"nodes": {}}, {"nodes": [None]}, {"nodes": [{}]}])
def test_what_is_no_graph_is_refused(told):
    with pytest.raises((ValueError, LookupError, TypeError)):
        read_graph(told)


def wordy(letters: int, count: int = 20) -> dict:
    """A graph of which each text has that many letters, one of them of four bytes."""
    text = "\N{GRINNING FACE}" + "a" * (letters - 1)
    told = Graph(
        (
            Node("z", Input((4,)), (), text, text),
            *(Node(f"{at}{text}", Activation("relu"), ("z",), text, text) for at in range(count)),
        )
    ).as_dict()
    return json.loads(json.dumps(told))


def test_a_graph_of_long_texts_is_refused():
    assert read_graph(wordy(1000))
    with pytest.raises(ExplorerError, match="4096 letters"):
        read_graph(wordy(1400))
    with pytest.raises(ValueError, match="too much"):
        read_graph(wordy(1000, count=MOST_LETTERS // 2000))


def test_what_texts_take_is_counted():
    told = json.dumps(wordy(1000, count=300))
    tracemalloc.start()
    graph = read_graph(json.loads(told))
    graph.stages(1), graph.stages(2)
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert 2**21 < held < graph_bytes(graph)


@each(
    ("names", "latent"),
    [
        (("embedding", "noise"), "noise"),
        (("code", "z_in"), "z_in"),
        (("input_1", "latent_dim2"), "latent_dim2"),
        (("input_1", "input_2"), "input_1"),
        (("size", "noisy"), "size"),
        (("noise_level", "latents"), "latents"),
        (("size", "noise_level"), "size"),
    ],
)
def test_the_input_that_is_called_so_is_the_latent_one(names, latent):
    inputs = [Node(name, Input((4,))) for name in names]
    assert Graph((*inputs, Node("end", Merge("add"), names))).latent == latent


OPEN = chain(Conv2D(2, (3, 3), padding="same"), inputs=((None, None, 3),))


def test_open_sizes_are_asked_for_or_taken_from_the_input():
    with pytest.raises(ExplorerError, match="leaves open"):
        OPEN.stages()
    assert OPEN.with_sizes({"in0": (6, 7, 3)}).stages(2)[-1].shape == (2, 6, 7, 2)
    weights, _ = drawn(OPEN)
    assert trace(OPEN, weights, np.zeros((1, 5, 9, 3)))["op0"].shape == (1, 5, 9, 2)


def test_open_sizes_are_smaller_where_the_usual_ones_take_too_much():
    assert at_opening_sizes(OPEN) == OPEN.with_some_sizes()
    wide = (Conv2D(256, (3, 3), padding="same"),) * 3
    heavy = chain(*wide, inputs=((None, None, 3),))
    sized = at_opening_sizes(heavy)
    assert [node.op.shape for node in sized.inputs] == [(64, 64, 3)]
    check_cost(sized.stages())
    check_cost(fit_sizes(heavy, 64, 0).stages())
    with pytest.raises(ExplorerError, match="multiply-accumulates"):
        check_cost(heavy.with_some_sizes().stages())


@each("sizes", [{"in0": (6, 7, 4)}, {"in0": (6, 7)}, {"in0": (0, 7, 3)}, {"other": (6, 7, 3)}])
def test_sizes_that_do_not_fit_are_refused(sizes):
    with pytest.raises(ExplorerError):
        OPEN.with_sizes(sizes)


TWO = GRAPHS["broadcast"]


@each(
    ("z", "code"),
    [
        (np.zeros((1, 4, 4, 3)), "input_missing"),
        ({"in0": np.zeros((1, 4, 4, 3))}, "input_missing"),
        ({"in0": 1, "in1": 2, "in2": 3, "more": 4}, "no_such_input"),
        (
            {"in0": np.zeros((1, 4, 4, 3)), "in1": np.zeros((2, 1, 1, 3)),
             "in2": np.zeros((1, 4, 1, 1))},
            "input_counts",
        ),
        (
            {"in0": np.zeros((1, 4, 3)), "in1": np.zeros((1, 1, 1, 3)),
             "in2": np.zeros((1, 4, 1, 1))},
            "input_shape",
        ),
        (
            {"in0": "a", "in1": np.zeros((1, 1, 1, 3)), "in2": np.zeros((1, 4, 1, 1))},
            "input_not_numbers",
        ),
    ],
)  # fmt: skip
def test_inputs_that_do_not_fit_are_refused(z, code):
    with pytest.raises(ExplorerError) as raised:
        trace(TWO, {}, z)
    assert raised.value.code == code


def test_labels_are_rows_of_the_table():
    graph = Graph(
        (Node("label", Input((1,), 0, 2)), Node("table", Embedding(3, 2), ("label",), "table"))
    )
    weights, _ = drawn(graph)
    assert trace(graph, weights, [[2]])["table"].shape == (1, 1, 2)
    assert trace(graph, weights, [2, 0])["table"].shape == (2, 1, 2)
    for wrong in (3, -1, 0.5, np.nan):
        with pytest.raises(ExplorerError) as raised:
            trace(graph, weights, [[wrong]])
        assert raised.value.code == "input_label"


def test_weights_that_do_not_fit_are_refused():
    weights, given = drawn(OPEN)
    with pytest.raises(ExplorerError, match="lack"):
        trace(OPEN, {}, given)
    with pytest.raises(ExplorerError, match="shape"):
        trace(OPEN, {**weights, "op0/bias": np.zeros(3, np.float32)}, given)


def test_an_opaque_layer_says_what_it_is():
    graph = chain(Opaque("SelfAttention"), Dense(2))
    assert [stage.shape for stage in graph.stages()] == [(1, 5), (1, 5), (1, 2)]
    weights, given = drawn(graph)
    with pytest.raises(ExplorerError, match="SelfAttention"):
        trace(graph, weights, given)


def test_shapes_after_a_layer_that_tells_none_are_guessed_until_an_array_tells():
    rest = Activation("relu"), Opaque("Conv1D", (4, 2)), Activation("relu")
    graph = chain(Dense(6), Opaque("Conv1DTranspose"), *rest, inputs=((8, 3),))
    assert [stage.is_guessed for stage in graph.stages()] == [0, 0, 1, 1, 0, 0]
    rows = [*csv.reader(as_csv(graph.stages()).splitlines())]
    assert [row[3] for row in rows[3:5]] == ["?", "?"]
    assert rows[-1][-3] == f"at least {4 * (8 * 3 + 8 * 6 + 2 * 4 * 2)}"
    found = diagnose(graph, (1, 8, 5))  # of the last stage, which is told
    assert found.actual == (1, 4, 2)
    reason = diagnose(graph, {"op2": (1, 8, 6)}).reason
    assert (reason.code, reason.params["layers"]) == ("shape_guessed", "op1")
    fixed = chain(Opaque("Own"), Reshape((2, 4)), Activation("relu"), inputs=((8,),))
    assert [stage.is_guessed for stage in fixed.stages()] == [0, 1, 0, 0]
    assert chain(Opaque("Mean", ()), inputs=((8, 3),)).stages()[-1].shape == (1,)
    with pytest.raises(ExplorerError, match="not clear which stage"):  # no error is laid to it
        diagnose(graph, "Shapes (?, 8, 6) and (?, 16, 5) are incompatible")
    given = graph.with_sizes({"op1": (16, 5)})
    assert not any(stage.is_guessed for stage in given.stages())


def test_what_follows_an_opaque_layer_is_computed_from_what_it_gave():
    attend, rest = Opaque("SelfAttention"), (Conv2D(3, (2, 2)), Reshape((-1,)), Dense(2))
    graph = chain(Conv2D(2, (1, 1)), attend, *rest, inputs=((4, 4, 1),))
    alone = chain(*rest, inputs=((3, 5, 2),))
    array = np.random.RandomState(3).standard_normal((2, 3, 5, 2)).astype(np.float32)
    weights, given = drawn(graph.with_sizes({"op1": (3, 5, 2)}))
    found = trace(graph, weights, given | {"op1": array})
    renamed = {
        f"op{at}/{part}": weights[f"op{at + 2}/{part}"]
        for at in (0, 2)
        for part in ("kernel", "bias")
    }
    for at, values in enumerate(trace(alone, renamed, array).values()):
        np.testing.assert_array_equal(found[f"op{at + 1}"], values)


@each("array", [np.zeros((1, 3, 5, 2)), np.zeros((2, 3, 5, 3)), np.zeros(2), "array"])
def test_what_an_opaque_layer_cannot_have_given_is_refused(array):
    graph = chain(Opaque("SelfAttention", (3, 5, 2)), Dense(2), inputs=((4,),))
    weights, given = drawn(graph)
    with pytest.raises(ExplorerError):
        trace(graph, weights, given | {"op0": array})
