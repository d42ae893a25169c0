"""The call that makes a stage."""

from dataclasses import replace

from explorer.model.config import GeneratorConfig
from explorer.model.stages import Stage, stages
from explorer.views.call import layers, operations
from explorer.views.call.generator import generator
from explorer.views.call.operations import activation_function
from explorer.views.call.parts import Call, say
from explorer.views.call.place import Drawn, Place

_NEWER = "gelu"  # the one activation that TensorFlow 1 does not have


def stage_call(config: GeneratorConfig, stage: Stage, drawn: Drawn = "all", seed: int = 0) -> Call:
    """The line of the original's code that makes a stage, with every argument of its function.

    z, which no line makes, is an argument of the generator's own call.

    Args:
        drawn: how much of the stage's kernel is drawn, not trained, opened or carried over.
        seed: of what is drawn.
    """
    place = Place(config, stages(config, _batch_of(config, stage)), stage, drawn, seed)
    call = _CALLS[stage.kind](place)
    newer = activation_function(_NEWER)
    if newer in (call.function, *(argument.value for argument in call.arguments)):
        call = replace(call, notes=(*call.notes, say("note_newer", function=newer)))
    return call


def _batch_of(config: GeneratorConfig, stage: Stage) -> int:
    """The batch before the pad, whose first pair adds items."""
    if stage.kind == "conv2d":
        return stage.shape[0] - sum(config.paddings[0])
    return stage.input_shape[0]


def _activation(place: Place) -> Call:
    """An argument of the layer before, as the original has it, or a line of its own."""
    if place.config.bn_position == "before":
        return operations.activation(place)
    note = say("note_argument", stage=place.stage.name)
    made = _CALLS[place.before.kind](replace(place, stage=place.before))
    return replace(made, first="activation", notes=(note,))


_CALLS = {
    "input": generator,
    "dense": layers.dense,
    "actv": _activation,
    "batch_normalization": layers.batch_normalization,
    "reshape": operations.reshape,
    "conv2d_transpose": layers.conv2d_transpose,
    "pad": operations.pad,
    "conv2d": layers.conv2d,
}
