"""What each client costs the event loop, whatever for: all wait for it, and it for all of them.

Other bounds count requests, bytes or pieces, each alone. This one counts the processor's time that
the loop's thread spends on a client, so that no mixture of cheap things takes it from others.
"""

import time
from collections.abc import Awaitable, Callable, Generator
from typing import Any

from explorer.ui.pace import Pace

# Seconds of it. As many views a second as two cores make take less; so does the opening of a page.
_pace = Pace(a_second=0.15, at_once=0.75)


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
            began = time.thread_time()
            try:
                waited_for = step(*given)
            except StopIteration as done:
                return done.value
            finally:
                charge(self._client, time.thread_time() - began)
            try:
                given, step = ((yield waited_for),), steps.send
            except BaseException as error:  # it is cancelled, or what it waited for failed
                given, step = (error,), steps.throw
