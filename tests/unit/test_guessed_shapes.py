"""Layers of which a file tells no shape: what follows them opens, and is right with an array."""

import time
from dataclasses import replace

import keras
import numpy as np

from explorer import open_generator, trace
from explorer.model.files.guessed_shapes import with_fitting_guesses
from explorer.model.graph import Graph, Node
from explorer.model.ops import (
    Activation,
    BatchNormalization,
    Conv2D,
    Dense,
    Input,
    Opaque,
    PReLU,
    Reshape,
)
from tests.support.each import each
from tests.support.keras_models import draw_weights

CONV = Conv2D(2, (3, 3))
MAP = Node("x", Input((8, 8, 3)))
OWN = Node("own", Opaque("Own"), ("x",))


def chain(*ops) -> Graph:
    names = ["own", *(f"op{at}" for at in range(len(ops)))]
    after = [
        Node(name, op, (source,), name)
        for op, source, name in zip(ops, names, names[1:], strict=False)
    ]
    return Graph((MAP, OWN, *after))


@each(
    ("ops", "told", "guess"),
    {
        "as what came": ((CONV,), {"op0__kernel": (3, 3, 3, 2)}, None),
        "channels": ((CONV,), {"op0__kernel": (3, 3, 12, 2)}, (8, 8, 12)),
        "through a norm": (
            (BatchNormalization(), CONV),
            {"op0__gamma": (5,), "op1__kernel": (3, 3, 5, 2)},
            (8, 8, 5),
        ),
        "slopes": ((PReLU(),), {"op0__alpha": (4, 6, 9)}, (4, 6, 9)),
        "values": ((Reshape((-1,)), Dense(2)), {"op1__kernel": (640, 2)}, (8, 8, 10)),
        "a target": ((Reshape((4, 4, 5)),), {}, (80,)),
        "another kernel": ((CONV,), {"op0__kernel": (5, 5, 4, 2)}, None),
    },
)
def test_a_guess_fits_what_follows(ops, told, guess):
    graph, arrays = chain(*ops), {name.replace("__", "/"): size for name, size in told.items()}
    made = with_fitting_guesses(graph, arrays)
    assert made.nodes[1].op.guess == guess
    if guess:
        shapes = {weight.name: weight.shape for weight in made.weights}
        assert arrays.items() <= shapes.items()
        assert made.stages()[1].is_guessed


def test_open_sizes_and_many_ways_back_are_no_hindrance():
    graph = chain(Reshape((4, 4, 5)))
    wide = replace(graph, nodes=(Node("x", Input((None, None, 3))), *graph.nodes[1:]))
    assert with_fitting_guesses(wide, {}).nodes[1].op.guess == (80,)
    turns = [Reshape((8, 8, 3)), Reshape((4, 16, 3))] * 20
    start = time.thread_time()
    assert with_fitting_guesses(chain(*turns, Reshape((7, 11, 13))), {}).nodes[1].op.guess is None
    long = chain(*[Activation("relu")] * 600, Reshape((3, 3)))
    assert with_fitting_guesses(long, {}).nodes[1].op.guess is None
    assert time.thread_time() - start < 1


def test_a_layer_of_a_told_shape_stays_as_it_is():
    told = replace(chain(CONV), nodes=(MAP, replace(OWN, op=Opaque("Own", (8, 8, 4)))))
    assert with_fitting_guesses(told, {"op0/kernel": (3, 3, 12, 2)}) == told


class Shuffle(keras.layers.Layer):
    """A layer of somebody's own, of which an old file tells no shape."""

    def call(self, x):
        return keras.ops.reshape(x, (-1, 16, 16, 2))


def test_a_file_with_a_layer_that_changes_the_shape_opens_and_is_right_with_its_array(tmp_path):
    lay = keras.layers
    x = lay.Input((8, 8, 3), name="x")
    own = Shuffle(name="own")(lay.Conv2D(8, 3, padding="same")(x))
    model = keras.Model(x, lay.Conv2D(3, 3, activation="tanh", name="last")(own))
    draw_weights(model)
    model.save(tmp_path / "g.h5")
    graph, weights = open_generator(tmp_path / "g.h5")
    assert [node.op.kind for node in graph.nodes].count("opaque") == 1
    given = np.random.RandomState(1).standard_normal((1, 8, 8, 3)).astype(np.float32)
    gave = np.asarray(keras.Model(x, own)(given))
    *_, output = trace(graph, weights, {"x": given, "own": gave}).values()
    np.testing.assert_allclose(output, np.asarray(model(given)), atol=1e-6)
