"""Slots for work, and whose turn it is: clients take turns, however much one of them asks for."""

from collections import OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio


class Turns:
    """Slots that those who wait get in turns by client; for one event loop.

    Args:
        slots: how many work at once.
    """

    def __init__(self, slots: int):
        self._free = slots
        self._waiting: OrderedDict[str, deque[anyio.Event]] = OrderedDict()

    @property
    def taken(self) -> bool:
        """Whether there is no slot left."""
        return not self._free

    @asynccontextmanager
    async def slot(self, client: str) -> AsyncIterator[None]:
        """A slot, once it is this client's turn, as long as the context is open."""
        await self._wait(client)
        try:
            yield
        finally:
            self._hand_on()

    async def _wait(self, client: str):
        if self._free:
            self._free -= 1
            return
        turn = anyio.Event()
        self._waiting.setdefault(client, deque()).append(turn)
        try:
            await turn.wait()
        except BaseException:
            self._give_up(client, turn)
            raise

    def _give_up(self, client: str, turn: anyio.Event):
        if turn.is_set():  # it had just been handed the slot
            self._hand_on()
            return
        self._waiting[client].remove(turn)
        if not self._waiting[client]:
            del self._waiting[client]

    def _hand_on(self):
        """To the client that has waited longest for a turn; it then stands at the end."""
        if not self._waiting:
            self._free += 1
            return
        client, turns = self._waiting.popitem(last=False)
        turns.popleft().set()
        if turns:
            self._waiting[client] = turns
