"""Every view of generators of other designs can be drawn, whatever their layers are."""

from urllib.parse import quote

import keras
import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from explorer import ExplorerError, open_generator
from explorer.model.graph_store import find_graph, keep_graph
from explorer.model.ops import OPS
from explorer.schema import read_state
from explorer.ui.routes import page_routes
from explorer.views.load import view_load
from explorer.views.page import draw_page
from explorer.words import english
from tests.support.each import each
from tests.support.examples import is_thorough
from tests.support.keras_models import MODELS, draw_weights
from tests.unit.refusals import refused

LOOKS = [{}, {"kernels": True}, {"origins": True, "channel": 0, "range": "channel"}]


@pytest.fixture(scope="module")
def sources(tmp_path_factory) -> dict[str, str]:
    folder, kept = tmp_path_factory.mktemp("generators"), {}
    for name, make in MODELS.items():
        model = make(keras)
        draw_weights(model)
        model.save(folder / f"{name}.keras")
        graph, weights = open_generator(folder / f"{name}.keras")
        kept[name] = keep_graph(graph.with_some_sizes(), weights).source
    return kept


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
    """How a stage is looked at: in all ways in a thorough run, else the maps and one by turns."""
    others = [("maps", look) for look in LOOKS[:-1]]
    others += [(page, LOOKS[-1]) for page in pages if page != "maps"]
    return [("maps", LOOKS[-1]), *(others if is_thorough() else [others[at % len(others)]])]


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
        assert english(section, kind, {})


def test_words_that_are_missing_are_found():
    with pytest.raises((LookupError, ExplorerError)):
        english("strip", "no_such_operation", {})


@each("kind", [".npz", ".safetensors", ".keras"])
def test_what_is_saved_of_it_opens_as_the_same_generator(sources, kind, tmp_path):
    """The file says all of it; of a Keras model the slashes in names are no more."""
    source = sources["tutorial"]
    with TestClient(Starlette(routes=page_routes())) as client:
        address = f"/explorer/save?format={kind}&link={quote(f'weights={source}', safe='')}"
        assert client.get(f"{address}&check=1").json() == {"ok": True}
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
