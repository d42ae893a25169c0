"""A variable of another shape, in a generator of any design: which layer's it may be, and why."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from explorer.errors import ExplorerError, quote
from explorer.model.changes import Change as NewNumber
from explorer.model.error_answer import Answer
from explorer.model.graph import Stage
from explorer.model.ops.changeable import KERNEL_SIZE
from explorer.model.ops.inverse import Wanted, filled, shape_with
from explorer.model.shape_designs import Design
from explorer.model.shape_reasons import Reason

_MOST_NAMED = 4  # layers that have such a variable


def of_own_variable(design: Design, layer: tuple[int, ...], held: tuple[int, ...]) -> Answer | None:
    """Where a layer here has a variable of the first shape: what would make it the second.

    Args:
        layer: as the model has it.
        held: as the file does.
    """
    owners = [
        stage for stage in design.stages if layer in [weight.shape for weight in stage.weights]
    ]
    if not owners:
        return None
    names = ", ".join(quote(stage.name) for stage in owners[:_MOST_NAMED])
    params = {"layer": list(layer), "held": list(held), "stages": names}
    if windows := tuple(_windows(owners[:_MOST_NAMED], layer, held)):
        sides = {"here": list(layer[:2]), "there": list(held[:2])}
        return Answer(Reason("weight_of_window", params | sides), numbers=windows)
    reason = Reason("weight_of_layers", params)
    found = [*dict.fromkeys(way for stage in owners for way in _ways(stage, layer, held))]
    if len(owners) == len(found) == 1:
        return Answer(reason, stage=found[0][0], wanted=found[0][1])
    return Answer(reason)


def _windows(
    owners: Sequence[Stage], layer: tuple[int, ...], held: tuple[int, ...]
) -> Iterator[NewNumber]:
    """The kernel_size of each stage with which its kernel is as in the file."""
    for stage in owners if len(layer) == len(held) == 4 and layer[2:] == held[2:] else ():
        at = [weight.shape for weight in stage.weights].index(layer)
        number = {KERNEL_SIZE.name: held[:2]}
        if KERNEL_SIZE in stage.op.changeable and _variable(stage, at, number) == held:
            yield NewNumber(stage.name, KERNEL_SIZE.name, held[:2])


def _ways(
    stage: Stage, layer: tuple[int, ...], held: tuple[int, ...]
) -> Iterator[tuple[str, Wanted]]:
    """A stage and its number of channels, or units, with which the variable is as in the file."""
    at = [weight.shape for weight in stage.weights].index(layer)
    for channels in dict.fromkeys(held):
        wanted = (*[None] * (len(stage.shape) - 1), channels)
        for remedy in stage.op.remedies(stage.input_shapes, wanted):
            if _variable(stage, at, numbers=dict(remedy.numbers)) == held:
                yield stage.name, wanted
                break
        if len(stage.sources) == 1:
            asked = (*[None] * (len(stage.input_shape) - 1), channels)
            if _variable(stage, at, source=asked) == held:
                yield stage.sources[0], asked


def _variable(
    stage: Stage, at: int, numbers: dict | None = None, source: Wanted | None = None
) -> tuple[int, ...] | None:
    """The shape of one of its variables with other numbers, or with another source."""
    inputs = stage.input_shapes
    if source:
        inputs = (filled(source, stage.input_shape),)
    if shape_with(stage.op, inputs, **(numbers or {})) is None:
        return None
    try:
        return replace(stage.op, **(numbers or {})).variables(*inputs)[at].shape
    except (ExplorerError, IndexError):
        return None
