"""Clients that ask for heavy work and leave: it stops, and those who stay are served."""

import json
import time
from contextlib import closing
from urllib.parse import quote

from tests.support.http_calls import connect, head

SAVED = "noise_dim=128&upsample_dim=1024"  # weights of 90 MB


def leave_heavy_requests(app, count: int):
    """Asks for saves of generators of their own, each some seconds of work, and leaves."""
    for seed in range(count):
        link = quote(f"{SAVED}&weights_seed={seed + 1}")
        with closing(connect(app.url)) as connection:
            connection.sendall(head("GET", f"/explorer/save?format=.npz&link={link}"))
            time.sleep(0.02)


def heavy_seconds(app, seed: int) -> float:
    link = quote(f"{SAVED}&weights_seed={seed}")
    answer = app.ask(f"explorer/save?format=.npz&link={link}", patience=120)
    assert answer.error is None
    return answer.seconds


def test_work_of_clients_that_have_left_stops(app):
    alone = heavy_seconds(app, 1000)
    leave_heavy_requests(app, 60)
    behind = heavy_seconds(app, 1001)
    assert behind < 3 * alone + 1, f"{behind:.1f} s behind those who left, {alone:.1f} s alone"


def test_searches_of_clients_that_have_left_stop(app):
    """Views that are costly: a search for a change that leads to a shape which there is not."""
    asked = {"page": "shapes", "expected": "[7, 61, 67, 5]", "upsample_dim": 256}
    alone = app.view(**asked, z_seed=1).seconds
    for seed in range(30):
        body = json.dumps({"state": {**asked, "z_seed": 100 + seed}}).encode()
        with closing(connect(app.url)) as connection:
            lines = head("POST", "/explorer/view", Content_Length=len(body))
            connection.sendall(lines + body)
    behind = app.view(**asked, z_seed=2).seconds
    assert behind < 4 * alone + 1, f"{behind:.1f} s behind those who left, {alone:.1f} s alone"
