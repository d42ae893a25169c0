"""The shape that a user expects, out of a tuple, a text, or an error that names two shapes."""

import re
from collections.abc import Mapping, Sequence
from numbers import Real

from explorer.errors import ExplorerError, quote
from explorer.model.stages import Stage

Shape = tuple[int | None, ...]
OUTPUT = "conv_out/conv2d"
LIST = r"[\[(]([\dNone?, -]{1,80})[\])]"  # a shape in brackets, for bounded patterns
# Each text is read in one way only, and in time that grows with its length.
_BRACKETS = re.compile(r"[\[(]([^\[\]()]*)[\])]")
_SEPARATOR = re.compile(r"\s*+[,x×]\s*+|\s++")
_WORD = re.compile(r"[\w/.]+")
# Keras: "expected axis -1 of input shape to have value 16, but received input with shape (...)".
_AXIS = re.compile(r"expected axis (-?\d{1,9}) of input shape to have value (\d+)")
_EXPECTED = re.compile("expect", re.IGNORECASE)
_RECEIVED = re.compile(r"\b(?:received|found|got)\b", re.IGNORECASE)
_ANY = ("None", "?", "-1")
_MOST_DIGITS = 9
_MOST_QUOTED = 200
_MOST_TEXT = 20_000


def fits(shape: Sequence[int], wanted: Shape) -> bool:
    """Whether every size that is wanted is there; an empty wish always fits."""
    if not wanted:
        return True
    return len(shape) == len(wanted) and all(
        want in (None, size) for size, want in zip(shape, wanted, strict=True)
    )


def whole_shape(shape: Shape, actual: Sequence[int]) -> Shape:
    """A shape with the axes that people leave out, as any size.

    Without the batch, (64, 64, 3) is (?, 64, 64, 3), unless the last axis is what is missing:
    (1, 64, 64) is (1, 64, 64, ?) where the map has one item. (64, 64) is (?, 64, 64, ?).
    """
    if (len(shape), len(actual)) == (2, 4):
        return None, *shape, None
    if len(shape) != len(actual) - 1:
        return shape
    without_batch, without_channels = (None, *shape), (*shape, None)
    known = len(actual) == 4 and shape[0] == actual[0] and shape[0] != actual[3]
    return without_channels if known else without_batch


def read_request(
    plan: Mapping[str, Stage], expected: object, default: str = OUTPUT
) -> tuple[str, Shape]:
    """Stage and shape of what `diagnose` was asked, other than by a text."""
    if isinstance(expected, Mapping):
        if len(expected) != 1:
            raise ExplorerError("one_stage_expected", "expected", value=quote(dict(expected)))
        ((name, shape),) = expected.items()
        return _stage_name(plan, name), sound_shape(shape)
    return default, sound_shape(expected)


def read_expectation(
    plan: Mapping[str, Stage], text: str, default: str = OUTPUT
) -> tuple[str, Shape]:
    """Stage and shape out of a user's text; `default` is the stage where the text names none.

    Raises:
        ExplorerError: as `diagnose` says.
    """
    text = text[:_MOST_TEXT]
    named = named_stage(plan, text)
    rest = text.replace(named, " ", 1) if named else text
    shapes = bracketed(rest) or _bare(rest)
    if not shapes:
        raise ExplorerError("no_shape", "expected", value=quote(text))
    if len({shape for _, shape in shapes}) > 1:
        return _from_error(plan, rest, shapes, named)
    ((at, shape), *_) = shapes
    if axis := _AXIS.search(rest):
        return _from_axis(plan, shape, int(axis[1]), _sizes([axis[2]]), named)
    if _says_received(rest[:at]):
        raise ExplorerError("only_received", "expected", value=_quoted(shape))
    return _stage_name(plan, named or default), sound_shape(shape)


def named_stage(plan: Mapping[str, Stage], text: str) -> str | None:
    """The first stage that a text names as a whole word; z, a letter like others, at its start."""
    words = set(_WORD.findall(text))
    first = _WORD.match(text.lstrip())
    return next(
        (name for name in plan if (first and first[0] == name if name == "z" else name in words)),
        None,
    )


def bracketed(text: str) -> list[tuple[int, Shape]]:
    """Every shape in brackets, (1, 64,) as Python writes it too, and where it begins."""
    found = []
    for match in _BRACKETS.finditer(text):
        parts = match[1].strip().removesuffix(",").split(",")
        if sizes := _sizes([part.strip() for part in parts]):
            found.append((match.start(), sizes))
    return found


def _bare(text: str) -> list[tuple[int, Shape]]:
    """The shape that is all of a text, without brackets: 64x64x3."""
    sizes = _sizes(_SEPARATOR.split(text.replace(":", " ").strip()))
    return [(0, sizes)] if sizes else []


def _says_received(before: str) -> bool:
    """Whether the words between the last bracket and a shape call it the one that came."""
    last = max(before.rfind("["), before.rfind("("))
    return _RECEIVED.search(before[last + 1 :]) is not None


def _from_axis(plan, found: Shape, axis: int, size: Shape, named: str | None) -> tuple[str, Shape]:
    """The shape that was received, with the size that an error wants on one axis."""
    stage = named or _stage_of(plan, found)
    if stage is None or not -len(found) <= axis < len(found):
        raise ExplorerError("no_stage_of_shape", "expected", value=_quoted(found))
    wanted = list(found)
    (wanted[axis],) = size
    return stage, sound_shape(wanted)


def _from_error(plan, text: str, shapes: list[tuple[int, Shape]], named) -> tuple[str, Shape]:
    """The shape that an error expects, and the stage that has the other one."""
    word = _EXPECTED.search(text)
    wanted = next((shape for at, shape in shapes if word and at > word.start()), None)
    different = list(dict.fromkeys(shape for _, shape in shapes))
    for found in different:
        other = wanted or next(shape for shape in different if shape != found)
        stage = named or _stage_of(plan, found)
        if other != found and stage is not None and fits(plan[stage].shape, found):
            return stage, sound_shape(other)
    those = ", ".join(spelled(shape) for _, shape in shapes[:_MOST_QUOTED])
    raise ExplorerError("no_stage_of_shape", "expected", value=quote(those, _MOST_QUOTED))


def _stage_of(plan: Mapping[str, Stage], shape: Shape) -> str | None:
    """The last stage of that shape: errors are raised where data have already flowed to."""
    return next((name for name in reversed(plan) if fits(plan[name].shape, shape)), None)


def plain_sizes(text: str) -> Shape:
    """The sizes that stand between the brackets of `LIST`; what is no size is any."""
    parts = [part.strip() for part in text.strip().removesuffix(",").split(",")]
    known = [part.isdecimal() and len(part) <= _MOST_DIGITS for part in parts]
    return tuple(int(part) if is_size else None for part, is_size in zip(parts, known, strict=True))


def _sizes(parts: list[str]) -> Shape | None:
    """The sizes that the parts of a text stand for; None where one of them is no size."""
    if not all(part in _ANY or part.isdecimal() for part in parts):
        return None
    for part in parts:
        if len(part) > _MOST_DIGITS:
            raise ExplorerError("size_too_long", "expected", value=quote(part), most=_MOST_DIGITS)
    return tuple(None if part in _ANY else int(part) for part in parts)


def sound_shape(shape: object) -> Shape:
    """Sizes as whole numbers above 0, None for any.

    Raises:
        ExplorerError: it is no list of such.
    """
    try:
        shape = shape[:]  # an endless iterator has no such
        whole = tuple(None if size in (None, -1) else _whole(size) for size in shape)
        sound = all(a is None or (a == b and a > 0) for a, b in zip(whole, shape, strict=True))
    except Exception:  # of whatever kind an object raises that is no list of sizes
        sound = False
    if not sound or not whole:
        if _has_zero(shape):
            raise ExplorerError("size_zero", "expected", value=_quoted(shape))
        raise ExplorerError("no_shape", "expected", value=_quoted(shape))
    if longest := max((size for size in whole if size and size >= 10**_MOST_DIGITS), default=0):
        raise ExplorerError("size_too_long", "expected", value=quote(longest), most=_MOST_DIGITS)
    return whole


def _has_zero(shape: object) -> bool:
    """Whether it would be a shape but for sizes of 0."""
    known = isinstance(shape, list | tuple) and all(
        size is None or (type(size) is int and size >= -1) for size in shape
    )
    return known and 0 in shape


def _whole(size: object) -> int:
    if not isinstance(size, Real):
        raise TypeError
    return int(size)


def _stage_name(plan: Mapping[str, Stage], name: str) -> str:
    if name not in plan:
        raise ExplorerError(
            "no_such_stage", "expected_stage", value=quote(name), allowed=", ".join(plan)
        )
    return name


def _quoted(shape: object) -> str:
    return quote(spelled(shape), _MOST_QUOTED) if isinstance(shape, tuple) else quote(shape)


def spelled(shape: Shape) -> str:
    """The shape in a sentence: [1, ?, 64, 3]."""
    return f"[{', '.join(map(quote, listed(shape)))}]"


def listed(shape: Shape) -> list:
    """The shape as it is shown: ? for any size."""
    return ["?" if size is None else size for size in shape]
