"""Ends work that nobody waits for any longer, at the places where it asks."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_gone: ContextVar[threading.Event | None] = ContextVar("gone", default=None)


class Stopped(Exception):  # noqa: N818
    """The work was not finished, as nobody waits for it."""


@contextmanager
def stopped_by(gone: threading.Event) -> Iterator[None]:
    """Work in this context, and in threads that copy it, ends once `gone` is set."""
    before = _gone.set(gone)
    try:
        yield
    finally:
        _gone.reset(before)


def waiting_event() -> threading.Event | None:
    """The event that says that nobody waits any longer; None where none was named."""
    return _gone.get()


def stop_if_unwanted():
    """To be called between the steps of long work.

    Raises:
        Stopped: nobody waits for it.
    """
    gone = _gone.get()
    if gone is not None and gone.is_set():
        raise Stopped
