"""The layer of an opened generator's stage, as Keras writes it, with all of its numbers."""

from dataclasses import fields

from explorer.model.graph import Stage
from explorer.views.call.parts import Argument, Call, say


def layer_call(stage: Stage) -> Call:
    """The stage's own numbers, each an argument by its name."""
    numbers = [
        Argument(
            item.name,
            repr(getattr(stage.op, item.name)),
            say("of_layer", name=item.name, value=repr(getattr(stage.op, item.name))),
            shown=True,
        )
        for item in fields(stage.op)
    ]
    first = numbers[0].name if numbers else ""
    return Call(stage.name, type(stage.op).__name__, tuple(numbers), first)
