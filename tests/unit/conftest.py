"""For trainings of a few steps."""

from collections.abc import Iterator

import pytest
import tensorflow as tf


@pytest.fixture
def eagerly() -> Iterator[None]:
    """Step by step without a graph: to build one takes longer than a few steps do."""
    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)
