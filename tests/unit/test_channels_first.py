"""Keras models with channels first against their layers, each run on maps that are turned."""

import json

import keras
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from explorer import trace
from explorer.model.files.keras_config import read_keras_model
from explorer.model.graph_json import read_graph
from tests.support.examples import examples
from tests.support.keras_comparison import apart
from tests.support.keras_models import draw_weights
from tests.support.random_keras import own_name
from tests.unit.refusals import refused

LAY = keras.layers
FIRST = {"data_format": "channels_first"}


def last(x: np.ndarray) -> np.ndarray:
    """[N, C, H, W] as [N, H, W, C]."""
    return np.transpose(x, (0, 2, 3, 1))


def first(x: np.ndarray) -> np.ndarray:
    """[N, H, W, C] as [N, C, H, W]."""
    return np.transpose(x, (0, 3, 1, 2))


def run(layer, inputs: list[np.ndarray]) -> np.ndarray:
    """What a layer gives; one with channels first by its twin with channels last.

    Keras itself is no reference for these on a CPU: there TensorFlow's convolution with channels
    first gives other numbers than with channels last where SAME pads an even kernel.
    """
    if getattr(layer, "data_format", None) != FIRST["data_format"]:
        return np.asarray(layer(inputs if len(inputs) > 1 else inputs[0]))
    told, curve = layer.get_config(), getattr(layer, "activation", None)
    plain = {"activation": None} if curve else {}
    twin = type(layer).from_config({**told, **plain, "data_format": "channels_last"})
    turned = last(inputs[0])
    twin.build(turned.shape)
    twin.set_weights(layer.get_weights())
    made = np.asarray(twin(turned))
    made = first(made) if made.ndim == 4 else made
    return np.asarray(curve(made)) if curve else made  # whose last axis are columns there


class Drawn:
    """A random generator whose maps have channels first.

    Attributes:
        model: of Keras, of which a CPU runs not all layers rightly.
        calls: its layers in their order, with the places of what each reads.
    """

    def __init__(self, seed: int):
        self._random = np.random.RandomState(seed)
        self.calls: list[tuple] = []
        start = self._pick([(6,), (2, 3, 4)])
        self._tensors = [keras.Input(start, name="z")]
        for _ in range(self._random.randint(3, 10)):
            self._add()
        self._call(LAY.Conv2D(2, 2, padding="same", name="end", **FIRST), self._as_map())
        self.model = keras.Model(self._tensors[0], self._tensors[-1])

    def _pick(self, items):
        return items[self._random.randint(len(items))]

    def _call(self, layer, *places: int) -> int:
        given = [self._tensors[at] for at in places]
        self._tensors.append(layer(given if len(given) > 1 else given[0]))
        self.calls.append((layer, places))
        return len(self._tensors) - 1

    def _as_map(self) -> int:
        at = len(self._tensors) - 1
        if len(self._tensors[at].shape) == 4:
            return at
        return self._call(LAY.Reshape((2, 3, 2)), self._call(LAY.Dense(12), at))

    def _add(self):
        at, (_, channels, rows, columns) = (n := self._as_map()), self._tensors[n].shape
        kernel, same = (self._pick([1, 2, 3]), self._pick([1, 3])), {"padding": "same"}
        twice = [n for n, t in enumerate(self._tensors) if t.shape == self._tensors[at].shape]
        large = channels * rows * columns > 400
        makers = [
            lambda: LAY.Conv2D(3, kernel, activation=self._pick([None, "relu"]), **same, **FIRST),
            lambda: LAY.Conv2D(2, (1, min(2, columns)), activation="softmax", **FIRST),
            lambda: LAY.DepthwiseConv2D(kernel, **same, **FIRST),
            lambda: LAY.BatchNormalization(axis=self._pick([1, 1, 1, 2])),
            lambda: LAY.BatchNormalization(),
            lambda: LAY.LayerNormalization(axis=self._pick([1, -1])),
            lambda: LAY.LeakyReLU(0.2),
            lambda: LAY.PReLU(shared_axes=[2, 3]),
            lambda: LAY.Dropout(0.3),
            lambda: LAY.Rescaling(2.0, -1.0),
            lambda: LAY.Softmax(axis=1),
            lambda: LAY.Dense(3),
            lambda: LAY.Permute((2, 3, 1)),
            lambda: LAY.Reshape((rows, channels, columns)),
            lambda: LAY.ZeroPadding2D(((0, 1), (1, 0)), **FIRST),
            lambda: LAY.Cropping2D(((rows // 3, 0), (0, columns // 3)), **FIRST),
            lambda: LAY.MaxPooling2D(2, 1, "same", **FIRST),
            lambda: LAY.AveragePooling2D((1, 2), 1, "same", **FIRST),
            lambda: LAY.GlobalMaxPooling2D(keepdims=self._pick([True, False]), **FIRST),
            lambda: LAY.Flatten(**FIRST),
            lambda: LAY.Flatten(),
        ]
        makers += (
            []
            if large
            else [
                lambda: LAY.Conv2DTranspose(2, kernel, self._pick([1, 2]), **same, **FIRST),
                lambda: LAY.UpSampling2D((2, 1), **FIRST),
            ]
        )
        if self._random.uniform() < 0.25:
            kind = self._pick([LAY.Add, lambda: LAY.Concatenate(axis=self._pick([1, 2, -1]))])
            self._call(kind(), at, self._pick(twice))
        else:
            self._call(self._pick(makers)(), at)


@examples(32)
@given(st.integers(0, 2**32 - 1))
def test_models_with_channels_first_are_read_with_channels_last(seed):
    keras.utils.clear_session()
    drawn = Drawn(seed)
    draw_weights(drawn.model, seed)
    graph = read_keras_model(json.loads(drawn.model.to_json())).graph
    assert read_graph(json.loads(json.dumps(graph.as_dict()))) == graph
    given_shape = drawn.model.inputs[0].shape[1:]
    z = np.random.RandomState(seed).standard_normal((2, *given_shape)).astype(np.float32)
    arrays = [z]
    for layer, places in drawn.calls:
        arrays.append(run(layer, [arrays[at] for at in places]))
    weights = {own_name(w.path): np.asarray(w) for w in drawn.model.weights}
    is_turned = graph.inputs[0].op.shape != given_shape
    found = trace(graph, weights, last(z) if is_turned else z)
    expected = {}
    for (layer, _), array in zip(drawn.calls, arrays[1:], strict=True):
        turned = array.ndim == 4 and last(array)
        name = f"{layer.name}/activation" if f"{layer.name}/activation" in found else layer.name
        told = found.get(f"{layer.name}/channels_first")
        if told is not None and name == layer.name:
            expected |= {name: turned, f"{layer.name}/channels_first": array}
        else:
            near = (
                array.ndim == 4
                and turned.shape == found[name].shape
                and np.allclose(turned, found[name], atol=3e-5 * np.ptp(array))
            )
            expected[name] = turned if near else array
    expected["end"] = last(arrays[-1])
    assert apart({name: found[name] for name in expected}, expected, 3e-5) == []
    codes = {item.code for item in graph.assumed}
    assert ("channels_last_in" in codes) == is_turned
    news = any(node.name.endswith(("/channels_first", "/channels_last")) for node in graph.nodes)
    assert ("permuted" in codes) == news
    assert codes <= {"channels_last", "channels_last_in", "permuted"}


def test_what_is_told_of_channels_first_is_true_of_a_generator_of_vectors():
    z = keras.Input((8,), name="z")
    maps = LAY.Reshape((8, 2, 2), name="maps")(LAY.Dense(32, name="dense")(z))
    out = LAY.Conv2DTranspose(3, 4, 2, "same", name="out", **FIRST)(maps)
    graph = read_keras_model(json.loads(keras.Model(z, out).to_json())).graph
    told = [(item.code, item.stages) for item in graph.assumed]
    assert told == [("channels_last", "out"), ("permuted", "maps")]


def test_pictures_of_any_size_are_read_with_channels_last():
    x = keras.Input((3, None, None), name="x")
    half = LAY.Conv2D(4, 4, 2, "same", name="half", **FIRST)(x)
    full = LAY.Conv2DTranspose(3, 4, 2, "same", name="full", **FIRST)(half)
    model = keras.Model(x, LAY.Concatenate(axis=1, name="both")([x, full]))
    graph = read_keras_model(json.loads(model.to_json())).graph
    assert graph.inputs[0].op.shape == (None, None, 3)
    assert [node.name for node in graph.nodes] == ["x", "half", "full", "both"]
    assert graph.with_some_sizes().stages()[-1].shape[-1] == 6


def test_a_row_with_channels_first_is_refused_by_name():
    x = keras.Input((4, 6))
    model = keras.Model(x, LAY.GroupNormalization(2, axis=1, name="norm")(x))
    with refused("channels_first_rank", field="weights") as raised:
        read_keras_model(json.loads(model.to_json()))
    assert "norm" in str(raised.value)
