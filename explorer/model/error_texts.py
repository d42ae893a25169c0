"""What errors of other kinds mean: pads, reshapes, weights, files, and parts that are not ours.

Each reader takes the whole text and says what it means, or None where it is another error. Patterns
are bounded: any text is read in time that grows with its length.
"""

import itertools
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from explorer.model.config import GeneratorConfig
from explorer.model.shape_reasons import Reason
from explorer.model.stages import SCOPE
from explorer.model.weights import weight_list

_N = r"(\d{1,9})"
_LIST = r"[\[(]([\d, ]{1,80})[\])]"
_TORCH_PAD = re.compile(
    rf"padding \({_N}, {_N}\) at dimension (\d) of input \[([\d, ]{{1,60}})\]", re.IGNORECASE
)
_TF_PAD = re.compile(
    rf"paddings must be (less|no greater) than the dimension size: {_N}, {_N} "
    rf"(?:not less|greater) than {_N}"
)
_RESHAPE = re.compile(
    rf"tensor with {_N} values, but the requested shape (has|requires a multiple of) {_N}"
)
_KERAS_WEIGHT = re.compile(
    rf"expects shape {_LIST}\. Received saved weight with shape {_LIST}", re.IGNORECASE
)
_TORCH_WEIGHT = re.compile(
    rf"size mismatch for ([\w.]{{1,120}}): copying a param with shape (?:torch\.Size\()?{_LIST}\)? "
    rf"from checkpoint, the shape in current model is (?:torch\.Size\()?{_LIST}"
)
_MISSING_KEY = re.compile(r"\bKey ([\w./:-]{1,200}) not found in checkpoint")
_FIRST_LAYER = re.compile(r"\D*0\D*")
_BATCHES = tuple(2**power for power in range(8, -1, -1))
_MOST_PICTURES = 3  # readings of a number of values
_TORCH_AXES = ("batch", "channels", "height", "width")

# Words that name the part in which an error arose; no change of the generator mends it there.
_PARTS = (
    ("of_file", re.compile(
        r"unable to (?:synchronously )?open file|file signature not found|no such file"
        r"|truncated file|failed to open|is not a zip file|no file or directory found",
        re.IGNORECASE)),
    ("of_loss", re.compile(
        r"logits and labels|`logits` and `labels`|crossentropy|cross_entropy|\bloss\b",
        re.IGNORECASE)),
    ("of_discriminator", re.compile(r"discriminator|\bcritic\b|\bd_h\d", re.IGNORECASE)),
    ("of_rank", re.compile(r"min_ndim|max_ndim|expected ndim|must have rank|must be rank"
                           r"|must be at least rank|but is rank", re.IGNORECASE)),
)  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """What an error means.

    Attributes:
        reason: in one sentence.
        values: parameters that mend it, if any does; not verified yet.
        picture: height and width that the output should have; None where that is not the question.
    """

    reason: Reason
    values: Mapping[str, object] = field(default_factory=dict)
    picture: tuple[int, int] | None = None


def answer_error(config: GeneratorConfig, text: str) -> Answer | None:
    """What an error says that is not about the shape of a stage; None where it may be."""
    answers = (read(config, text) for read in _READERS)
    return next(filter(None, answers), None)


def part_of_error(text: str) -> str | None:
    """In which part other than the generator an error arose, as a code: of_loss, of_file, ..."""
    return next((code for code, words in _PARTS if words.search(text)), None)


def _reason(code: str, **params: object) -> Answer:
    return Answer(Reason(code, params))


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.replace(",", " ").split() if len(part) < 10)


def _pads(config: GeneratorConfig, text: str) -> Answer | None:
    """Pads that mirror more than there is, in PyTorch's words or TensorFlow's."""
    if found := _TORCH_PAD.search(text):
        before, after, axis, shape = found.groups()
        sizes, at = _sizes(shape), int(axis)
        if at >= len(sizes):
            return None
        if len(sizes) == 4:
            name = _TORCH_AXES[at]
            return _mirror(name, sizes[at], max(int(before), int(after)), sizes[at] - 1, "torch")
        return _mirror(f"axis {at}", sizes[at], max(int(before), int(after)), sizes[at] - 1, "any")
    if found := _TF_PAD.search(text):
        kind, before, after, size = found.groups()
        most = int(size) - (kind == "less")
        return _mirror("", int(size), max(int(before), int(after)), most, "any")
    return None


def _mirror(axis: str, size: int, pad: int, most: int, layout: str) -> Answer | None:
    """The most that can be mirrored at once, and the rest in a second pad."""
    rest = pad - most
    if rest < 1 or most < 0:
        return None
    mode = "REFLECT" if most < size else "SYMMETRIC"
    twice = most and rest <= size + 2 * most - (mode == "REFLECT")
    code = f"mirror_{'twice' if twice else 'often'}_{layout}"
    return _reason(code, axis=axis, size=size, pad=pad, most=most, rest=rest, mode=mode)


def _reshape(config: GeneratorConfig, text: str) -> Answer | None:
    """A number of values that no batch of the requested shape has."""
    if not (found := _RESHAPE.search(text)):
        return None
    values, requested = int(found[1]), int(found[3])
    if not values or not requested or values % requested == 0:
        return None
    if side := _side(config, requested):
        return _reshape_picture(config, values, requested, side)
    each = min(_divisors(values), key=lambda one: (abs(one - requested), one))
    more = each - requested
    return _reason(
        "reshape_more" if more > 0 else "reshape_fewer",
        values=values,
        requested=requested,
        items=values // each,
        each=each,
        off=abs(more),
        values_factors=_factors(values),
        requested_factors=_factors(requested),
    )


def _reshape_picture(config: GeneratorConfig, values: int, requested: int, side: int) -> Answer:
    """The requested shape is a square picture; what came may be smaller ones."""
    params = {"values": values, "requested": requested, "side": side, "channels": config.C}
    there = [*itertools.islice(_pictures(config, values), _MOST_PICTURES)]
    if not there:
        return Answer(Reason("reshape_picture", params), picture=(side, side))
    growth, smaller = config.stride**config.upsample_blocks, there[0][1]
    params |= {
        "there": " = ".join(f"{batch}·{one}·{one}·{config.C}" for batch, one in there),
        "there_side": smaller,
        "there_base": smaller // growth,
        "stride": config.stride,
        "blocks": config.upsample_blocks,
    }
    return Answer(Reason("reshape_pictures", params), picture=(side, side))


def _side(config: GeneratorConfig, values: int) -> int | None:
    """The side of a square picture of so many values, at least as large as the output kernel."""
    side = math.isqrt(values // config.C)
    return side if side * side * config.C == values and side >= config.output_kernel else None


def _pictures(config: GeneratorConfig, values: int) -> Iterator[tuple[int, int]]:
    """Batches of square pictures whose sides this generator's blocks can make."""
    growth = config.stride**config.upsample_blocks
    for batch in _BATCHES:
        side = _side(config, values // batch) if values % batch == 0 else None
        if side and side % growth == 0:
            yield batch, side


def _divisors(number: int) -> Iterator[int]:
    for one in range(1, math.isqrt(number) + 1):
        if number % one == 0:
            yield one
            yield number // one


def _factors(number: int) -> str:
    """128 as 2·2·2·2·2·2·2, with exponents: 2^7."""
    parts, prime = [], 2
    while prime * prime <= number:
        power = 0
        while number % prime == 0:
            number, power = number // prime, power + 1
        if power:
            parts.append(f"{prime}^{power}" if power > 1 else str(prime))
        prime += 1
    if number > 1 or not parts:
        parts.append(str(number))
    return "·".join(parts)


def _weights(config: GeneratorConfig, text: str) -> Answer | None:
    """Weights of another shape than the layer's, in Keras' words or PyTorch's."""
    if found := _KERAS_WEIGHT.search(text):
        return _keras_weights(_sizes(found[1]), _sizes(found[2]))
    if found := _TORCH_WEIGHT.search(text):
        return _torch_weights(config, found[1], _sizes(found[2]), _sizes(found[3]))
    return None


def _keras_weights(layer: tuple[int, ...], saved: tuple[int, ...]) -> Answer:
    """Keras' loader of old files turns a kernel into its own order before it compares."""
    turned = len(layer) == len(saved) == 4 and saved[2:] == layer[:2] != saved[:2]
    held = (*saved[2:], saved[1], saved[0]) if turned else saved
    code = "weight_other"
    if len(layer) == len(held) == 4 and held[:2] == layer[:2]:
        if held[2] == layer[3]:
            code = "weight_before"
        elif held[3] == layer[2]:
            code = "weight_after"
    params = {"layer": list(layer), "saved": list(saved), "held": list(held)}
    if code in ("weight_before", "weight_after"):
        params["channels"] = layer[3] if code == "weight_before" else layer[2]
    return _reason(code + ("_turned" if turned and code != "weight_other" else ""), **params)


def _torch_weights(config, name: str, saved: tuple, model: tuple) -> Answer:
    differ = [at for at, pair in enumerate(zip(saved, model, strict=False)) if pair[0] != pair[1]]
    params = {"name": name, "saved": list(saved), "model": list(model)}
    first = _FIRST_LAYER.fullmatch(name) and len(saved) == len(model) == 4
    if first and differ == [0]:
        values = {"noise_dim": saved[0]} if model[0] == config.noise_dim else {}
        return Answer(
            Reason("mismatch_noise", {**params, "there": saved[0], "here": model[0]}), values
        )
    return _reason("mismatch", **params)


def _key(config: GeneratorConfig, text: str) -> Answer | None:
    """A name that a checkpoint lacks: the generator's own, or another part's."""
    if not (found := _MISSING_KEY.search(text)):
        return None
    key = found[1].split(":")[0]
    ours = {weight.name for weight in weight_list(config)}
    return _reason("key_ours" if key in ours else "key_foreign", key=key, scope=SCOPE)


_READERS: tuple[Callable[[GeneratorConfig, str], Answer | None], ...] = (
    _pads,
    _reshape,
    _weights,
    _key,
)
