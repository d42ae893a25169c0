"""What can be changed of an operation: its arguments with their types and ranges, as data.

A value has a flat form, that of links and controls: a whole number or several, a real number, a
word, or None.
"""

import itertools
import math
from dataclasses import dataclass

Value = int | float | str | tuple[int, ...] | None

_SWITCHES = {"true": True, "false": False}
SWITCH = tuple(_SWITCHES)


@dataclass(frozen=True)
class Changeable:
    """An argument that can be changed.

    Attributes:
        name: of the argument.
        low, high: inclusive bounds of its numbers.
        choices: its words, where it is one of some.
        counts: how many numbers it may hold; one stands for all of them.
        grouped: whether the operation has its numbers in pairs.
        whole: whether its numbers are whole.
        optional: whether it may be None.
        tops: highest numbers, one by one, that go with what else the operation has now; none
            where those are `high`. Changes are made one after the other, so none is refused here.
        added: whether it is no number of the operation's own: what it is now is `usual`.
        usual: of one that is added.
    """

    name: str
    low: float = 1
    high: float = 1
    choices: tuple[str, ...] = ()
    counts: tuple[int, ...] = (1,)
    grouped: bool = False
    whole: bool = True
    optional: bool = False
    tops: tuple[int, ...] = ()
    added: bool = False
    usual: Value = None

    @property
    def entry(self) -> str:
        """What a control of it holds: "choice", "switch", "number", "pair" or "numbers"."""
        if self.choices:
            return "switch" if self.choices == SWITCH else "choice"
        return {(1,): "number", (2,): "pair"}.get(self.counts, "numbers")

    @property
    def allowed(self) -> str:
        """What it accepts, for a message; of several numbers each."""
        if self.choices:
            return ", ".join(self.choices)
        none = ", none" if self.optional else ""
        return f"{self.low:g} … {self.high:g}{none}"

    @property
    def count(self) -> str:
        """How many numbers it accepts, for a message; "" for one of anything."""
        if self.counts == (1,):
            return ""
        return "–".join(map(str, sorted({min(self.counts), max(self.counts)})))

    def read(self, value: Value) -> object:
        """A value in the form that the operation has it in.

        Raises:
            ValueError: it is another than is allowed.
        """
        if value is None and self.optional:
            return None
        if self.choices:
            if not isinstance(value, str) or value not in self.choices:
                raise ValueError
            return _SWITCHES.get(value, value)
        if self.counts == (1,):
            return self._number(value)
        return self._numbers(value)

    def _number(self, value: object) -> int | float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError
        if not math.isfinite(value) or not self.low <= value <= self.high:
            raise ValueError
        if self.whole and value != int(value):
            raise ValueError
        return int(value) if self.whole else float(value)

    def _numbers(self, value: object) -> tuple:
        parts = _flat(value) if isinstance(value, tuple | list) else (value,)
        if len(parts) == 1 and 1 not in self.counts:
            parts *= max(self.counts)
        if len(parts) not in self.counts:
            raise ValueError
        numbers = tuple(map(self._number, parts))
        return tuple(zip(numbers[::2], numbers[1::2], strict=True)) if self.grouped else numbers

    def flat(self, value: object) -> Value:
        """The flat form of a value as the operation has it."""
        if isinstance(value, bool):
            return str(value).lower()
        return _flat(value) if isinstance(value, tuple) else value


def _flat(value: tuple | list) -> tuple:
    parts = (_flat(part) if isinstance(part, tuple | list) else (part,) for part in value)
    return tuple(itertools.chain.from_iterable(parts))


def whole(name: str, high: int, low: int = 1) -> Changeable:
    """One whole number."""
    return Changeable(name, low, high)


def real(name: str, low: float, high: float) -> Changeable:
    """One real number."""
    return Changeable(name, low, high, whole=False)


def pair(name: str, high: int, low: int = 1, **more) -> Changeable:
    """(rows, columns)."""
    return Changeable(name, low, high, counts=(2,), **more)


def choice(name: str, choices: tuple[str, ...]) -> Changeable:
    """One of some words; of `SWITCH`, true or false."""
    return Changeable(name, choices=choices)


def addition(name: str, choices: tuple[str, ...], usual: str) -> Changeable:
    """Another operation to be added, or to take the place of this one."""
    return Changeable(name, choices=choices, added=True, usual=usual)


MOST_FILTERS = 8192
MOST_UNITS = 2**20
KERNEL_SIZE = pair("kernel_size", 64)
STRIDES = pair("strides", 16)
FILTERS = whole("filters", MOST_FILTERS)
EPSILON = real("epsilon", 1e-12, 1)
