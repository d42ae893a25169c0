"""Searches the configurations for those that give a stage a wanted shape."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from explorer.errors import ExplorerError
from explorer.model.config import CONFIG_FIELDS, MAX_PAD, GeneratorConfig
from explorer.model.expected_shape import OUTPUT, Shape
from explorer.model.fields import Field
from explorer.model.latent import BATCH_SIZE
from explorer.model.stages import stages

_MOST_TOGETHER = 6


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
    """Single parameters that give the shape; where none does, a few that give it together."""
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
    for change in itertools.islice(_together(partial, wrong), _MOST_TOGETHER):
        shape = _shape_with(config, batch, name, change)
        if shape is not None and not _wrong(shape, wanted):
            yield Change(change, shape)


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
    names = ["base_height", "base_width", "upsample_blocks", "stride", "output_kernel"]
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
