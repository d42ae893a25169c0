"""The log of a server that anybody may ask for odd things: bounded lines a minute."""

import logging
import time

MOST_A_MINUTE = 120
_MINUTE = 60
_FORMATTER = logging.Formatter()
# Whose lines a request can cause; the last are Python's warnings, of code that it reads.
_FROM = ("explorer", "uvicorn", "gradio", "asyncio", "py")


class _Spared(logging.Filter):
    """Passes so many lines a minute, and tells in the next how many messages it left out."""

    def __init__(self):
        super().__init__()
        self._began, self._lines, self._left_out = 0.0, 0, 0

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a record is written: whole, if there is room for its first line."""
        if (now := time.monotonic()) - self._began > _MINUTE:
            if self._left_out:
                told = f"[{self._left_out} messages of the last minute were left out]"
                record.msg = f"{told} {record.msg}"
            self._began, self._lines, self._left_out = now, 0, 0
        if self._lines >= MOST_A_MINUTE:
            self._left_out += 1
            return False
        self._lines += _lines_of(record)
        return True


def _lines_of(record: logging.LogRecord) -> int:
    """Its own, and those of a traceback, which is kept as it is formatted."""
    if record.exc_info and not record.exc_text:
        record.exc_text = _FORMATTER.formatException(record.exc_info)
    try:
        told = record.getMessage()
    except (TypeError, ValueError, KeyError):  # arguments that do not fit: its handler tells of it
        told = str(record.msg)
    return len(f"{told}\n{record.exc_text or ''}".rstrip().splitlines())


def spare_log() -> None:
    """Bounds the lines of every logger that there is of those that requests can write to."""
    spared = _Spared()
    logging.captureWarnings(True)
    for name in (*_FROM, "py.warnings", *logging.root.manager.loggerDict):
        if name.partition(".")[0] in _FROM:
            logger = logging.getLogger(name)
            if not any(isinstance(known, _Spared) for known in logger.filters):
                logger.addFilter(spared)
