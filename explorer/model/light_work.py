"""Work in a slot for light work that turns out to take long leaves it: it is begun anew in another.

What a request will take is often known only once a part of it is read. So whoever knows says so,
wherever the work is by then.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_is_light: ContextVar[bool] = ContextVar("is_light", default=False)


class TooHeavy(Exception):  # noqa: N818
    """The work is to be done in a slot for heavy work."""


@contextmanager
def kept_light() -> Iterator[None]:
    """Work in this context, and in threads that copy it, is in a slot for light work."""
    before = _is_light.set(True)
    try:
        yield
    finally:
        _is_light.reset(before)


def leave_light_slot():
    """To be called before work that takes long.

    Raises:
        TooHeavy: it is in a slot for light work.
    """
    if _is_light.get():
        raise TooHeavy
