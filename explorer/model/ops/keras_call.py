"""A call of Keras as data: the code that is shown and the layer that is saved are made from it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

ALWAYS = object()  # in the place of Keras' own default, for an argument that is always written


@dataclass(frozen=True)
class KerasCall:
    """A layer's class with its arguments, or a function of what comes in.

    Attributes:
        name: of the class in `keras.layers`, or the whole name of the function, "keras.ops.pad".
        positional, named: the arguments: JSON types, tuples and calls.
        when_called: arguments of the layer's own call.
    """

    name: str
    positional: tuple[Any, ...] = ()
    named: tuple[tuple[str, Any], ...] = ()
    when_called: tuple[tuple[str, Any], ...] = ()

    @property
    def is_function(self) -> bool:
        """Whether it is a function of what comes in, and no layer."""
        return "." in self.name

    @property
    def code(self) -> str:
        """As Python has it."""
        first = ["x"] if self.is_function else []
        return f"{self.name}({', '.join([*first, *self._spelled()])})"

    def _spelled(self) -> list[str]:
        named = [f"{name}={_spelled(value)}" for name, value in self.named]
        return [*map(_spelled, self.positional), *named]

    def make(self, name: str) -> Callable:
        """The layer of that name, or the function; it is called with what comes in."""
        import keras  # not before it is needed: it takes seconds to load

        positional = [_made(value, keras) for value in self.positional]
        named = {key: _made(value, keras) for key, value in self.named}
        if self.is_function:
            function = _find(self.name, keras)
            return lambda x: function(x, *positional, **named)
        return getattr(keras.layers, self.name)(*positional, **named, name=name)


@dataclass(frozen=True)
class KerasObject(KerasCall):
    """An argument that is an object of Keras' own, such as an initializer."""

    @property
    def code(self) -> str:
        """As Python has it."""
        return f"{self.name}({', '.join(self._spelled())})"


def keras_call(name: str, *positional: Any, **named: tuple[Any, Any]) -> KerasCall:
    """A call without the arguments that are as Keras has them unless told.

    Args:
        named: argument -> (its value, Keras' own default or `ALWAYS`).
    """
    told = ((key, value) for key, (value, usual) in named.items() if value != usual)
    return KerasCall(name, positional, tuple(told))


def _spelled(value: Any) -> str:
    if isinstance(value, KerasCall):
        return value.code
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, list):
        return f"[{', '.join(map(_spelled, value))}]"
    if isinstance(value, tuple):
        return f"({', '.join(map(_spelled, value))}{',' * (len(value) == 1)})"
    return str(value)


def _made(value: Any, keras: Any) -> Any:
    """An argument as Keras takes it."""
    if not isinstance(value, KerasCall):
        return value
    named = {key: _made(part, keras) for key, part in value.named}
    return _find(value.name, keras)(*value.positional, **named)


def _find(name: str, keras: Any) -> Any:
    found = keras
    for part in name.split(".")[1:]:
        found = getattr(found, part)
    return found
