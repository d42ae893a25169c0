"""Searches the configurations for those that give a stage a wanted shape, the gentlest first.

What is offered is solved for, axis by axis, and then verified by working the shape out anew. The
fewest changes come first, sizes before kernels and pads; then what loses the picture, as other
blocks leave conv_out nothing to carry and another stride tears apart what was learned.
"""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from explorer.errors import ExplorerError
from explorer.model.builders.dcgan_shapes import LAST_BLOCK, OUTPUT, PADDED, block_number
from explorer.model.changes import Change as NewNumber
from explorer.model.config import CONFIG_FIELDS, MAX_PAD, GeneratorConfig
from explorer.model.expected_shape import Shape
from explorer.model.latent import BATCH_SIZE
from explorer.model.stages import Stage, stages
from explorer.model.stopping import stop_if_unwanted

_MOST_OFFERED = 4
_NEAR_KERNELS = 4  # by how much a kernel changes that is offered with a base
_LARGE_PAD = 1 / 4  # of a side: a pad beyond it shows more mirror than picture
_BASE = ("base_height", "base_width")
# What a change costs those who make it; it ranks as many changes.
_COSTS = {
    "C": 1,
    "batch_size": 1,
    "noise_dim": 1,
    "upsample_dim": 1,
    "base_height": 1,
    "base_width": 1,
    "upsample_blocks": 1,
    "stride": 1.5,
    "output_kernel": 2.5,
    "paddings": 3.5,
}
_ORDER = list(_COSTS)
_LOSE_PICTURE = {"upsample_blocks", "stride"}
_COST_OF_LOST_TAPS = 1.5  # more than a smaller output kernel costs else, so that it follows pads
_COST_OF_LEFT_OPEN = 0.5  # a size that may be any is moved, though nobody asked for it


@dataclass(frozen=True)
class Change:
    """New values of parameters that give the shape.

    Attributes:
        values: parameter -> new value; `batch_size` stands for the number of rows of z. Of a
            graph's operations a parameter is "stage.attribute".
        shape: the stage's shape with them, worked out anew.
        padded_share: where new pads are larger than a quarter of a side, the share of the padded
            map that they add; else 0.
        numbers: the same of a graph's operations, as `apply_changes` takes them.
    """

    values: Mapping[str, object]
    shape: tuple[int, ...]
    padded_share: float = 0.0
    numbers: tuple[NewNumber, ...] = ()


def find_changes(config: GeneratorConfig, batch: int, stage: Stage, wanted: Shape) -> list[Change]:
    """What gives the stage the shape, verified: the fewest changes come first.

    Of as many the plainest do. What loses the picture comes after what does not, and pads that add
    more than a quarter of a side come last, however few changes they are. A change that holds
    another one and more is left out. Where no change of few parameters does, those of many are
    tried: blocks, base, output kernel and pads at once.
    """
    search = (config, batch, stage, wanted)
    return _offered(*search, _planes) or _offered(*search, _far_planes)


def _offered(config: GeneratorConfig, batch: int, stage: Stage, wanted: Shape, planes) -> list:
    """What is offered of the candidates whose height and width are made by `planes`."""
    found = {}
    for values in _candidates(config, stage, wanted, planes):
        shape = _shape_with(config, batch, stage.name, values)
        if shape is None or not values or _wrong(shape, wanted):
            continue
        change = Change(values, shape, _padded_share(config, values))
        found.setdefault(frozenset(values.items()), (_cost(config, stage, change, wanted), change))
    offered = []
    for _, change in sorted(found.values(), key=lambda costed: costed[0]):
        if not any(other.values.items() <= change.values.items() for other in offered):
            offered.append(change)
    return offered[:_MOST_OFFERED]


def verified_change(
    config: GeneratorConfig, batch: int, stage: Stage, values: Mapping[str, object]
) -> Change | None:
    """The values as a change of a stage; None where they are out of range or change nothing."""
    shape = _shape_with(config, batch, stage.name, values)
    return None if shape in (None, stage.shape) else Change(values, shape)


def _cost(config: GeneratorConfig, stage: Stage, change: Change, wanted: Shape) -> tuple:
    """Sorts what is offered: large pads last, before them what loses the picture."""
    own = {**_COSTS, "paddings": 1} if stage.name == PADDED else _COSTS
    moved = sum(
        want is None and now != before
        for want, now, before in zip(wanted, change.shape, stage.shape, strict=True)
    )
    cost = sum(own[name] for name in change.values) + _COST_OF_LEFT_OPEN * moved
    if change.values.get("output_kernel", config.output_kernel) < config.output_kernel:
        cost += _COST_OF_LOST_TAPS
    order = sorted(_ORDER.index(name) for name in change.values)
    fields = _fields(change.values).items()
    distance = sum(abs(new - getattr(config, key)) for key, new in fields if key != "paddings")
    cells = _pad_change(config, change.values)
    loses_picture = not _LOSE_PICTURE.isdisjoint(change.values)
    return (
        change.padded_share > 0,
        loses_picture,
        _count(change.values),
        cost,
        order,
        distance,
        cells,
    )


def _count(values: Mapping[str, object]) -> int:
    """How many changes those are to people: height and width of the base are one."""
    return len({"base" if name in _BASE else name for name in values})


def _candidates(
    config: GeneratorConfig, stage: Stage, wanted: Shape, make_planes: Callable
) -> Iterator[dict[str, object]]:
    """Values that may give the shape: each wrong axis has its own parameters, and they combine."""
    wrong, one = _wrong(stage.shape, wanted), [{}]
    batches = planes = channels = one
    if 0 in wrong:
        padded = sum(config.paddings[0]) if stage.block == LAST_BLOCK else 0
        batches = [{"batch_size": wanted[0] - padded}]
    if 1 in wrong and stage.is_input:
        planes = [{"noise_dim": wanted[1]}]
    elif 1 in wrong and len(stage.shape) == 2:
        planes = [*_units(config, wanted[1])]
    elif wrong & {1, 2}:
        planes = [*make_planes(config, stage, wanted)]
    if 3 in wrong:
        channels = [_channels(config, stage, wanted[3])]
    for several in itertools.product(batches, planes, channels):
        yield {name: value for values in several for name, value in values.items()}


def _units(config: GeneratorConfig, units: int) -> Iterator[dict[str, int]]:
    """One factor of fc1's units, where the others divide them."""
    factors = ("upsample_dim", *_BASE)
    whole = config.upsample_dim * config.base_height * config.base_width
    for name in factors:
        others = whole // getattr(config, name)
        if units % others == 0:
            yield {name: units // others}


def _channels(config: GeneratorConfig, stage: Stage, channels: int) -> dict[str, int]:
    """C alone makes the output's channels, D those of all maps before it.

    Floor division gives the same from D up to divisor - 1 more, which lose channels on the way.
    """
    if stage.name == OUTPUT:
        return {"C": channels}
    padded = sum(config.paddings[3]) if stage.name == PADDED else 0
    return {"upsample_dim": (channels - padded) * 2 ** block_number(config, stage)}


def _planes(config: GeneratorConfig, stage: Stage, wanted: Shape) -> Iterator[dict[str, object]]:
    """Height and width: a base for each growth, a kernel, and what pads make up for."""
    last = stage.block == LAST_BLOCK
    before = block_number(config, stage)
    for blocks in range(1, CONFIG_FIELDS["upsample_blocks"].high + 1) if last else (before,):
        for stride in range(2, CONFIG_FIELDS["stride"].high + 1):
            stop_if_unwanted()
            yield from _bases(config, stage, wanted, stride, blocks, config.output_kernel)
    if not last:
        yield from _bases(config, stage, wanted, config.stride, before, config.output_kernel)
        return
    if stage.name == OUTPUT:
        for kernel in range(1, CONFIG_FIELDS["output_kernel"].high + 1):
            for values in _bases(config, stage, wanted, config.stride, before, kernel):
                near = abs(kernel - config.output_kernel) <= _NEAR_KERNELS
                if near or not values.keys() & {*_BASE}:
                    yield values
    yield from _with_pads(config, stage, wanted)


def _far_planes(
    config: GeneratorConfig, stage: Stage, wanted: Shape
) -> Iterator[dict[str, object]]:
    """Height and width of the last block's maps and later, by all of their parameters at once."""
    if stage.block != LAST_BLOCK:
        return
    without = (config.paddings[0], (0, 0), (0, 0), config.paddings[3])
    kernels = range(1, CONFIG_FIELDS["output_kernel"].high + 1)
    if stage.name == PADDED:
        kernels = (config.output_kernel,)
    for pads in dict.fromkeys((config.paddings, without)):
        for blocks in range(1, CONFIG_FIELDS["upsample_blocks"].high + 1):
            for kernel in kernels:
                stop_if_unwanted()
                yield from _bases(config, stage, wanted, config.stride, blocks, kernel, pads)


def _bases(
    config, stage: Stage, wanted: Shape, stride: int, blocks: int, kernel: int, pads=None
) -> Iterator[dict[str, object]]:
    """The base that grows to the wanted size, if one does."""
    pads, values = pads or config.paddings, {}
    if stage.block == LAST_BLOCK:
        values = {"upsample_blocks": blocks, "output_kernel": kernel, "paddings": pads}
    for name, size, pair in zip(_BASE, wanted[1:3], pads[1:3], strict=True):
        if size is None:
            continue
        size -= _added(stage, pair, kernel)
        if size < 1 or size % stride**blocks:
            return
        values[name] = size // stride**blocks
    yield _changed(config, values | {"stride": stride})


def _added(stage: Stage, pair: tuple[int, int], kernel: int) -> int:
    """How much larger than the last block's map the stage is on an axis."""
    padded = sum(pair) if stage.block == LAST_BLOCK else 0
    return padded - (kernel - 1 if stage.name == OUTPUT else 0)


def _with_pads(config: GeneratorConfig, stage: Stage, wanted: Shape) -> Iterator[dict[str, object]]:
    """The pads alone; and the nearest base, with pads for what it leaves."""
    if pads := _mending_pads(config, stage.shape, wanted):
        yield {"paddings": pads}
    growth = config.stride**config.upsample_blocks
    values, shape = {}, list(stage.shape)
    for at, name in enumerate(_BASE, start=1):
        if wanted[at] in (None, stage.shape[at]):
            continue
        added = _added(stage, config.paddings[at], config.output_kernel)
        base = max(1, round((wanted[at] - added) / growth))
        values[name], shape[at] = base, base * growth + added
    if pads := _mending_pads(config, shape, wanted):
        yield _changed(config, values) | {"paddings": pads}


def _changed(config: GeneratorConfig, values: Mapping[str, object]) -> dict[str, object]:
    """Those of the values that are not the present ones."""
    return {name: value for name, value in values.items() if value != getattr(config, name)}


def _mending_pads(config: GeneratorConfig, shape: Sequence[int], wanted: Shape) -> tuple | None:
    """Pads of height and width that make up for what differs, as even as can be; None if none do.

    Pads of other axes add whole items or channels, which no size that is expected asks for.
    """
    pairs = [*config.paddings]
    for axis in _wrong(shape, wanted) & {1, 2}:
        total = sum(pairs[axis]) + wanted[axis] - shape[axis]
        pairs[axis] = (total // 2, total - total // 2)
    sound = all(0 <= side <= MAX_PAD for side in itertools.chain(*pairs))
    return tuple(pairs) if sound and tuple(pairs) != config.paddings else None


def _pad_change(config: GeneratorConfig, values: Mapping[str, object]) -> int:
    """By how many cells a change makes the pads differ from the present ones."""
    paddings = values.get("paddings", config.paddings)
    sides = zip(itertools.chain(*config.paddings), itertools.chain(*paddings), strict=True)
    return sum(abs(old - new) for old, new in sides)


def _padded_share(config: GeneratorConfig, values: Mapping[str, object]) -> float:
    """As `Change.padded_share`."""
    if "paddings" not in values:
        return 0.0
    sizes = replace(config, **_fields(values)).map_size
    pairs = values["paddings"][1:3]
    if all(max(pair) <= _LARGE_PAD * size for pair, size in zip(pairs, sizes, strict=True)):
        return 0.0
    (top, bottom), (left, right) = pairs
    rows, columns = sizes
    return 1 - rows * columns / ((rows + top + bottom) * (columns + left + right))


def _wrong(shape: Sequence[int], wanted: Shape) -> frozenset[int]:
    """The axes that differ."""
    return frozenset(
        at
        for at, (size, want) in enumerate(zip(shape, wanted, strict=True))
        if want not in (None, size)
    )


def _fields(values: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in values.items() if key != "batch_size"}


def _shape_with(
    config: GeneratorConfig, batch: int, name: str, values: Mapping[str, object]
) -> tuple[int, ...] | None:
    """The stage's shape after a change, worked out anew; None where it cannot be made."""
    stop_if_unwanted()
    try:
        batch = BATCH_SIZE.check(values.get("batch_size", batch))
        changed = replace(config, **_fields(values))
        plan = stages.__wrapped__(changed, batch)  # a search would only flush the cache
    except ExplorerError:
        return None
    return next((stage.shape for stage in plan if stage.name == name), None)
