"""Graphs out of strangers' files that would take too much, or that no page has."""

import time

import keras
import numpy as np
import pytest
import tensorflow as tf
from starlette.applications import Starlette
from starlette.testclient import TestClient

from explorer import open_generator, trace
from explorer.model.given_store import keep_array, with_given
from explorer.model.graph import Graph, Node
from explorer.model.graph_store import keep_graph
from explorer.model.ops.conv2d import Conv2D
from explorer.model.ops.conv2d_transpose import Conv2DTranspose
from explorer.model.ops.dense import Dense
from explorer.model.ops.input import Input
from explorer.model.ops.merge import Merge
from explorer.model.ops.moving import DepthToSpace
from explorer.model.ops.opaque import Opaque
from explorer.model.ops.pad import Pad
from explorer.model.ops.pooling import Pooling2D
from explorer.model.ops.reshape import Reshape
from explorer.model.ops.softmax import Softmax
from explorer.model.ops.upsampling2d import INTERPOLATIONS, Resizing, UpSampling2D
from explorer.model.origins import find_origins
from explorer.model.shown_bounds import MAX_OPENED_CELLS, check_shown
from explorer.model.trace import checked_call
from explorer.schema import read_state
from explorer.ui.answers import _whole
from explorer.ui.routes import page_routes
from explorer.views.load import view_load
from explorer.views.page import draw_page
from tests.support.each import each
from tests.unit.refusals import refused
from tests.unit.wire_format import read_message


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
    graph = chain(Input((16000,)), Reshape((1, 16000, 1)), UpSampling2D((1, 2), interpolation))
    assert drawn(graph, cell="0,0,77,0") < 20


def test_a_reshape_between_unlike_maps_ends():
    graph = chain(Input((3,)), Reshape((1, 3, 1)), UpSampling2D((1023, 61)), Reshape((1023, 61, 3)))
    assert drawn(graph, stage="s0", cell="0,0") < 20


def test_a_softmax_of_many_lists_some():
    graph = chain(
        Input((128,)), Reshape((8, 16, 1)), UpSampling2D((64, 64)), Reshape((-1,)), Softmax(-1)
    )
    assert drawn(graph, cell="0,5") < 20


def test_in_place_of_a_page_that_it_has_not_comes_another():
    source = keep_graph(chain(Input((4,)), Reshape((2, 2, 1))), {}).source
    with TestClient(Starlette(routes=page_routes())) as client:
        for part in ("overlap", "padding", "moment"):
            view = read_message(client.get(f"/explorer/view?weights={source}&parts={part}").content)
            assert part not in view["parts"]
            assert view["parts"]["head"]["state"]["page"] == "maps"


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


@each("told", [True, 1])  # which Keras takes alike
def test_normalization_called_in_training_takes_the_batchs_own(saved, told):
    lay = keras.layers
    z = lay.Input((6,))
    x = lay.BatchNormalization()(lay.Dense(8)(z), training=told)
    model = keras.Model(z, lay.Reshape((2, 2, 2))(x))
    graph, weights = open_generator(saved(model))
    made = np.random.RandomState(0).standard_normal((5, 6)).astype(np.float32)
    *_, output = trace(graph, weights, made).values()
    np.testing.assert_allclose(output, np.asarray(model(made)), atol=1e-5)
    model.trainable = False  # then it takes its moving ones, however it is called
    graph, weights = open_generator(saved(model))
    *_, output = trace(graph, weights, made).values()
    np.testing.assert_allclose(output, np.asarray(model(made)), atol=1e-5)


@each("told", [True, 1])
def test_dropout_called_in_training_is_left_out_and_told(saved, told):
    z = keras.layers.Input((6,))
    x = keras.layers.Dropout(0.5)(keras.layers.Dense(8)(z), training=told)
    graph, weights = open_generator(saved(keras.Model(z, x)))
    assert [(one.code, one.told) for one in graph.assumed] == [("keras_drawing", True)]
    _, dense, output = trace(graph, weights, np.ones((2, 6), np.float32)).values()
    np.testing.assert_array_equal(output, dense)


def same_many(op, times: int, size: int) -> Graph:
    """An operation that reads one vector many times."""
    return Graph((Node("z", Input((size,))), Node("joined", op, ("z",) * times)))


@each(
    ("graph", "code"),
    {
        "a vector that is read 1000 times": (
            same_many(Merge("add"), 1000, 300_000),
            "windows_too_large",
        ),
        "masks of a block's places": (
            chain(Input((1, 1, 819_200)), DepthToSpace(64)),
            "windows_too_large",
        ),
        "a vector of four million": (chain(Input((4_000_000,)), Dense(1)), "axis_too_long"),
        "millions of rows": (chain(Input((2, 1, 1)), UpSampling2D((2**24, 1))), "axis_too_long"),
        "a batch of a million": (
            chain(Input((1, 1, 1)), Pad(((0, 10**6), (0, 0), (0, 0), (0, 0)))),
            "axis_too_long",
        ),
        "sizes of a thousand digits": (
            chain(Input((2, 1, 1)), *[UpSampling2D((2**24, 1))] * 150),
            "axis_too_long",
        ),
        "windows over one channel": (
            chain(Input((215, 215, 1)), *[Pooling2D("maximum", (64, 64), (1, 1), "same")] * 3),
            "efforts_too_long",
        ),
        "windows of taps that stand apart": (
            chain(
                Input((128, 128, 1)), *[Conv2D(1, (64, 64), padding="same", dilation=(3, 3))] * 2
            ),
            "efforts_too_long",
        ),
        "zeros between far taps": (
            chain(
                Input((4, 4, 1)),
                Conv2DTranspose(1, (3, 3), padding="same", dilation=(2**14 - 1,) * 2),
            ),
            "too_many_bytes",
        ),
        "taps that stand further apart than any map is long": (
            chain(Input((4, 4, 1)), Conv2D(1, (2, 1), padding="same", dilation=(2**15, 1))),
            "reach_too_long",
        ),
        "steps longer than any map": (
            chain(Input((1, 1, 1)), Conv2DTranspose(1, (1, 1), (2**24, 1), output_size=(1, 1))),
            "reach_too_long",
        ),
        "long stamps of one cell": (
            chain(Input((1, 1, 4)), Conv2DTranspose(2, (1, 32767), (2, 2))),
            "windows_too_large",
        ),
        "every cell of a long side by itself": (
            chain(Input((32768, 1, 1)), Resizing((1, 1), antialias=True)),
            "windows_too_large",
        ),
        "many far stamps": (
            chain(Input((1, 1, 1)), Conv2DTranspose(1, (64, 1), padding="same", dilation=(520, 1))),
            "windows_too_large",
        ),
        "many small sums": (
            Graph(
                (
                    Node("z", Input((4,))),
                    *[
                        Node(f"m{at}", Merge("add"), (f"m{at - 1}" if at else "z",) * 1000)
                        for at in range(19)
                    ],
                )
            ),
            "efforts_too_long",
        ),
    },
)
def test_what_takes_far_longer_than_its_products_is_refused(graph, code):
    with refused(code):
        check_shown(graph.stages(), MAX_OPENED_CELLS)


def test_cells_in_a_vector_laid_out_otherwise_are_found_at_once():
    graph = chain(Input((20_000, 4, 4)), Softmax(1), Reshape((-1,)), Softmax(-1))
    assert drawn(graph, cell="0,6") < 5


def test_origins_pass_through_dilated_and_grouped_convolutions():
    graph = chain(
        Input((8,)),
        Reshape((2, 2, 2)),
        Conv2D(4, (2, 2), padding="same", dilation=(2, 3)),
        Conv2D(6, (3, 2), padding="same", groups=2),
    )
    random = np.random.RandomState(0)
    weights = {w.name: random.standard_normal(w.shape).astype(np.float32) for w in graph.weights}
    z = random.standard_normal((1, 8)).astype(np.float32)
    plan, given = checked_call(graph, weights, z)
    origins = find_origins(plan, weights, given, "s0", plan[-1].name, (0, 1, 1, 4))
    constant = trace(graph, weights, 0 * z)[plan[-1].name][0, 1, 1, 4]
    assert abs(origins.z.sum() + constant - origins.value) < 1e-5
    assert np.count_nonzero(origins.z) > 2


def test_gradients_of_taps_that_stand_apart_are_those_of_the_map_they_make():
    random = np.random.RandomState(0)
    for _ in range(40):
        numbers = random.randint(1, 4, (3, 2)).tolist()
        (kernel, strides, dilation), groups = map(tuple, numbers), int(random.randint(1, 4))
        padding = ("same", "valid")[random.randint(2)]
        op = Conv2D(2 * groups, kernel, strides, padding, dilation, groups, use_bias=False)
        x, other = random.standard_normal((2, 2, 8, 9, 3 * groups)).astype(np.float32)
        taps = random.standard_normal((*kernel, 3, 2 * groups)).astype(np.float32)
        shape = op.output_shape(x.shape)
        above = random.standard_normal(shape).astype(np.float32)
        with tf.GradientTape() as tape:
            tape.watch(x := tf.constant(x))
            made = tf.reduce_sum(op.forward([x], {"kernel": taps}, shape) * above)
        along = np.vdot(tape.gradient(made, x), other)
        moved = np.vdot(op.forward([other], {"kernel": taps}, shape), above)
        assert abs(along - moved) < 1e-4 * np.sqrt(x.shape.num_elements() * above.size), op


@each("interpolation", INTERPOLATIONS)
def test_origins_pass_through_maps_of_another_size(interpolation):
    random = np.random.RandomState(1)
    z = random.standard_normal((1, 84)).astype(np.float32)
    for size, antialias in (((3, 16), False), ((11, 2), True)):
        graph = chain(Input((84,)), Reshape((7, 6, 2)), Resizing(size, interpolation, antialias))
        plan, given = checked_call(graph, {}, z)
        origins = find_origins(plan, {}, given, "s0", "s2", (0, 1, 1, 1))
        assert abs(origins.z_rest) < 1e-5
        assert np.count_nonzero(origins.z) >= 1


def test_the_way_back_through_far_taps_takes_no_more_than_they_do():
    conv = Conv2D(512, (2, 2), dilation=(1000, 1000))
    stage = chain(Input((1001, 1001, 1)), conv).stages()[-1]
    assert conv.gradient_buffer(stage) < 1024
    kernel, x = tf.ones((2, 2, 1, 512)), tf.ones((1, 1001, 1001, 1))
    began = time.monotonic()
    with tf.GradientTape() as tape:
        tape.watch(x)
        made = conv.forward([x], {"kernel": kernel, "bias": tf.zeros(512)}, stage.shape)
    assert np.count_nonzero(tape.gradient(made, x)) == 4
    assert time.monotonic() - began < 1


def test_how_far_stamps_meet_counts_before_it_is_found():
    far, near = (
        chain(Input((4,)), Reshape((1, 1, 4)), Conv2DTranspose(1, (16, 1), padding="same",
                                                             dilation=(apart, 1)))
        for apart in (2000, 1)
    )  # fmt: skip
    loads = []
    for graph in (far, near):
        state = read_state({"weights": keep_graph(graph, {}).source, "page": "overlap"})
        loads.append(view_load(state, state.find_origin(), ["overlap"]))
    assert not loads[0].is_light
    assert loads[1].is_light


def test_open_sizes_have_a_name_of_their_own():
    """Else whoever sends the same with fixed sizes first decides what another is shown."""
    one, other = (
        chain(Input(shape), Conv2D(2, (3, 3), padding="same"))
        for shape in ((None, None, 3), (256, 256, 3))
    )
    weights = {w.name: np.ones(w.shape, np.float32) for w in other.weights}
    fixed, opened = keep_graph(other, weights), keep_graph(one, weights)
    assert fixed.source != opened.source
    assert opened.at(64, 32).graph.stages()[-1].shape == (1, 64, 32, 2)


def test_a_long_period_is_counted_in_one_go():
    graph = chain(Input((2, 1, 1)), UpSampling2D((16_000, 1)))
    assert drawn(graph, page="overlap") < 5
    assert graph.stages()[-1].op.period == (16_000, 1)


def test_inputs_are_not_made_to_be_compared_beyond_a_bound():
    graph = Graph((Node("x", Input((2048, 2048, 3))), Node("y", Opaque("Attention"), ("x",))))
    array = keep_array(np.zeros((1, 4, 4, 3), np.float32), False, "of others")
    stored = keep_graph(graph, {})
    with refused("inputs_too_large"):
        read_state({"weights": stored.source, "given": with_given("", "y", array.source)})
