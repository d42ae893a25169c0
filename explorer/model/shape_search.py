"""Searches the configurations for those that give a stage a wanted shape."""

import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from explorer.errors import ExplorerError
from explorer.model.config import CONFIG_FIELDS, MAX_PAD, GeneratorConfig
from explorer.model.expected_shape import OUTPUT, Shape
from explorer.model.fields import Field
from explorer.model.latent import BATCH_SIZE
from explorer.model.stages import stages
from explorer.model.stopping import stop_if_unwanted

_MOST_TOGETHER = 6
_MOST_TRIED = 500  # combinations of changes that mend an axis each
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
    """Single parameters that give the shape; where no size does, also a few that do together.

    Together are sizes that mend an axis each, and a size whose odd rest the pads make up for, where
    that takes smaller pads than the pads alone.
    """
    actual = _shape_with(config, batch, name, {})
    wrong = _wrong(actual, wanted)
    whole, partial = [], {}
    for field, values in _candidates(config, batch, name, actual, wanted):
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
    yield from whole
    if any("paddings" not in change.values for change in whole):
        return
    tried = itertools.chain(
        itertools.islice(_together(partial, wrong), _MOST_TRIED),
        _one_after_another(config, partial),
        _with_pads(config, batch, name, wanted, wrong),
    )
    sound = filter(None, map(_verified(config, batch, name, wanted), tried))
    different = {frozenset(change.values.items()): change for change in sound}
    least = min((_pad_change(config, change) for change in whole), default=math.inf)
    smaller = [change for change in different.values() if _pad_change(config, change) < least]
    smaller.sort(key=lambda change: (len(change.values), _pad_change(config, change)))
    yield from smaller[:_MOST_TOGETHER]


def _one_after_another(config: GeneratorConfig, partial: Mapping) -> Iterator[dict[str, object]]:
    """A size that mends some axes, and a near value of another size that may mend the rest."""
    for change in partial.values():
        if "paddings" in change:
            continue
        for field, value in _near_sizes(config):
            if field not in change:
                yield change | {field: value}


def _near_sizes(config: GeneratorConfig) -> Iterator[tuple[str, int]]:
    """Every size with each of its nearest other values."""
    for field in _SIZES:
        for value in _nearest(getattr(config, field), CONFIG_FIELDS[field])[:_NEAR]:
            yield field, value


def _verified(config: GeneratorConfig, batch: int, name: str, wanted: Shape) -> Callable:
    """Values of parameters -> the `Change`, or None where they do not give the shape."""

    def verify(values: dict[str, object]) -> Change | None:
        shape = _shape_with(config, batch, name, values)
        return None if shape is None or _wrong(shape, wanted) else Change(values, shape)

    return verify


def _with_pads(
    config: GeneratorConfig, batch: int, name: str, wanted: Shape, wrong: frozenset[int]
) -> Iterator[dict[str, object]]:
    """A size, and the pads that make up for what it leaves."""
    if not name.startswith("conv_out/"):
        return
    for field, value in _near_sizes(config):
        shape = _shape_with(config, batch, name, {field: value})
        if shape is None or not wrong & {1, 2} or not _wrong(shape, wanted) <= {1, 2}:
            continue
        if pads := _mending_pads(config, shape, wanted):
            yield {field: value, "paddings": pads}


def _mending_pads(config: GeneratorConfig, shape: Sequence[int], wanted: Shape) -> tuple | None:
    """Pads that make up for every axis that differs, as even as can be; None where none can."""
    pairs = [*config.paddings]
    for axis in _wrong(shape, wanted):
        total = sum(pairs[axis]) + wanted[axis] - shape[axis]
        pairs[axis] = (total // 2, total - total // 2)
    return tuple(pairs) if all(0 <= side <= MAX_PAD for side in itertools.chain(*pairs)) else None


def _pad_change(config: GeneratorConfig, change: Change) -> int:
    """By how many cells a change makes the pads differ from the present ones."""
    paddings = change.values.get("paddings", config.paddings)
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
    config: GeneratorConfig, batch: int, name: str, actual: tuple[int, ...], wanted: Shape
) -> Iterator[tuple[str, list]]:
    """Every parameter that the wrong axes depend on, the values nearest to the present first."""
    wrong = _wrong(actual, wanted)
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
    mending = _mending_pads(config, actual, wanted) if len(actual) == 4 else None
    yield "paddings", [*([mending] if mending else []), *_other_pads(config)]


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
    stop_if_unwanted()
    try:
        changed = replace(config, **fields)
        plan = stages.__wrapped__(changed, batch)  # a search would only flush the cache
        shape = next((stage.shape for stage in plan if stage.name == name), None)
    except ExplorerError:
        return None
    return shape
