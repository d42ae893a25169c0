"""Typed, bounded fields: what each argument may be, and the messages when it is something else."""

import math
import numbers
from collections.abc import Iterable
from dataclasses import dataclass, field

from explorer.errors import ExplorerError, quote

MINUS = "\N{MINUS SIGN}"  # as the page writes it
_TRUE, _FALSE = {"true", "1", "yes", "on"}, {"false", "0", "no", "off"}


@dataclass(frozen=True)
class Field:
    """One argument: its default and what it may be.

    Attributes:
        name: the argument's own name, as in the Python API, the form and the link.
        default: the value of the original generator.
        kind: "int", "float", "bool", "choice" or "text".
        low, high: inclusive bounds of a number.
        step_to: upper end of the slider, where `high` would make the slider too coarse.
        choices: allowed values of a choice.
    """

    name: str
    default: object
    kind: str
    low: float | None = None
    high: float | None = None
    step_to: float | None = None
    choices: tuple[str, ...] = field(default=())

    @property
    def allowed(self) -> str:
        """What the field accepts, for a message."""
        if self.kind == "bool":
            return "true, false"
        if self.choices:
            return ", ".join(self.choices)
        return f"{_plain(self.low)} … {_plain(self.high)}"

    def check(self, value: object) -> object:
        """Returns `value` in the field's own type.

        Numbers may come as text (from a form or a link); 5.0 and "5" count as the integer 5.

        Raises:
            ExplorerError: not a number, not whole, out of range, or not one of the choices.
        """
        if self.kind == "text":
            return self._text(value)
        if self.kind == "bool":
            return self._bool(value)
        if self.kind == "choice":
            return self._choice(value)
        return self._number(value)

    def _fail(self, code: str, value: object) -> ExplorerError:
        return ExplorerError(code, self.name, value=quote(value), allowed=self.allowed)

    def _text(self, value: object) -> str:
        if not isinstance(value, str) or not _is_unicode(value):
            raise ExplorerError("not_text", self.name, value=quote(value))
        return value

    def _bool(self, value: object) -> bool:
        if isinstance(value, bool):
            return value
        text = quote(value).lower()
        if text not in _TRUE | _FALSE:
            raise self._fail("not_a_choice", value)
        return text in _TRUE

    def _choice(self, value: object) -> str:
        if not isinstance(value, str) or value not in self.choices:
            raise self._fail("not_a_choice", value)
        return value

    def _number(self, value: object) -> int | float:
        number = self._parse(value)
        if self.kind == "int":
            if number != int(number):
                raise self._fail("not_whole", value)
            number = int(number)
        if not self.low <= number <= self.high:
            raise self._fail("out_of_range", value)
        return number

    def _parse(self, value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, numbers.Real | str):
            raise self._fail("not_a_number", value)
        try:
            number = float(value.replace(MINUS, "-") if isinstance(value, str) else value)
        except (ValueError, OverflowError):
            raise self._fail("not_a_number", value) from None
        if not math.isfinite(number):
            raise self._fail("not_a_number", value)
        return number


def _plain(number: float) -> str:
    """0.00001 rather than 1e-05; what would be long stays as it is."""
    text = str(number)
    return f"{number:f}".rstrip("0") if "e-" in text and abs(number) >= 1e-6 else text


def _is_unicode(text: str) -> bool:
    """False for half of a surrogate pair, which no link and no file can hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def by_name(fields: Iterable[Field]) -> dict[str, Field]:
    """The fields keyed by their name, in order."""
    return {item.name: item for item in fields}
