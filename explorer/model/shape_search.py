"""Searches the configurations for those that give a stage a wanted shape."""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from explorer.errors import ExplorerError
from explorer.model.config import CONFIG_FIELDS, MAX_PAD, GeneratorConfig
from explorer.model.expected_shape import OUTPUT, Shape
from explorer.model.fields import Field
from explorer.model.latent import BATCH_SIZE
from explorer.model.stages import stages

_MOST_TOGETHER = 6
_NEAR = 16  # values of a size that are tried together with pads
_SIZES = ("base_height", "base_width", "upsample_blocks", "stride", "output_kernel")


@dataclass(frozen=True)
class Change:
    """New values of parameters that give the shape.

    Attributes:
        values: parameter -> new value (one, or a few where no single one does); `batch_size`
            stands for the number of rows of z.
        shape: the stage's shape with them, worked out anew.
    """

    values: Mapping[str, object]
    shape: tuple[int, ...]


def find_changes(config: GeneratorConfig, batch: int, name: str, wanted: Shape) -> Iterator[Change]:
    """Single parameters that give the shape; where none does, a few that give it together.

    Together are those that mend an axis each, and a size whose odd rest the pads make up for.
    """
    wrong = _wrong(_shape_with(config, batch, name, {}), wanted)
    whole, partial = [], {}
    for field, values in _candidates(config, batch, name, wrong):
        for value in values:
            shape = _shape_with(config, batch, name, {field: value})
            if shape is None or len(shape) != len(wanted):
                continue
            left = _wrong(shape, wanted)
            if not left:
                whole.append(Change({field: value}, shape))
                break
            if left < wrong:  # the nearest value stands first
                partial.setdefault((field, wrong - left), {field: value})
    if whole:
        yield from whole
        return
    tried = itertools.chain(
        _together(partial, wrong), _with_pads(config, batch, name, wanted, wrong)
    )
    sound = (change for change in map(_verified(config, batch, name, wanted), tried) if change)
    yield from itertools.islice(sound, _MOST_TOGETHER)


def _verified(config: GeneratorConfig, batch: int, name: str, wanted: Shape) -> Callable:
    """Values of parameters -> the `Change`, or None where they do not give the shape."""

    def verify(values: dict[str, object]) -> Change | None:
        shape = _shape_with(config, batch, name, values)
        return None if shape is None or _wrong(shape, wanted) else Change(values, shape)

    return verify


def _with_pads(
    config: GeneratorConfig, batch: int, name: str, wanted: Shape, wrong: frozenset[int]
) -> Iterator[dict[str, object]]:
    """A size, and the pads that make up for what it leaves, the least change of pads first."""
    if not name.startswith("conv_out/"):
        return
    found = []
    for field in _SIZES:
        for value in _nearest(getattr(config, field), CONFIG_FIELDS[field])[:_NEAR]:
            shape = _shape_with(config, batch, name, {field: value})
            if shape is None or not wrong & {1, 2} or not _wrong(shape, wanted) <= {1, 2}:
                continue
            pairs = [*config.paddings]
            for axis in _wrong(shape, wanted):
                total = sum(pairs[axis]) + wanted[axis] - shape[axis]
                pairs[axis] = (total // 2, total - total // 2)
            if all(0 <= side <= MAX_PAD for pair in pairs for side in pair):
                found.append({field: value, "paddings": tuple(pairs)})
    yield from sorted(found, key=lambda change: _pad_change(config, change["paddings"]))


def _pad_change(config: GeneratorConfig, paddings: tuple) -> int:
    """By how many cells pads differ from the present ones."""
    sides = zip(itertools.chain(*config.paddings), itertools.chain(*paddings), strict=True)
    return sum(abs(old - new) for old, new in sides)


def _together(partial: Mapping, wrong: frozenset[int]) -> Iterator[dict[str, object]]:
    """Changes of different parameters that mend every wrong axis once."""
    if not wrong:
        yield {}
        return
    for (field, mended), change in partial.items():
        if min(wrong) not in mended or not mended <= wrong:
            continue
        others = {key: value for key, value in partial.items() if key[0] != field}
        for rest in _together(others, wrong - mended):
            yield change | rest


def _wrong(shape: Sequence[int], wanted: Shape) -> frozenset[int]:
    """The axes that differ."""
    return frozenset(
        at
        for at, (size, want) in enumerate(zip(shape, wanted, strict=True))
        if want not in (None, size)
    )


def _candidates(
    config: GeneratorConfig, batch: int, name: str, wrong: frozenset[int]
) -> Iterator[tuple[str, list]]:
    """Every parameter that the wrong axes depend on, the values nearest to the present first."""
    vector = name == "z" or (name.startswith("fc1/") and name != "fc1/reshape")
    if 0 in wrong:
        yield "batch_size", _nearest(batch, BATCH_SIZE)
    names = [*_SIZES]
    if name == OUTPUT and 3 in wrong:
        names.insert(0, "C")
    if name != OUTPUT and (3 in wrong or vector):
        names.insert(0, "upsample_dim")
    if name == "z":
        names = ["noise_dim"]
    for field in names:
        yield field, _nearest(getattr(config, field), CONFIG_FIELDS[field])
    yield "paddings", list(_other_pads(config))


def _nearest(value: int, field: Field) -> list[int]:
    """Every other value of a field, by its distance."""
    others = (other for other in range(int(field.low), int(field.high) + 1) if other != value)
    return sorted(others, key=lambda other: (abs(other - value), other))


def _other_pads(config: GeneratorConfig) -> Iterator[tuple]:
    """One pair changed: both its sides alike, or one of them."""
    for side in range(MAX_PAD + 1):
        for axis, (before, after) in enumerate(config.paddings):
            for pair in ((side, side), (side, after), (before, side)):
                if pair != (before, after):
                    pairs = list(config.paddings)
                    pairs[axis] = pair
                    yield tuple(pairs)


def _shape_with(
    config: GeneratorConfig, batch: int, name: str, change: Mapping[str, object]
) -> tuple[int, ...] | None:
    """The stage's shape after a change, worked out anew; None where it cannot be made."""
    fields = {key: value for key, value in change.items() if key != "batch_size"}
    batch = change.get("batch_size", batch)
    try:
        changed = replace(config, **fields)
        plan = stages.__wrapped__(changed, batch)  # a search would only flush the cache
        shape = next((stage.shape for stage in plan if stage.name == name), None)
    except ExplorerError:
        return None
    return shape
