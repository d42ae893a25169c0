"""What requests can write to the log is bounded, and what was left out is counted."""

import logging

import pytest

from explorer.ui import spared_log
from explorer.ui.spared_log import MOST_A_MINUTE, spare_log


@pytest.fixture
def log(monkeypatch):
    """A logger of the package, what it passed, and a clock to be set."""
    logger, passed, clock = logging.getLogger("explorer.test_spared_log"), [], [1000.0]
    handler = logging.Handler()
    handler.emit = lambda record: passed.append(record.getMessage())
    logger.addHandler(handler)
    monkeypatch.setattr(spared_log.time, "monotonic", lambda: clock[0])
    spare_log()
    yield logger, passed, clock
    for name in logging.root.manager.loggerDict:
        known = logging.getLogger(name).filters
        known[:] = [one for one in known if not isinstance(one, spared_log._Spared)]
    logger.removeHandler(handler)
    logging.captureWarnings(False)


def test_a_flood_of_lines_is_cut_and_told(log):
    logger, passed, clock = log
    for at in range(3 * MOST_A_MINUTE):
        logger.error("%s odd", at)
    assert len(passed) == MOST_A_MINUTE
    clock[0] += 61
    logger.error("%s later", 1)
    assert passed[-1] == f"[{2 * MOST_A_MINUTE} messages of the last minute were left out] 1 later"
    clock[0] += 61
    logger.error("much later")
    assert passed[-1] == "much later"


def test_the_lines_of_a_traceback_count(log):
    logger, passed, _ = log
    for _ in range(MOST_A_MINUTE):
        try:
            raise ValueError("odd\n" * 50)
        except ValueError:
            logger.exception("a fault")
    assert len(passed) == 3  # of 50 lines and some, the last one whole


def test_all_that_a_request_writes_to_is_spared_once(log):
    names = ("uvicorn.error", "explorer.ui.guard", "explorer.ui.answers", "asyncio", "py.warnings")
    loggers = [logging.getLogger(name) for name in names]
    for _ in range(2):
        spare_log()
    for logger in loggers:
        found = [one for one in logger.filters if isinstance(one, spared_log._Spared)]
        assert len(found) == 1, logger.name
    assert not logging.getLogger("tests").filters
