"""Graphs of thousands of stages: what walks over them is no work that others wait for."""

import json
import re
import threading
from pathlib import Path
from urllib.parse import urlencode

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

import explorer
from explorer import schema
from explorer.made_once import made_once
from explorer.model import graph as graph_module
from explorer.model.changes import Change, apply_changes
from explorer.model.files.keras_model import MOST_LAYERS, keras_model
from explorer.model.graph import MOST_NODES, Graph, Node, Stage
from explorer.model.graph_json import read_graph
from explorer.model.graph_store import keep_graph
from explorer.model.light_work import TooHeavy, kept_light
from explorer.model.niceness import steps_back
from explorer.model.ops import Conv2DTranspose, Input, Merge, Reshape
from explorer.model.runs import Origin
from explorer.model.stopping import Stopped, stopped_by
from explorer.schema import read_state
from explorer.ui.routes import page_routes
from explorer.views import ledger
from explorer.views.page import draw_page
from tests.support.each import each
from tests.unit.refusals import refused

_MANY, _FEW = MOST_NODES - 9, 20
_LOCKED = re.compile(r"import cached_property|@(functools\.)?cached_property")
_MOST_WALKS = 9  # the sizes that are tried, and some multiples


def sums(count: int, *ends: Node, of: int = 2, side: int | None = 4, letters: int = 1) -> Graph:
    """One after the other, each of what came before, some times."""
    names = [f"{'s' * letters}{at}" for at in range(count)]
    chain = [Node(n, Merge("add"), (s,) * of) for s, n in zip(["x", *names], names, strict=False)]
    return Graph((Node("x", Input((side, side, 1))), *chain, *ends))


@pytest.fixture(scope="module")
def client():
    with TestClient(Starlette(routes=page_routes())) as made:
        yield made


@pytest.fixture
def threads(monkeypatch) -> list[bool]:
    """Of each state that is read: whether its thread lets others go first."""
    found, check = [], schema.check_shown

    def checked(*args):
        found.append(steps_back())
        return check(*args)

    monkeypatch.setattr(schema, "check_shown", checked)
    return found


SIZES = {"stages": (_MANY, 2, 1), "sources": (_FEW, 900, 1), "letters": (_FEW, 1, 3500)}


@each("way", ["view", "view of a link", "check of a save"])
@each("size", SIZES.items())
def test_a_large_graph_is_looked_through_in_a_slot_for_heavy_work(client, threads, way, size):
    _, (count, of, letters) = size
    query = urlencode({"weights": keep_graph(sums(count, of=of, letters=letters), {}).source})
    path = {
        "view": f"view?{query}&expected=x&parts=diagnosis",
        "view of a link": f"view?{urlencode({'link': query, 'parts': 'diagnosis'})}",
        "check of a save": f"save?format=.npz&check=1&{urlencode({'link': query})}",
    }[way]
    assert client.get(f"/explorer/{path}").status_code == 200
    assert set(threads) == {True}


def test_changes_are_completed_in_no_slot_for_light_work(client):
    """Numbers of many stages are searched for what would make the changes fit."""
    asked = {"changes": "fc1/dense:units:640"}
    with kept_light(), pytest.raises(TooHeavy):
        read_state(asked)
    answer = client.get(f"/explorer/view?{urlencode(asked)}").json()
    assert answer["error"]["code"] in ("change_misfit", "change_incomplete")


def test_a_small_graph_waits_for_no_heavy_work(client, threads):
    source = keep_graph(sums(_FEW), {}).source
    assert client.get(f"/explorer/save?format=.npz&check=1&link=weights={source}").json() == {
        "ok": True,
        "told": None,
    }
    assert set(threads) == {False}


def test_sizes_that_fit_nothing_are_tried_a_few_times(monkeypatch):
    end = Node("end", Reshape((2**16,)), (f"s{_MANY - 1}",))
    stored = keep_graph(sums(_MANY, end, side=None), {})
    walks, walk = [], graph_module.shapes_of
    monkeypatch.setattr(graph_module, "shapes_of", lambda *args: walks.append(1) or walk(*args))
    with refused("reshape_count"):
        read_state({"weights": stored.source, "input_height": 7})
    assert 0 < len(walks) <= _MOST_WALKS


def test_what_is_made_for_one_does_not_wait_for_what_is_made_for_another():
    begun, waits = threading.Event(), threading.Event()

    class Holder:
        def __init__(self, is_slow: bool):
            self.is_slow = is_slow

        @made_once
        def value(self) -> bool:
            if self.is_slow:
                begun.set()
                waits.wait(5)
            return self.is_slow

    slow = threading.Thread(target=lambda: Holder(True).value)
    slow.start()
    begun.wait(5)
    assert not Holder(False).value
    assert slow.is_alive()
    waits.set()
    slow.join()


def test_nothing_is_made_under_one_lock_for_all():
    """As `functools.cached_property` does up to Python 3.11."""
    sources = Path(explorer.__file__).parent.rglob("*.py")
    assert not [path.name for path in sources if _LOCKED.search(path.read_text())]


@each("part", ["stages", "ledger", "diagnosis", "explanation"])
def test_a_view_ends_whose_visitor_has_left(part):
    """Its pass is kept from before, so that it is the part itself that ends."""
    asked = {"weights": keep_graph(sums(_FEW), {}).source, "expected": "[1, 9, 9, 1]"}
    state = read_state(asked | {"cell": "0,1,1,0", "page": "shapes"})
    draw_page(state, Origin(), names=["head"])
    left = threading.Event()
    left.set()
    with stopped_by(left), pytest.raises(Stopped):
        draw_page(state, Origin(), names=[part])


def test_the_strip_looks_at_each_stage_some_times(monkeypatch):
    """Each stage is a block of its own."""
    looks, block = [], Stage.block
    monkeypatch.setattr(
        Stage, "block", property(lambda stage: looks.append(1) or block.fget(stage))
    )
    state = read_state({"weights": keep_graph(sums(_MANY), {}).source})
    draw_page(state, Origin(), names=["stages", "unfolded"])
    assert _MANY < len(looks) < 10 * _MANY


def test_a_ledger_is_made_once_for_all_its_forms(monkeypatch):
    made, reach = [], ledger.base_reach
    monkeypatch.setattr(ledger, "base_reach", lambda plan: made.append(1) or reach(plan))
    state = read_state({"page": "shapes"})
    draw_page(state, Origin(), names=["ledger"])
    assert made == [1]


@each(
    ("kind", "count", "code"),
    [(".keras", MOST_LAYERS, "save_many_layers"), (".ckpt", 2, "save_no_variables")],
)
def test_the_check_of_a_save_says_what_the_save_would(client, kind, count, code):
    source = keep_graph(sums(count), {}).source
    for check in ("&check=1", ""):
        answer = client.get(f"/explorer/save?format={kind}&link=weights={source}{check}")
        assert answer.json()["error"]["code"] == code


def test_a_save_ends_whose_visitor_has_left():
    left = threading.Event()
    left.set()
    with stopped_by(left), pytest.raises(Stopped):
        keras_model(sums(_FEW), {})


@each("text", {"a zero": "a\0b", "half a letter": "a\ud800"}.items())
def test_names_that_files_cannot_hold_are_no_sound_graph(text):
    told = sums(2).as_dict()
    for node in told["nodes"]:
        node["name"] += text[1]
        node["sources"] = [source + text[1] for source in node["sources"]]
    with pytest.raises((ValueError, TypeError)):
        read_graph(json.loads(json.dumps(told)))


def test_changes_make_no_generator_that_is_too_long():
    """A layer that is called often becomes two at each of its calls."""
    up = Conv2DTranspose(1, (3, 3), (1, 1), "same")
    names = [f"s{at}" for at in range(MOST_NODES // 2 + 1)]
    chain = [Node(n, up, (s,), "one") for s, n in zip(["x", *names], names, strict=False)]
    graph = Graph((Node("x", Input((4, 4, 1))), *chain))
    with refused("changes_too_long", MOST_NODES, field="changes"):
        apply_changes(graph, [Change("s0", "activation", "relu")])
