"""What each client costs the event loop, whatever for: all wait for it, and it for all of them.

Other bounds count requests, bytes or pieces, each alone. This one counts the time that the loop is
held by a client's work, so that no mixture of cheap things takes it from others. It is the clock's
time: beside threads that compute, each call of the system costs the loop up to a turn of theirs,
and that is what others wait for.
"""

import time
from collections.abc import Awaitable, Callable, Generator
from typing import Any

from explorer.ui.pace import Pace

# Seconds of it. A drag takes an eighth of each second, the opening of a page a quarter of one.
_pace = Pace(a_second=0.25, at_once=2)


def charge(client: str, seconds: float) -> float:
    """Counts what the loop did for a client; seconds until it may go on."""
    return _pace.delay(client, seconds)


async def wait_for_turn(client: str) -> None:
    """Until the client has waited for what it cost before."""
    await _pace.wait(client, 0)


class Metered:
    """A coroutine whose steps are counted as its client's.

    Args:
        work: what is to be awaited.
        client: whose it is.
    """

    def __init__(self, work: Awaitable, client: str):
        self._work, self._client = work, client

    def __await__(self) -> Generator[Any, Any, Any]:
        steps = self._work.__await__()
        step: Callable = steps.send
        given: tuple = (None,)
        while True:
            began = time.perf_counter()
            try:
                waited_for = step(*given)
            except StopIteration as done:
                return done.value
            finally:
                charge(self._client, time.perf_counter() - began)
            try:
                given, step = ((yield waited_for),), steps.send
            except BaseException as error:  # it is cancelled, or what it waited for failed
                given, step = (error,), steps.throw
