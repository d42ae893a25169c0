"""The shape debugger on graphs of any design: inverses, reasons and offers, worked out anew."""

import contextlib
import json
import math
import time
from dataclasses import replace

import keras
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer import ExplorerError, diagnose
from explorer.model.changes import Change, apply_changes
from explorer.model.expected_shape import fits
from explorer.model.files.keras_config import read_keras_model
from explorer.model.graph import Graph, shapes_of
from explorer.model.needed_shapes import needed_shapes
from explorer.model.number_search import Questions
from explorer.model.ops import Conv2D, Conv2DTranspose
from explorer.model.ops.inverse import filled
from explorer.model.resized_search import find_resized
from explorer.words import words_in
from tests.support.each import each
from tests.support.examples import examples
from tests.support.keras_models import MODELS
from tests.support.random_keras import RandomModel
from tests.unit.test_error_fuzz import ELSEWHERE, TEXTS

_OPENED: dict[str, Graph] = {}


def opened(model) -> Graph:
    return read_keras_model(json.loads(model.to_json())).graph.with_some_sizes()


def known(name: str) -> Graph:
    """One of the published structures, made once."""
    if name not in _OPENED:
        keras.utils.clear_session()  # so that layers are numbered from the first on
        _OPENED[name] = opened(MODELS[name](keras))
    return _OPENED[name]


@st.composite
def graphs(draw) -> Graph:
    if draw(st.booleans()):
        return known(draw(st.sampled_from([*MODELS])))
    keras.utils.clear_session()
    return opened(RandomModel(keras, draw(st.integers(0, 2**32 - 1))).model)


@st.composite
def wishes(draw, shape) -> tuple:
    """A shape like the one given, in which some sizes differ and some may be any."""
    near = [st.sampled_from([n, n + 1, max(1, n - 1), 2 * n, None, max(1, n // 2)]) for n in shape]
    return tuple(map(draw, near))


@examples(25)
@given(graphs(), st.data())
def test_what_comes_in_as_the_inverse_says_gives_the_shape(graph, data):
    """With the operation's numbers, or those that it names for it."""
    stage = data.draw(st.sampled_from([s for s in graph.stages(2) if s.sources]))
    wanted = data.draw(wishes(stage.shape))
    ops = [stage.op]
    for remedy in stage.op.remedies(stage.input_shapes, wanted):
        with contextlib.suppress(ExplorerError):
            ops.append(replace(stage.op, **dict(remedy.numbers)))
    for way in stage.op.inputs_for(stage.input_shapes, wanted):
        inputs = [*map(filled, way, stage.input_shapes)]
        made = []
        for op in ops:
            with contextlib.suppress(ExplorerError):
                made.append(op.output_shape(*inputs))
        assert any(fits(shape, wanted) for shape in made), (stage.op, way, made)


def check_words(note):
    for language in ("en", "zh-CN"):
        assert "{" not in words_in(language)["shape_reasons"][note.code].format(**note.params)


def check(graph: Graph, found, batch: int = 1):
    """Every claim and every offer is worked out anew, from the graph alone."""
    shapes = shapes_of(graph, batch)
    assert found.actual == shapes.get(found.stage, ())
    if found.first:
        assert found.first_actual == shapes[found.first]
        assert not fits(found.first_actual, found.first_expected)
    for note in filter(None, (found.reason, *found.notes)):
        check_words(note)
    sets = [frozenset(change.values.items()) for change in found.changes]
    assert len({*sets}) == len(sets)
    assert not any(one < other for one in sets for other in sets)
    counts = [max(1, sum(".sizes" not in name for name in one.values)) for one in found.changes]
    assert counts == sorted(counts), "the fewest come first; units and their map are one"
    for change in found.changes:
        changed = apply_changes(graph, change.numbers)
        made = shapes_of(changed, change.values.get("batch_size", batch))
        assert made[found.stage or graph.nodes[-1].name] == change.shape
        assert not found.stage or fits(change.shape, found.expected)
        assert changed != graph or "batch_size" in change.values


@examples(25)
@given(graphs(), st.data())
def test_every_offer_makes_the_shape_and_every_claim_holds(graph, data):
    stage = data.draw(st.sampled_from(graph.stages(1)))
    wanted = data.draw(wishes(stage.shape))
    found = diagnose(graph, {stage.name: wanted})
    read = found.expected or wanted  # channels first are read as such, and told
    assert sorted(map(str, read)) == sorted(map(str, wanted))
    assert (found.first is None) == fits(stage.shape, read)
    check(graph, found)
    for change in found.changes:
        size = change.values.get("batch_size", 1)
        again = diagnose(apply_changes(graph, change.numbers), {stage.name: wanted}, size)
        assert (again.first, again.changes) == (None, ())


@examples(25)
@given(graphs(), st.data())
def test_a_number_that_was_changed_is_found_back(graph, data):
    """Any filters or units: what the changed generator makes can be had from the first."""
    numbers = [
        (stage, name)
        for stage in graph.stages(1)
        for name in ("filters", "units")
        if hasattr(stage.op, name)
    ]
    if not numbers:
        return
    stage, name = data.draw(st.sampled_from(numbers))
    op = replace(stage.op, **{name: getattr(stage.op, name) + 1})
    nodes = (replace(n, op=op) if n.name == stage.name else n for n in graph.nodes)
    changed = Graph(tuple(nodes))
    try:
        wanted = (None, *shapes_of(changed, 1)[stage.name][1:])
        changed.weights  # noqa: B018  those that layers share agree on their shapes
    except ExplorerError:
        return  # what follows does not fit, or another call of the layer
    found = diagnose(graph, {stage.name: wanted})
    assert found.first == stage.name
    assert dict(found.changes[0].values) == {f"{stage.name}.{name}": getattr(op, name)}


CASES = [
    ("tutorial", (1, 16, 16, 1), "dense", "own_units_of_base",
     {"dense.units": 128, "reshape.sizes": (4, 4, 8)}),
    ("tutorial", (1, 12, 12, 3), "conv2d_transpose_2", "own_filters",
     {"conv2d_transpose_2.filters": 3}),
    ("tutorial", (1, 11, 11, 1), "conv2d_transpose_2", "stride",
     {"conv2d_transpose_2.output_padding": (0, 0)}),
    ("tutorial", {"dense": (1, 144)}, "dense", "own_units",
     {"dense.units": 144, "reshape.sizes": (3, 3, 16)}),
    ("tutorial", (5, 12, 12, 1), "input_layer", "batch_items", {"batch_size": 5}),
    ("wasserstein", (1, 32, 32, 1), "up_sampling2d", "factor",
     {"cropping2d.cropping": (0, 0, 0, 0)}),
    ("image_to_image", (1, 512, 512, 3), "input_layer", "from_outside",
     {"input_layer.shape": (512, 512, 3)}),
    ("image_to_image", (1, 255, 255, 3), "conv2d_transpose_2", "stride",
     {"conv2d_transpose_2.output_padding": (1, 1)}),
    ("image_to_image", (1, 201, 250, 3), "conv2d_transpose_2", "stride", None),
    ("image_to_image", (1, 246, 246, 3), "sequential_4/conv2d_transpose_1", "stride",
     {"input_layer.shape": (246, 246, 3),
      "sequential_4/conv2d_transpose_1.output_padding": (1, 1)}),
    ("tutorial", (1, 14, 14, 1), "conv2d_transpose_1", "stride",
     {"conv2d_transpose_1.kernel_size": (3, 3), "conv2d_transpose_1.padding": "valid"}),
    ("tutorial", (1, 14, 12, 3), "conv2d_transpose_1", "stride",
     {"conv2d_transpose_1.kernel_size": (3, 2), "conv2d_transpose_1.padding": "valid",
      "conv2d_transpose_2.filters": 3}),
]  # fmt: skip


@each(("name", "expected", "first", "code", "change"), CASES)
def test_it_names_the_first_stage_and_a_way_out(name, expected, first, code, change):
    found = diagnose(known(name), expected)
    assert (found.first, found.reason.code) == (first, code)
    assert [dict(one.values) for one in found.changes][:1] == ([change] if change else [])


def test_maps_that_two_read_differently_are_told_of():
    keras.utils.clear_session()
    lay = keras.layers
    inputs = lay.Input((8, 8, 2))
    crop, same = lay.Cropping2D(2)(inputs), lay.Conv2D(2, 3, 2, "same")(inputs)
    graph = opened(keras.Model(inputs, lay.Concatenate()([crop, same])))
    found = diagnose(graph, (1, 6, 6, 4))
    needs = needed_shapes(graph.stages(1), found.stage, (1, 6, 6, 4))
    assert needs.clash.stage == graph.inputs[0].name
    assert found.reason.code == "readers_clash"
    assert "[1, 12, 12, ?], and cropping2d to [1, 10, 10, 2]" in str(found.reason)


@st.composite
def messages(draw, graph: Graph) -> str:
    """An error of any kind, with sizes at random or of this generator."""
    plan = graph.stages(1)
    size = st.one_of(
        st.sampled_from(sorted({n for stage in plan for n in stage.shape})), st.integers(1, 70)
    )
    maps = [stage.shape[1:] for stage in plan if len(stage.shape) == 4] or [(2, 2, 2)]
    weights = [weight.shape for stage in plan for weight in stage.weights]
    of_rank = {rank: [shape for shape in weights if len(shape) == rank] for rank in (2, 4)}
    parts = {name: draw(size) for name in "abce"} | {"d": draw(st.integers(0, 4))}
    for names, own, rank in (("mo", maps, 3), ("kl", of_rank[4], 4), ("vw", of_rank[2], 2)):
        some = st.one_of(*map(st.just, own), st.tuples(*[size] * rank))
        for name in names:
            shape = draw(some)
            parts[name] = ", ".join(map(str, (4, *shape) if rank == 3 else shape))
    for name in "nr":
        item = draw(st.sampled_from(maps))
        parts[name] = draw(st.sampled_from([1, 2, 16])) * math.prod(item) + draw(st.integers(0, 1))
    return draw(st.sampled_from(TEXTS + ELSEWHERE)).format(**parts)


@examples(150)
@given(st.sampled_from([*MODELS]), st.data())
def test_no_answer_to_a_message_is_wrong_with_confidence(name, data):
    graph = known(name)
    with contextlib.suppress(ExplorerError):
        check(graph, diagnose(graph, data.draw(messages(graph))))


JOINED = (
    "A `Concatenate` layer requires inputs with matching shapes except for the concatenation axis. "
    "Received: input_shape=[(None, {0}, {0}, 8), (None, {1}, {1}, 8)]",
    "Sizes of tensors must match except in dimension 1. Expected size {0} but got size {1} for",
    "Dimension 1 in both shapes must be equal, but are {0} and {1}. Shapes are [?,{0},{0}] and "
    "[?,{1},{1}]. for 'c' (op: 'ConcatV2') with input shapes: [?,{0},{0},8], [?,{1},{1},8], []",
)  # fmt: skip


@each("text", JOINED)
@each(
    ("sides", "join", "size"), [((128, 127), "concatenate_1", 254), ((64, 63), "concatenate", 252)]
)
def test_maps_that_do_not_meet_name_the_join_and_the_input(text, sides, join, size):
    graph = known("image_to_image")
    found = diagnose(graph, text.format(*sides))
    told = found.reason.params
    assert found.reason.code == "join_of_input"
    check(graph, found)
    offered = [change.numbers[0].value[:2] for change in found.changes]
    assert ", ".join(f"{rows}×{columns}" for rows, columns in offered) == told["fitting"]
    assert (told["join"], told["size"]) == (join, f"{size}×{size}")
    name = graph.inputs[0].name
    for fitting in told["fitting"].split(", "):
        side = int(fitting.split("×")[0])
        apply_changes(graph, [Change(name, "shape", (side, side, 3))])
    with pytest.raises(ExplorerError):
        apply_changes(graph, [Change(name, "shape", (size, size, 3))])
    check_words(found.reason)


def test_the_nearest_inputs_of_two_sides_are_found_for_each_side():
    joined = JOINED[0].replace("{0}, {0}", "26, 24").replace("{1}, {1}", "25, 24")
    told = diagnose(known("image_to_image"), joined).reason.params
    rows, columns = (int(side) for side in told["size"].split("×"))
    fitting = [[int(side) for side in size.split("×")] for size in told["fitting"].split(", ")]
    assert [sides[1] for sides in fitting] == [columns, columns]
    assert fitting[0][0] < rows < fitting[1][0] < rows + 16


@each(
    ("sides", "code"),
    [
        ((9, 5), "no_join"),
        ((3, 4), "no_join"),
        ((12, 16), "sides_differ"),
        ((0, 6), "no_join"),
    ],
)
def test_a_join_of_another_graph_is_told_as_that(sides, code):
    graph = known("tutorial")  # of 3, 6, 12 rows; it joins nothing
    found = diagnose(graph, JOINED[0].format(*sides))
    assert found.reason.code == code
    assert found.changes == ()
    check_words(found.reason)


def test_a_shape_of_nothing_is_told_as_that():
    text = "Dimensions must be equal, but are 0 and 7 for 'add' with input shapes: [?,0], [?,7]"
    assert diagnose(known("tutorial"), text).reason.code == "shape_empty"


def test_a_deep_or_wide_graph_takes_little_time():
    lay = keras.layers
    x = inputs = lay.Input((64, 64, 2))
    for _ in range(150):
        x = lay.Add()([x, lay.Conv2D(2, 3, padding="same")(x)])
    graph = opened(keras.Model(inputs, x))
    graph.stages(1)
    start = time.thread_time()
    found = diagnose(graph, (1, 96, 96, 2))
    assert time.thread_time() - start < 1.5
    assert [dict(change.values) for change in found.changes] == [
        {f"{graph.inputs[0].name}.shape": (96, 96, 2)}
    ]


def test_two_numbers_of_a_stage_are_tried_only_where_two_may_change(monkeypatch):
    graph, asked = known("image_to_image"), []
    for op in (Conv2D, Conv2DTranspose):
        monkeypatch.setattr(op, "remedies_of_two", lambda *of: asked.append(of) or ())
    plan = graph.stages(1)
    find_resized(graph, 1, plan[-1], (1, 201, 250, 3))
    assert not asked
    Questions(plan, plan[-1].name, (None, 201, 250, 3))
    assert asked


def test_what_is_no_generator_is_refused():
    with pytest.raises(ExplorerError, match="GeneratorConfig"):
        diagnose("generator", (1, 2))
