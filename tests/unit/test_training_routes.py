"""Training over HTTP: who may look, who may act, what is told while nothing happens."""

import json
import re

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from explorer.train import live
from explorer.train.live import LiveRuns
from explorer.ui import train_routes
from tests.support import asynchronous

VISITOR = "a-visitors-secret-name"


@pytest.fixture
def runs(monkeypatch):
    monkeypatch.setattr(live.LiveRun, "start", lambda run: setattr(run, "state", "running"))
    made = LiveRuns()
    monkeypatch.setattr(train_routes, "live_runs", made)
    yield made
    made.close()


@pytest.fixture
def client(runs):
    posts = {
        "/train": train_routes.begin_run,
        "/train/check": train_routes.check_run,
        "/train/mine": train_routes.find_own_run,
        "/train/{run}/{action}": train_routes.act_on_run,
    }
    return TestClient(Starlette(routes=[Route(*item, methods=["POST"]) for item in posts.items()]))


def begin(client, visitor=VISITOR) -> dict:
    return client.post("/train", json={"visitor": visitor}).json()


def test_only_who_began_a_run_is_given_the_key_to_act(client, runs):
    begun = begin(client)
    assert set(begun) == {"run", "key"}
    assert client.post("/train/mine", json={"visitor": VISITOR}).json() == begun
    others = client.post("/train/mine", json={"visitor": "another"}).json()
    assert others == {"run": None, "key": None}
    stop = f"/train/{begun['run']}/stop"
    for wrong in ("", begun["run"], "0" * 32, "\ud800"):
        answer = client.post(stop, content=json.dumps({"key": wrong})).json()
        assert answer["error"]["code"] == "not_your_run"
    for damaged in (b"", b"[]", b'{"key": 7}', b"{", b"[" * 4000, b"\xff"):
        answer = client.post(stop, content=damaged).json()
        assert answer["error"]["code"] == "request_damaged"
    assert runs.find(begun["run"]).state == "running"
    assert client.post(stop, json={"key": begun["key"]}).json() == {"done": True}
    assert runs.find(begun["run"]).state == "stopped"


def test_neither_the_key_nor_the_visitors_name_leaves_with_what_everybody_may_see(client, runs):
    begun = begin(client)
    shown = json.dumps(runs.describe(begun["run"])) + json.dumps(heard(runs, begun["run"], 2))
    told = client.post(f"/train/{begun['run']}/stop", json={"key": "wrong"}).text
    checked = client.post("/train/check", json={"visitor": VISITOR}).text
    for text in (shown, told, checked):
        assert VISITOR not in text
        assert begun["key"] not in text


def test_the_address_of_the_client_counts_whatever_its_names(client):
    for at in range(live.MOST_OF_ADDRESS):
        assert begin(client, str(at))["run"]
    error = begin(client, "one more")["error"]
    assert error["code"] == "address_full"
    assert "network address" in error["message"]


def heard(runs, run_id: str, events: int) -> list[str]:
    """The first events of a run's stream."""

    async def listen():
        stream = train_routes._events(run_id, "address")
        found = [await anext(stream) for _ in range(events)]
        assert runs.find(run_id).watchers == 1
        await stream.aclose()
        return found

    return asynchronous.run(listen)


def test_a_page_hears_that_the_server_is_there_while_nothing_happens(client, runs, monkeypatch):
    monkeypatch.setattr(train_routes, "_PERIOD", 0.001)
    run = begin(client)["run"]
    retry, news, *quiet = heard(runs, run, 4)
    assert re.fullmatch(r"retry: \d+\n\n", retry)
    assert json.loads(news.removeprefix("data: "))["state"] == "running"
    assert quiet == ["event: alive\ndata:\n\n"] * 2
    assert runs.find(run).watchers == 0
