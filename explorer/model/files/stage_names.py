"""Names of strangers as stages and variables bear them: printable, short, each one alone."""

import re
from collections.abc import Collection, Sequence

from explorer.errors import printable

_MOST_NAME = 120
_DIGITS = re.compile(r"([0-9]+)")


def shown_name(name: str) -> str:
    """A name as its stages bear it: printable, and not endless."""
    text = " ".join(printable(name).split()) or "?"
    return text if len(text) <= _MOST_NAME else f"{text[: _MOST_NAME - 1]}…"


def unlike(name: str, taken: Collection[str]) -> str:
    """The name, or with a number after it where it is taken."""
    if name not in taken:
        return name
    number = 2
    while f"{name}~{number}" in taken:
        number += 1
    return f"{name}~{number}"


def some_names(names: Sequence[str], most: int = 6) -> str:
    """Names in one line, the first of many."""
    more = f", … (+{len(names) - most})" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def natural_order(name: str) -> list[tuple[bool, int, str]]:
    """A key to sort names by, numbers in them by their size, before words.

    Digits never become an `int`, which refuses very long ones.
    """
    return [_part_order(part) for part in _DIGITS.split(name)]


def _part_order(part: str) -> tuple[bool, int, str]:
    if not part.isdecimal():
        return True, 0, part
    digits = part.lstrip("0")
    return False, len(digits), digits
