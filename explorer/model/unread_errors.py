"""Errors of a kind that no reader knows: that they are errors, and what is recognised in them.

Patterns are bounded: any text is read in time that grows with its length.
"""

import re

from explorer.errors import ExplorerError, quote
from explorer.model.expected_shape import bracketed, spelled

# Words of errors, which who types a shape that is wanted does not write; and words of wishes.
_ERROR = re.compile(
    r"\b(?:must|cannot|can ?not|can't|invalid|mismatch|incompatible|divisible|expects|exception|"
    r"unsupported|unable|doesn't|don't|missing|\w{0,40}error)\b"
    r"|\bop:|\bbut got\b|\bnot (?:match|equal)",
    re.IGNORECASE,
)
_WISH = re.compile(r"\b(?:expect|want|should|need|would|wish)", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z']{2,40}")
_FEWEST_WORDS = 5
_OPERATION = re.compile(r"\[Op:(\w{1,60})\]|\(op: '(\w{1,60})'\)|\blayer '?\"?([a-z][\w/]{0,60})")
_NUMBER = re.compile(r"(?<![\w.])\d{1,9}(?!\.?\w)")
_IN_BRACKETS = re.compile(r"[\[(][^\[\]()]*[\])]")
_MOST = 12
_MOST_QUOTED = 200


def is_error(text: str) -> bool:
    """Whether a text is a message of an error, not a shape that somebody typed."""
    many = len(_WORD.findall(text)) >= _FEWEST_WORDS
    return many and (_ERROR.search(text) is not None or not _WISH.search(text))


def unread(text: str) -> ExplorerError | None:
    """The refusal that shows operations, shapes and numbers; None where there are none."""
    operations = ["".join(names) for names in _OPERATION.findall(text)]
    shapes = [spelled(shape) for _, shape in bracketed(text) if len(shape) > 1]
    numbers = _NUMBER.findall(_IN_BRACKETS.sub(" ", text))
    found = [*dict.fromkeys([*operations[:_MOST], *shapes[:_MOST], *numbers[:_MOST]])]
    if not found:
        return None
    return ExplorerError("unread_error", "expected", value=quote("; ".join(found), _MOST_QUOTED))
