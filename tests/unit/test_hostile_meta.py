"""Strangers' .meta files: whatever they hold, the answer is a graph or an error that says why."""

import copy
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer import ExplorerError, open_generator
from explorer.model.files.arrays import ArrayFile, StoredArray
from explorer.model.files.checkpoint_messages import MESSAGES
from explorer.model.files.meta_file import MOST_OPERATIONS, read_graph_def, read_meta
from explorer.model.graph_json import read_graph
from tests.support.each import each
from tests.support.examples import examples

SHAPES = {"g/lin/kernel": (6, 32), "g/lin/bias": (32,), "g/up/kernel": (4, 4, 3, 2)} | {
    f"g/bn/{name}": (2,) for name in ("gamma", "beta", "moving_mean", "moving_variance")
}
FILE = ArrayFile({name: StoredArray(s, lambda s=s: np.zeros(s)) for name, s in SHAPES.items()})


def node(op: str, name: str, *inputs: str, **arguments):
    """An operation: whole numbers, texts, yes or no, shapes as tuples, lists of whole numbers."""
    made = MESSAGES["Operation"](name=name, op=op, input=inputs)
    for key, told in arguments.items():
        value = made.attr.add(key=key).value
        match told:
            case bool():
                value.b = told
            case int():
                value.i = told
            case str():
                value.s = told.encode()
            case tuple():
                for size in told:
                    value.shape.dim.add(size=size)
            case list():
                value.list.i.extend(told)
            case np.ndarray():
                value.tensor.dtype = 1 if told.dtype == np.float32 else 3
                value.tensor.tensor_content = told.tobytes()
                for size in told.shape:
                    value.tensor.tensor_shape.dim.add(size=size)
    return made


def constant(name: str, *values: int):
    return node("Const", name, value=np.array(values, np.int32))


def factor(name: str, value: float):
    return node("Const", name, value=np.array(value, np.float32))


def cast(name: str, source: str, before: int, after: int):
    made = node("Cast", name, source)
    for key, kind in (("SrcT", before), ("DstT", after)):
        made.attr.add(key=key).value.type = kind
    return made


def sound() -> list:
    """z, a dense layer, maps, a norm, a transposed convolution, a curve."""
    variables = [node("VariableV2", name) for name in SHAPES]
    statistics = [f"g/bn/{name}" for name in ("gamma", "beta", "moving_mean", "moving_variance")]
    return [
        node("Placeholder", "z", shape=(-1, 6)),
        *variables,
        constant("g/sizes", -1, 4, 4, 2),
        constant("g/given", 2, 7, 7, 3),
        node("MatMul", "g/lin/MatMul", "z", "g/lin/kernel"),
        node("BiasAdd", "g/lin/BiasAdd", "g/lin/MatMul:0", "g/lin/bias"),
        node("Reshape", "g/maps", "g/lin/BiasAdd", "g/sizes"),
        node("FusedBatchNorm", "g/bn/FusedBatchNorm", "g/maps", *statistics, is_training=False),
        node("Relu", "g/Relu", "g/bn/FusedBatchNorm", "^z"),
        node(
            "Conv2DBackpropInput", "g/up/conv2d_transpose", "g/given", "g/up/kernel", "g/Relu",
            strides=[1, 2, 2, 1], padding="SAME",
        ),
        node("Tanh", "g/Tanh", "g/up/conv2d_transpose"),
    ]  # fmt: skip


def read(nodes: list, file: ArrayFile = FILE):
    return read_graph_def(MESSAGES["GraphDef"](node=nodes), file).graph


def code_of(nodes: list) -> str:
    with pytest.raises(ExplorerError) as raised:
        read(nodes)
    return raised.value.code


def test_a_sound_graph_is_read():
    graph = read(sound())
    names = ["z", "lin", "maps", "bn", "Relu", "up", "Tanh"]
    assert [item.name for item in graph.nodes] == names
    assert graph.stages()[-1].shape == (1, 7, 7, 3)
    assert graph == read(sound()[::-1])


@each(
    ("more", "code", "trains"),
    [
        ([], "meta_fresh", False),
        ([node("AssignSub", "u", "g/bn/moving_mean", "z")], "own_statistics", True),
    ],
)
def test_statistics_that_are_not_saved_are_the_first_ones_where_nothing_updates_them(
    more, code, trains
):
    arrays = {name: array for name, array in FILE.arrays.items() if "moving" not in name}
    graph = read(sound() + more, ArrayFile(arrays))
    assert [item.stages for item in graph.assumed if item.code == code] == ["bn"]
    assert [n.op.training for n in graph.nodes if n.name == "bn"] == [trains]


def changed(at: str, **fields) -> list:
    nodes = {item.name: item for item in sound()}
    for key, value in fields.items():
        if key == "input":
            del nodes[at].input[:]
            nodes[at].input.extend(value)
        else:
            setattr(nodes[at], key, value)
    return list(nodes.values())


@each(
    ("nodes", "code"),
    {
        "none": ([], "meta_damaged"),
        "no_way": (sound()[:4], "meta_no_way"),
        "circle": (changed("g/maps", input=["g/Tanh", "g/sizes"]), "meta_breaks_off"),
        "itself": (changed("g/Relu", input=["g/Relu"]), "meta_breaks_off"),
        "unknown": (changed("g/Relu", op="PyFunc"), "meta_breaks_off"),
        "nowhere": (changed("g/Relu", input=["nowhere"]), "meta_breaks_off"),
        "without": (changed("g/Relu", input=[]), "meta_breaks_off"),
        "many": ([node("NoOp", str(at)) for at in range(MOST_OPERATIONS + 1)], "meta_too_many"),
    },
)
def test_what_is_no_generator_is_refused_in_words(nodes, code):
    assert code_of(nodes) == code


def test_only_an_operation_on_the_way_is_said_to_be_unread():
    nodes = [constant("save/Const"), node("Placeholder", "x", shape=(-1, 8, 8, 3))]
    nodes += [node("ResizeBicubic", "larger", "x"), node("Relu", "bent", "larger")]
    with pytest.raises(ExplorerError, match="ResizeBicubic larger") as raised:
        read(nodes)
    assert raised.value.code == "meta_no_output"
    assert code_of(nodes[:2]) == "meta_no_way"


def test_the_operation_that_is_not_read_is_named():
    with pytest.raises(ExplorerError, match=r"PyFunc.*g/Relu"):
        read(changed("g/Relu", op="PyFunc"))


def ended(*tail) -> list:
    """The sound graph with another end after its last layer, "up"."""
    return [*sound()[:-1], *tail]


UP = "g/up/conv2d_transpose"
ONE, TWO = factor("g/one", 1), factor("g/two", 2)
SHOWN = [
    node("Tanh", "g/Tanh", UP),
    node("Add", "g/add", "g/Tanh", "g/one"),
    node("Div", "g/half", "g/add", "g/two"),
]


@each(
    ("tail", "names", "code"),
    {
        "curve": ([node("Relu", "g/last", UP)], ["last"], ""),
        "from_0_to_1": ([ONE, TWO, *SHOWN], ["Tanh", "add", "half"], ""),
        "cells": (
            [node("DepthToSpace", "g/d2s", UP, block_size=1), node("Tanh", "g/Tanh", "g/d2s")],
            ["d2s", "Tanh"],
            "",
        ),
        "own_sum": (
            [node("Relu", "g/r", UP), node("Add", "g/add", UP, "g/r"),
             node("Tanh", "g/Tanh", "g/add")],
            ["r", "add", "Tanh"],
            "",
        ),
        "leaky": (
            [TWO, node("RealDiv", "g/half", UP, "g/two"), node("Maximum", "g/max", UP, "g/half")],
            ["max"],
            "",
        ),
        "condition": (
            [node("Switch", "g/s", UP, "z"), node("Relu", "g/r", "g/s"),
             node("Merge", "g/m", "g/r", "g/s:1"), node("Tanh", "g/Tanh", "g/m")],
            ["m", "Tanh"],
            "",
        ),
        "discriminator": (
            [SHOWN[0], node("Relu", "d/Relu", "g/Tanh"), node("ImageSummary", "log", "g/Tanh")],
            ["Tanh"],
            "",
        ),
        "two_ways": ([node("Relu", "g/a", UP), node("Neg", "g/b", UP)], [], "meta_unread"),
        "side_not_taken": (
            [node("Switch", "g/s", UP, "z"), node("Relu", "g/r", "g/s"),
             node("Tanh", "g/t", "g/s:1"), node("Merge", "g/m", "g/r", "g/t")],
            ["m"],
            "",
        ),
        "given_what_is_not_read": (
            [node("PyFunc", "g/f", "z"), node("Maximum", "g/max", UP, "g/f")],
            [],
            "meta_unread",
        ),
        "number_that_a_condition_decides": (
            [factor("g/one", 1.0), factor("g/less", 0.3), node("Merge", "g/d", "g/one", "g/less"),
             node("Mul", "g/mul", UP, "g/d")],
            [],
            "meta_unread",
        ),
        "same_number_on_both_sides": (
            [TWO, node("Merge", "g/d", "g/two", "g/two"), node("RealDiv", "g/half", UP, "g/d")],
            ["half"],
            "",
        ),
        "unread": ([node("PyFunc", "g/f", UP), node("Tanh", "g/Tanh", "g/f")], [], "meta_unread"),
        "mean": (
            [constant("g/axes", 1, 2), node("Mean", "g/mean", UP, "g/axes", keep_dims=True)],
            [],
            "meta_unread",
        ),
    },
)  # fmt: skip
def test_what_follows_the_last_layer_is_read_or_told(tail, names, code):
    graph = read(ended(*tail))
    found = [item.name for item in graph.nodes]
    assert found[found.index("up") + 1 :] == names
    assert {item.code for item in graph.assumed} == {"meta_part", code} - {""} | (
        {"meta_switched"} if "m" in names else set()
    )


def written_out(variance: list, axes: tuple[int, ...] = (0, 1, 2)) -> list:
    """The sound graph with `tf.nn.batch_normalization` by a mean and "g/var"."""
    kept = [item for item in sound() if item.name != "g/bn/FusedBatchNorm"]
    kept = [item for item in kept if not item.name.startswith("g/bn/moving")]
    first, last = kept[:-3], kept[-3:]
    last[0].input[0] = "g/normed"
    norm = [
        constant("g/axes", *axes),
        factor("g/epsilon", 0.5),
        node("Mean", "g/mean", "g/maps", "g/axes", keep_dims=True),
        *variance,
        node("Add", "g/var_eps", "g/var", "g/epsilon"),
        node("Rsqrt", "g/rsqrt", "g/var_eps"),
        node("Mul", "g/by", "g/rsqrt", "g/bn/gamma"),
        node("Mul", "g/x_by", "g/maps", "g/by"),
        node("Mul", "g/mean_by", "g/mean", "g/by"),
        node("Sub", "g/shift", "g/bn/beta", "g/mean_by"),
        node("Add", "g/normed", "g/x_by", "g/shift"),
    ]
    return [*first, *norm, *last]


SQUARES = node("SquaredDifference", "g/squares", "g/maps", "g/mean")
OWN = [SQUARES, node("Mean", "g/var", "g/squares", "g/axes", keep_dims=True)]


@each(
    ("axes", "kind"),
    {"batch": ((0, 1, 2), "BatchNormalization"), "item": ((1, 2), "GroupNormalization")},
)
def test_a_norm_that_is_written_out_is_one(axes, kind):
    found = [type(item.op).__name__ for item in read(written_out(OWN, axes)).nodes]
    assert found == ["Input", "Dense", "Reshape", kind, "Activation", "Conv2DTranspose",
                     "Activation"]  # fmt: skip


@each("axes", {"batch": (0, 1, 2), "item": (1, 2)})
@each(
    ("variance", "culprit"),
    {
        "mean": ([node("Identity", "g/var", "g/mean")], "Add g/var_eps"),
        "mean_of_mean": (
            [node("Mean", "g/var", "g/mean", "g/axes", keep_dims=True)],
            "Mean g/var",
        ),
        "squares": ([node("SquaredDifference", "g/var", "g/maps", "g/mean")], "Add g/var_eps"),
        "over_others": (
            [constant("g/other", 0, 1), SQUARES,
             node("Mean", "g/var", "g/squares", "g/other", keep_dims=True)],
            "Mean g/var",
        ),
        "about_variance": (
            [*OWN[:1], node("Mean", "g/v", "g/squares", "g/axes", keep_dims=True),
             node("SquaredDifference", "g/s", "g/maps", "g/v"),
             node("Mean", "g/var", "g/s", "g/axes", keep_dims=True)],
            "SquaredDifference g/s",
        ),
    },
)  # fmt: skip
def test_only_a_variance_is_read_as_one(axes, variance, culprit):
    with pytest.raises(ExplorerError, match=culprit) as raised:
        read(written_out(variance, axes))
    assert raised.value.code == "meta_breaks_off"


@each(("sizes", "code"), [((1, 1, 1, 2), ""), ((1, -1), ""), ((2, 1), "meta_breaks_off")])
def test_channels_stay_last_in_another_shape(sizes, code):
    mean = [node("Mean", "g/v", "g/squares", "g/axes"), constant("g/wide", *sizes)]
    nodes = written_out([SQUARES, *mean, node("Reshape", "g/var", "g/v", "g/wide")])
    assert code_of(nodes) == code if code else read(nodes)


def test_a_mean_and_a_variance_do_not_change_places():
    nodes = {item.name: item for item in written_out(OWN)}
    nodes["g/mean_by"].input[0] = "g/var"
    assert code_of(list(nodes.values())) == "meta_breaks_off"


def reshaped(batch: int, *shaping) -> list:
    """The sound graph, its noise of a batch's size, with another way to its maps, "g/maps"."""
    kept = [item for item in sound() if item.name not in ("g/maps", "z")]
    return [node("Placeholder", "z", shape=(batch, 6)), *kept, *shaping]


def to_maps(*sizes: int) -> list:
    return [constant("g/to", *sizes), node("Reshape", "g/maps", "g/lin/BiasAdd", "g/to")]


SIZE = [node("Shape", "g/shape", "g/lin/BiasAdd"), constant("g/at", 0), constant("g/end", 1)]
SIZE += [node("StridedSlice", "g/n", "g/shape", "g/at", "g/end", "g/end", shrink_axis_mask=1)]
SIZE += [constant("g/4", 4), constant("g/2", 2), constant("g/rest", -1)]


def by_size(size: str) -> list:
    sizes = node("Pack", "g/to", size, "g/4", "g/rest", "g/2")
    return [*SIZE, sizes, node("Reshape", "g/maps", "g/lin/BiasAdd", "g/to")]


@each(
    ("batch", "shaping"),
    {
        "any": (-1, to_maps(-1, 4, 4, 2)),
        "counted": (-1, to_maps(64, 4, 4, 2)),
        "given": (64, to_maps(64, 4, -1, 2)),
        "its_size": (-1, by_size("g/n")),
        "its_size_once": (-1, [node("Mul", "g/same", "g/n", "g/end"), *by_size("g/same")]),
    },
)
def test_a_shape_that_leaves_the_batch_first_is_read(batch, shaping):
    shapes = {stage.name: stage.shape for stage in read(reshaped(batch, *shaping)).stages(1)}
    assert shapes["maps"] == (1, 4, 4, 2)


@each(
    ("batch", "shaping"),
    {
        "one": (-1, to_maps(1, -1, 4, 2)),
        "other": (64, to_maps(32, 4, -1, 2)),
        "twice": (-1, [node("Mul", "g/same", "g/n", "g/2"), *by_size("g/same")]),
        "squared": (-1, [node("Mul", "g/same", "g/n", "g/n"), *by_size("g/same")]),
        "cells": (-1, [node("Prod", "g/same", "g/shape", "g/at"), *by_size("g/same")]),
    },
)
def test_a_shape_that_moves_the_batch_is_not_read(batch, shaping):
    with pytest.raises(ExplorerError, match=r"g/(maps|same)") as raised:
        read(reshaped(batch, *shaping))
    assert raised.value.code == "meta_breaks_off"


@each(("axis", "code"), [(0, "meta_breaks_off"), (-3, "meta_breaks_off"), (1, ""), (-2, "")])
def test_an_axis_is_not_put_before_the_batch(axis, code):
    larger = [constant("g/axis", axis), node("ExpandDims", "g/more", "g/lin/BiasAdd", "g/axis")]
    nodes = reshaped(-1, *larger, constant("g/to", -1, 4, 4, 2))
    nodes += [node("Reshape", "g/maps", "g/more", "g/to")]
    assert code_of(nodes) == code if code else read(nodes)


def test_a_sum_over_the_whole_generator_is_followed():
    file = ArrayFile({n: StoredArray(s, lambda s=s: np.zeros(s)) for n, s in SHAPES.items()})
    file.arrays["g/up/kernel"] = StoredArray((4, 4, 2, 2), lambda: np.zeros((4, 4, 2, 2)))
    nodes = [item for item in ended() if item.name != "g/given"]
    tail = [
        constant("g/given", 2, 8, 8, 2),
        constant("g/large", 8, 8),
        node("ResizeNearestNeighbor", "g/near", "g/maps", "g/large"),
        node("AddV2", "g/add", "g/near", UP),
        node("Tanh", "g/Tanh", "g/add"),
    ]
    assert [item.name for item in read([*nodes, *tail], file).nodes][-3:] == ["up", "add", "Tanh"]


@each(
    "step",
    {
        "cast": cast("g/step", "g/bn/FusedBatchNorm", 1, 3),
        "half": cast("g/step", "g/bn/FusedBatchNorm", 1, 19),
        "floor": node("FloorDiv", "g/step", "g/bn/FusedBatchNorm", "g/two"),
        "mean": node("Identity", "g/step", "g/bn/FusedBatchNorm:1"),
        "offset": node("Add", "g/step", "g/moved", "g/bent"),
    },
)
def test_what_rounds_or_is_another_number_is_not_read_as_the_maps(step):
    nodes = changed("g/Relu", input=["g/step"])
    more = [TWO, factor("g/none", 0), node("Abs", "g/abs", "g/bn/FusedBatchNorm")]
    more += [
        node("Add", "g/moved", "g/bn/FusedBatchNorm", "g/two"),
        node("Mul", "g/bent", "g/abs", "g/none"),
    ]
    assert code_of([*nodes, *more, step]) == "meta_breaks_off"


def test_a_type_of_as_many_digits_changes_nothing():
    nodes = [*changed("g/Relu", input=["g/step"]), cast("g/step", "g/bn/FusedBatchNorm", 1, 2)]
    assert read(nodes).nodes == read(sound()).nodes


def test_sizes_are_worked_out_as_whole_numbers():
    half = [
        node("FloorDiv", "g/whole", "g/nine", "g/pair"),
        cast("g/float", "g/nine", 3, 1),
        node("RealDiv", "g/part", "g/float", "g/pair"),
        cast("g/cut", "g/part", 1, 3),
        node("Pack", "g/shape", "g/minus", "g/whole", "g/cut", "g/pair"),
    ]
    given = [constant("g/nine", 9), constant("g/pair", 2), constant("g/minus", -1)]
    nodes = [*changed("g/maps", input=["g/lin/BiasAdd", "g/shape"]), *given, *half]
    assert read(nodes).nodes == read(sound()).nodes


def test_the_side_of_a_condition_that_was_stored_is_taken():
    nodes = changed("g/Tanh", input=["g/bn2/Merge"])
    statistics = [f"g/bn2/{n}" for n in ("gamma", "beta", "moving_mean", "moving_variance")]
    own = SHAPES | dict.fromkeys(statistics, (3,))
    nodes += [node("VariableV2", name) for name in statistics]
    nodes += [
        node("Switch", "g/bn2/Switch", UP, "z"),
        node("FusedBatchNorm", "g/bn2/a", "g/bn2/Switch", *statistics, is_training=True),
        node("FusedBatchNorm", "g/bn2/b", "g/bn2/Switch:1", *statistics, is_training=False),
        node("Merge", "g/bn2/Merge", "g/bn2/a", "g/bn2/b"),
    ]
    file = ArrayFile({n: StoredArray(s, lambda s=s: np.zeros(s)) for n, s in own.items()})
    graph = read(nodes, file)
    assert {item.code for item in graph.assumed} == {"meta_part", "meta_switched"}
    assert not any(getattr(item.op, "training", False) for item in graph.nodes)


@each("kind", ["joined", "multiplied", "of_all"])
def test_numbers_that_grow_without_end_are_not_worked_out(kind):
    nodes, last = [constant("n0", *[2] * 8), constant("axis", 0)], "n0"
    for at in range(1, 40):
        if kind == "joined":
            nodes.append(node("ConcatV2", f"n{at}", last, last, "axis"))
        elif kind == "multiplied":
            nodes.append(node("Mul", f"n{at}", last, last))
        else:
            nodes.append(node("Prod", f"p{at}", last, "axis"))
            nodes.append(node("Pack", f"n{at}", *[f"p{at}"] * 8))
        last = f"n{at}"
    started = time.perf_counter()
    assert read([*nodes, *sound()]).nodes == read(sound()).nodes
    assert time.perf_counter() - started < 2


def test_noise_of_another_kind_is_told():
    nodes = [item for item in sound() if item.name != "z"]
    nodes += [constant("sizes", 2, 6), node("RandomUniform", "z", "sizes")]
    told = {item.code: item for item in read(nodes).assumed}
    assert (told["meta_drawn"].stages, told["meta_drawn"].value) == ("z", "U[0, 1)")
    nodes[-1].op = "RandomStandardNormal"
    assert {item.code for item in read(nodes).assumed} == {"meta_part"}


def test_a_long_row_takes_no_depth():
    nodes = sound()[:-1]
    last = nodes[-1].name
    for at in range(3000):
        nodes.append(node("Identity", f"g/i{at}", last))
        last = nodes[-1].name
    assert read([*nodes, node("Tanh", "g/Tanh", last)]).nodes[-1].name == "Tanh"
    nodes, last = sound(), "g/maps"
    for at in range(3000):
        nodes.insert(-3, node("Relu", f"g/r{at}", last))
        last = f"g/r{at}"
    next(item for item in nodes if item.name == "g/bn/FusedBatchNorm").input[0] = last
    assert code_of(nodes) == "graph_too_many"


@each(
    ("count", "each_reads", "code"), [(101, 100, "graph_too_joined"), (1, 1001, "joins_too_many")]
)
def test_joins_of_too_much_are_refused_by_that(count, each_reads, code):
    names = [f"g/join{at}" for at in range(count)]
    nodes = changed("g/up/conv2d_transpose", input=["g/given", "g/up/kernel", "g/all"])
    nodes = [item for item in nodes if not item.name.startswith(("g/bn", "g/Relu"))]
    nodes += [node("ConcatV2", name, *["g/maps"] * each_reads, "g/axis") for name in names]
    nodes += [constant("g/axis", 3), node("ConcatV2", "g/all", *names, "g/axis")]
    arrays = {name: array for name, array in FILE.arrays.items() if "/bn" not in name}
    channels = 2 * count * each_reads
    arrays["g/up/kernel"] = StoredArray((4, 4, 3, channels), lambda: np.zeros(1))
    with pytest.raises(ExplorerError) as raised:
        read(nodes, ArrayFile(arrays))
    assert raised.value.code == code


@each("data", [b"", b"\xff" * 100, b"\x12\xff\xff\xff\x7f", b"\x0b" * 10**5, b"\x12\x00"])
def test_bytes_that_are_no_graph_are_refused(data, tmp_path):
    (tmp_path / "a.meta").write_bytes(data)
    with pytest.raises(ExplorerError) as raised:
        read_meta(tmp_path / "a.meta", FILE)
    assert raised.value.code == "meta_damaged"


def test_a_graph_without_its_weights_says_what_to_bring(tmp_path):
    (tmp_path / "model.meta").write_bytes(b"")
    with pytest.raises(ExplorerError) as raised:
        open_generator(tmp_path / "model.meta")
    assert raised.value.code == "meta_alone"


ODD_NAMES = st.sampled_from(
    ["", "z", "^z", "z:1", "z:" + "9" * 5000, "g/Tanh", "g/given", "nowhere", "x" * 10**5, "<b>"]
)
OPS = st.sampled_from(
    [
        *("Add", "Sub", "Mul", "RealDiv", "Maximum", "Merge", "Switch", "Mean", "Rsqrt", "Neg"),
        *("Pack", "ConcatV2", "StridedSlice", "Shape", "Prod", "Squeeze", "ExpandDims", "Pad"),
        *("Transpose", "Conv2D", "MatMul", "BiasAdd", "Reshape", "ResizeBilinear", "Const", "?"),
        *("Placeholder", "RandomUniform", "DepthToSpace", "FusedBatchNormV3", "LeakyRelu", "Abs"),
    ]
)
NUMBERS = st.sampled_from([0, 1, -1, 2, 7, 2**31, 2**62, -(2**62)])


def _change(item, data):
    """One change of an operation: of its kind, what it reads, or one of its numbers."""
    match data.draw(st.integers(0, 5)):
        case 0:
            item.op = data.draw(OPS)
        case 1 if item.input:
            item.input[data.draw(st.integers(0, len(item.input) - 1))] = data.draw(ODD_NAMES)
        case 2:
            item.input.append(data.draw(ODD_NAMES))
        case 3:
            item.name = data.draw(ODD_NAMES)
        case 4 if item.attr:
            value = item.attr[data.draw(st.integers(0, len(item.attr) - 1))].value
            value.list.i.append(data.draw(NUMBERS))
            value.shape.dim.add(size=data.draw(NUMBERS))
        case _:
            for argument in item.attr:
                tensor = argument.value.tensor
                tensor.dtype = data.draw(st.sampled_from([0, 1, 3, 9, 10, 99]))
                tensor.int_val.append(data.draw(st.integers(-5, 5)))
                if data.draw(st.booleans()):
                    tensor.tensor_content = b"\xff" * data.draw(st.integers(0, 20))
                if data.draw(st.booleans()):
                    tensor.tensor_shape.dim.add(size=data.draw(NUMBERS))


@examples(500)
@given(st.data())
def test_any_change_of_a_graph_is_read_or_refused_in_words(data):
    nodes = copy.deepcopy(sound())
    for _ in range(data.draw(st.integers(1, 3))):
        _change(nodes[data.draw(st.integers(0, len(nodes) - 1))], data)
    try:
        graph = read(nodes)
    except ExplorerError:
        return
    assert read_graph(graph.as_dict()) == graph
    assert graph.weights is not None
