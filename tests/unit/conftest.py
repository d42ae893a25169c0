"""For trainings of a few steps, and for files that are read."""

import sys
from collections.abc import Iterator

import pytest
import tensorflow as tf

from explorer.model.files import load
from explorer.ui.app import build_app
from explorer.ui.quiet_blocks import QuietBlocks
from tests.support.forked_readers import ForkedReaders


@pytest.fixture(scope="session", autouse=True)
def forked_readers() -> Iterator[None]:
    """What files are read by, on Linux; `test_readers` has those of the app."""
    if sys.platform != "linux":
        yield
        return
    with pytest.MonkeyPatch.context() as patch:
        made = ForkedReaders()
        patch.setattr(load, "readers", made)
        yield
        made.end()


@pytest.fixture(scope="session")
def app() -> QuietBlocks:
    """The page, which takes a second to build; who changes it takes that back."""
    return build_app()


@pytest.fixture
def eagerly() -> Iterator[None]:
    """Step by step without a graph: to build one takes longer than a few steps do."""
    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)
