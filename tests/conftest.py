"""For all tests: a quiet TensorFlow, one seed for property tests, one browser."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings
from playwright.sync_api import Browser

from tests.support import chromium

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

settings.register_profile("seeded", derandomize=True, deadline=None, database=None)
settings.load_profile("seeded")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One for a whole worker: a second Playwright in one thread is refused."""
    with chromium.launched() as running:
        yield running
