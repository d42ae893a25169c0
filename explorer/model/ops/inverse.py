"""The inverse of an operation's shape: what its inputs, or its own numbers, would have to be.

In a wanted shape None stands for a size that may be any. What is offered here is a candidate:
whoever takes it works the shapes out anew.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from explorer.errors import ExplorerError

if TYPE_CHECKING:
    from explorer.model.ops.op import Op, Pair, Shape

Wanted = tuple[int | None, ...]
# What a change of a number costs those who make it; of as many changes the cheaper come first.
SIZE, STRIDE, KERNEL, PADS = 1.0, 1.5, 2.5, 3.5
MOST_STRIDE, MOST_KERNEL, MOST_PAD = 8, 15, 64  # that are tried
_OTHER_PADDING = {"same": "valid", "valid": "same"}


@dataclass(frozen=True)
class Remedy:
    """Other numbers of one operation.

    Attributes:
        numbers: (name of the operation's attribute, its new value), each a change.
        cost: as above.
        follows: whether it is nothing without a change of what comes in, with which it counts as
            one: the target of a reshape, beside the units before it.
    """

    numbers: tuple[tuple[str, object], ...]
    cost: float = SIZE
    follows: bool = False


def filled(wanted: Wanted, present: Sequence[int]) -> "Shape":
    """The wanted sizes, and the present ones where any will do."""
    return tuple(now if want is None else want for want, now in zip(wanted, present, strict=True))


def differs(wanted: int | None, size: int) -> bool:
    """Whether another size is wanted."""
    return wanted not in (None, size)


def shape_with(op: "Op", inputs: Sequence["Shape"], **numbers: object) -> "Shape | None":
    """Its output with other numbers; None where there is none."""
    try:
        return replace(op, **numbers).output_shape(*inputs)
    except ExplorerError:
        return None


def mended_pair(
    op: "Op", inputs: Sequence["Shape"], wanted: Wanted, name: str, values: Iterable[int]
) -> "Pair | None":
    """A pair of numbers, for rows and columns, that gives the wanted ones; the nearest to its own.

    None where none of the values does, or nothing differs.
    """
    present = getattr(op, name)
    sizes = op.output_shape(*inputs)[1:3]
    targets = filled(wanted[1:3], sizes)
    made = {value: shape_with(op, inputs, **{name: (value, value)}) for value in values}
    found = []
    for axis, target in enumerate(targets):
        if present is not None and sizes[axis] == target:
            found.append(present[axis])
            continue
        fitting = [n for n, shape in made.items() if shape and shape[1 + axis] == target]
        if not fitting:
            return None
        found.append(min(fitting, key=lambda n: abs(n - (present or (0, 0))[axis])))
    pair = tuple(found)
    return pair if pair != present and targets != sizes else None


def mended_numbers(
    op: "Op",
    inputs: Sequence["Shape"],
    wanted: Wanted,
    tried: Iterable[tuple[str, Iterable[int], float]],
    own: tuple[tuple[str, object], ...] = (),
) -> Iterator[Remedy]:
    """Each of some pairs alone that gives the wanted rows and columns.

    Args:
        tried: names of pairs, the values to try, and the cost.
        own: what changes with it, such as the filters.
    """
    for name, values, cost in tried:
        if pair := mended_pair(op, inputs, wanted, name, values):
            yield Remedy((*own, (name, pair)), cost)


def mended_two(
    op: "Op",
    inputs: Sequence["Shape"],
    wanted: Wanted,
    tried: Sequence[tuple[str, Sequence[int], float]],
    own: tuple[tuple[str, object], ...] = (),
) -> Iterator[Remedy]:
    """Two of some numbers of a window that together give the wanted rows and columns.

    Of each two names the values nearest to the present ones. The padding is one of them.

    Args:
        tried, own: as `mended_numbers` has them.
    """
    firsts = [("padding", [_OTHER_PADDING[op.padding]], KERNEL)]
    firsts += [(name, _pairs(op, inputs, wanted, name, values), c) for name, values, c in tried]
    for at, (first, values, cost) in enumerate(firsts):
        for second, seconds, more in tried[at:]:
            found = []
            for value in values:
                changed = _with(op, inputs, first, value)
                pair = changed and mended_pair(changed, inputs, wanted, second, seconds)
                if pair:
                    found.append(((first, value), (second, pair)))
            if found:
                nearest = min(found, key=lambda numbers: _distance(op, numbers))
                yield Remedy((*own, *nearest), max(cost, more))


def _pairs(
    op: "Op", inputs: Sequence["Shape"], wanted: Wanted, name: str, values: Iterable[int]
) -> "list[Pair]":
    """Other pairs of a number: for both axes alike, or for the one that differs alone."""
    present = getattr(op, name) or (0, 0)
    sizes = op.output_shape(*inputs)[1:3]
    is_other = [differs(want, size) for want, size in zip(wanted[1:3], sizes, strict=True)]
    found = [(value, value) for value in values]
    if not all(is_other):
        found += [
            tuple(value if other else now for other, now in zip(is_other, present, strict=True))
            for value in values
        ]
    return [pair for pair in dict.fromkeys(found) if pair != present]


def _with(op: "Op", inputs: Sequence["Shape"], name: str, value: object) -> "Op | None":
    """The operation with another number; None where it then takes no such inputs."""
    return replace(op, **{name: value}) if shape_with(op, inputs, **{name: value}) else None


def _distance(op: "Op", numbers: Iterable[tuple[str, object]]) -> int:
    """By how much numbers differ from the present ones in all."""
    pairs = ((getattr(op, name) or (0, 0), value) for name, value in numbers if name != "padding")
    return sum(abs(new - now) for was, is_ in pairs for now, new in zip(was, is_, strict=True))


def mended_padding(
    op: "Op", inputs: Sequence["Shape"], wanted: Wanted, own: tuple[tuple[str, object], ...] = ()
) -> Iterator[Remedy]:
    """The other padding of a window, where that gives the wanted rows and columns."""
    other = _OTHER_PADDING[op.padding]
    made = shape_with(op, inputs, padding=other)
    if made and made[1:3] == filled(wanted[1:3], op.output_shape(*inputs)[1:3]):
        yield Remedy((*own, ("padding", other)), KERNEL)


def mended_sides(
    sides: Sequence["Pair"], sizes: Sequence[int], wanted: Wanted
) -> "tuple[Pair, ...] | None":
    """Pads with which rows and columns become the wanted ones, as even as can be."""
    found = []
    for pair, size, want in zip(sides, sizes, wanted, strict=True):
        total = sum(pair) + (want - size if differs(want, size) else 0)
        if not 0 <= total <= 2 * MOST_PAD:
            return None
        found.append((total // 2, total - total // 2) if differs(want, size) else pair)
    return tuple(found) if tuple(found) != tuple(sides) else None
