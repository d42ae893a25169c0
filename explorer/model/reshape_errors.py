"""What TensorFlow's error of a reshape means: how two numbers of values stand to each other."""

import functools
import itertools
import math
import re
from collections.abc import Iterator

from explorer.errors import ExplorerError, quote
from explorer.model.config import GeneratorConfig
from explorer.model.error_answer import Answer, answer
from explorer.model.shape_reasons import Reason

_MOST_DIGITS = 12  # of a number of values: so many are factored in little time
_N = r"(\d{1,40})"
_RESHAPE = re.compile(
    rf"tensor with {_N} values, but the requested shape (has|requires a multiple of) {_N}"
)
_BATCHES = tuple(2**power for power in range(8, -1, -1))
_MOST_PICTURES = 3  # readings of a number of values
_NEAR = 2  # times: items that are further from the requested size say nothing


def read_reshape(config: GeneratorConfig, text: str) -> Answer | None:
    """A number of values that does not fit the requested shape.

    Raises:
        ExplorerError: a number of more digits than any tensor's.
    """
    if not (found := _RESHAPE.search(text)):
        return None
    values, requested = _count(found[1]), _count(found[3])
    whole = found[2] == "has"  # without -1: the numbers have to be equal
    if not values or not requested or values == requested:
        return None
    if values % requested == 0:
        return _times("reshape_items", values, requested) if whole else None
    if whole and requested % values == 0:
        return _times("reshape_batch", requested, values)
    if side := _side(config, requested):
        return _picture(config, values, requested, side)
    return _nearest(values, requested)


def _count(text: str) -> int:
    if len(text) > _MOST_DIGITS:
        raise ExplorerError("size_too_long", "expected", value=quote(text), most=_MOST_DIGITS)
    return int(text)


def _times(code: str, many: int, one: int) -> Answer:
    return answer(code, many=many, one=one, items=many // one)


def _nearest(values: int, requested: int) -> Answer:
    """Like items whose size is nearest to the requested one, if any is near."""
    params = {
        "values": values,
        "values_factored": _factored(values),
        "requested_factored": _factored(requested),
    }
    each = min(_divisors(values), key=lambda one: (abs(one - requested), one))
    if max(each, requested) > _NEAR * min(each, requested):
        prime = _primes(values) == ((values, 1),)
        return answer("reshape_prime" if prime else "reshape_none", **params)
    more = each - requested
    code = "reshape_more" if more > 0 else "reshape_fewer"
    return answer(code, **params, items=values // each, each=each, off=abs(more))


def _picture(config: GeneratorConfig, values: int, requested: int, side: int) -> Answer:
    """The requested shape is a square picture; what came may be other ones."""
    params = {"values": values, "requested": requested, "side": side, "channels": config.C}
    there = [*itertools.islice(_pictures(config, values), _MOST_PICTURES)]
    if not there:
        return Answer(Reason("reshape_picture", params), picture=(side, side))
    params |= {
        "there": " = ".join(f"{batch}·{one}·{one}·{config.C}" for batch, one in there),
        "there_side": there[0][1],
        "height_sum": _sum(config, 0, there[0][1]),
        "width_sum": _sum(config, 1, there[0][1]),
    }
    return Answer(Reason("reshape_pictures", params), picture=(side, side))


def _side(config: GeneratorConfig, values: int) -> int | None:
    """The side of a square picture of so many values, at least as large as the output kernel."""
    side = math.isqrt(values // config.C)
    return side if side * side * config.C == values and side >= config.output_kernel else None


def _pictures(config: GeneratorConfig, values: int) -> Iterator[tuple[int, int]]:
    """Batches of square pictures whose sides this generator's blocks and pads can make."""
    growth = config.stride**config.upsample_blocks
    for batch in _BATCHES:
        side = _side(config, values // batch) if values % batch == 0 else None
        maps = [side - _added(config, axis) for axis in (0, 1)] if side else [0]
        if all(size > 0 and size % growth == 0 for size in maps):
            yield batch, side


def _added(config: GeneratorConfig, axis: int) -> int:
    """By how much pads and output convolution make height (0) or width (1) larger."""
    return sum(config.paddings[1 + axis]) - config.output_kernel + 1


def _sum(config: GeneratorConfig, axis: int, side: int) -> str:
    """How a side comes about: 5·2^3 − 6."""
    added, growth = _added(config, axis), config.stride**config.upsample_blocks
    text = f"{(side - added) // growth}·{config.stride}^{config.upsample_blocks}"
    return text + (f" {'+' if added > 0 else '−'} {abs(added)}" if added else "")


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
