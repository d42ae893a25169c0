"""An opened generator that is saved opens again as the same one; Keras gives what we give."""

import functools
import json
import tempfile
from itertools import pairwise
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from hypothesis import assume, given
from hypothesis import strategies as st

from explorer import GeneratorConfig, load_weights, open_generator, save_weights, trace
from explorer.model.builders.dcgan import dcgan_generator
from explorer.model.files.keras_config import read_keras_model
from explorer.model.graph import Graph, Node
from explorer.model.ops import (
    Activation,
    Conv2DTranspose,
    DepthToSpace,
    Identity,
    Input,
    Opaque,
    Pad,
    Rescaling,
)
from tests.support.each import each
from tests.support.examples import examples
from tests.support.keras_comparison import apart
from tests.support.keras_models import MODELS, draw_inputs, draw_weights
from tests.support.random_keras import RandomModel, own_name
from tests.unit.refusals import refused

# Open sizes and skips; several inputs; layers that are shared; several outputs; functions.
OPENED = ("image_to_image", "conditional", "shared", "two_outputs", "pads")


def in_keras(name: str) -> str:
    """A stage's name as a layer bears it."""
    return name.replace("/", "_")


def by_names(graph: Graph) -> dict:
    """The operations, what they read, and which is the last."""
    nodes = {in_keras(node.name): (node.op, [*map(in_keras, node.sources)]) for node in graph.nodes}
    return nodes | {"the output": in_keras(graph.nodes[-1].name)}


def layers_apart(model: keras.Model, found: dict, given: list) -> list[str]:
    """Which stages are not what the layer of that name gives; of shared layers the first call."""
    named = {in_keras(stage): value for stage, value in found.items()}
    tensors = {}
    for operation in model.operations:
        tensors[operation.name] = operation._inbound_nodes[0].output_tensors[0]
    every = keras.Model(model.inputs, list(tensors.values()))(given)
    layers = dict(zip(tensors, map(np.asarray, every), strict=True))
    shared = [name for name in named if name not in layers and ":" in name]
    return apart(layers, {name: value for name, value in named.items() if name not in shared})


def test_a_stated_generator_of_long_names_is_refused_in_words(tmp_path):
    for length, count, code in ((2000, 700, "graph_too_long"), (5000, 2, "graph_long_layer")):
        names = ["z", *(f"{at}{'a' * length}" for at in range(count))]
        layers = [Node(name, Activation("relu"), (before,)) for before, name in pairwise(names)]
        save_weights(tmp_path / "long.npz", Graph((Node("z", Input((4,))), *layers)), {})
        with refused(code, field="weights"):
            open_generator(tmp_path / "long.npz")


def test_an_operation_of_endless_numbers_is_refused_in_words(tmp_path):
    numbers = Graph((Node("z", Input((4, 4, 2000))), Node("s", Rescaling((1.5,) * 2000), ("z",))))
    save_weights(tmp_path / "long.safetensors", numbers, {})
    with refused("graph_long_layer", field="weights"):
        open_generator(tmp_path / "long.safetensors")


def test_a_layer_that_differs_is_seen():
    z = keras.Input((3,), name="z")
    model = keras.Model(z, keras.layers.Activation("tanh", name="a_b")(z))
    given = np.ones((2, 3), np.float32)
    assert layers_apart(model, {"z": given, "a/b": np.tanh(given)}, [given]) == []
    assert layers_apart(model, {"z": given, "a/b": given}, [given]) == ["a_b is off by 0.24"]


@examples(15)
@given(seed=st.integers(0, 2**32 - 1))
def test_random_models_come_back_from_keras(seed, tmp_path_factory):
    keras.utils.clear_session()
    model = RandomModel(keras, seed).model
    assume('"area"' not in model.to_json())  # which TensorFlow takes, and Keras does not name
    draw_weights(model, seed)
    graph = read_keras_model(json.loads(model.to_json())).graph
    weights = {own_name(w.path): np.asarray(w) for w in model.weights}
    path = tmp_path_factory.mktemp("saved") / "g.keras"
    save_weights(path, graph, weights)
    loaded = keras.models.load_model(path)
    inputs = draw_inputs(model, seed)
    assert layers_apart(loaded, trace(graph, weights, inputs[0]), inputs) == []
    assert by_names(read_keras_model(json.loads(loaded.to_json())).graph) == by_names(graph)


@functools.cache
def opened(name: str):
    """A generator out of a file, its weights, and inputs of it."""
    keras.utils.clear_session()
    model = MODELS[name](keras)
    draw_weights(model)
    names = [tensor._keras_history[0].name for tensor in model.inputs]
    inputs = dict(zip(names, draw_inputs(model), strict=True))
    with tempfile.TemporaryDirectory() as folder:
        model.save(path := Path(folder) / "g.keras")
        return *open_generator(path), inputs


@each("name", OPENED)
def test_every_stage_of_a_saved_model_is_as_before(name, tmp_path):
    graph, weights, inputs = opened(name)
    save_weights(tmp_path / "g.keras", graph, weights)
    loaded = keras.models.load_model(tmp_path / "g.keras")
    given = [inputs[node.name] for node in graph.inputs]
    found = trace(graph, weights, inputs)
    assert layers_apart(loaded, found, given) == []
    last = loaded(given if len(given) > 1 else given[0])
    last = last[0] if isinstance(last, list) else last
    assert apart({"last": np.asarray(last)}, {"last": [*found.values()][-1]}) == []
    again, kept = open_generator(tmp_path / "g.keras")
    assert len(kept) == len(weights)  # what was shared still is
    last = {"last": [*trace(again, kept, inputs).values()][-1]}
    assert apart(last, {"last": [*found.values()][-1]}) == []


@each("name", OPENED)
@each("ending", [".npz", ".safetensors"])
def test_arrays_state_the_graph(name, ending, tmp_path):
    graph, weights, _ = opened(name)
    save_weights(tmp_path / f"g{ending}", graph, weights)
    again, kept = open_generator(tmp_path / f"g{ending}")
    assert again == graph
    assert list(kept) == list(weights)
    assert all(np.array_equal(kept[name], weights[name]) for name in weights)
    with refused("graph_not_weights", field="weights"):
        load_weights(tmp_path / f"g{ending}")


@each("name", OPENED)
def test_a_checkpoint_has_the_variables_by_names(name, tmp_path):
    graph, weights, _ = opened(name)
    save_weights(tmp_path / "g.ckpt", graph, weights)
    reader = tf.train.load_checkpoint(str(tmp_path / "g.ckpt"))
    assert {*reader.get_variable_to_shape_map()} == {*weights}
    assert all(np.array_equal(reader.get_tensor(name), weights[name]) for name in weights)


def chain(*ops) -> Graph:
    """Operations one after the other on a map."""
    names = ["z", *(f"part/{at}" for at in range(len(ops)))]
    nodes = [Node("z", Input((3, 4, 4)))]
    nodes += [
        Node(name, op, (before,), name)
        for before, name, op in zip(names, names[1:], ops, strict=False)
    ]
    return Graph(tuple(nodes))


@each(
    "op",
    [
        DepthToSpace(2),
        Pad(((0, 0), (1, 0), (2, 1), (0, 0)), "SYMMETRIC"),
        Pad(((0, 0), (1, 0), (2, 1), (1, 0)), "CONSTANT", 1.5),
        Conv2DTranspose(2, (5, 5), (2, 2), "same", output_size=(5, 7)),
        Conv2DTranspose(2, (4, 4), (2, 2), "same", output_size=(6, 8)),
        Conv2DTranspose(2, (3, 3), (3, 2), "valid", output_size=(10, 10)),
        Identity("output"),
    ],
)
def test_operations_that_no_keras_file_of_a_layer_holds(op, tmp_path):
    graph = chain(op)
    random = np.random.RandomState(0)
    weights = {w.name: random.standard_normal(w.shape).astype(np.float32) for w in graph.weights}
    save_weights(tmp_path / "g.keras", graph, weights)
    z = random.standard_normal((2, 3, 4, 4)).astype(np.float32)
    found = trace(graph, weights, z)
    assert layers_apart(keras.models.load_model(tmp_path / "g.keras"), found, [z]) == []
    again, kept = open_generator(tmp_path / "g.keras")
    last = {"last": [*trace(again, kept, z).values()][-1]}
    assert apart(last, {"last": found["part/0"]}) == []


@each(
    "op",
    [
        Opaque("Attention"),
        Identity("Dropout(7)"),
        Conv2DTranspose(2, (2, 2), (2, 2), "same", output_size=(5, 8)),
    ],
)
def test_what_keras_has_no_layer_for_is_named(op, tmp_path):
    graph = chain(op)
    weights = {w.name: np.zeros(w.shape, np.float32) for w in graph.weights}
    with refused("save_no_keras_layer", "part/0", field="weights"):
        save_weights(tmp_path / "g.keras", graph, weights)
    assert not (tmp_path / "g.keras").exists()
    save_weights(tmp_path / "g.npz", graph, weights)
    assert open_generator(tmp_path / "g.npz")[0] == graph


@each("name", ["a:b", "a\\b"])
def test_names_that_an_archive_cannot_hold_are_refused(name, tmp_path):
    convolution = Node(name, Conv2DTranspose(1, (2, 2)), ("z",), name)
    graph = Graph((Node("z", Input((2, 2, 2))), convolution))
    weights = {w.name: np.zeros(w.shape, np.float32) for w in graph.weights}
    with refused("save_not_npz", field="weights"):
        save_weights(tmp_path / "g.npz", graph, weights)
    save_weights(tmp_path / "g.safetensors", graph, weights)
    assert open_generator(tmp_path / "g.safetensors")[0] == graph


def test_the_code_that_is_shown_is_the_layer_that_is_saved():
    """Of a configuration's generator and of every layer's; numbers to the digits that are shown."""
    keras.utils.clear_session()
    every = read_keras_model(json.loads(MODELS["every_layer"](keras).to_json())).graph
    for graph in (every, dcgan_generator(GeneratorConfig(actv="elu"))):
        for stage in graph.stages():
            call = stage.op.keras_call(stage)
            if call.is_function:
                continue
            shown = eval(call.code, vars(keras.layers) | {"keras": keras})
            made = call.make("a")
            if stage.is_input:
                assert shown.shape == made.shape
                continue
            assert shown.get_config() | {"name": "a"} == made.get_config()
