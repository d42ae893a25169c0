"""What a call is made of, as data; what is said of it are keys of the locales' `arguments`."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from explorer.model.ops.op import Op


@dataclass(frozen=True)
class Sentence:
    """A key of a section of the locale files, and what fills it in."""

    code: str
    params: tuple[tuple[str, object], ...]

    def as_dict(self) -> dict:
        """JSON types only."""
        return {"code": self.code, "params": dict(self.params)}


def say(code: str, **params: object) -> Sentence:
    """A sentence; shapes are written as Python writes lists."""
    return Sentence(code, tuple((name, _plain(value)) for name, value in params.items()))


def _plain(value: object) -> str | int | float:
    return str(list(value)) if isinstance(value, tuple) else value


@dataclass(frozen=True)
class Argument:
    """One argument of a call.

    Attributes:
        name: as in the function's signature.
        value: as the code writes it.
        sentence: what it means and does here.
        default: as the signature has it; "" where it must be given.
        fields: that change it, the most direct one first.
        shown: whether it stands in the call as the original writes it, else among the rest.
        named: whether its name stands before its value.
        made: the call that makes its value, where it is one; `value` is its function alone.
        changes: the argument of the stage's operation that it is; "" where none can be changed.
    """

    name: str
    value: str
    sentence: Sentence
    default: str = ""
    fields: tuple[str, ...] = ()
    shown: bool = False
    named: bool = True
    made: "Made | None" = None
    changes: str = ""

    def as_dict(self) -> dict:
        """JSON types only."""
        return {
            "name": self.name,
            "code": f"{self.name}={self.value}" if self.named else self.value,
            "default": "" if self.default == self.value else self.default,
            "sentence": self.sentence.as_dict(),
            "fields": list(self.fields),
            "shown": self.shown,
            "made": self.made and self.made.as_dict(),
            "changes": self.changes,
        }


@dataclass(frozen=True)
class Made:
    """A call that stands in the place of a value."""

    function: str
    arguments: tuple[Argument, ...]

    def as_dict(self) -> dict:
        """JSON types only."""
        return {"function": self.function, "arguments": _as_dicts(self.arguments)}


@dataclass(frozen=True)
class Call:
    """A line of code that makes a stage.

    Attributes:
        target: the variable that its result goes to.
        function: what is called.
        arguments: in the order in which the code shows them, then in the signature's.
        first: the argument that matters most here, of which is told until another is pointed at.
        notes: what else is to be known, keys of the locales' `call`.
    """

    target: str
    function: str
    arguments: tuple[Argument, ...]
    first: str
    notes: tuple[Sentence, ...] = ()

    def as_dict(self) -> dict:
        """JSON types only."""
        return {
            "target": self.target,
            "function": self.function,
            "arguments": _as_dicts(self.arguments),
            "first": self.first,
            "notes": [note.as_dict() for note in self.notes],
        }


def _as_dicts(arguments: Iterable[Argument]) -> list[dict]:
    return [argument.as_dict() for argument in arguments]


def given(name: str, value: str, sentence: Sentence, *fields: str) -> Argument:
    """An argument that stands in the call by its place, without its name."""
    return Argument(name, value, sentence, fields=fields, shown=True, named=False)


def shown(argument: Argument) -> Argument:
    """The argument among those that the code writes."""
    return replace(argument, shown=True)


def unset(name: str, sentence: Sentence) -> Argument:
    """An argument left at its default None."""
    return Argument(name, "None", sentence, "None")


def with_changes(call: Call, op: Op) -> Call:
    """The call with each argument told apart that can be changed of the operation."""
    own = {op.keras_names.get(each.name, each.name): each.name for each in op.changeable}
    own |= {each.name: each.name for each in op.changeable}
    arguments = (replace(each, changes=own.get(each.name, "")) for each in call.arguments)
    return replace(call, arguments=tuple(arguments))
