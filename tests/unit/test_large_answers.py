"""A large answer counts in the process's memory until it is sent, whatever made it."""

import numpy as np
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.testclient import TestClient

from explorer.model.memory import memory
from explorer.ui import answers
from explorer.ui.answers import HeldResponse
from explorer.ui.routes import page_routes

SCOPE = {"type": "http", "method": "GET", "headers": [], "client": ("10.0.0.9", 1)}


def test_a_large_answer_is_held_and_a_small_one_is_not(monkeypatch):
    reserved = []
    reserve = memory.reserve
    monkeypatch.setattr(
        memory, "reserve", lambda size, heavy: reserved.append(size) or reserve(size, heavy=heavy)
    )
    text = "x" * (answers._MOST_LIGHT_BODY + 1)
    large = answers._counted(JSONResponse(text), Request(SCOPE))
    assert isinstance(large, HeldResponse)
    assert reserved == [len(large.body)]
    assert large.body == JSONResponse(text).body
    assert large.headers["content-type"] == "application/json"
    small = JSONResponse("x")
    assert answers._counted(small, Request(SCOPE)) is small


def test_many_vectors_come_back_as_before():
    rows = np.arange(64 * 4096, dtype=np.int64).reshape(64, 4096) % 7
    text = "\n".join(" ".join(map(str, row)) for row in rows)
    with TestClient(Starlette(routes=page_routes())) as client:
        query = "noise_dim=4096&batch_size=64&item=0"
        answer = client.post(f"/explorer/z?{query}", content=text.encode())
    assert len(answer.content) > answers._MOST_LIGHT_BODY
    assert answer.json()["shape"] == [64, 4096]
