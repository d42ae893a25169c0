"""How much one client may send: what is more waits, so that a flood takes little from others."""

import time

import anyio


class Pace:
    """Requests, bytes or reads of each client one after the other, once it has had many at once.

    As the generic cell rate algorithm has it, each client has a moment at which it is even.

    Args:
        a_second: what each may go on with.
        at_once: what each may begin with.
    """

    def __init__(self, a_second: float, at_once: float):
        self._step, self._ahead = 1 / a_second, at_once / a_second
        self._even: dict[str, float] = {}  # who asked last stands last

    async def wait(self, client: str, amount: float = 1) -> None:
        """Until the client's next request, or its next bytes, may be looked at."""
        if seconds := self.delay(client, amount):
            await anyio.sleep(seconds)

    def delay(self, client: str, amount: float = 1) -> float:
        """Counts what the client sent; seconds until it may go on."""
        now = time.monotonic()
        even = max(self._even.pop(client, 0.0), now) + amount * self._step
        self._even[client] = even
        self._forget(now)
        return max(0.0, even - now - self._ahead)

    def admits(self, client: str) -> bool:
        """Whether the client may begin at once; what may not is not counted."""
        now = time.monotonic()
        even = max(self._even.get(client, 0.0), now) + self._step
        if even > now + self._ahead:
            return False
        self._even.pop(client, None)
        self._even[client] = even
        self._forget(now)
        return True

    def _forget(self, now: float):
        """Those that are even again, as far as they are not behind others."""
        while self._even and self._even[oldest := next(iter(self._even))] <= now:
            del self._even[oldest]
