"""The layer of any generator's stage, as Keras writes it, with all of its numbers."""

from dataclasses import fields

from explorer.model.graph import Stage
from explorer.model.ops.keras_call import KerasObject
from explorer.model.ops.kernels import UNTOLD
from explorer.views.call.parts import Argument, Call, Sentence, say
from explorer.words import words_in


def layer_call(stage: Stage) -> Call:
    """The stage's own numbers, each an argument by the name and the value that Keras has for it.

    How a kernel began is left out where its file does not tell.
    """
    call, op = stage.op.keras_call(stage), stage.op
    written = dict(call.named if call else ())
    named = {
        op.keras_names.get(item.name, item.name): getattr(op, item.name) for item in fields(op)
    }
    named |= {name: value for name, value in written.items() if name not in named}
    arguments = tuple(
        _argument(name, value, written.get(name))
        for name, value in named.items()
        if name and value != UNTOLD
    )
    first = arguments[0].name if arguments else ""
    return Call(stage.name, _layer(stage), arguments, first)


def _argument(name: str, value: object, written: object) -> Argument:
    code = written.code if isinstance(written, KerasObject) else repr(value)
    return Argument(name, code, _told_of(name), shown=True)


def _told_of(name: str) -> Sentence:
    """What an argument of that name means; of one that no words are of, that it is one."""
    code = f"layer_{name}"
    return say(code if code in words_in("en")["arguments"] else "of_layer")


def _layer(stage: Stage) -> str:
    """What Keras calls it; where it has no layer, what it is."""
    return stage.op.keras(stage).code.partition("(")[0] or type(stage.op).__name__
