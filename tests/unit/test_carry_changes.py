"""Weights in a generator whose stages were changed: what stays, and that Keras gives the same."""

import json
from dataclasses import replace

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

from explorer import ExplorerError, GeneratorConfig, init_weights, trace
from explorer.model.builders.dcgan import dcgan_generator
from explorer.model.carry_changes import carry_changes, describe_changes
from explorer.model.changes import Change, apply_changes
from explorer.model.files.keras_config import read_keras_model
from explorer.model.graph import Graph, Node
from explorer.model.ops import (
    Activation,
    BatchNormalization,
    Concatenate,
    Conv2D,
    Conv2DTranspose,
    Dense,
    DepthToSpace,
    DepthwiseConv2D,
    GroupNormalization,
    Input,
    LayerNormalization,
    Pad,
    PReLU,
    Reshape,
    Softmax,
)
from explorer.model.ops.window import transposed_crop
from tests.support.each import each
from tests.support.examples import examples
from tests.support.keras_comparison import apart
from tests.support.keras_models import draw_weights
from tests.support.random_keras import RandomModel, own_name

UP1, UP2 = "upsample1/conv2d_transpose", "upsample2/conv2d_transpose"
CONFIG = GeneratorConfig(upsample_dim=16)
SEED, WEIGHTS = dcgan_generator(CONFIG), init_weights(CONFIG, seed=3)
Z = np.random.RandomState(1).standard_normal((2, 128)).astype(np.float32)
_KERAS_NAMES = {"dilation": "dilation_rate", "function": "activation", "sizes": "target_shape"}


def changed(*changes: tuple) -> tuple[Graph, dict]:
    graph = apply_changes(SEED, [Change(*change) for change in changes])
    return graph, carry_changes(SEED, WEIGHTS, graph, seed=5)


def maps(graph: Graph, weights: dict) -> dict:
    return trace(graph, weights, Z)


BEFORE = maps(SEED, WEIGHTS)


def differs(*changes: tuple) -> list[str]:
    """Stages whose common cells differ from those of the generator without the changes."""
    after = maps(*changed(*changes))
    found = []
    for name, old in BEFORE.items():
        common = tuple(slice(min(a, b)) for a, b in zip(old.shape, after[name].shape, strict=True))
        if not np.allclose(old[common], after[name][common], atol=1e-5 * np.ptp(old)):
            found.append(name)
    return found


def test_nothing_is_copied_where_nothing_changes():
    graph, weights = changed((UP1, "activation", "tanh"))
    assert all(weights[name] is array for name, array in WEIGHTS.items())
    assert describe_changes(SEED, graph) == []


def test_more_taps_and_more_filters_change_no_map_that_was_there():
    assert differs((UP1, "kernel_size", (7, 6)), (UP2, "filters", 9)) == []
    assert differs(("conv_out/conv2d", "padding", "same")) == ["conv_out/conv2d"]


def test_more_units_laid_out_by_the_reshape_change_no_map_that_was_there():
    assert differs(("fc1/reshape", "sizes", (4, 8, -1)), ("fc1/dense", "units", 640)) == [
        "fc1/dense",
        "fc1/actv",
        "fc1/batch_normalization",
    ]  # vectors, whose values stand elsewhere


def test_fewer_filters_keep_the_first_ones():
    _, weights = changed((UP1, "filters", 3))
    kernel, before = (each[f"noise_generator/{UP1}/kernel"] for each in (weights, WEIGHTS))
    assert np.array_equal(kernel, before[:, :, :3])
    assert differs((UP1, "filters", 3))[0] == UP2


@each(
    "first",
    [
        (("padding", "valid"),),
        (("padding", "valid"), ("kernel_size", (4, 1))),
        (("padding", "valid"), ("output_padding", (1, 0))),
        (("output_padding", (0, 1)),),
        (("kernel_size", (2, 7)), ("strides", (3, 2))),
    ],
)
def test_a_swap_keeps_the_size_and_the_cells_that_same_makes_too(first):
    """Padding valid, and output_padding, give more or fewer cells at the borders alone."""
    first = [(UP1, *change) for change in first]
    swap = (UP1, "swap", "upsampling2d")
    alone, swapped = changed(*first), changed(*first, swap)
    assert maps(*swapped)[UP1].shape == maps(*alone)[UP1].shape
    kept = [one for one in first if one[1] in ("kernel_size", "strides")]
    same, made = (maps(*each)[UP1] for each in (changed(*kept, swap), swapped))
    op = next(node.op for node in alone[0].nodes if node.name == UP1)
    starts = []
    for axis, (k, s) in enumerate(zip(op.kernel_size, op.strides, strict=True)):
        size, out = BEFORE["fc1/reshape"].shape[1 + axis], made.shape[1 + axis]
        cut = transposed_crop(size, k, s, op.padding, out)
        starts.append(max(k - s, 0) // 2 - cut)
    rows, columns = ((slice(max(0, at), None), slice(max(0, -at), None)) for at in starts)
    made, same = made[:, rows[0], columns[0]], same[:, rows[1], columns[1]]
    height, width = (min(a, b) for a, b in zip(made.shape[1:3], same.shape[1:3], strict=True))
    assert min(height, width) > 3
    np.testing.assert_allclose(made[:, :height, :width], same[:, :height, :width], atol=1e-5)
    told = next(node.op for node in swapped[0].nodes if node.name == UP1)
    assert told.padding == op.padding or op.padding == "same"


def test_a_swap_that_cannot_keep_the_size_is_refused():
    with pytest.raises(ExplorerError) as caught:
        changed((UP1, "kernel_size", 1), (UP1, "output_padding", 0), (UP1, "swap", "upsampling2d"))
    assert (caught.value.code, caught.value.field) == ("swap_too_small", "changes")


def test_a_swapped_kernel_keeps_the_mean_of_an_even_map():
    graph, weights = changed((UP1, "swap", "upsampling2d"))
    kernel = weights[f"noise_generator/{UP1}/kernel"]
    old = WEIGHTS[f"noise_generator/{UP1}/kernel"]
    assert np.allclose(kernel.sum(axis=(0, 1)) * 4, old.sum(axis=(0, 1)).T, atol=1e-6)
    assert [step.code for step in describe_changes(SEED, graph)] == ["stage_turned"]


def test_what_was_done_is_told_layer_by_layer():
    graph, _ = changed((UP1, "kernel_size", 3), (UP1, "filters", 12))
    told = [(step.code, *step.layers, step.before, step.after) for step in _of(graph)]
    assert told == [
        ("stage_taps_fewer", UP1, "5×5", "3×3"),
        ("stage_outputs_more", UP1, "8", "12"),
        ("stage_outputs_more", "upsample1/batch_normalization", "8", "12"),
        ("stage_inputs_more", UP2, "8", "12"),
    ]


def test_a_slope_of_each_cell_is_told_where_the_map_grows():
    lay = keras.layers
    x = lay.Input((4, 4, 2))
    up = lay.Conv2DTranspose(3, 5, (3, 2), "same", output_padding=(1, 0), name="up")(x)
    model = keras.Model(x, lay.PReLU(name="slopes")(up))
    graph = read_keras_model(json.loads(model.to_json())).graph
    after = apply_changes(graph, [Change("up", "output_padding", (2, 0))])
    (told,) = describe_changes(graph, after)
    assert (told.code, told.layers, told.before, told.after) == (
        ("stage_others_more", ("slopes",), "11×7", "12×7")
    )


def _of(graph: Graph):
    return describe_changes(SEED, graph)


def test_a_joined_branch_that_grows_keeps_the_taps_of_the_other():
    lay = keras.layers
    x = lay.Input((4, 4, 3))
    one, other = lay.Conv2D(2, 3, padding="same", name="one")(x), lay.Conv2D(2, 1)(x)
    model = keras.Model(x, lay.Conv2D(2, 3, name="last")(lay.Concatenate()([one, other])))
    graph = read_keras_model(json.loads(model.to_json())).graph
    weights = {w.path: np.asarray(w) for w in model.weights}
    wide = apply_changes(graph, [Change("one", "filters", 5)])
    picture = np.random.RandomState(2).standard_normal((1, 4, 4, 3)).astype(np.float32)
    after = trace(wide, carry_changes(graph, weights, wide), picture)
    assert apart({"last": after["last"]}, {"last": trace(graph, weights, picture)["last"]}) == []


@examples(40)
@given(st.integers(0, 2**32 - 1))
def test_keras_gives_the_same_for_the_same_changed_model(seed):
    keras.utils.clear_session()
    model, random = RandomModel(keras, seed).model, np.random.RandomState(seed)
    draw_weights(model, seed)
    graph = read_keras_model(json.loads(model.to_json())).graph
    change = _any_change(graph, {layer.name for layer in model.layers}, random)
    if change is None:
        return
    weights = {own_name(w.path): np.asarray(w) for w in model.weights}
    try:
        wide = apply_changes(graph, [change])
    except ExplorerError:
        assert _in_keras(model, change) is None, change
        return
    other = _in_keras(model, change)
    if other is None:  # Keras lays no layer whose output it could compute, as TensorFlow can
        return
    carried = carry_changes(graph, weights, wide, seed=1)
    for weight in other.weights:
        weight.assign(carried[own_name(weight.path)])
    z = random.standard_normal((2, *model.inputs[0].shape[1:])).astype(np.float32)
    name = wide.nodes[-1].name
    try:  # told, as Keras' Resizing has all after it train by default
        expected = {name: np.asarray(other(z, training=False))}
    except tf.errors.InvalidArgumentError:  # TensorFlow's depthwise strides are one number
        assert change.argument == "strides"
        return
    assert apart({name: trace(wide, carried, z)[name]}, expected, 3e-5) == [], change


def _nodes(*nodes: tuple) -> Graph:
    """A chain of named operations after an input of maps, but for those that name sources."""
    made = [Node("x", Input((4, 4, 4)))]
    for name, op, *sources in nodes:
        made.append(Node(name, op, tuple(sources) or (made[-1].name,), name))
    return Graph(tuple(made))


_CONV, _LAST = Conv2D(8, (3, 3), padding="same"), ("last", Conv2D(3, (3, 3)))


@each(
    ("graph", "meeting"),
    [
        (_nodes(("one", _CONV), ("d", DepthToSpace(2)), _LAST), []),
        (_nodes(("one", _CONV), ("a", Activation("relu")), ("d", DepthToSpace(2)), _LAST), []),
        (_nodes(("one", replace(_CONV, groups=2)), _LAST), []),
        (_nodes(("one", _CONV), ("two", replace(_CONV, groups=4)), _LAST), []),
        (_nodes(("one", _CONV), ("d", DepthwiseConv2D((2, 2), multiplier=2)), _LAST), []),
        (_nodes(("one", _CONV), ("p", Pad(((0, 0), (0, 0), (0, 0), (1, 2)))), _LAST), []),
        (
            _nodes(("one", _CONV), ("p", Pad(((0, 0),) * 3 + ((1, 2),), "REFLECT")), _LAST),
            ["p"],
        ),
        (_nodes(("one", _CONV), ("n", LayerNormalization()), _LAST), ["n"]),
        (_nodes(("one", _CONV), ("n", GroupNormalization(2)), _LAST), ["n"]),
        (_nodes(("one", _CONV), ("s", Softmax()), _LAST), ["s"]),
        (_nodes(("one", _CONV), ("r", Reshape((8, 4, -1))), _LAST), ["r"]),
        (
            _nodes(("one", _CONV), ("j", Concatenate(), "one", "x"), ("d", DepthToSpace(2)), _LAST),
            ["d"],
        ),
    ],
)
def test_where_new_channels_reach_old_ones_is_told_and_else_they_do_not(graph, meeting):
    after = apply_changes(graph, [Change("one", "filters", 16)])
    random = np.random.RandomState(4)
    weights = {w.name: random.standard_normal(w.shape).astype(np.float32) for w in graph.weights}
    told = [s for s in describe_changes(graph, after) if s.code == "stage_channels_meet"]
    assert [step.layers[0] for step in told] == meeting
    picture = random.standard_normal((1, 4, 4, 4)).astype(np.float32)
    carried = carry_changes(graph, weights, after, seed=2)
    one, other = (trace(*each, picture)["last"] for each in ((graph, weights), (after, carried)))
    assert meeting or np.allclose(one, other, atol=1e-4)


@examples(60)
@given(
    st.sampled_from([Conv2DTranspose(2, (1, 1)), Conv2D(2, (1, 1)), DepthwiseConv2D((1, 1))]),
    st.tuples(*[st.integers(1, 5)] * 2),
    st.tuples(*[st.integers(0, 3)] * 2),
    st.tuples(*[st.integers(1, 3)] * 2),
)
def test_how_far_more_taps_move_a_map_is_told_and_else_it_stays(op, kernel, more, dilation):
    op = replace(op, kernel_size=kernel, dilation=dilation, padding="same")
    graph, random = _nodes(("last", op)), np.random.RandomState(7)
    graph = apply_changes(graph, [Change("x", "shape", (26, 26, 4))])
    wide = tuple(map(sum, zip(kernel, more, strict=True)))
    after = apply_changes(graph, [Change("last", "kernel_size", wide)])
    weights = {w.name: random.standard_normal(w.shape).astype(np.float32) for w in graph.weights}
    picture = np.zeros((1, 26, 26, 4), np.float32)
    picture[:, 12:14, 12:14] = random.standard_normal((1, 2, 2, 4))  # stamps stay off the borders
    carried = carry_changes(graph, weights, after)
    one, other = (trace(*each, picture)["last"] for each in ((graph, weights), (after, carried)))
    told = [s.after for s in describe_changes(graph, after) if s.code == "stage_taps_moved"]
    down, right = map(int, told[0].replace("\N{MINUS SIGN}", "-").split(", ")) if told else (0, 0)
    np.testing.assert_allclose(np.roll(one, (down, right), (1, 2)), other, atol=1e-5)
    assert bool(told) == bool(down or right)


def test_a_flattened_map_joined_with_a_vector_stays_what_it_was():
    lay = keras.layers
    z, label = lay.Input((5,)), lay.Input((1,))
    x = lay.Concatenate()([z, lay.Flatten()(lay.Embedding(3, 5)(label))])
    x = lay.Reshape((2, 2, 4), name="laid")(lay.Dense(16, name="d")(x))
    y = lay.Concatenate()([lay.Flatten()(lay.Conv2D(3, 2, padding="same", name="last")(x)), z])
    model = keras.Model([z, label], lay.Dense(2, name="end")(y))
    graph = read_keras_model(json.loads(model.to_json())).graph
    weights = {own_name(w.path): np.asarray(w) for w in model.weights}
    wide = apply_changes(graph, [Change("last", "kernel_size", 3)])
    carried = carry_changes(graph, weights, wide)
    moved = {name for name in weights if carried[name] is not weights[name]}
    assert moved == {"last/kernel"}


def _joined_model(random) -> keras.Model:
    """Two inputs and branches of them, flattened, joined, laid out as maps, and read."""
    lay, pick = keras.layers, lambda *of: of[random.randint(len(of))]
    z, label, picture = lay.Input((6,)), lay.Input((1,)), lay.Input((4, 4, 2))
    vectors = [z, lay.Flatten()(lay.Embedding(3, pick(2, 4))(label)), lay.Dense(pick(8, 16))(z)]
    maps = [picture, lay.Reshape((2, 2, -1))(vectors[-1])]
    for _ in range(random.randint(3, 9)):
        _add_a_layer(vectors, maps, random)
    ends = [lay.Dense(2)(v) for v in vectors] + [lay.Dense(2)(lay.Flatten()(x)) for x in maps]
    return keras.Model([z, label, picture], lay.Concatenate(name="all")(ends))


def _add_a_layer(vectors: list, maps: list, random):
    lay, pick = keras.layers, lambda *of: of[random.randint(len(of))]
    x, v = maps[random.randint(len(maps))], vectors[random.randint(len(vectors))]
    channels, size = x.shape[-1], v.shape[-1]
    alike = [other for other in maps if other.shape[1:3] == x.shape[1:3]]
    ways = [
        lambda: vectors.append(lay.Flatten()(x)),
        lambda: vectors.append(lay.Concatenate()([v, vectors[random.randint(len(vectors))]])),
        lambda: vectors.append(lay.BatchNormalization()(lay.Dense(pick(8, 12), "tanh")(v))),
        lambda: vectors.append(lay.GlobalAveragePooling2D()(x)),
        lambda: maps.append(lay.Concatenate()([x, pick(*alike)])),
        lambda: (
            maps.append(lay.Conv2D(4, 3, padding="same", groups=pick(1, channels))(x))
            if channels in (1, 2, 4)
            else None
        ),
        lambda: maps.append(lay.DepthwiseConv2D(2, depth_multiplier=2, padding="same")(x)),
        lambda: maps.append(lay.Conv2DTranspose(pick(2, 4), 3, 2, padding="same")(x)),
        lambda: maps.append(lay.Permute((3, 1, 2))(x)),
        lambda: maps.append(lay.LayerNormalization()(x)),
        lambda: maps.append(lay.PReLU()(lay.Reshape((2, 2, -1))(v)) if size % 4 == 0 else x),
        lambda: maps.append(lay.PReLU()(x)),
    ]
    if x.shape[1] > 8 or channels > 16 or size > 300:
        ways = ways[2:4]
    pick(*ways)()


def _ancestors(graph: Graph, name: str) -> set[str]:
    """A stage and all that it is computed of."""
    sources = {node.name: node.sources for node in graph.nodes}
    found, left = set(), [name]
    while left:
        found.add(left[-1])
        left += sources[left.pop()]
    return found


@examples(60)
@given(st.integers(0, 2**32 - 1))
def test_any_change_of_a_graph_that_joins_gives_fitting_weights(seed):
    keras.utils.clear_session()
    random = np.random.RandomState(seed)
    model = _joined_model(random)
    graph = read_keras_model(json.loads(model.to_json())).graph
    draw_weights(model, seed)
    weights = {own_name(w.path): np.asarray(w) for w in model.weights}
    change = _any_change(graph, {layer.name for layer in model.layers}, random)
    now = getattr(next(n.op for n in graph.nodes if n.name == change.stage), change.argument, None)
    is_grown = change.argument in ("filters", "units") and bool(random.randint(3))
    if is_grown:
        change = replace(change, value=now + 4 * random.randint(1, 3))
    try:
        after = apply_changes(graph, [change])
    except ExplorerError:
        return
    carried = carry_changes(graph, weights, after)
    assert all(carried[w.name].shape == w.shape for w in after.weights), change
    steps = describe_changes(graph, after)
    told = {name for step in steps for name in step.layers}
    for stage in after.with_some_sizes().stages():
        kept = all(carried[w.name] is weights.get(w.name) for w in stage.weights)
        assert kept or stage.name in told, (change, stage.name)
    for node in after.nodes:
        if change.stage in _ancestors(after, node.name):
            continue
        own = [name for name in weights if name.startswith(f"{node.scope}/")]
        assert all(carried[name] is weights[name] for name in own), (change, node.name)
    before, made = (
        trace(each, values, {n.name: np.ones((1, *n.op.shape), np.float32) for n in each.inputs})
        for each, values in ((graph, weights), (after, carried))
    )
    meet = any(step.code == "stage_channels_meet" for step in steps)
    if is_grown and not meet and before["all"].shape == made["all"].shape:
        assert np.allclose(before["all"], made["all"], atol=1e-4 * np.ptp(before["all"])), change


def _any_change(graph: Graph, layers: set[str], random) -> Change | None:
    """A random value of a random argument; None where nothing can be changed."""
    found = [
        (node.name, argument)
        for node in graph.nodes
        if node.name in layers and "separable" not in node.name  # two stages, one of that name
        for argument in node.op.changeable
        if argument.name not in ("swap", "training", "slope", "how", "paddings", "epsilon")
    ]
    if not found:
        return None
    name, argument = found[random.randint(len(found))]
    if argument.choices:
        return Change(name, argument.name, argument.choices[random.randint(len(argument.choices))])
    low, high = max(1, int(argument.low)), min(int(argument.high), 6)
    numbers = tuple(int(random.randint(low, high + 1)) for _ in range(max(argument.counts)))
    return Change(name, argument.name, numbers[0] if len(numbers) == 1 else numbers)


def _in_keras(model, change: Change):
    """The same model with another value in its configuration; None where Keras refuses it."""
    told = json.loads(model.to_json())
    (layer,) = (each for each in told["config"]["layers"] if each["config"]["name"] == change.stage)
    settings = layer["config"]
    value = list(change.value) if isinstance(change.value, tuple) else change.value
    name = _KERAS_NAMES.get(change.argument, change.argument)
    if name == "cropping":
        value = [value[:2], value[2:]]
    if name == "activation" and name not in settings:
        return None
    settings[name if name in settings else {"size": "pool_size"}.get(name, name)] = value
    for layer in told["config"]["layers"]:  # which hold the shapes that there were
        layer.pop("build_config", None)
    try:
        return keras.models.model_from_json(json.dumps(told))
    except Exception:  # of whatever kind Keras raises
        return None


@each("shapes", [((8,), (1, 8)), ((8,), (1, 1, 8)), ((1, 8), (1, 1, 8))])
def test_an_input_that_is_changed_to_more_or_fewer_axes_keeps_what_is_made_of_it(shapes):
    random = np.random.RandomState(3)
    for was, now in (shapes, shapes[::-1]):
        graph = Graph(
            (
                Node("z", Input(was)),
                Node("slopes", PReLU(), ("z",), "slopes"),
                Node("joined", Concatenate(), ("slopes", "z")),
                Node("normalized", BatchNormalization(), ("joined",), "normalized"),
                Node("units", Dense(6), ("normalized",), "units"),
                Node("laid", Reshape((1, 2, 3)), ("units",)),
                Node("mixed", Dense(2), ("laid",), "mixed"),
            )
        )
        weights = {
            w.name: random.uniform(0.5, 1, w.shape).astype(np.float32) for w in graph.weights
        }
        after = apply_changes(graph, [Change("z", "shape", now)])
        z = random.standard_normal((2, 8)).astype(np.float32)
        made, expected = (
            trace(each, values, z.reshape(2, *each.inputs[0].op.shape))["mixed"]
            for each, values in ((after, carry_changes(graph, weights, after)), (graph, weights))
        )
        assert np.allclose(made, expected, atol=1e-5)
