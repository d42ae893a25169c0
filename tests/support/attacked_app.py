"""The app with settings of its own, watched, and started anew where an attack has ended it."""

import os
from unittest import mock

from tests.support.app_server import AppServer
from tests.support.http_calls import Answer, ask, post_json
from tests.support.light_visitor import ask_view
from tests.support.process_tree import Watcher, command, family

MIB = 2**20
_LONGEST_VIEW = 120  # seconds, on a machine that has other work; none is a hang
_HEALTHY = 15  # seconds in which a small view must come, whatever happened before


class TunedServer(AppServer):
    """`AppServer` with further environment variables."""

    def __init__(self, **environment: object):
        super().__init__()
        self._environment = {name: str(value) for name, value in environment.items()}

    def __enter__(self) -> "TunedServer":
        with mock.patch.dict(os.environ, self._environment):
            super().__enter__()
        return self


def assert_no_traceback(log: str):
    """A log may hold messages, never a traceback.

    Raises:
        AssertionError: it does; with the traceback's end.
    """
    _, found, rest = log.partition("Traceback (most recent call last)")
    assert not found, f"a traceback in the log:\n{rest[-1500:]}"


class AttackedApp:
    """A running app that a test may hurt: the next one finds it whole.

    Attributes:
        watcher: records the memory of all its processes.
    """

    def __init__(self, **environment: object):
        self._environment = environment
        self._start()

    def _start(self):
        self._server = TunedServer(**self._environment).__enter__()
        self._read, self._sound = 0, True
        self.view()  # what only the first views take belongs to the start
        ask_view(self.url)
        self.watcher = Watcher(self._server.process.pid)
        self._at_start = self.watcher.base

    @property
    def url(self) -> str:
        return self._server.url

    @property
    def pid(self) -> int:
        return self._server.process.pid

    def close(self):
        self.watcher.close()
        self._server.__exit__()

    def restart(self):
        """A new process, at a new address."""
        self.close()
        self._start()

    @property
    def held(self) -> int:
        """Bytes by which the most that was held since `make_ready` exceeds what the start took."""
        return self.watcher.base + self.watcher.grown - self._at_start

    def make_ready(self):
        """Starts the app anew if it was hurt; what is logged and held counts from here."""
        if not self._sound:
            self.restart()
        self._read = len(self._server.log())
        self.watcher.restart()

    def assert_unhurt(self):
        """The process lives, answers, and has logged no traceback since `make_ready`.

        Raises:
            AssertionError, OSError, http.client.HTTPException: it does not.
        """
        self._sound = False
        assert self.watcher.lives, f"the app has ended:\n{self._new_log()[-1500:]}"
        assert_no_traceback(self._new_log())
        ask_view(self.url, _HEALTHY)
        # A run that a test began would take the next one's time.
        self._sound = not any("explorer.train" in command(pid) for pid in family(self.pid))

    def _new_log(self) -> str:
        return self._server.log()[self._read :]

    def ask(self, path: str, body: bytes | None = None, **options) -> Answer:
        """One request; arguments as of `http_calls.ask`."""
        return ask(self.url, path, body, **options)

    def view(self, **state: object) -> Answer:
        """A view of a state."""
        return post_json(self.url, "explorer/view", {"state": state}, patience=_LONGEST_VIEW)
