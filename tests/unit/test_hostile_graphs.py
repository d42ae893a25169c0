"""Graphs out of strangers' files that would take too much, or that no page has."""

import time

import keras
import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from explorer import open_generator, trace
from explorer.model.graph import Graph, Node
from explorer.model.graph_store import keep_graph
from explorer.model.ops.input import Input
from explorer.model.ops.merge import Merge
from explorer.model.ops.pooling import Pooling2D
from explorer.model.ops.reshape import Reshape
from explorer.model.ops.softmax import Softmax
from explorer.model.ops.upsampling2d import UpSampling2D
from explorer.schema import MAX_OPENED_CELLS, check_shown, read_state
from explorer.ui.answers import _whole
from explorer.ui.routes import page_routes
from explorer.views.page import draw_page
from tests.support.each import each
from tests.unit.refusals import refused


def chain(*ops) -> Graph:
    names = [f"s{at}" for at in range(len(ops))]
    return Graph(
        tuple(
            Node(name, op, (before,) if before else (), name)
            for name, op, before in zip(names, ops, ["", *names], strict=False)
        )
    )


def drawn(graph: Graph, **asked) -> float:
    """Seconds that a view takes."""
    check_shown(graph.stages(), MAX_OPENED_CELLS)
    state = read_state({"weights": keep_graph(graph, {}).source, **asked})
    began = time.monotonic()
    draw_page(state, state.find_origin())
    return time.monotonic() - began


def test_windows_larger_than_any_map_are_refused():
    graph = chain(Input((64, 64, 1)), Pooling2D("maximum", (2**24, 1), (1, 1), "same"))
    with refused("windows_too_large"):
        check_shown(graph.stages())


@each("interpolation", ["nearest", "bilinear"])
def test_a_long_row_is_upsampled_without_a_matrix(interpolation):
    graph = chain(Input((40000,)), Reshape((1, 40000, 1)), UpSampling2D((1, 2), interpolation))
    assert drawn(graph, cell="0,0,77,0") < 20


def test_a_reshape_between_unlike_maps_ends():
    graph = chain(Input((3,)), Reshape((1, 3, 1)), UpSampling2D((1023, 61)), Reshape((1023, 61, 3)))
    assert drawn(graph, stage="s0", cell="0,0") < 20


def test_a_softmax_of_many_lists_some():
    graph = chain(
        Input((128,)), Reshape((8, 16, 1)), UpSampling2D((64, 64)), Reshape((-1,)), Softmax(-1)
    )
    assert drawn(graph, cell="0,5") < 20


def test_parts_of_pages_that_it_has_not_are_refused():
    source = keep_graph(chain(Input((4,)), Reshape((2, 2, 1))), {}).source
    with TestClient(Starlette(routes=page_routes())) as client:
        for part in ("overlap", "padding", "lab", "moment"):
            answer = client.get(f"/explorer/view?weights={source}&parts={part}")
            assert answer.json()["error"]["code"] == "request_damaged", part


def test_work_that_runs_out_of_an_iterator_gives_its_slot_back():
    with pytest.raises(RuntimeError, match="iterator"):
        _whole(lambda: next(iter(())))()


def test_a_picture_beside_z_leaves_the_origins_of_z():
    graph = Graph(
        (
            Node("z", Input((4,))),
            Node("picture", Input((2, 2, 1))),
            Node("laid", Reshape((2, 2, 1)), ("z",)),
            Node("sum", Merge("add"), ("laid", "picture")),
        )
    )
    assert drawn(graph, cell="0,1,1,0", origins=True) < 20


@pytest.fixture
def saved(tmp_path):
    def save(model):
        model.save(tmp_path / "g.keras")
        return tmp_path / "g.keras"

    return save


def test_normalization_called_in_training_takes_the_batchs_own(saved):
    lay = keras.layers
    z = lay.Input((6,))
    x = lay.BatchNormalization()(lay.Dense(8)(z), training=True)
    model = keras.Model(z, lay.Reshape((2, 2, 2))(x))
    graph, weights = open_generator(saved(model))
    made = np.random.RandomState(0).standard_normal((5, 6)).astype(np.float32)
    *_, output = trace(graph, weights, made).values()
    np.testing.assert_allclose(output, np.asarray(model(made)), atol=1e-5)


def test_dropout_called_in_training_is_refused(saved):
    z = keras.layers.Input((6,))
    x = keras.layers.Dropout(0.5)(keras.layers.Dense(8)(z), training=True)
    with refused("keras_option", "training", field="weights"):
        open_generator(saved(keras.Model(z, x)))
