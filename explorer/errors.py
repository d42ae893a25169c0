"""The one exception whose message a user can act on; its words live in the locale files."""

import math
from collections.abc import Mapping

from explorer.words import english

_ENDLESS = 1e300  # beyond it are infinities, and integers that have no text


def quote(value: object, limit: int = 40) -> str:
    """Shows any value back to the user: one line of printable text, cut to `limit` characters."""
    text = " ".join(_as_text(value).split())
    shown = printable(text[: limit + 1])
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def printable(text: str) -> str:
    """The text with what cannot be seen or encoded written as escapes.

    Those are control characters, marks that turn the direction of writing, lone surrogates.
    """
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in text
    )


def _as_text(value: object) -> str:
    """`str` of anything; Python has none of endless integers and of what is nested too deep."""
    try:
        return str(value)
    except Exception:  # or the value's own `__str__` fails, with any error
        if isinstance(value, int) and value:
            return f"{'-' * (value < 0)}10^{math.log10(abs(value)):.0f}"
        return f"<{type(value).__name__}>"


def quote_stage(name: object) -> str:
    """Shows a stage's name back, and what holds one: names may be long."""
    return quote(name, 200)


def quote_path(path: object) -> str:
    """Shows a path back whole, as its end tells the most."""
    return quote(path, 300)


class ExplorerError(ValueError):
    """A user's mistake: what was wrong, what is allowed and what to do.

    `code` is a key of the `errors` section of every locale file and `params` fill the
    placeholders, so that the page can say the same in the reader's language. `field` names the
    control at fault, if one is; `others` are more mistakes of the same input; `offer` are values of
    fields that were found to do instead, {} where none were. Texts among the params are printable,
    whoever wrote them, so that every error can be encoded.
    """

    others: tuple["ExplorerError", ...] = ()
    offer: Mapping[str, str] = {}

    def __init__(self, code: str, field: str | None = None, **params: object):
        self.code = code
        self.field = field
        self.params = {"field": field or "", **{key: _sound(params[key]) for key in params}}
        super().__init__(english("errors", code, self.params))

    @classmethod
    def together(cls, errors: "list[ExplorerError]") -> "ExplorerError":
        """The first of one or more mistakes, which brings the others along."""
        first, *others = errors
        first.others = tuple(others)
        return first

    @classmethod
    def retold(cls, code: str, params: Mapping[str, object]) -> "ExplorerError":
        """An error that another process raised; `params` are its own.

        Raises:
            LookupError: there is no such code, or its words need more.
        """
        return cls(code, **params)

    def as_dict(self) -> dict:
        """The error as the browser and the API receive it: JSON types only."""
        return {
            "code": self.code,
            "field": self.field,
            "params": dict(self.params),
            "message": str(self),
            "offer": dict(self.offer),
        }


def _sound(param: object) -> int | float | str:
    """Numbers that JSON can hold as they are, all else as printable text."""
    if isinstance(param, int | float) and abs(param) < _ENDLESS:
        return param
    return printable(_as_text(param))
