"""Which stage of a generator has a shape that an error names, and what batch is asked of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from explorer.model.changes import Change
from explorer.model.expected_shape import Shape, fits
from explorer.model.shape_reasons import Reason
from explorer.model.stages import Stage


@dataclass(frozen=True)
class Asked:
    """What a text asks: a stage, the shape that it should have, and how that was read.

    Attributes:
        stage: its name; "" where a layer is told of that no stage here goes with.
        notes: a sentence each.
        compared: whether the text names two shapes.
        inputs: changes of the picture that comes in, of which each mends it; not verified yet.
    """

    stage: str
    shape: Shape
    notes: tuple[Reason, ...] = ()
    compared: bool = False
    inputs: tuple[Change, ...] = ()


def stage_of(
    plan: Mapping[str, Stage], shape: Shape, named: str | None = None, exact: bool = False
) -> str | None:
    """The last stage of that shape: errors are raised where data have already flowed to.

    The batch of an error is that of the run in which it was raised, whatever N is here.
    """
    names = [named, *reversed(plan)] if named else [*reversed(plan)]
    return next((name for name in names if has_shape(plan[name], shape, exact)), None)


def has_shape(stage: Stage, shape: Shape, exact: bool = False) -> bool:
    """Whether a stage has a shape that is known, of any batch unless exactly that is asked."""
    start = 0 if exact else 1
    same_rank = len(stage.shape) == len(shape) and not stage.is_guessed
    return same_rank and fits(stage.shape[start:], shape[start:])


def batch_of(stage: Stage, found: Shape, other: Shape) -> tuple[int | None, tuple[Reason, ...]]:
    """The batch that is asked for: any, where an error leaves it open or both sides share it."""
    here, pair = stage.shape[0], (found[0], other[0])
    if None in pair:
        known = max((size for size in pair if size), default=None)
        return None, (Reason("batch_open", {"batch": known}),) if known else ()
    if pair[0] != pair[1] or here == pair[0]:
        return other[0], ()
    return None, (Reason("batch_any", {"batch": pair[0]}),)
