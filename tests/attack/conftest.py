"""One app for all attacks, and how long the random ones go on."""

import random
import time
from collections.abc import Iterator

import pytest

from tests.attack.opener import Opener
from tests.support.attacked_app import AttackedApp

MEMORY = 512  # MiB that the attacked app may take on top of its start
PATIENCE = 3  # seconds that it waits for a slow client
RANDOM_PARTS = 4  # tests that share the minutes of a long run


def pytest_addoption(parser):
    group = parser.getgroup("attack")
    group.addoption("--attack-minutes", type=float, default=0, help="of random attacks in all")
    group.addoption("--attack-seed", type=int, default=0, help="of the first random attack")


@pytest.fixture(scope="package")
def _running() -> Iterator[AttackedApp]:
    app = AttackedApp(EXPLORER_MEMORY=MEMORY, EXPLORER_PATIENCE=PATIENCE)
    yield app
    app.close()


@pytest.fixture
def app(_running) -> Iterator[AttackedApp]:
    """The running app, sound; after the test it must live, answer and have logged no traceback."""
    _running.make_ready()
    yield _running
    _running.assert_unhurt()
    _running.watcher.rest()


@pytest.fixture(scope="package")
def _opening() -> Iterator[Opener]:
    opener = Opener()
    yield opener
    opener.close()


@pytest.fixture
def opener(_opening) -> Iterator[Opener]:
    """A process that opens files, sound and idle."""
    _opening.make_ready()
    yield _opening
    _opening.watcher.rest()


def long_minutes(config) -> float:
    """Minutes of a long run, 0 in the usual one; also where `pytest .` knew no option yet."""
    return config.getoption("--attack-minutes", 0)


class Rounds:
    """Random attacks, each from a seed of its own, until the time is up."""

    def __init__(self, first: int, minutes: float):
        self._first, self._minutes = first, minutes

    def __call__(self, usual_seconds: float, at_least: int = 1) -> Iterator[random.Random]:
        """Yields a generator a round; the seed that is printed last is the one that failed."""
        seconds = 60 * self._minutes / RANDOM_PARTS or usual_seconds
        end, seed = time.monotonic() + seconds, self._first
        while time.monotonic() < end or seed < self._first + at_least:
            print(f"--attack-seed {seed}")
            yield random.Random(seed)
            seed += 1


@pytest.fixture
def rounds(request) -> Rounds:
    first = request.config.getoption("--attack-seed", 0)
    return Rounds(first, long_minutes(request.config))


@pytest.fixture
def is_long(request) -> bool:
    """Whether this is a long run."""
    return long_minutes(request.config) > 0
