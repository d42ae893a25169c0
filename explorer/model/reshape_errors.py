"""What an error of a reshape means: how a number of values stands to a shape, or to another."""

import functools
import itertools
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from explorer.errors import ExplorerError, quote
from explorer.model.config import GeneratorConfig
from explorer.model.error_answer import Answer, answer
from explorer.model.expected_shape import LIST, Shape, plain_sizes, spelled
from explorer.model.graph import Stage
from explorer.model.graph_reshapes import of_graph
from explorer.model.layer_errors import operands
from explorer.model.shape_designs import Design
from explorer.model.shape_order import channels_last
from explorer.model.shape_reasons import Reason
from explorer.model.side_sums import added, side_sum

_MOST_DIGITS = 12  # of a number of values: so many are factored in little time
_N = r"(\d{1,40})"
_RESHAPE = re.compile(
    rf"tensor with {_N} values, but the requested shape (has|requires a multiple of) {_N}"
)
_NUMBERS = (  # of values, and the shape that they should take: TensorFlow, NumPy
    re.compile(rf"annot reshape a tensor with {_N} elements to shape {LIST}"),
    re.compile(rf"annot reshape array of size {_N} into shape {LIST}"),
)
_TORCH = re.compile(rf"shape '{LIST}' is invalid for input of size {_N}")
_DIVISIBLE = re.compile(rf"must be evenly divisible by {_N} but is {_N} for ")
_UNFLATTEN = re.compile(
    rf"Provided sizes {LIST} don't multiply up to the size of dim \d \({_N}\)", re.IGNORECASE
)
_INPUT = re.compile(rf"input\[1\] = {LIST}")
_KERAS = re.compile(rf"input_shape ?= ?{LIST}, (?:target_shape|output_shape|newshape) ?= ?{LIST}")
_UNSAID = re.compile(r"total size of new array must be unchanged", re.IGNORECASE)
_APART = re.compile(r"view size is not compatible with input tensor's size and stride")
_TARGET_CHANNELS = (1, 3, 4)  # of a picture: such a shape is no base map
_BATCHES = tuple(2**power for power in range(8, -1, -1))
_MOST_ITEMS = 64  # of a batch, to take a number of values for fc1's
_MOST_PICTURES = 3  # readings of a number of values
_NEAR = 2  # times: items that are further from the requested size say nothing


def read_reshape(design: Design, text: str) -> Answer | None:
    """A number of values that does not fit the requested shape.

    Raises:
        ExplorerError: a number of more digits than any tensor's.
    """
    if target := _target(text):
        return _reshaped(design, target)
    if _UNSAID.search(text):
        return _unsaid(design)
    if _APART.search(text):
        return answer("reshape_view")
    if not (found := _RESHAPE.search(text)):
        return None
    # "has" is said without -1: the numbers have to be equal.
    return _counted(design, _count(found[1]), _count(found[3]), found[2] == "has")


def _unsaid(design: Design) -> Answer:
    if not design.config or not design.base:
        return answer("reshape_unsaid_any")
    _, rows, columns, depth = design.base.shape
    params = {"rows": rows, "columns": columns, "depth": depth}
    return answer("reshape_unsaid", **params, units=rows * columns * depth)


@dataclass(frozen=True)
class _Target:
    """How many values come, and the shape that they should take, channels last.

    Attributes:
        of_item: whether the values are one item's, and the batch has no part in the error.

    Raises:
        ExplorerError: the shape holds more values than any tensor.
    """

    values: int
    shape: Shape
    of_item: bool = False

    def __post_init__(self):
        _product(size for size in self.shape if size)


def _target(text: str) -> _Target | None:
    """What an error says of a reshape; Keras names shapes without the batch, the others with it."""
    for found in filter(None, (pattern.search(text) for pattern in _NUMBERS)):
        return _told(text, _count(found[1]), plain_sizes(found[2]))
    if found := _TORCH.search(text):
        return _Target(_count(found[2]), channels_last(plain_sizes(found[1])))
    if found := _UNFLATTEN.search(text):
        shape = channels_last((None, *plain_sizes(found[1])))
        return _Target(_count(found[2]), shape, of_item=True)
    if found := _DIVISIBLE.search(text):
        target = _INPUT.search(text, found.end())
        return _told(text, _count(found[2]), plain_sizes(target[1])) if target else None
    if "must be unchanged" in text and (found := _KERAS.search(text)):
        values = plain_sizes(found[1])
        if None not in values:
            return _Target(_product(values), (None, *plain_sizes(found[2])), of_item=True)
    return None


def _told(text: str, values: int, shape: Shape) -> _Target:
    """TensorFlow's reshape in a graph names its input: with the batch of the target, or without."""
    name, shapes = operands(text)
    if name == "Reshape" and shapes and None not in shapes[0] and shapes[0][0] == shape[0]:
        return _Target(_product(shapes[0][1:]), shape, of_item=True)
    return _Target(values, shape)


def _reshaped(design: Design, target: _Target) -> Answer | None:
    """Values that do not fill a shape: the base map's, or the output's, or another's."""
    values, (batch, *item) = target.values, target.shape
    if not values:
        return answer("reshape_empty")
    if None in item or 0 in target.shape or not item:
        return _known_sizes(design, values, target.shape)
    one, spelled_item = math.prod(item), spelled(tuple(item))
    if batch == item[0] and len(item) < 3:  # a square picture without a batch
        return _counted(design, values, batch * one, whole=True)
    if values == one * (1 if target.of_item else batch or values // one):
        return _times("reshape_fits", values, one)
    params = {"values": values, "one": one, "item": spelled_item}
    if not target.of_item and values % one == 0:
        counts = {"batch": batch, "whole": batch * one, "items": values // one}
        return answer("reshape_other_batch", **params, **counts)
    if item[:2] == [1, 1] and batch and not target.of_item and values % batch == 0:
        return _of_latent(design, values, batch, item[2])
    counts = Reason("reshape_counts_item" if target.of_item else "reshape_counts", params)
    stage = _stage_reshaped(design, item)
    if not stage:
        return _nearest(values, one if target.of_item else one * (batch or 1))
    if stage.shape[1:] != tuple(item):
        return Answer(counts, stage=stage.name, wanted=(None, *item))
    notes = ()
    if batch and not target.of_item and values % batch == 0:
        notes = (Reason("reshape_each", {**params, "batch": batch, "each": values // batch}),)
    return Answer(Reason("reshape_here", {**params, "stage": stage.name}), notes)


def _of_latent(design: Design, values: int, batch: int, asked: int) -> Answer:
    """Vectors that become maps of one cell, as PyTorch's first transposed convolution reads z."""
    each, length = values // batch, design.latent.shape[1] if design.latent else None
    params = {"values": values, "batch": batch, "each": each, "asked": asked}
    reason = Reason("reshape_latent", params)
    if length not in (each, asked):
        return Answer(reason)
    other = each + asked - length
    if design.config:
        return Answer(reason, values={"noise_dim": other})
    return Answer(reason, stage=design.latent.name, wanted=(None, other))


def _stage_reshaped(design: Design, item: list[int]) -> Stage | None:
    """The stage whose map a target is meant to be, by its channels."""
    if len(item) != 3 or not design.base or not design.gives_maps:
        return None
    if not design.units:  # z itself is laid out, as a map of one cell
        return design.output if item[2] == design.output.shape[3] else None
    if item[2] == design.output.shape[3] != design.base.shape[3]:
        return design.output
    return None if item[2] in _TARGET_CHANNELS else design.base


def _known_sizes(design: Design, values: int, target: Shape) -> Answer | None:
    """A target with a size left open beside the batch: what is known has to divide the values."""
    known = math.prod(size for size in target if size)
    return _counted(design, values, known, whole=False)


def _counted(design: Design, values: int, requested: int, whole: bool) -> Answer | None:
    """Two numbers of values, which have to be equal, or one a multiple of the other."""
    if not values:
        return answer("reshape_empty")
    if not requested or values == requested:
        return None
    if values % requested == 0:
        return _times("reshape_items" if whole else "reshape_fits", values, requested)
    if whole and requested % values == 0:
        return _times("reshape_batch", requested, values)
    if found := (_of_config if design.config else of_graph)(design, values, requested, whole):
        return found
    notes = _common(values, requested) if whole else _cells(design, requested)
    return _nearest(values, requested, tuple(notes))


def _of_config(design: Design, values: int, requested: int, whole: bool) -> Answer | None:
    """Two numbers of which one at least is of what the configuration makes."""
    config = design.config
    if whole and (found := _shared_items(design, values, requested)):
        return found
    side = _side(config, requested)
    is_picture = side and next(_pictures(config, values), None)
    if not is_picture and (found := _units(config, values, requested)):
        return found
    return _picture(config, values, requested, side) if side else None


def _shared_items(design: Design, values: int, requested: int) -> Answer | None:
    """Both numbers are of as many items, of which one side is what this generator gives here."""
    config, output, units = design.config, design.output.shape[1:], design.base_units
    for one, code in ((math.prod(output), "reshape_output"), (units, "reshape_fc1")):
        for here, there, end in ((values, requested, "asked"), (requested, values, "came")):
            if here % one or there % (items := here // one) or not 1 < items <= _MOST_ITEMS:
                continue
            numbers = {"values": values, "requested": requested, "items": items}
            reason = Reason(f"{code}_{end}", {**numbers, "one": one, "other": there // items})
            return _of_other(config, reason, there // items)
    return None


def _of_other(config: GeneratorConfig, reason: Reason, other: int) -> Answer:
    """What would make each item of the other size: a square picture, or other units of fc1."""
    if reason.code == "reshape_output_asked":
        side = _side(config, other)
        return Answer(reason, picture=(side, side) if side else None)
    fc1 = reason.code.startswith("reshape_fc1")
    return Answer(reason, tuple(_depth(config, other)) if fc1 else ())


def _units(config: GeneratorConfig, values: int, requested: int) -> Answer | None:
    """Where one of two numbers is what fc1 gives here: which sizes of it would give the other."""
    rows, columns, depth = *config.base_size, config.upsample_dim
    units = rows * columns * depth
    params = {"rows": rows, "columns": columns, "depth": depth, "units": units}
    if requested == units:
        reason = Reason("reshape_units_asked", {**params, "values": values})
        return Answer(reason, tuple(_depth(config, values)))
    if values % units or values // units > _MOST_ITEMS:
        return None
    params |= {"values": values, "items": values // units, "requested": requested}
    reason, notes = Reason("reshape_units", params), tuple(_depth(config, requested))
    return Answer(reason, notes, stage="fc1/dense", wanted=(None, requested))


def _common(values: int, requested: int) -> Iterator[Reason]:
    """The most items that both numbers may be of."""
    items = math.gcd(values, requested)
    if items > 1:
        params = {"items": items, "each": values // items, "asked": requested // items}
        yield Reason("reshape_common", {"values": values, "requested": requested, **params})


def _cells(design: Design, requested: int) -> Iterator[Reason]:
    """Where the multiple that is asked for is the number of cells of the base map here."""
    if not design.config:
        return
    rows, columns = design.config.base_size
    if requested == rows * columns > 1:
        yield Reason("reshape_cells", {"cells": requested, "rows": rows, "columns": columns})


def _depth(config: GeneratorConfig, units: int) -> Iterator[Reason]:
    """Which sizes of fc1 would give so many units: another depth, or another square base."""
    rows, columns = config.base_size
    if units % (rows * columns) == 0:
        depth = units // (rows * columns)
        yield Reason(
            "reshape_depth", {"units": units, "rows": rows, "columns": columns, "depth": depth}
        )
    cells, left = divmod(units, config.upsample_dim)
    side = math.isqrt(cells)
    if not left and side * side == cells > 0:
        yield Reason("reshape_base", {"units": units, "side": side, "depth": config.upsample_dim})


def _count(text: str) -> int:
    if len(text) > _MOST_DIGITS:
        raise ExplorerError("size_too_long", "expected", value=quote(text), most=_MOST_DIGITS)
    return int(text)


def _product(sizes: Iterable[int]) -> int:
    """How many values sizes make; as many at most as a number in the text may say."""
    values = 1
    for size in sizes:
        values *= size
        _count(str(values))
    return values


def _times(code: str, many: int, one: int) -> Answer:
    return answer(code, many=many, one=one, items=many // one)


def _nearest(values: int, requested: int, notes: tuple[Reason, ...] = ()) -> Answer:
    """Like items whose size is nearest to the requested one, if any is near."""
    params = {
        "values": values,
        "values_factored": _factored(values),
        "requested_factored": _factored(requested),
    }
    each = min(_divisors(values), key=lambda one: (abs(one - requested), one))
    if max(each, requested) > _NEAR * min(each, requested):
        prime = _primes(values) == ((values, 1),)
        return Answer(Reason("reshape_prime" if prime else "reshape_none", params), notes)
    more = each - requested
    code = "reshape_more" if more > 0 else "reshape_fewer"
    params |= {"items": values // each, "each": each, "off": abs(more)}
    return Answer(Reason(code, params), notes)


def _picture(config: GeneratorConfig, values: int, requested: int, side: int) -> Answer:
    """The requested shape is a square picture; what came may be other ones."""
    params = {"values": values, "requested": requested, "side": side, "channels": config.C}
    there = [*itertools.islice(_pictures(config, values), _MOST_PICTURES)]
    if not there:  # what comes is of no setting of this generator, so none makes it fit
        return Answer(Reason("reshape_picture", params))
    params |= {
        "there": " = ".join(f"{batch}·{one}·{one}·{config.C}" for batch, one in there),
        "there_side": there[0][1],
        "height_sum": side_sum(config, 0, there[0][1]),
        "width_sum": side_sum(config, 1, there[0][1]),
    }
    return Answer(Reason("reshape_pictures", params), picture=(side, side))


def _side(config: GeneratorConfig, values: int) -> int | None:
    """The side of a square picture of so many values: at least that of the output kernel.

    A base map is smaller than any picture, and as many values as it has cells are no picture.
    """
    side = math.isqrt(values // config.C)
    least = max(config.output_kernel, min(config.base_size) + 1)
    return side if side * side * config.C == values and side >= least else None


def _pictures(config: GeneratorConfig, values: int) -> Iterator[tuple[int, int]]:
    """Batches of square pictures whose sides this generator's blocks and pads can make."""
    growth = config.stride**config.upsample_blocks
    for batch in _BATCHES:
        side = _side(config, values // batch) if values % batch == 0 else None
        maps = [side - added(config, axis) for axis in (0, 1)] if side else [0]
        if all(size > 0 and size % growth == 0 for size in maps):
            yield batch, side


@functools.lru_cache(maxsize=64)
def _primes(number: int) -> tuple[tuple[int, int], ...]:
    """The prime factors with their powers: ((2, 7), (5, 2)) of 3200."""
    found = []
    for prime in itertools.chain((2,), itertools.count(3, 2)):
        if prime * prime > number:
            break
        power = 0
        while number % prime == 0:
            number, power = number // prime, power + 1
        if power:
            found.append((prime, power))
    return (*found, (number, 1)) if number > 1 else tuple(found)


def _divisors(number: int) -> list[int]:
    found = [1]
    for prime, power in _primes(number):
        found = [one * prime**times for one in found for times in range(power + 1)]
    return found


def _factored(number: int) -> str:
    """3200 as "3200 = 2^7·5^2"; a prime number as it is."""
    parts = [f"{prime}^{power}" if power > 1 else str(prime) for prime, power in _primes(number)]
    factors = "·".join(parts)
    return f"{number} = {factors}" if factors not in ("", str(number)) else str(number)
