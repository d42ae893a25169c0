"""The log of a server that anybody may ask for odd things: bounded lines a minute."""

import logging
import time

MOST_A_MINUTE = 120
_MINUTE = 60
# Whose lines a request can cause; the last are Python's warnings, of code that it reads.
_FROM = ("explorer", "uvicorn", "gradio", "asyncio", "py")


class _Spared(logging.Filter):
    """Passes so many records a minute, and tells of the next minute how many it left out."""

    def __init__(self):
        super().__init__()
        self._began, self._records = 0.0, 0

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a record is written."""
        if (now := time.monotonic()) - self._began > _MINUTE:
            left_out = self._records - MOST_A_MINUTE
            if left_out > 0:
                record.msg = f"[{left_out} lines of the last minute were left out] {record.msg}"
            self._began, self._records = now, 0
        self._records += 1
        return self._records <= MOST_A_MINUTE


def spare_log() -> None:
    """Bounds the lines of every logger that there is of those that requests can write to."""
    spared = _Spared()
    logging.captureWarnings(True)
    for name in (*_FROM, "py.warnings", *logging.root.manager.loggerDict):
        if name.partition(".")[0] in _FROM:
            logger = logging.getLogger(name)
            if not any(isinstance(known, _Spared) for known in logger.filters):
                logger.addFilter(spared)
