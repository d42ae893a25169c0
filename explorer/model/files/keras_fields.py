"""The numbers of one Keras layer, as its config states them: each is checked before it is used."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from explorer.errors import ExplorerError, quote
from explorer.model.files.written_numbers import as_written

_KERAS = ("keras", "tf_keras", "tensorflow", "tensorflow_addons")
MOST_SIZE = 2**24  # of any one number of a layer: units, filters, sides


@dataclass(frozen=True)
class Fields:
    """What a layer's config says.

    Attributes:
        layer, kind: its name and class, for what is said of a mistake.
        values: the config.
        arguments: of the call, beside tensors: Keras' operations keep numbers there.
        operands: numbers and None (a tensor) in their order, where it was called with numbers.
    """

    layer: str
    kind: str
    values: Mapping[str, object]
    arguments: Mapping[str, object] = field(default_factory=dict)
    operands: Sequence[object] = ()

    @property
    def in_training(self) -> bool:
        """Whether it is called as in training; as Keras, any number that is not 0 says so."""
        return bool(self.arguments.get("training"))

    def refuse(self, option: str, value: object) -> ExplorerError:
        """The error that says that this layer's option is not read."""
        return ExplorerError(
            "keras_option",
            "weights",
            layer=quote(self.layer),
            kind=quote(self.kind),
            option=option,
            value=quote(value),
        )

    def get(self, name: str, usual: object = None) -> object:
        """A value as it stands; one that is null counts as absent."""
        value = self.values.get(name)
        return usual if value is None else value

    def whole(self, name: str, usual: int | None = None, least: int = 1) -> int:
        """A whole number."""
        value = self.get(name, usual)
        if not _is_whole(value) or not least <= value <= MOST_SIZE:
            raise self.refuse(name, value)
        return value

    def number(self, name: str, usual: float, least: float = -math.inf) -> float:
        """A finite number."""
        value = self.get(name, usual)
        if isinstance(value, Mapping):  # Keras 2 wrote NumPy's numbers so
            value = value.get("value", value)
        if not is_number(value) or value < least:
            raise self.refuse(name, value)
        return as_written(float(value))

    def numbers(self, name: str, usual: float) -> tuple[float, ...]:
        """One number, or several."""
        value = self.get(name, usual)
        values = value if isinstance(value, list) else [value]
        if not values or not all(map(is_number, values)):
            raise self.refuse(name, value)
        return tuple(as_written(float(one)) for one in values)

    def flag(self, name: str, usual: bool) -> bool:
        """Yes or no."""
        value = self.get(name, usual)
        if not isinstance(value, bool):
            raise self.refuse(name, value)
        return value

    def choice(self, name: str, usual: str, *allowed: str) -> str:
        """One of some words, in small letters."""
        value = self.get(name, usual)
        if not isinstance(value, str) or value.lower() not in allowed:
            raise self.refuse(name, value)
        return value.lower()

    def wholes(self, name: str, least: int = 1) -> tuple[int, ...]:
        """A list of whole numbers, or a single one."""
        value = self.values.get(name)
        values = value if isinstance(value, list) else [value]
        if not values or len(values) > 8 or not all(map(_is_whole, values)):
            raise self.refuse(name, value)
        if not all(least <= item <= MOST_SIZE for item in values):
            raise self.refuse(name, value)
        return tuple(values)

    def pair(self, name: str, usual: int | None = None, least: int = 1) -> tuple[int, int]:
        """Numbers for rows and columns; a single one is both."""
        if self.values.get(name) is None and usual is not None:
            return usual, usual
        values = self.wholes(name, least)
        if len(values) > 2:
            raise self.refuse(name, self.values.get(name))
        return values[0], values[-1]

    def sides(self, name: str, usual: int) -> tuple[tuple[int, int], tuple[int, int]]:
        """(before, after) of rows and columns: of an int, a pair or two pairs."""
        value = self.get(name, usual)
        parts = value if isinstance(value, list) else [value, value]
        pairs = [part if isinstance(part, list) else [part, part] for part in parts]
        if len(pairs) != 2 or not all(map(_is_pair, pairs)):
            raise self.refuse(name, value)
        return tuple(pairs[0]), tuple(pairs[1])

    def pairs(self, value: object) -> tuple[tuple[int, int], ...]:
        """Pads of a map's four axes."""
        if not isinstance(value, list) or len(value) != 4 or not all(map(_is_pair, value)):
            raise self.refuse("paddings", value)
        return tuple(tuple(pair) for pair in value)

    def insist(self, name: str, *allowed: object):
        """Refuses the layer unless an option is absent or has one of these values."""
        value = self.values.get(name)
        if value is not None and value not in allowed:
            raise self.refuse(name, value)

    def operand(self, name: str, at: int) -> object:
        """An argument of a call by its name, or else by its place."""
        if name in self.arguments:
            return self.arguments[name]
        return self.operands[at] if at < len(self.operands) else None


def is_own(told: Mapping) -> bool:
    """Whether a class is Keras', not one of the same name that somebody wrote.

    Keras 3 registers the latter alone; old files do not tell. TensorFlow Addons registers, too.
    """
    module = told.get("module")
    return not told.get("registered_name") or (
        isinstance(module, str) and module.split(".")[0] in _KERAS
    )


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def is_number(value: object) -> bool:
    """Whether it is a finite number, and not yes or no."""
    is_one = isinstance(value, int | float) and not isinstance(value, bool)
    return is_one and abs(value) < 1e300 and math.isfinite(value)


def _is_pair(value: object) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 2
        and all(_is_whole(item) and 0 <= item <= MOST_SIZE for item in value)
    )
