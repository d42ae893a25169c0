"""Strangers' Keras files: whatever they hold, the answer is a graph or an error that says why."""

import copy
import io
import json
import zipfile

import h5py
import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer import ExplorerError, open_generator
from explorer.model.files.keras_config import read_keras_model
from explorer.model.graph import MOST_NODES
from explorer.model.graph_json import read_graph
from explorer.model.ops import Opaque
from tests.support.each import each
from tests.support.examples import examples
from tests.support.keras_models import MODELS


def layer(kind: str, name: str, *sources: str, **config) -> dict:
    """A layer of a Functional model, in Keras 2's syntax."""
    nodes = [[[source, 0, 0, {}] for source in sources]] if sources else []
    told = {"name": name, "dtype": "float32", **config}
    return {"class_name": kind, "name": name, "config": told, "inbound_nodes": nodes}


Z = layer("InputLayer", "z", batch_shape=[None, 4])


def functional(*layers: dict, output: str | None = None) -> dict:
    last = output or layers[-1]["name"]
    config = {
        "name": "g",
        "layers": list(layers),
        "input_layers": [["z", 0, 0]],
        "output_layers": [[last, 0, 0]],
    }
    return {"class_name": "Functional", "config": config}


def code_of(told) -> str:
    with pytest.raises(ExplorerError) as raised:
        read_keras_model(told).graph.weights  # noqa: B018
    return raised.value.code


def test_a_small_model_is_read():
    told = functional(Z, layer("Dense", "d", "z", units=3))
    assert [node.name for node in read_keras_model(told).graph.nodes] == ["z", "d"]


@each(
    "told",
    [
        *(None, [], 3, "Sequential", {}, {"class_name": 3}, {"class_name": "Sequential"}),
        {"class_name": "Sequential", "config": {"layers": []}},
        {"class_name": "Sequential", "config": {"layers": [3]}},
        {"class_name": "Sequential", "config": {"layers": [{}]}},
        {"class_name": "Functional", "config": {"layers": [], "output_layers": []}},
        functional(Z, output="nowhere"),
        functional(Z, layer("Dense", "d", "z", units=3) | {"inbound_nodes": 5}),
        functional(Z, layer("Dense", "d", "z", units=3) | {"inbound_nodes": [5]}),
        functional(Z, layer("Dense", "d", "z", units=3) | {"inbound_nodes": [[["z"]]]}),
        functional(Z, layer("Dense", "d", "z", units=3) | {"inbound_nodes": [{"args": 3}]}),
        functional(Z, layer("Dense", "d", "z", units=3) | {"config": None}),
        functional(Z, layer("Dense", "d", units=3)),
    ],
)
def test_what_is_no_structure_is_refused(told):
    assert code_of(told) in {"keras_damaged", "keras_subclassed", "keras_no_input", "keras_loop"}


@each(
    "config",
    [
        *({}, {"units": "3"}, {"units": 0}, {"units": -1}, {"units": 1.5}, {"units": True}),
        *({"units": 2**62}, {"units": [3]}, {"units": 3, "use_bias": "yes"}),
        {"units": 3, "activation": 7},
    ],
)
def test_wrong_numbers_of_a_layer_are_named(config):
    assert code_of(functional(Z, layer("Dense", "d", "z", **config))) == "keras_option"


@each(
    ("kind", "config"),
    {
        "channels": ("Conv2D", {"filters": 2, "kernel_size": 3, "data_format": "channels"}),
        "padding": ("Conv2D", {"filters": 2, "kernel_size": 3, "padding": "causal"}),
        "groups": ("Conv2DTranspose", {"filters": 2, "kernel_size": 3, "groups": 2}),
        "stride": ("Conv2D", {"filters": 2, "kernel_size": 3, "strides": [0, 1]}),
        "curve": ("UpSampling2D", {"interpolation": "sinc"}),
        "aspect": ("Resizing", {"height": 3, "width": 3, "crop_to_aspect_ratio": True}),
        "multiplier": ("DepthwiseConv2D", {"kernel_size": 3, "depth_multiplier": 0}),
        "axes": ("BatchNormalization", {"axis": [1, 2]}),
        "number": ("BatchNormalization", {"epsilon": "small"}),
        "endless": ("LeakyReLU", {"negative_slope": 1e400}),
        "crop": ("Cropping2D", {"cropping": [[1, 2, 3], [1, 1]]}),
        "two": ("Reshape", {"target_shape": [-1, -1]}),
        "rounded": ("ReLU", {"dtype": {"class_name": "QuantizedFloat8DTypePolicy", "config": {}}}),
        "rounded_old": ("ReLU", {"dtype": "int8_from_float32"}),
    },
)
def test_options_that_are_not_read_are_named(kind, config):
    assert code_of(functional(Z, layer(kind, "x", "z", **config))) == "keras_option"


def test_code_in_a_file_is_refused_by_the_name_of_its_layer():
    with pytest.raises(ExplorerError, match="my_code") as raised:
        read_keras_model(functional(Z, layer("Lambda", "my_code", "z", function=["gANj", 0])))
    assert raised.value.code == "keras_lambda"
    told = layer("Dense", "d", "z", units=3, activation={"class_name": "__lambda__", "config": {}})
    assert code_of(functional(Z, told)) == "keras_lambda"


def test_a_subclassed_model_is_refused_by_its_class():
    told = {"class_name": "MyGenerator", "config": {"units": 3}, "registered_name": "MyGenerator"}
    with pytest.raises(ExplorerError, match="MyGenerator") as raised:
        read_keras_model(told)
    assert raised.value.code == "keras_subclassed"


@each("module", ["my.code", None, "keras_own.layers"])  # None is that of a notebook
def test_a_custom_layer_is_opaque(module):
    told = functional(Z, layer("SPADE", "s", "z"), layer("Dense", "d", "s", units=3))
    graph = read_keras_model(told).graph
    assert [node.op.kind for node in graph.nodes] == ["input", "opaque", "dense"]
    assert graph.nodes[1].op.layer == "SPADE"
    own = layer("Dense", "d", "z", units=3) | {"module": module, "registered_name": "my>Dense"}
    assert read_keras_model(functional(Z, own)).graph.nodes[1].op.kind == "opaque"
    curve = {"class_name": "ReLU", "config": {}, "module": module, "registered_name": "ReLU"}
    graph = read_keras_model(functional(Z, layer("Dense", "d", "z", units=3, activation=curve)))
    assert graph.graph.nodes[2].op.kind == "opaque"
    wrapped = layer("SpectralNormalization", "d", "z", layer=own | {"module": "keras.layers"})
    told = functional(
        Z, wrapped | {"module": module, "registered_name": "my>SpectralNormalization"}
    )
    assert read_keras_model(told).graph.nodes[1].op.kind == "opaque"
    added = layer("Add", "d", "z") | {"module": "my.ops.layers", "registered_name": "my>Add"}
    assert read_keras_model(functional(Z, added)).graph.nodes[1].op.kind == "opaque"
    named = {"class_name": "function", "config": "swish", "registered_name": "function"}
    told = layer("Dense", "d", "z", units=3, activation=named | {"module": "builtins"})
    assert read_keras_model(functional(Z, told)).graph.nodes[2].op == Opaque("swish")


def test_a_circle_is_refused():
    told = functional(Z, layer("Add", "a", "z", "b"), layer("Dense", "b", "a", units=4))
    assert code_of(told) == "keras_loop"


def test_too_many_layers_are_refused_before_they_are_read():
    many = [Z] + [layer("Dense", f"d{at}", "z", units=3) for at in range(10**5)]
    assert code_of(functional(*many)) == "graph_too_many"
    often = layer("Dense", "d", "z", units=4)
    often["inbound_nodes"] = [[["z", 0, 0, {}]]] * (MOST_NODES + 1)
    assert code_of(functional(Z, often)) == "graph_too_many"


def test_layers_that_read_too_much_are_refused_by_that():
    some = [layer("Dense", f"d{at}", "z", units=3) for at in range(100)]
    joins = [layer("Concatenate", f"c{at}", *(f"d{of}" for of in range(100))) for at in range(101)]
    assert code_of(functional(Z, *some, *joins)) == "graph_too_joined"


def test_models_in_models_that_grow_are_refused():
    told = {"class_name": "Dropout", "config": {"name": "leaf", "rate": 0.5}}
    for depth in range(14):
        inner = {"name": f"m{depth}", "layers": [told, {**told, "name": f"again{depth}"}]}
        told = {"class_name": "Sequential", "config": inner}
    told["config"]["layers"].insert(0, Z)
    assert code_of(told) == "graph_too_many"


def test_a_model_nested_too_deep_is_refused():
    told = {"class_name": "Dropout", "config": {"name": "leaf", "rate": 0.5}}
    for depth in range(100):
        told = {"class_name": "Sequential", "config": {"name": f"m{depth}", "layers": [told]}}
    told["config"]["layers"].insert(0, Z)
    assert code_of(told) == "graph_too_many"


@each(
    "name",
    [
        "<img src=x onerror=alert(1)>",
        "a/b",
        "x" * 10**5,
        "\u202e\x00\ud800",
        "z",
        "層",
        "../up",
        " ",
    ],
)
def test_names_are_kept_apart_short_and_printable(name):
    told = functional(Z, layer("Dense", "first", "z", units=3), layer("Dense", name, "first",
                      units=3))  # fmt: skip
    if name == "z":
        told["config"]["layers"] = [Z, layer("Dense", "z:2", "z", units=3)]
        told["config"]["output_layers"] = [["z:2", 0, 0]]
    graph = read_keras_model(told).graph
    names = [node.name for node in graph.nodes]
    assert len(set(names)) == len(names)
    assert all(shown.isprintable() and 0 < len(shown) < 300 for shown in names)
    assert len({weight.name for weight in graph.weights}) == len(graph.weights)


def test_the_variables_of_layers_of_one_path_are_kept_apart():
    inner = {"name": "a", "layers": [layer("Dense", "b", units=4)]}
    nested = {"class_name": "Sequential", "name": "a", "config": inner,
              "inbound_nodes": [[["z", 0, 0, {}]]]}  # fmt: skip
    told = functional(Z, nested, layer("Dense", "a/b", "a", units=3))
    graph = read_keras_model(told).graph
    assert {weight.shape for weight in graph.weights} == {(4, 4), (4,), (4, 3), (3,)}


def archive(path, config, arrays=None):
    """A .keras of a config and arrays by their paths."""
    weights = io.BytesIO()
    with h5py.File(weights, "w") as file:
        for name, value in (arrays or {}).items():
            file[name] = value
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("config.json", config if isinstance(config, str) else json.dumps(config))
        packed.writestr("model.weights.h5", weights.getvalue())
    return path


GOOD = functional(Z, layer("Dense", "d", "z", units=3))
ARRAYS = {"layers/dense/vars/0": np.ones((4, 3)), "layers/dense/vars/1": np.ones(3)}


def test_a_made_file_opens(tmp_path):
    graph, weights = open_generator(archive(tmp_path / "a.keras", GOOD, ARRAYS))
    assert [node.name for node in graph.nodes] == ["z", "d"]
    assert {name: value.shape for name, value in weights.items()} == {
        "d/kernel": (4, 3),
        "d/bias": (3,),
    }
    assert all(value.dtype == np.float32 for value in weights.values())


@each(
    ("config", "arrays", "code"),
    {
        "cut": (json.dumps(GOOD)[:-20], ARRAYS, "weights_damaged"),
        "deep": ("[" * 10**6, ARRAYS, "weights_damaged"),
        "long": (" " * (8 * 2**20 + 1), ARRAYS, "file_part_too_large"),
        "no_arrays": (GOOD, {}, "weights_none"),
        "of_another": (GOOD, {"layers/conv2d/vars/0": np.ones((3, 3, 1, 1))}, "weights_none"),
        "one": (GOOD, {"layers/dense/vars/0": np.ones((4, 3))}, "weights_missing"),
        "shape": (GOOD, {**ARRAYS, "layers/dense/vars/1": np.ones(4)}, "weights_misshapen"),
        "text": (GOOD, {**ARRAYS, "layers/dense/vars/1": "text"}, "weights_missing"),
        "huge": (
            functional(Z, layer("Dense", "d", "z", units=2**24)),
            ARRAYS,
            "weights_misshapen",
        ),
        "lambda": (functional(Z, layer("Lambda", "d", "z")), ARRAYS, "keras_lambda"),
    },
)
def test_a_file_that_does_not_fit_is_refused(config, arrays, code, tmp_path):
    with pytest.raises(ExplorerError) as raised:
        open_generator(archive(tmp_path / "a.keras", config, arrays))
    assert raised.value.code == code


def test_a_model_of_tensorflow_js_is_named(tmp_path):
    told = {"format": "layers-model", "modelTopology": {"model_config": GOOD}}
    (tmp_path / "model.json").write_text(json.dumps(told))
    with pytest.raises(ExplorerError, match="tensorflowjs_converter"):
        open_generator(tmp_path / "model.json")


@each("name", ["g.h5", "g.keras", "g.npz", "g.safetensors"])
def test_a_pointer_of_git_lfs_is_named(name, tmp_path):
    text = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 9000000\n"
    (tmp_path / name).write_text(text)
    with pytest.raises(ExplorerError, match="git lfs pull"):
        open_generator(tmp_path / name)


def test_missing_variables_are_named(tmp_path):
    with pytest.raises(ExplorerError, match="d/bias"):
        open_generator(
            archive(tmp_path / "a.keras", GOOD, {"layers/dense/vars/0": np.ones((4, 3))})
        )


def test_a_structure_without_weights_and_weights_without_a_structure_say_so(tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "model.json").write_text(json.dumps(GOOD))
    with pytest.raises(ExplorerError) as raised:
        open_generator(tmp_path / "one" / "model.json")
    assert raised.value.code == "keras_weights_beside"
    with pytest.raises(ExplorerError) as raised:
        open_generator(tmp_path / "nowhere.keras")
    assert raised.value.code == "no_such_file"


@each("value", ["x" * 100, 7, np.zeros(10**5), np.array(["a", "b"], "S1")])
def test_an_h5_whose_attributes_are_odd_is_refused(value, tmp_path):
    path = tmp_path / "a.h5"
    with h5py.File(path, "w", libver="latest") as file:
        file.attrs["model_config"] = value
        file.create_group("model_weights/d").attrs["weight_names"] = value
    with pytest.raises(ExplorerError):
        open_generator(path)


def test_links_out_of_the_file_are_not_followed(tmp_path):
    other = tmp_path / "other.h5"
    with h5py.File(other, "w") as file:
        file["bias"] = np.ones(3)
    path = tmp_path / "a.h5"
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = json.dumps(GOOD)
        group = file.create_group("model_weights/d")
        group.attrs["weight_names"] = ["kernel", "bias"]
        group["kernel"] = np.ones((4, 3))
        group["bias"] = h5py.ExternalLink(str(other), "bias")
    with pytest.raises(ExplorerError, match="d/bias"):
        open_generator(path)


def test_a_saved_model_is_refused_by_name(tmp_path):
    (tmp_path / "saved").mkdir()
    (tmp_path / "saved" / "saved_model.pb").write_bytes(b"")
    for path in (tmp_path / "saved", tmp_path / "saved" / "saved_model.pb"):
        with pytest.raises(ExplorerError, match="SavedModel") as raised:
            open_generator(path)
        assert raised.value.code == "saved_model"


def _structures() -> list[dict]:
    names = ("conditional", "image_to_image", "shared", "every_layer", "pads", "spectral")
    return [json.loads(MODELS[name](keras).to_json()) for name in names]


STRUCTURES = _structures()
ODD = st.sampled_from(
    [
        *(None, True, 0, -1, 1.5, 2**70, 1e400, "", "x", "z", [], [[]], {}, [0, 0]),
        *({"class_name": 3}, "Lambda", "Functional", "same", [["z", 0, 0]]),
    ]
)


def _places(told: object, at: tuple = ()) -> list[tuple]:
    """Every path into nested JSON."""
    items = told.items() if isinstance(told, dict) else enumerate(told)
    found = []
    for key, value in items:
        found.append((*at, key))
        if isinstance(value, dict | list):
            found += _places(value, (*at, key))
    return found


PLACES = [_places(told) for told in STRUCTURES]


@examples(400)
@given(st.data())
def test_any_change_of_a_structure_is_read_or_refused_in_words(data):
    which = data.draw(st.integers(0, len(STRUCTURES) - 1))
    told = copy.deepcopy(STRUCTURES[which])
    for place in data.draw(st.lists(st.sampled_from(PLACES[which]), min_size=1, max_size=3)):
        parent = told
        try:
            for key in place[:-1]:
                parent = parent[key]
            if data.draw(st.booleans()):
                parent[place[-1]] = data.draw(ODD)
            else:
                del parent[place[-1]]
        except (LookupError, TypeError):
            continue  # an earlier change took the place away
    try:
        graph = read_keras_model(told).graph
        assert graph.weights is not None
    except ExplorerError:
        return
    assert read_graph(json.loads(json.dumps(graph.as_dict()))) == graph
