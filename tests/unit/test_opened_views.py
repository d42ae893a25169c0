"""Every view of generators of other designs can be drawn, whatever their layers are."""

import json
from pathlib import Path
from urllib.parse import quote

import keras
import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from explorer import ExplorerError, open_generator, trace
from explorer.link import write_link
from explorer.model.changes import escape_name
from explorer.model.files.keras_config import read_keras_model
from explorer.model.graph import Graph, Node
from explorer.model.graph_store import StoredGraph, find_graph, keep_graph
from explorer.model.ops import OPS, Concatenate, Conv2D, Conv2DTranspose, Input, PReLU, Reshape
from explorer.model.weights import initial_value
from explorer.schema import read_state
from explorer.ui.routes import page_routes
from explorer.views.control_props import control_props
from explorer.views.load import view_load
from explorer.views.page import draw_page, run_state
from explorer.views.weights import weights_view
from explorer.words import english
from tests.support.each import each
from tests.support.examples import is_thorough
from tests.support.keras_comparison import apart
from tests.support.keras_models import MODELS
from tests.unit.refusals import refused

LOOKS = [{}, {"kernels": True}, {"origins": True, "channel": 0, "range": "channel"}]


def read(name: str) -> Graph:
    """A published structure."""
    return read_keras_model(json.loads(MODELS[name](keras).to_json())).graph


def kept(graph: Graph) -> StoredGraph:
    """With weights that all matter."""
    random, weights = np.random.RandomState(0), {}
    for weight in graph.weights:
        drawn = 0.3 * random.standard_normal(weight.shape)
        drawn = 0.5 + np.abs(drawn) if weight.name.endswith("variance") else drawn
        weights[weight.name] = drawn.astype(np.float32)
    return keep_graph(graph, weights)


@pytest.fixture(scope="module")
def sources() -> dict[str, str]:
    return {name: kept(read(name).with_some_sizes()).source for name in MODELS}


@pytest.fixture(scope="module")
def picture_model() -> StoredGraph:
    return kept(read("image_to_image"))


@each("name", [*MODELS])
def test_every_stage_is_shown_and_traced_on_every_page(sources, name):
    shown = {"weights": sources[name], "batch_size": 2}
    for at, stage in enumerate(read_state(shown).plan):
        cell = ",".join(["1", *(str(size // 2) for size in stage.shape[1:])])
        for page, look in looks_at(read_state(shown).pages, at):
            asked = shown | look | {"stage": stage.name, "page": page, "cell": cell}
            state = read_state(asked)
            assert (state["stage"], state["cell"]) == (stage.name, cell)
            origin = state.find_origin()
            assert view_load(state, origin).bytes > 0
            assert draw_page(state, origin)


def looks_at(pages: tuple[str, ...], at: int) -> list[tuple[str, dict]]:
    """How a stage is looked at: in all ways in a thorough run, else in one by turns."""
    looks = [("maps", look) for look in LOOKS]
    looks += [(page, LOOKS[-1]) for page in pages if page != "maps"]
    return looks if is_thorough() else [looks[at % len(looks)]]


def test_a_page_that_it_has_not_leads_to_the_first(sources):
    for name, page in (("tutorial", "train"), ("shared", "overlap")):
        state = read_state({"weights": sources[name], "page": page})
        assert state["page"] == state.pages[0] == "maps"


def test_a_stage_of_another_generator_leads_to_the_output(sources):
    state = read_state({"weights": sources["tutorial"], "stage": "upsample1/actv"})
    assert state["stage"] == state.plan[-1].name


def test_a_generator_that_is_gone_is_refused():
    with refused("generator_gone", field="weights"):
        read_state({"weights": f"graph:{'0' * 32}"})


@each("kind", [*OPS])
def test_every_operation_has_its_words(kind):
    for section in ("strip", "op_names"):
        assert english(section, kind, {"detail": "Conv1D"})


def test_words_that_are_missing_are_found():
    with pytest.raises((LookupError, ExplorerError)):
        english("strip", "no_such_operation", {})


def test_what_ends_in_numbers_or_judges_patches_draws_no_picture(sources):
    picture = Node("picture", Input((16, 16, 1)))
    classifier = Graph((picture, Node("flat", Reshape((-1,)), ("picture",))))
    patches = Conv2D(1, (4, 4), (2, 2), "same", use_bias=False)
    judge = Graph((picture, Node("verdicts", patches, ("picture",), "verdicts")))
    kernel = {"verdicts/kernel": np.zeros((4, 4, 1, 1), np.float32)}
    judged = keep_graph(judge, kernel).source, keep_graph(classifier, {}).source
    cases = dict.fromkeys(judged, False) | {sources["tutorial"]: True}
    for source, draws in cases.items():
        state = read_state({"weights": source})
        assert weights_view(state, state.find_origin())["draws"] == draws


@each("kind", [".npz", ".safetensors", ".keras"])
def test_what_is_saved_of_it_opens_as_the_same_generator(sources, kind, tmp_path):
    """The file says all of it; of a Keras model the slashes in names are no more."""
    source = sources["tutorial"]
    with TestClient(Starlette(routes=page_routes())) as client:
        address = f"/explorer/save?format={kind}&link={quote(f'weights={source}', safe='')}"
        assert client.get(f"{address}&check=1").json() == {"ok": True, "told": None}
        answer = client.get(address)
        assert f'filename="generator{kind}"' in answer.headers["content-disposition"]
        (tmp_path / f"generator{kind}").write_bytes(answer.content)
        graph, weights = open_generator(tmp_path / f"generator{kind}")
        kept = keep_graph(graph, weights)
        own = find_graph(source).weights
        assert all(map(np.array_equal, weights.values(), own.values()))
        assert kept.source == source or kind == ".keras"
        gone = quote(f"weights=graph:{'0' * 32}", safe="")
        for check in ("", "&check=1"):
            refusal = client.get(f"/explorer/save?format={kind}&link={gone}{check}").json()
            assert refusal["error"]["code"] == "generator_gone"


@each("kind", [".npz", ".keras"])
@each("is_changed", [False, True])
def test_sizes_that_were_open_are_saved_open(picture_model, is_changed, kind, tmp_path):
    """Whatever size is shown; on another, Keras and we give what the page shows there."""
    asked = {"weights": picture_model.source, "input_height": 40, "input_width": 24}
    if is_changed:
        first = next(node for node in picture_model.graph.nodes if node.sources)
        asked["changes"] = f"{escape_name(first.name)}:kernel_size:3,5"
    told, path = saved(asked, kind, tmp_path)
    graph, weights = open_generator(path)
    kept = read_state({"weights": keep_graph(graph, weights).source})
    assert told is None
    assert [node.op.shape for node in graph.inputs] == [(None, None, 3)]
    assert control_props(kept)["input_width"]["visible"]
    other = read_state(asked | {"input_height": 48, "input_width": 32})
    shown = run_state(other, other.find_origin()).stages[other.plan[-1].name]
    (given,) = other.inputs.values()
    assert apart({"out": [*trace(graph, weights, given).values()][-1]}, {"out": shown}) == []
    if kind == ".keras":
        model = keras.models.load_model(path)
        assert apart({"out": np.asarray(model(given))}, {"out": shown}) == []


def test_sizes_that_changes_have_closed_are_told_at_the_save(tmp_path):
    """Beside the skip 4 rows become 4 + 1: of the usual sizes none would open."""
    nodes = (
        Node("picture", Input((None, None, 3))),
        Node("down", Conv2D(4, (3, 3), (4, 4), "same"), ("picture",), "down"),
        Node("up", Conv2DTranspose(3, (3, 3), (4, 4), "same"), ("down",), "up"),
        Node("joined", Concatenate(), ("picture", "up")),
    )
    graph = Graph(nodes)
    kept = keep_graph(graph, {item.name: initial_value(item, 0) for item in graph.weights})
    asked = {"weights": kept.source, "input_height": 18, "input_width": 8}
    asked["changes"] = "up:output_padding:1,3"
    told, path = saved(asked, ".keras", tmp_path)
    assert (told["code"], told["params"]["sizes"]) == ("saved_at_sizes", "[N, 18, 8, 3]")
    assert open_generator(path)[0].inputs[0].op.shape == (18, 8, 3)
    assert saved(asked, ".ckpt", tmp_path)[0] is None


def saved(asked: dict, kind: str, folder: Path) -> tuple[dict | None, Path]:
    """What is told when a view is saved, and the file."""
    path, link = folder / f"saved{kind}", quote(write_link(read_state(asked)), safe="")
    with TestClient(Starlette(routes=page_routes())) as client:
        address = f"/explorer/save?format={kind}&link={link}"
        told = client.get(f"{address}&check=1").json()["told"]
        path.write_bytes(client.get(address).content)
    return told, path


@each("slope", [np.nan, np.inf, -np.inf])
def test_a_slope_that_is_no_number_is_told(slope):
    graph = Graph((Node("x", Input((4, 4, 2))), Node("s", PReLU((1, 2)), ("x",), "s")))
    weights = {item.name: np.full(item.shape, slope, np.float32) for item in graph.weights}
    shown = {"weights": keep_graph(graph, weights).source, "stage": "s", "cell": "0,1,1,0"}
    state = read_state(shown)
    told = json.dumps(str(slope).replace("inf", "Infinity").replace("nan", "NaN")).encode()
    assert b'"slope":' + told in draw_page(state, state.find_origin())
