"""What every earlier stage would have to be for a stage to have a shape."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from explorer.model.graph import Stage
from explorer.model.ops.inverse import Wanted


@dataclass(frozen=True)
class Clash:
    """A stage of which two of those that read it would need different shapes."""

    stage: str
    readers: tuple[str, str]
    shapes: tuple[Wanted, Wanted]


@dataclass(frozen=True)
class Needs:
    """What leads to a wanted shape.

    Attributes:
        shapes: of the stages from the wanted one back, by name; sizes that may be any are None.
        clash: of the stage nearest to the wanted one where there is one.
        ends: stages that cannot have the shape that is needed, whatever they read.
    """

    shapes: Mapping[str, Wanted]
    clash: Clash | None = None
    ends: tuple[str, ...] = ()


def needed_shapes(
    plan: Sequence[Stage], name: str, wanted: Wanted, channels: Mapping[str, int] | None = None
) -> Needs:
    """The shapes that lead to the wanted one, from its stage back as far as they can be worked out.

    Sizes that nothing follows from, or that may lie with one source or another, are None. Where an
    operation cannot give a shape at all the walk ends.

    Args:
        channels: of stages whose number of them follows from the design.
    """
    needed, readers, clash, ends = {name: wanted}, {}, None, []
    at = next(i for i, stage in enumerate(plan) if stage.name == name)
    for stage in plan[at::-1]:
        if stage.name not in needed:
            continue
        ways = [*stage.op.inputs_for(stage.input_shapes, needed[stage.name])]
        if not ways:
            ends += [stage.name] if stage.sources else []
            continue
        for source, *shapes in zip(stage.sources, *ways, strict=True):
            shape = _with_channels(_agreed(shapes), (channels or {}).get(source))
            before = needed.get(source)
            needed[source] = shape if before is None else _joined(before, shape)
            if before is not None and not clash and _differ(before, shape):
                clash = Clash(source, (readers[source], stage.name), (before, shape))
            readers[source] = stage.name
    return Needs(needed, clash, tuple(ends))


def _agreed(shapes: Sequence[Wanted]) -> Wanted:
    """The sizes that all ways ask for."""
    return tuple(sizes[0] if len({*sizes}) == 1 else None for sizes in zip(*shapes, strict=True))


def _differ(one: Wanted, other: Wanted) -> bool:
    return any(None not in (a, b) and a != b for a, b in zip(one, other, strict=True))


def _joined(one: Wanted, other: Wanted) -> Wanted:
    """What two readers ask for; any, where they ask for different sizes."""
    pairs = zip(one, other, strict=True)
    return tuple(a if b in (None, a) else b if a is None else None for a, b in pairs)


def _with_channels(shape: Wanted, channels: int | None) -> Wanted:
    return shape if channels is None or len(shape) != 4 else (*shape[:3], channels)
