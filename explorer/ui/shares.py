"""What one client, and all of them, may take of something at once."""

import threading
from collections import Counter

from explorer.errors import ExplorerError


class Taken:
    """A part of a share; given back by `release`, or when nothing refers to it any more."""

    def __init__(self, share: "Share", client: str, amount: int):
        self._share, self._client, self._amount = share, client, amount

    def release(self):
        """Gives it back."""
        self._share.give_back(self._client, self._amount)
        self._amount = 0

    def shrink(self, amount: int):
        """Gives back what is beyond an amount."""
        self._share.give_back(self._client, self._amount - amount)
        self._amount = amount

    def __enter__(self) -> "Taken":
        return self

    def __exit__(self, *error):
        self.release()

    def __del__(self):
        self.release()


class Share:
    """Counts what clients hold; safe between threads.

    Args:
        each: the most that one client may hold; one part alone may be larger.
        all_together: the most that all may.
    """

    def __init__(self, each: int, all_together: int):
        self._each, self._all = each, all_together
        self._held: Counter[str] = Counter()
        self._lock = threading.RLock()  # a part may be collected while its own thread holds it

    def take(self, client: str, amount: int = 1) -> Taken:
        """A part for a client.

        Raises:
            ExplorerError: the client, or all of them, hold too much already.
        """
        with self._lock:
            if self._held[client] and self._held[client] + amount > self._each:
                raise ExplorerError("client_busy")
            if self._held.total() + amount > self._all:
                raise ExplorerError("server_busy")
            self._held[client] += amount
        return Taken(self, client, amount)

    def give_back(self, client: str, amount: int):
        """Ends a part."""
        with self._lock:
            self._held[client] -= amount
            if not self._held[client]:
                del self._held[client]
