"""JSON of strangers, to a bounded depth.

Python's parser goes down one call a bracket until the interpreter's stack ends. What happens to be
collected down there cannot clean up after itself, as its own calls find no stack either.
"""

import json
import re
from collections.abc import Iterator

MOST_DEPTH = 64  # as many axes as an array of NumPy may have
_ESCAPED = re.compile(r"\\.", re.DOTALL)
_BRACKETS = re.compile(r"[\[\]{}]")


class TooDeepError(ValueError):
    """Lists and objects lie deeper in each other than `MOST_DEPTH`."""


def parse_json(text: str | bytes, **how) -> object:
    """What JSON stands for.

    Args:
        how: as of `json.loads`.

    Raises:
        TooDeepError: it is nested too deeply.
        ValueError: it is none, or bytes that are no UTF-8, as RFC 8259 has it.
        TypeError: it is no text.
    """
    if isinstance(text, bytes):
        text = text.decode("utf-8-sig")
    if isinstance(text, str) and _is_deep(text):
        raise TooDeepError
    return json.loads(text, **how)


def _is_deep(text: str) -> bool:
    if text.count("[") + text.count("{") <= MOST_DEPTH:
        return False
    depth = 0
    outside_of_strings = "".join(_ESCAPED.sub("", text).split('"')[::2])
    for bracket in _BRACKETS.finditer(outside_of_strings):
        depth += 1 if bracket.group() in "[{" else -1
        if depth > MOST_DEPTH:
            return True
    return False


def containers(value: object) -> Iterator[dict | list]:
    """Every object and list in what JSON stands for, itself among them, those outside first."""
    waiting = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict | list):
            yield part
            waiting.extend(part.values() if isinstance(part, dict) else part)
