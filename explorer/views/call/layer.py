"""The layer of any generator's stage, as Keras writes it, with all of its numbers."""

from dataclasses import fields

from explorer.model.graph import Stage
from explorer.views.call.parts import Argument, Call, say


def layer_call(stage: Stage) -> Call:
    """The stage's own numbers, each an argument by the name that Keras has for it."""
    named = {item.name: stage.op.keras_names.get(item.name, item.name) for item in fields(stage.op)}
    arguments = tuple(
        _argument(name, repr(getattr(stage.op, own))) for own, name in named.items() if name
    )
    first = arguments[0].name if arguments else ""
    return Call(stage.name, _layer(stage), arguments, first)


def _argument(name: str, value: str) -> Argument:
    return Argument(name, value, say("of_layer", name=name, value=value), shown=True)


def _layer(stage: Stage) -> str:
    """What Keras calls it; where it has no layer, what it is."""
    return stage.op.keras(stage).code.partition("(")[0] or type(stage.op).__name__
