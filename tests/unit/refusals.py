"""A check that something is refused, with the right code and with words a user can act on."""

import contextlib

import pytest

from explorer import ExplorerError


@contextlib.contextmanager
def refused(code: str, *words: object, field: str | None = None):
    """Fails unless the block raises `ExplorerError` with `code`, `field` and all `words`."""
    with pytest.raises(ExplorerError) as caught:
        yield caught
    error = caught.value
    assert (error.code, error.field) == (code, field)
    missing = [str(word) for word in words if str(word) not in str(error)]
    assert not missing, f"{missing} not in {error}"
