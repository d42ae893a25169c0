"""How a field is declared: its annotation says once what it may be, and pydantic checks by it.

Fields are the attributes of a frozen dataclass, such as
`kernel_size: Annotated[int, Range(1, 31), Slider(to=9), Role.SHAPE] = 5`, and `fields_of` reads
them off it. A form, a link, the API and the messages know of a field what stands there.
"""

import dataclasses
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from numbers import Real
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from pydantic import AfterValidator, BeforeValidator, Strict, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError, core_schema

from explorer.errors import ExplorerError, quote
from explorer.made_once import made_once

MINUS = "\N{MINUS SIGN}"  # as the page writes it
_SWITCHES = dict.fromkeys(("true", "1", "yes", "on"), True) | dict.fromkeys(
    ("false", "0", "no", "off"), False
)
_KINDS = {int: "int", float: "float", bool: "bool", str: "text"}


class Role(StrEnum):
    """What a field is to those who do not know it by name; a field may have several."""

    SHAPE = "shape"  # the weights' shapes depend on it
    DRAW = "draw"  # how untrained weights are drawn; weights that are there do not depend on it
    STRUCTURE = "structure"  # of what a configuration that is too large is made
    SIZE = "size"  # of an opened generator's inputs; they fit together or not at all
    VIEW = "view"  # looked at, not computed: it moves on while a wrong value waits elsewhere
    SELECTION = "selection"  # of what a generator may have less: a smaller one moves it
    PLACE = "place"  # where one is: a change of it is a step in the browser's history
    FOLD = "fold"  # whether a part of a page is unfolded; undo leaves it, as places and selections
    ASKED = "asked"  # a selection that a question is about: undo takes it back with the question
    LAB = "lab"  # of the padding lab
    DRAGGED = "dragged"  # what one drags to learn: on a narrow screen its slider is at hand
    LONG = "long"  # text that may be long, and that no weights depend on
    LISTED = "listed"  # a number that stands for one of those that the view lists
    UNSEEN = "unseen"  # for programs: the page has no control for it


class Section(StrEnum):
    """The part of the form that makes a control for the field, in the order of declaration."""

    Z = "z"
    ARCHITECTURE = "architecture"
    MORE = "more"  # folded away at the end of ARCHITECTURE
    WEIGHTS = "weights"


@dataclass(frozen=True)
class Range:
    """Inclusive bounds of a number, which may come as text; 5.0 and "5" are whole as well."""

    low: float
    high: float

    def __get_pydantic_core_schema__(self, source: object, handler: Callable) -> dict:
        """The bounded number, read by `_as_number`."""
        bounded = handler(source) | {"ge": self.low, "le": self.high}
        return core_schema.no_info_before_validator_function(_as_number, bounded)


@dataclass(frozen=True)
class Slider:
    """A slider stands beside the number's box; `start` and `to` where the range is too wide."""

    to: float | None = None
    start: float | None = None
    step: float = 1


def _as_number(value: object) -> float:
    """What pydantic would take for a number and we do not is refused: true, b"5", infinity."""
    if type(value) not in (int, float, str) and (
        isinstance(value, bool) or not isinstance(value, Real | str)
    ):
        raise PydanticCustomError("not_a_number", "no number")
    try:
        number = float(value.replace(MINUS, "-") if isinstance(value, str) else value)
    except (ValueError, OverflowError):
        raise PydanticCustomError("not_a_number", "no number") from None
    if not math.isfinite(number):
        raise PydanticCustomError("not_a_number", "not finite")
    return number


def _as_switch(value: object) -> bool:
    word = value if isinstance(value, bool) else _SWITCHES.get(quote(value).lower())
    if word is None:
        raise PydanticCustomError("not_a_choice", "no switch")
    return word


def _as_text(value: str) -> str:
    """Half of a surrogate pair is in no link and in no file."""
    try:
        value.encode()
    except UnicodeEncodeError:
        raise PydanticCustomError("not_text", "cannot be encoded") from None
    return value


Switch = Annotated[bool, BeforeValidator(_as_switch)]
Text = Annotated[str, Strict(), AfterValidator(_as_text)]


def read_by(reader: Callable[[str], object]) -> AfterValidator:
    """Text that `reader` can read; what it raises about other text is the error."""

    def check(text: str) -> str:
        reader(text)
        return text

    return AfterValidator(check)


@dataclass(frozen=True)
class Field:
    """One field, as its annotation declares it.

    Attributes:
        name: the argument's own name, as in the Python API, the form and the link.
        hint: its type with all that is said of it.
        default: the value where none is given.
    """

    name: str
    hint: Any
    default: Any = None

    @made_once
    def kind(self) -> str:
        """ "int", "float", "bool", "choice", "text", or "pads" for four pairs of them."""
        return "choice" if self.choices else _KINDS.get(self._type, "pads")

    @made_once
    def choices(self) -> tuple[str, ...]:
        """Allowed values of a choice, else ()."""
        return get_args(self._type) if get_origin(self._type) is Literal else ()

    @property
    def low(self) -> float | None:
        """The least number that is allowed."""
        return getattr(self._said(Range), "low", None)

    @property
    def high(self) -> float | None:
        """The greatest number that is allowed."""
        return getattr(self._said(Range), "high", None)

    @property
    def slider(self) -> dict[str, float] | None:
        """ "low", "high" and "step" of the slider, where there is one."""
        slider = self._said(Slider)
        if slider is None:
            return None
        low = self.low if slider.start is None else slider.start
        high = self.high if slider.to is None else slider.to
        if slider.step > high - low:
            raise ValueError(f"{self.name}: a slider with one place")
        return {"low": low, "high": high, "step": slider.step}

    @made_once
    def roles(self) -> frozenset[Role]:
        """What the field is to those who do not know it by name."""
        return frozenset(item for item in self._notes if isinstance(item, Role))

    @property
    def section(self) -> Section | None:
        """Where the form has a control for it."""
        return self._said(Section)

    @property
    def allowed(self) -> str:
        """What the field accepts, for a message."""
        if self.kind == "bool":
            return "true, false"
        if self.choices:
            return ", ".join(self.choices)
        return f"{_plain(self.low)} … {_plain(self.high)}"

    def check(self, value: object) -> Any:
        """Returns `value` in the field's own type.

        Raises:
            ExplorerError: not a number, not whole, out of range, not one of the choices, no text,
                or what a reader of texts says.
        """
        try:
            return self._validate(value)
        except ValidationError as error:
            refused = self._refusal(error, value)
        raise refused

    def form(self, value: object) -> Any:
        """A value of the field as a form or a link holds it: JSON types only."""
        return self._adapter.dump_python(value)

    def as_dict(self) -> dict:
        """What a page needs to make a control of the field: JSON types only."""
        return {
            "name": self.name,
            "default": self.form(self.default),
            "kind": self.kind,
            "low": self.low,
            "high": self.high,
            "slider": self.slider,
            "choices": self.choices,
            "roles": sorted(self.roles),
            "section": self.section,
        }

    @made_once
    def _type(self) -> Any:
        return get_args(self.hint)[0] if self._notes else self.hint

    @made_once
    def _notes(self) -> tuple:
        return get_args(self.hint)[1:] if get_origin(self.hint) is Annotated else ()

    def _said(self, kind: type) -> Any:
        return next((item for item in self._notes if isinstance(item, kind)), None)

    @made_once
    def _adapter(self) -> TypeAdapter:
        return TypeAdapter(self.hint)

    @made_once
    def _validate(self) -> Callable[[object], Any]:
        return self._adapter.validator.validate_python

    def _refusal(self, error: ValidationError, value: object) -> ExplorerError:
        """The error in our words; the value as it came, not as pydantic had read it so far."""
        (found,) = error.errors(include_url=False, include_input=False)
        match self.kind, found["type"]:
            case _, "value_error":  # a reader's own
                return found["ctx"]["error"]
            case "text", _:
                return ExplorerError("not_text", self.name, value=quote(value))
            case "bool" | "choice", _:
                return self._fail("not_a_choice", value)
            case _, "not_a_number":
                return self._fail("not_a_number", value)
            case _, "int_from_float":
                return self._fail("not_whole", value)
            case _:  # beyond an end, or beyond any integer of the machine's
                return self._fail("out_of_range", value)

    def _fail(self, code: str, value: object) -> ExplorerError:
        return ExplorerError(code, self.name, value=quote(value), allowed=self.allowed)


def _plain(number: float) -> str:
    """0.00001 rather than 1e-05; what would be long stays as it is."""
    text = str(number)
    return f"{number:f}".rstrip("0") if "e-" in text and abs(number) >= 1e-6 else text


def fields_of(declared: type, role: Role | None = None) -> dict[str, Field]:
    """The annotated attributes of a dataclass by name, in order; `role` is said of each."""
    hints = get_type_hints(declared, include_extras=True)
    found = {}
    for item in dataclasses.fields(declared):
        hint = hints[item.name]
        if get_origin(hint) in (Annotated, Literal):
            hint = Annotated[hint, role] if role else hint
            found[item.name] = Field(item.name, hint, item.default)
    return found


def having(fields: Mapping[str, Field], role: Role) -> tuple[str, ...]:
    """Names of the fields with a role."""
    return tuple(name for name, field in fields.items() if role in field.roles)


def check_all(fields: Mapping[str, Field], raw: Mapping[str, object]) -> dict[str, Any]:
    """The values of `raw` in their fields' own types, in the order of the fields.

    Raises:
        ExplorerError: of the first wrong one; it brings along those of all other wrong ones.
    """
    checked, errors = {}, []
    for name, field in fields.items():
        if name in raw:
            try:
                checked[name] = field.check(raw[name])
            except ExplorerError as error:
                errors.append(error)
    if errors:
        raise ExplorerError.together(errors)
    return checked
