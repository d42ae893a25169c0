"""Keras model files: every stage of an opened generator gives what Keras' own layer gives."""

import io
import json
import zipfile

import h5py
import keras
import numpy as np
import pytest

from explorer import ExplorerError, GeneratorConfig, init_weights, open_generator, trace
from explorer.model.builders.dcgan import dcgan_generator
from explorer.model.files.keras_config import Layer, read_keras_model
from explorer.model.files.keras_weights import _grouped
from explorer.model.graph import Graph
from explorer.model.ops import GroupNormalization
from explorer.model.ops.kernels import UNTOLD
from explorer.model.trace import checked_call
from explorer.words import english
from tests.support.each import each
from tests.support.examples import is_thorough
from tests.support.graph_checks import some_index, wrong_parts, wrong_reads
from tests.support.keras_comparison import apart, stages_of
from tests.support.keras_models import MODELS, draw_inputs, draw_weights
from tests.support.keras_recorder import record
from tests.unit.refusals import refused


def given(generator, model, arrays) -> dict:
    names = [tensor._keras_history[0].name for tensor in model.inputs]
    assert {node.name for node in generator.inputs} == set(names)
    return dict(zip(names, arrays, strict=True))


def test_a_difference_is_seen():
    good = {"a": np.ones((2, 2), np.float32)}
    assert apart(good, good) == []
    assert apart({"a": good["a"] * 1.001}, good) == ["a is off by 0.001"]
    assert apart({}, good) == ["a is missing"]


def made(name: str):
    """A model, inputs of it, and what its stages gave for these."""
    keras.utils.clear_session()
    model = MODELS[name](keras)
    draw_weights(model)
    arrays = draw_inputs(model)
    return model, arrays, record(keras, model, arrays if len(arrays) > 1 else arrays[0])


def assert_as_keras_has_it(case, generator, weights):
    model, arrays, stages = case
    found = trace(generator, weights, given(generator, model, arrays))
    # A wrapper's stages are those of the layer inside it.
    wanted = {n: v for n, v in stages_of(stages, found).items() if "spectral" not in n}
    assert apart(found, wanted) == []
    assert len(wanted) > 3 or "spectral" in str(list(found))
    assert list(found)[-1] == generator.nodes[-1].name
    final = model(arrays if len(arrays) > 1 else arrays[0], training=False)
    final = np.asarray(final[0] if isinstance(final, list) else final)  # the first is the output
    assert apart({"out": list(found.values())[-1]}, {"out": final}) == []


def other_forms(place: int) -> list[str]:
    """Endings of a model: in a thorough run both, else one of them by turns."""
    endings = [".h5", ".json"]
    return endings if is_thorough() else [endings[place % 2]]


@each(("place", "name"), [*enumerate(MODELS)])
def test_every_stage_is_as_keras_has_it_and_tells_what_it_reads_and_why(place, name, tmp_path):
    case = model, arrays, _ = made(name)
    path = tmp_path / f"{name}.keras"
    model.save(path)
    generator, weights = open_generator(path)
    assert_as_keras_has_it(case, generator, weights)
    assert check_cells(generator, weights, given(generator, model, arrays), 4) == []
    for ending in other_forms(place):
        path = tmp_path / f"{name}{ending}"
        if ending == ".json":
            path.write_text(model.to_json())
            model.save_weights(tmp_path / f"{name}.weights.h5")
        else:
            model.save(path)
        assert_as_keras_has_it(case, *open_generator(path))


def check_cells(generator, weights, inputs, count: int, seed: int = 0) -> list[str]:
    """What is wrong with some cells of every stage."""
    random = np.random.RandomState(seed)
    plan, _ = checked_call(generator, weights, inputs)
    outputs = trace(generator, weights, inputs)
    wrong = []
    for stage in plan:
        for _ in range(count):
            index = some_index(random, stage.shape)
            wrong += wrong_parts(plan, stage, weights, outputs, index)
            if stage.sources:
                wrong += wrong_reads(stage, weights, outputs, index, random)
        assert stage.formula
        assert stage.op.detail(stage) is not None
        assert stage.op.keras(stage).as_dict()
        assert stage.op.pytorch(stage).as_dict()
    return wrong


def _own(config):
    """Our own family's generator, built of Keras' layers."""
    lay = keras.layers
    x = inputs = keras.Input((config.noise_dim,), name="z")
    for node in dcgan_generator(config).nodes[1:]:
        op, name = node.op, node.name.replace("/", "_")
        match op.kind:
            case "dense":
                x = lay.Dense(op.units, name=name)(x)
            case "actv":
                x = lay.Activation(op.function, name=name)(x)
            case "batch_normalization":
                x = lay.BatchNormalization(name=name)(x)
            case "reshape":
                x = lay.Reshape(op.sizes, name=name)(x)
            case "conv2d_transpose":
                x = lay.Conv2DTranspose(op.filters, op.kernel_size, 2, "same", name=name)(x)
            case "pad":
                x = keras.ops.pad(x, op.paddings, op.mode.lower())
            case "conv2d":
                x = lay.Conv2D(op.filters, op.kernel_size, name=name)(x)
    return keras.Model(inputs, x)


@pytest.mark.parametrize("packed", [False, True])
def test_our_own_family_opens_by_its_numbers(packed, tmp_path):
    config = GeneratorConfig(noise_dim=6, upsample_dim=16, kernel_size=4)
    model = _own(config)
    draw_weights(model)
    path = tmp_path / "own.keras"
    model.save(path)
    if packed:
        with zipfile.ZipFile(tmp_path / "own.zip", "w") as archive:
            archive.write(path, "folder/own.keras")
        path = tmp_path / "own.zip"
    found, weights = open_generator(path)
    assert found == config
    z = np.random.RandomState(0).standard_normal((2, 6)).astype(np.float32)
    last = list(trace(found, weights, z).values())[-1]
    assert apart({"out": last}, {"out": np.asarray(model(z))}) == []


def test_another_activation_in_one_block_makes_it_a_graph(tmp_path):
    model = _own(GeneratorConfig(noise_dim=6, upsample_dim=16))
    model.get_layer("upsample2_actv").activation = keras.activations.tanh
    model.save(tmp_path / "own.keras")
    found, _ = open_generator(tmp_path / "own.keras")
    assert isinstance(found, Graph)


def test_weights_of_a_larger_model_than_the_structure_beside_them_are_refused(tmp_path):
    def model(count):
        layers = [keras.layers.Dense(4) for _ in range(count)]
        return keras.Sequential([keras.layers.Input((4,)), *layers])

    for_two, three = tmp_path / "g.json", tmp_path / "g.weights.h5"
    for_two.write_text(model(2).to_json())
    model(3).save_weights(three)
    with pytest.raises(ExplorerError) as raised:
        open_generator(for_two)
    assert raised.value.code == "keras_weights_larger"
    three.unlink()
    model(2).save_weights(three)
    assert len(open_generator(for_two)[1]) == 4


def test_weights_of_our_own_family_open_as_before(tmp_path):
    config = GeneratorConfig(noise_dim=6, upsample_dim=16)
    weights = init_weights(config)
    np.savez(tmp_path / "own.npz", **weights)
    (tmp_path / "package.json").write_text('{"name": "not a model"}')
    with h5py.File(tmp_path / "own.weights.h5", "w") as file:
        for name, value in weights.items():
            file[name] = value
    for name in ("own.npz", "own.weights.h5"):
        found, opened = open_generator(tmp_path / name)
        assert found == config
        assert all(np.array_equal(opened[key], weights[key]) for key in weights)


OwnDense = type("Dense", (keras.layers.Dense,), {"__module__": "__main__"})


@each("other", {"of another output": keras.layers.Dense, "of another class": OwnDense}.items())
@each("is_first", [True, False])
def test_no_layer_takes_the_weights_of_another_of_its_class(tmp_path, other, is_first):
    _, kind = other
    z = keras.Input((4,))
    made = [lambda: kind(3, name="b")(z), lambda: keras.layers.Dense(3, name="a")(z)]
    b, a = [each() for each in made] if is_first else [each() for each in made[::-1]][::-1]
    joined = [a, b] if kind is keras.layers.Dense else keras.layers.Add()([b, a])
    model = keras.Model(z, joined)
    draw_weights(model)
    model.save(tmp_path / "g.keras")
    _, weights = open_generator(tmp_path / "g.keras")
    kernel, bias = model.get_layer("a").weights
    np.testing.assert_array_equal(weights["a/kernel"], kernel)
    np.testing.assert_array_equal(weights["a/bias"], bias)
    assert kind is OwnDense or np.array_equal(weights["b/bias"], model.get_layer("b").bias)


class OwnModel(keras.Model):
    """As one writes it for a train_step of one's own."""


@each("kind", [keras.Model, OwnModel])
@each("ending", [".keras", ".h5"])
def test_a_nested_model_may_be_read_and_be_an_output_and_what_is_shown_is_told(
    tmp_path, kind, ending
):
    inner, z = keras.Input((4,)), keras.Input((4,))
    made = kind(inner, keras.layers.Dense(3)(inner))(z)
    model = keras.Model(z, [keras.layers.Dense(2)(made), made])
    draw_weights(model)
    model.save(tmp_path / f"g{ending}")
    graph, weights = open_generator(tmp_path / f"g{ending}")
    given = np.ones((2, 4), np.float32)
    *_, output = trace(graph, weights, given).values()
    np.testing.assert_allclose(output, np.asarray(model(given)[0]), atol=1e-6)
    own = ["keras_own_model"] * (kind is OwnModel)
    assert [one.code for one in graph.assumed] == [*own, "keras_outputs"]


def test_whose_weights_they_are_is_asked_where_no_number_tells():
    layers = [Layer(name, "dense", name, True) for name in "abc"]
    wanted = {"c": ["kernel"]}
    assert _grouped(layers, {0: "dense"}, wanted) == [(layers[2], "dense")]
    assert _grouped(layers, {1: "dense_1", 2: "dense_2"}, wanted) == [(layers[2], "dense_2")]
    assert _grouped(layers, {0: "dense"}, {}) == []
    both = {"a": ["kernel"], "b": ["kernel"]}
    assert _grouped(layers, {0: "dense", 2: "dense_2"}, both) == [(layers[0], "dense")]
    with refused("keras_weights_unclear", field="weights"):
        _grouped(layers, {0: "dense", 1: "dense_1"}, wanted)
    with refused("keras_weights_unclear", field="weights"):
        _grouped(layers, {0: "dense", 2: "dense_2"}, wanted, is_old=True)


def test_the_paths_of_keras_2_13_are_known(tmp_path):
    """There each layer with variables is counted twice, and the container has another name."""
    keras.utils.clear_session()
    lay = keras.layers
    inner = keras.Sequential([lay.Input((5,)), lay.Dense(4), lay.Dense(3)])
    model = keras.Sequential([lay.Input((6,)), lay.Dense(5), inner, lay.Dense(2), lay.Dense(2)])
    draw_weights(model)
    model.save(tmp_path / "new.keras")
    renamed = {
        "layers/dense/": "_layer_checkpoint_dependencies/dense/",
        "layers/dense_1/": "_layer_checkpoint_dependencies/dense_2/",
        "layers/dense_2/": "_layer_checkpoint_dependencies\\dense_4\\",
        "layers/sequential/": "_layer_checkpoint_dependencies/sequential/",
    }
    with zipfile.ZipFile(tmp_path / "new.keras") as archive:
        config, weights = archive.read("config.json"), archive.read("model.weights.h5")
    packed = io.BytesIO()
    with h5py.File(io.BytesIO(weights)) as source, h5py.File(packed, "w") as target:
        arrays = {}
        source.visititems(
            lambda path, item: arrays.update({path: item[()]} if hasattr(item, "shape") else {})
        )
        for path, value in arrays.items():
            start = next(start for start in renamed if path.startswith(start))
            target[renamed[start] + path.removeprefix(start)] = value
    with zipfile.ZipFile(tmp_path / "old.keras", "w") as archive:
        archive.writestr("config.json", config)
        archive.writestr("model.weights.h5", packed.getvalue())
    _, expected = open_generator(tmp_path / "new.keras")
    _, found = open_generator(tmp_path / "old.keras")
    assert len(found) == 10
    assert all(np.array_equal(found[name], expected[name]) for name in expected)


@each(
    "named",
    [
        {"class_name": "Addons>InstanceNormalization"},
        {
            "class_name": "InstanceNormalization",
            "module": "tensorflow_addons.layers.normalizations",
            "registered_name": "Addons>InstanceNormalization",
        },
    ],
)
def test_instance_normalization_of_addons_is_known(named):
    """It is group normalization with a group for each channel, in all but its name."""
    lay = keras.layers
    model = keras.Sequential([lay.Input((4, 4, 3)), lay.GroupNormalization(-1, name="norm")])
    told = json.loads(model.to_json())
    (layer,) = (item for item in told["config"]["layers"] if item["config"]["name"] == "norm")
    layer |= named
    graph = read_keras_model(told).graph
    assert graph.nodes[-1].op == GroupNormalization(-1)


def test_what_a_model_draws_in_every_call_is_left_out_and_told():
    """As pix2pix does with Dropout, at generation too."""
    lay = keras.layers
    x = keras.Input((4, 4, 3), name="picture")
    y = lay.Dropout(0.5, name="drop")(lay.Conv2D(2, 3, name="conv")(x), training=True)
    model = keras.Model(x, lay.GaussianNoise(1.0, name="noise")(y))  # in training alone
    graph = read_keras_model(json.loads(model.to_json())).graph
    assert [str(one) for one in graph.assumed] == [
        english("assumed", "keras_drawing", {"stages": "drop"})
    ]
    weights = {"conv/kernel": model.get_weights()[0], "conv/bias": np.ones(2, np.float32)}
    made = trace(graph, weights, np.ones((1, 4, 4, 3), np.float32))
    assert np.array_equal(made["drop"], made["conv"])


@each(
    "function",
    [
        lambda x: keras.ops.gelu(x),
        lambda x: keras.ops.gelu(x, approximate=False),
        lambda x: keras.ops.elu(x, alpha=0.3),
        lambda x: keras.ops.softmax(x, axis=1),
        lambda x: keras.ops.leaky_relu(x, 0.4),
        lambda x: keras.ops.depth_to_space(x, 2),
    ],
)
def test_functions_are_read_with_their_numbers(function):
    z = keras.Input((3, 2, 4), name="z")
    model = keras.Model(z, function(z))
    graph = read_keras_model(json.loads(model.to_json())).graph
    given = np.random.RandomState(0).standard_normal((2, 3, 2, 4)).astype(np.float32)
    *_, found = trace(graph, {}, given).values()
    assert apart({"out": found}, {"out": np.asarray(model(given))}) == []


@each(
    ("drawn", "told"),
    [
        (None, "glorot_uniform"),
        ("he_normal", "he_normal"),
        (keras.initializers.RandomNormal(stddev=0.02), "normal_0.02"),
        (keras.initializers.VarianceScaling(2.0, "fan_in"), "he_normal"),
        (keras.initializers.RandomNormal(stddev=0.5), UNTOLD),
        ("he_uniform", UNTOLD),
        ("orthogonal", UNTOLD),
    ],
)
def test_a_kernel_that_began_in_another_way_is_said_of_nothing(drawn, told):
    more = {"kernel_initializer": drawn} if drawn else {}
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, **more)])
    stage = read_keras_model(json.loads(model.to_json())).graph.stages()[-1]
    assert stage.op.initializer == told
    assert bool(stage.op.pytorch(stage).init) == (told != UNTOLD)


def test_the_oldest_forms_are_read():
    """A Sequential's config was its list of layers, and a Functional model was a Model."""
    lay = keras.layers
    model = keras.Sequential([lay.Input((4,)), lay.Dense(3, name="first"), lay.Dense(2)])
    told = json.loads(model.to_json())
    expected = read_keras_model(told).graph
    dense = [
        {"class_name": layer["class_name"], "config": layer["config"]}
        for layer in told["config"]["layers"][1:]
    ]
    dense[0]["config"]["batch_input_shape"] = [None, 4]
    old = read_keras_model({"class_name": "Sequential", "config": dense}).graph
    assert [node.op for node in old.nodes] == [node.op for node in expected.nodes]
    assert old.nodes[0].name == "first_input"
    z = lay.Input((4,))
    told = json.loads(keras.Model(z, lay.Dense(3)(z)).to_json())
    assert read_keras_model(told | {"class_name": "Model"}) == read_keras_model(told)
