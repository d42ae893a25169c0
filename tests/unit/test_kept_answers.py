"""Names that nobody has are made with pauses, so that the event loop is free for others."""

import time

import anyio
from starlette.types import Receive, Scope, Send

from explorer.ui.kept_answers import MOST_KEPT, KeptAnswers
from tests.support.asynchronous import run

_MAKING = 0.004  # seconds


async def page(scope: Scope, receive: Receive, send: Send) -> None:
    time.sleep(_MAKING)  # as Gradio's page, on the event loop
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"page"})


def asked(name: str) -> Scope:
    return {"type": "http", "path": "/", "headers": [(b"host", name.encode())]}


def seconds(kept: KeptAnswers, names: list[str]) -> float:
    async def ask_all() -> float:
        began = anyio.current_time()
        for name in names:
            assert (await kept.answer(asked(name), "client")).status_code == 200
        return anyio.current_time() - began

    return run(ask_all)


def test_new_names_wait_once_there_are_many_and_known_ones_do_not():
    kept = KeptAnswers(page, "")
    first = seconds(kept, [f"a{at}" for at in range(MOST_KEPT)])
    assert first < 5 * MOST_KEPT * _MAKING
    more = seconds(kept, [f"b{at}" for at in range(20)])
    assert more > 5 * 19 * _MAKING
    assert seconds(kept, ["b19"] * 100) < more
