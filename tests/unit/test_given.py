"""What is given to stages of an opened generator: pictures, arrays of unknown layers, sizes."""

import io
import json
import re
import struct
import threading
import zlib
from dataclasses import replace
from itertools import pairwise

import keras
import numpy as np
import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.testclient import TestClient

from explorer import ExplorerError, schema, trace
from explorer.link import read_link, write_link
from explorer.model import latent, opened_call
from explorer.model.changes import Change
from explorer.model.given_store import parse_given, with_given
from explorer.model.graph import Graph, Node
from explorer.model.graph_store import keep_graph
from explorer.model.latent import draw_noise
from explorer.model.light_work import TooHeavy, kept_light
from explorer.model.memory import memory
from explorer.model.open_sizes import at_opening_sizes, fit_sizes
from explorer.model.ops import (
    Activation,
    Concatenate,
    Conv2D,
    Conv2DTranspose,
    Input,
    Merge,
    Opaque,
    PReLU,
)
from explorer.model.stopping import Stopped, stopped_by
from explorer.schema import read_state
from explorer.ui.routes import page_routes
from explorer.views.drawing import Drawing
from explorer.views.load import view_load
from explorer.views.page import draw_page, run_state
from explorer.views.stage_maps import stage_maps
from explorer.views.weights import weights_view
from tests.support.each import each
from tests.unit.refusals import refused

RANDOM = np.random.RandomState(4)


def kept(graph: Graph):
    """The graph in the store, with weights of its own."""
    weights = {w.name: RANDOM.standard_normal(w.shape).astype(np.float32) for w in graph.weights}
    return keep_graph(graph, weights)


# Two halvings, and a skip that meets what comes back: sides must be multiples of 4.
SKIP = kept(
    Graph(
        (
            Node("picture", Input((None, None, 3))),
            Node("down", Conv2D(4, (3, 3), (4, 4), "same"), ("picture",), "down"),
            Node("up", Conv2DTranspose(3, (3, 3), (4, 4), "same"), ("down",), "up"),
            Node("joined", Concatenate(), ("picture", "up")),
        )
    )
)
UNKNOWN = kept(
    Graph(
        (
            Node("map", Input((4, 4, 1))),
            Node("first", Conv2D(2, (1, 1)), ("map",), "first"),
            Node("attend", Opaque("SelfAttention", (4, 4, 2)), ("first",)),
            Node("second", Conv2D(3, (3, 3)), ("attend",), "second"),
            Node("side", Conv2D(1, (1, 1)), ("first",), "side"),
            Node("out", Conv2D(1, (1, 1)), ("second",), "out"),
        )
    )
)
NAMED = "attend (SelfAttention)"  # as sentences name it
ALPHA = kept(
    Graph(
        (
            Node("picture", Input((8, 8, 4))),
            Node("out", Conv2D(3, (3, 3)), ("picture",), "out"),
        )
    )
)


@pytest.fixture(scope="module")
def client():
    with TestClient(Starlette(routes=page_routes())) as made:
        yield made


def give(client, stage: str, name: str, data: bytes, **state) -> dict:
    """What the server answers to a file for a stage."""
    header = json.dumps({"files": [{"name": name, "size": len(data)}], "state": state}).encode()
    body = struct.pack("<I", len(header)) + header + data
    return client.post(f"/explorer/given?stage={stage}", content=body).json()


def picture(kind: str = "PNG", size=(6, 4), mode: str = "RGB", **options) -> bytes:
    out = io.BytesIO()
    colors = RANDOM.randint(0, 256, (size[1], size[0], 3)).astype(np.uint8)
    Image.fromarray(colors).convert(mode).save(out, kind, **options)
    return out.getvalue()


def npy(array) -> bytes:
    out = io.BytesIO()
    np.save(out, array)
    return out.getvalue()


@each("kind", ["PNG", "WEBP", "JPEG"])
@each("span", {"signed": (-1, 1), "unit": (0, 1), "bytes": (0, 255)}.items())
def test_a_picture_goes_in_at_the_size_and_range_of_its_input(client, kind, span):
    name, (low, high) = span
    options = {"lossless": True} if kind == "WEBP" else {}
    data = picture(kind, (8, 12), **options)
    shown = {"weights": SKIP.source, "input_height": 12, "input_width": 8, "picture_range": name}
    told = give(client, "picture", "me.png", data, **shown)
    state = read_state(shown | {"given": told["given"], "batch_size": 2})
    exact = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"), np.float32) / 255
    wanted = np.stack([exact * (high - low) + low] * 2)
    np.testing.assert_allclose(state.inputs["picture"], wanted, atol=1e-5 * (high - low))
    made = run_state(state, state.find_origin()).stages
    expected = trace(SKIP.open_graph, SKIP.weights, state.inputs["picture"])
    np.testing.assert_array_equal(made["joined"], expected["joined"])


@each(
    "case",
    [
        ("picture_as_it_is", (8, 12), (12, 8), "12×8 → 12×8"),
        ("picture_resized", (16, 24), (12, 8), "24×16 → 12×8"),
        ("picture_stretched", (12, 12), (12, 8), "12×12 → 12×8"),
        # What is kept of it is no larger than 1024, of proportions that are rounded.
        ("picture_as_kept", (2048, 8), (4, 1024), "4×1024 → 4×1024"),
        ("picture_resized", (1200, 800), (8, 12), "683×1024 → 8×12"),
        ("picture_stretched", (1200, 804), (8, 12), "686×1024 → 8×12"),
    ],
)
def test_what_becomes_of_a_picture_is_told(client, case):
    code, size, (height, width), detail = case
    shown = {"weights": SKIP.source, "input_height": height, "input_width": width}
    told = give(client, "picture", "me.png", picture(size=size), **shown)
    state = read_state(shown | {"given": told["given"]})
    drawing = Drawing(state, state.find_origin())
    header = next(head for head in stage_maps(drawing) if head["name"] == "picture")
    assert (header["words"]["code"], header["detail"]) == (code, detail)
    assert (header["short"], header["without"]) == ("given", "")


@each("span", {"signed": "1", "bytes": "255"}.items())
def test_what_fills_the_fourth_channel_of_an_input_is_told(client, span):
    name, white = span
    shown = {"weights": ALPHA.source, "picture_range": name}
    told = give(client, "picture", "me.png", picture(size=(8, 8)), **shown)
    state = read_state(shown | {"given": told["given"]})
    np.testing.assert_array_equal(np.unique(state.inputs["picture"][..., 3]), [float(white)])
    params = stage_maps(_drawn(state))[0]["words"]["params"]
    assert (params["channels"], params["fill"]) == (3, white)


@each("mode", ["1", "L", "P", "RGBA", "CMYK", "LA"])
def test_pictures_of_all_kinds_of_colours_are_read(client, mode):
    kind = "JPEG" if mode == "CMYK" else "PNG"
    told = give(client, "picture", "me.png", picture(kind, mode=mode), weights=SKIP.source)
    state = read_state({"weights": SKIP.source, "given": told["given"]})
    assert np.abs(state.inputs["picture"]).max() <= 1 + 1e-6


def _bomb() -> bytes:
    """A PNG that says that it has 10^10 pixels."""
    data = bytearray(picture())
    data[16:24] = struct.pack(">II", 100_000, 100_000)
    data[29:33] = struct.pack(">I", zlib.crc32(bytes(data[12:29])))
    return bytes(data)


def _endless() -> bytes:
    """An .npy that says that it has 10^12 numbers."""
    out = io.BytesIO()
    told = {"descr": "<f4", "fortran_order": False, "shape": (10**6, 10**6)}
    np.lib.format.write_array_header_1_0(out, told)
    return out.getvalue()


HOSTILE = {
    "picture_damaged": [b"", b"GIF89a", picture("GIF"), picture("BMP"), picture()[:60], b"<svg/>"],
    "picture_size": [_bomb()],
}


@each("case", [(code, data) for code, cases in HOSTILE.items() for data in cases])
def test_what_is_no_picture_that_is_read_is_refused(client, case):
    code, data = case
    told = give(client, "picture", "me.png", data, weights=SKIP.source)
    assert told["error"]["code"] == code
    assert told["error"]["field"] == "given"


@each(
    "case",
    {
        "objects": ("input_not_numbers", "in.npy", npy(np.array([None]))),
        "words": ("input_not_numbers", "in.npy", npy(np.array([["a", "b"]]))),
        "short": ("npy_damaged", "in.npy", npy(np.zeros((4, 4, 2)))[:-8]),
        "huge": ("given_size", "in.npy", _endless()),
        "rank": ("given_size", "in.npy", npy(np.zeros(3))),
        "shape": ("given_shape", "in.npy", npy(np.zeros((4, 4, 3)))),
        "picture": ("npy_wanted", "in.png", picture()),
        "neither": ("npy_wanted", "make.py", b"import keras"),
    }.items(),
)
def test_what_an_unknown_layer_cannot_have_given_is_refused(client, case):
    _, (code, file, data) = case
    told = give(client, "attend", file, data, weights=UNKNOWN.source)
    assert told["error"]["code"] == code


def test_of_an_unknown_layer_it_is_told_why_it_is_unknown():
    names = {name for name in dir(keras.layers) if isinstance(getattr(keras.layers, name), type)}
    told = {name: Opaque(name).why_unknown for name in names}
    sided = {name for name in names if re.search("(?<!LSTM)[13]D", name) and "Dropout" not in name}
    assert {name for name in names if told[name] == "sides"} == sided
    assert {name for name in names if told[name] == "attention"} == {
        name for name in names if name.endswith("Attention")
    }
    assert {name for name in names if told[name] == "steps"} >= {"LSTM", "GRU", "ConvLSTM2D"}
    assert told["Conv2D"] == "own"
    state = read_state({"weights": UNKNOWN.source})
    header = next(one for one in stage_maps(_drawn(state)) if one["name"] == "attend")
    assert header["words"] == {
        "code": "opaque_alone_own",
        "params": {"layer": "SelfAttention"},
    }
    after = next(one for one in stage_maps(_drawn(state)) if one["name"] == "second")
    assert after["words"] == {"code": "unknown", "params": {"layers": NAMED}}


def test_of_many_unknown_layers_some_are_named():
    names = ["x", *(f"own{at}" for at in range(9))]
    owns = [Node(name, Opaque("Own"), (before,)) for before, name in pairwise(names)]
    end = Node("end", Activation("relu"), ("own8",))
    source = kept(Graph((Node("x", Input((4, 4, 1))), *owns, end))).source
    last = stage_maps(_drawn(read_state({"weights": source})))[-1]
    assert last["words"]["params"]["layers"].endswith("own5 (Own), … (+3)")


def test_open_sizes_follow_a_picture_until_others_are_asked_for(client):
    def sizes(size, **shown):
        data = picture(size=size)
        told = give(client, "picture", "me.png", data, weights=SKIP.source, **shown)
        return told, told["sizes"]

    told, followed = sizes((300, 200))
    usual = SKIP.graph.nodes[0].op.shape[0]
    height, width = followed["input_height"], followed["input_width"]
    assert width <= usual
    assert abs(height / width - 2 / 3) < 4 / width  # to a multiple of 4
    state = read_state({"weights": SKIP.source, "given": told["given"], **followed})
    assert state.plan[0].shape[1:3] == (height, width)
    square = {"input_height": usual, "input_width": usual}
    assert sizes((40, 40), given=told["given"], **followed)[1] != followed
    assert sizes((300, 200), **square)[1] == {}  # asked for by hand
    assert sizes((usual, usual))[1] == {}


def _drawn(state) -> Drawing:
    return Drawing(state, state.find_origin())


@each("stage", ["first", "no such stage", ""])
def test_a_stage_that_takes_nothing_is_refused(client, stage):
    told = give(client, stage, "in.npy", npy(np.zeros((4, 4, 2))), weights=UNKNOWN.source)
    assert told["error"]["code"] == "no_such_input"


def test_our_own_generator_takes_nothing(client):
    assert give(client, "z", "in.npy", npy(np.zeros(3)))["error"]["code"] == "given_elsewhere"


def unknown_stages(state) -> set[str]:
    return {stage.name for stage in state.plan if state.is_unknown(stage.name)}


def test_what_follows_an_unknown_layer_is_unknown_until_its_array_is_given(client):
    shown = {"weights": UNKNOWN.source, "batch_size": 2}
    alone = read_state(shown | {"page": "output", "stage": "second", "cell": "0,0,0,0"})
    assert unknown_stages(alone) == {"attend", "second", "out"}
    assert [alone.call.awaited(name) for name in ("out", "attend", "first")] == [
        ("attend",),
        ("attend",),
        (),
    ]
    assert (alone["page"], alone["cell"]) == ("maps", "")
    assert weights_view(alone, alone.find_origin())["supply"] == {"alone": [NAMED]}
    made = run_state(alone, alone.find_origin()).stages
    array = RANDOM.standard_normal((2, 4, 4, 2)).astype(np.float32)
    told = give(client, "attend", "in.npy", npy(array), **shown)
    state = read_state(shown | {"given": told["given"], "page": "output"})
    assert (unknown_stages(state), state["page"]) == (set(), "output")
    assert weights_view(state, state.find_origin())["supply"] == {"given": [NAMED]}
    found = run_state(state, state.find_origin()).stages
    expected = trace(UNKNOWN.graph, UNKNOWN.weights, state.inputs | {"attend": array})
    for stage, values in expected.items():
        np.testing.assert_array_equal(found[stage], values)
        assert np.array_equal(made[stage], values) == (stage not in {"attend", "second", "out"})


@each("other", [{"z_seed": 5}, {"batch_size": 1}])
def test_an_array_that_came_of_other_inputs_tells_nothing(client, other):
    shown = {"weights": UNKNOWN.source, "batch_size": 2}
    told = give(client, "attend", "in.npy", npy(np.zeros((2, 4, 4, 2))), **shown)
    shown["given"] = told["given"]
    state = read_state(shown | other)
    assert unknown_stages(state) == {"attend", "second", "out"}
    assert weights_view(state, state.find_origin())["supply"] == {"outdated": [NAMED]}
    assert unknown_stages(read_state(shown)) == set()  # once the inputs are the former ones


@each("given", [False, True])
def test_every_page_of_what_is_unknown_can_be_drawn(client, given):
    shown = {"weights": UNKNOWN.source}
    if given:
        told = give(client, "attend", "in.npy", npy(np.ones((4, 4, 2), np.int32)), **shown)
        shown["given"] = told["given"]
    for stage in UNKNOWN.graph.nodes:
        for page in ("maps", "output", "overlap", "shapes"):
            asked = {"page": page, "stage": stage.name, "cell": "0,0,0,0", "origins": True}
            state = read_state(shown | asked | {"kernels": True})
            assert view_load(state, state.find_origin()).bytes > 0
            assert b"NaN" not in draw_page(state, state.find_origin())


def test_sizes_that_do_not_fit_are_refused_with_what_does():
    asked = {"weights": SKIP.source, "input_height": 18, "input_width": 8}
    with refused(
        "sizes_incomplete", "18×8", "up: output_padding = 1,3", field="input_height"
    ) as no:
        read_state(asked)
    assert no.value.params["near"] == "20×8"
    told = "18×256", "20×256"  # which the other size is now
    with refused("sizes_incomplete", *told, field="input_height"):
        read_state(asked | {"input_width": 0})
    state = read_state(asked | {"input_height": 20})
    assert state.plan[-1].shape == (1, 20, 8, 6)
    state = read_state(asked | no.value.offer)
    assert state.plan[-1].shape == (1, 18, 8, 6)
    assert state.changed.open_after.is_open
    own = {node.name: node.op for node in SKIP.graph.nodes}
    assert state.changed.before.nodes[2].op == own["up"]
    with refused("sizes_do_not_fit", "20×8", "multiples of 4", field="input_height"):
        read_state(asked | {"changes": "up:output_padding:3,3"})


def test_a_size_that_the_weights_depend_on_stays():
    """Else they were stretched to far more numbers than a view is planned with."""
    graph = Graph(
        (
            Node("code", Input((None,))),
            Node("slope", PReLU(), ("code",), "slope"),
            Node("out", Activation("relu"), ("slope",)),
        )
    )
    shown = {"weights": kept(graph).source}
    told = ("64", "slope/alpha", "[64]", "[256]")
    assert read_state(shown).plan[0].shape == (1, 256)
    for more in ({}, {"changes": "out:function:tanh"}):
        with refused("size_of_weights", *told, field="input_height"):
            read_state(shown | more | {"input_height": 64})


def test_an_array_that_the_weights_after_it_are_not_for_is_refused(client):
    graph = Graph(
        (
            Node("code", Input((6,))),
            Node("own", Opaque("Own"), ("code",)),
            Node("slope", PReLU(), ("own",), "slope"),
        )
    )
    shown = {"weights": kept(graph).source}
    told = give(client, "own", "in.npy", npy(np.ones((1, 5, 5, 1))), **shown)["error"]
    assert (told["code"], told["params"]["own"]) == ("given_for_others", "[6]")
    assert "given" in give(client, "own", "in.npy", npy(np.ones((1, 6))), **shown)


def test_no_stage_takes_weights_of_another_shape():
    slope = Graph((Node("x", Input((6,))), Node("s", PReLU(), ("x",), "s"))).stages()[1]
    with refused("weight_shape", "[1]", "[6]"):
        slope.variables({"s/alpha": np.ones(1, np.float32)})


@each("sizes", [(0, 0), (64, 64)])
def test_sizes_are_not_blamed_for_weights_that_no_size_mends(sizes):
    shared = Conv2D(5, (3, 3), (1, 1), "same")
    graph = Graph(
        (
            Node("picture", Input((None, None, 3))),
            *(Node(name, replace(shared, filters=4), ("picture",), name) for name in "ab"),
            *(Node(f"{name}_read", shared, (name,), "shared") for name in "ab"),
            Node("out", Merge("add"), ("a_read", "b_read")),
        )
    )
    with refused("change_misfit", "a: filters = 7", field="changes") as no:
        fit_sizes(graph, *sizes, [Change("a", "filters", 7)])
    assert [error.code for error in no.value.others] == ["weight_of_two_shapes"]


@each("changes", ["", "up:kernel_size:5,5"])
@each("sizes", [(17, 8), (21, 23), (4, 4), (1, 40)])
def test_a_link_of_sizes_and_changes_opens_if_they_fit_together(sizes, changes):
    asked = {"weights": SKIP.source, "changes": changes, "page": "shapes"}
    asked |= dict(zip(("input_height", "input_width"), sizes, strict=True))
    try:
        state = read_state(asked)
    except ExplorerError as error:
        state = read_state(asked | error.offer)
    assert read_link(write_link(state)) == (state, [])
    assert state.plan[-1].shape[1:3] == sizes
    draw_page(state, state.find_origin())


@each(
    "link",
    [
        "input_height=18&input_width=8",
        "input_height=19&input_width=9&changes=up:output_padding:1,3",
        "changes=up:output_padding:1,3",
        "input_height=4000&input_width=4000",
    ],
)
def test_a_link_whose_sizes_or_changes_are_refused_opens_its_generator_as_it_was(link):
    state, errors = read_link(f"weights={SKIP.source}&{link}&stage=down&cell=0,0,0,0")
    assert state.opened is SKIP
    assert (state.graph, state.stage, state.cell) == (SKIP.graph, "down", "0,0,0,0")
    assert [error.code for error in errors if error.code != "link_opened"] == [errors[0].code]


def test_sizes_that_are_left_out_are_told_beside_a_change_that_there_is_not():
    link = f"weights={SKIP.source}&input_height=18&input_width=8&changes=up:filters:-1"
    codes = [error.code for error in read_link(link)[1]]
    assert codes == ["change_value", "sizes_incomplete"]


def test_of_a_generator_that_is_gone_one_thing_is_said():
    gone = f"weights=graph:{'0' * 32}&input_height=3&changes=a:b:3&stage=a&expected_stage=a"
    state, errors = read_link(f"{gone}&given={'0' * 8}.{'0' * 32}&cell=0,0&page=shapes&z_seed=3")
    assert [error.code for error in errors] == ["generator_gone"]
    assert (state.z_seed, state.page, state.opened) == (3, "shapes", None)


def test_sizes_too_large_for_the_machine_are_refused():
    with pytest.raises(ExplorerError) as raised:
        read_state({"weights": SKIP.source, "input_height": 4096, "input_width": 4096})
    assert raised.value.code in {"maps_too_large", "too_many_bytes", "windows_too_large"}


def test_open_sizes_are_first_those_that_the_page_can_show():
    nodes = [Node("picture", Input((None, None, 3)))]
    for at in range(9):  # at 256x256 their values are more than are shown, though soon computed
        last = nodes[-1].name
        nodes.append(Node(f"conv{at}", Conv2D(64, (1, 1), (1, 1)), (last,), f"conv{at}"))
    sized = at_opening_sizes(Graph(tuple(nodes)))
    assert sized.stages()[0].shape == (1, 128, 128, 3)


def test_inputs_that_a_link_cannot_tell_apart_are_refused():
    """Else one picture of a link would be fitted to thousands of inputs."""
    names = "plumless", "buckeroo"  # of one CRC-32
    with refused("inputs_alike", *names, field="weights"):
        kept(Graph((*(Node(n, Input((4, 4, 3))) for n in names), Node("m", Merge("add"), names))))


@pytest.fixture
def fittings(monkeypatch) -> list:
    """What pictures are fitted to."""
    found, fit = [], opened_call.fit_picture
    monkeypatch.setattr(opened_call, "fit_picture", lambda *a: found.append(a[1:]) or fit(*a))
    return found


def test_a_picture_counts_until_it_is_fitted(client, fittings):
    told = give(client, "picture", "me.png", picture(size=(1024, 512)), weights=SKIP.source)
    asked = {"weights": SKIP.source, "given": told["given"], "input_height": 4, "input_width": 4}
    loads = []
    for _ in range(2):
        state = read_state(asked)
        loads.append(view_load(state, state.find_origin()))
        run_state(state, state.find_origin())
    assert loads[0].macs - loads[1].macs > 12 * 2**19
    assert loads[0].bytes - loads[1].bytes > 12 * 2**19
    assert fittings == [((4, 4, 3), (-1, 1))]


def test_what_is_compared_for_long_is_no_light_work(client, fittings):
    """An unknown layer's array is compared with the inputs before a view is estimated."""
    graph = Graph((Node("map", Input((4, 4, 3))), Node("attend", Opaque("Other"), ("map",))))
    shown = {"weights": kept(graph).source}
    shown["given"] = give(client, "map", "me.png", picture(), **shown)["given"]
    shown["given"] = give(client, "attend", "out.npy", npy(np.zeros((1, 2))), **shown)["given"]
    before = len(fittings)
    shown["picture_range"] = "unit"
    with kept_light(), pytest.raises(TooHeavy):
        read_state(shown)
    assert len(fittings) == before
    read_state(shown)
    with kept_light():
        read_state(shown)
    assert len(fittings) == before + 1


def test_nothing_is_made_of_inputs_that_are_too_large_to_be_compared(client, monkeypatch):
    """Nor is an array repeated for a batch before there is room for it."""
    large, open_one = (
        kept(Graph((Node("x", Input(shape)), Node("y", Opaque("Other", made), ("x",)))))
        for shape, made in (((2048, 2049, 1), (1, 1, 1)), ((1,), None))
    )
    monkeypatch.setattr(schema, "draw_noise", None)
    told = give(client, "y", "out.npy", npy(np.zeros((1, 1, 1, 1))), weights=large.source)
    assert told["error"]["code"] == "inputs_too_large"
    monkeypatch.setattr(memory, "most_heavy", 2**20)
    values = npy(np.zeros((1, 2**13)))
    told = give(client, "y", "out.npy", values, weights=open_one.source, batch_size=64)
    assert told["error"]["code"] == "too_many_bytes"


def test_noise_is_drawn_in_parts_as_it_is_whole(monkeypatch):
    shape = 3, 5, 7, 2
    whole = (0.7 * draw_noise(5, shape, "x")).astype(np.float32)
    monkeypatch.setattr(latent, "_DRAWN_AT_ONCE", 13)
    np.testing.assert_array_equal(draw_noise(5, shape, "x", 0.7), whole)
    left = threading.Event()
    left.set()
    with stopped_by(left), pytest.raises(Stopped):
        draw_noise(5, shape, "x")


def test_what_is_no_longer_kept_is_told_by_its_name(client):
    told = give(client, "picture", "me.png", picture(), weights=SKIP.source)
    gone = told["given"][:-1] + ("0" if told["given"][-1] != "0" else "1")
    with refused("given_gone", field="given"):
        read_state({"weights": SKIP.source, "given": gone})


@each("text", ["x", "~x", "00000000.0", "00000000." + "g" * 32, "~".join(["0"] * 99)])
def test_a_damaged_field_is_refused(text):
    with pytest.raises(ExplorerError) as raised:
        read_state({"given": text})
    assert raised.value.code in {"given_damaged", "too_many_parts"}


def test_the_field_holds_one_array_a_stage():
    text = with_given(with_given("", "a", "array:" + "1" * 32), "b", "array:" + "2" * 32)
    assert [*parse_given(text).values()] == ["array:" + "1" * 32, "array:" + "2" * 32]
    assert with_given(with_given(text, "a", ""), "b", "") == ""


def test_what_is_given_counts_as_memory(client):
    before = memory.kept_bytes
    give(client, "picture", "me.png", picture(size=(64, 64)), weights=SKIP.source)
    assert memory.kept_bytes - before >= 4 * 64 * 64 * 3
