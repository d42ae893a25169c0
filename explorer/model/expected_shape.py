"""The shape that a user expects, out of a tuple, a text, or an error that names two shapes."""

import re
from collections.abc import Mapping, Sequence

from explorer.errors import ExplorerError, quote
from explorer.model.stages import Stage

Shape = tuple[int | None, ...]
OUTPUT = "conv_out/conv2d"
_SIZE = r"(?:\d+|None|\?|-1)"
_SHAPE = re.compile(rf"[\[(]\s*({_SIZE}(?:\s*,\s*{_SIZE})*)\s*,?\s*[\])]")
_BARE = re.compile(rf"\s*({_SIZE}(?:\s*[,x×\s]\s*{_SIZE})*)\s*")
# Keras: "expected axis -1 of input shape to have value 16, but received input with shape (...)".
_AXIS = re.compile(r"expected axis (-?\d+) of input shape to have value (\d+)")
_RECEIVED = re.compile(r"\b(?:received|found|got)\b[^\[(]*$", re.IGNORECASE)
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


def read_request(plan: Mapping[str, Stage], expected: object) -> tuple[str, Shape]:
    """Stage and shape of what `diagnose` was asked."""
    if isinstance(expected, str):
        return read_expectation(plan, expected)
    if isinstance(expected, Mapping):
        if len(expected) != 1:
            raise ExplorerError("one_stage_expected", "expected", value=quote(dict(expected)))
        ((name, shape),) = expected.items()
        return _stage_name(plan, name), _shape(shape)
    return OUTPUT, _shape(expected)


def read_expectation(
    plan: Mapping[str, Stage], text: str, default: str = OUTPUT
) -> tuple[str, Shape]:
    """Stage and shape out of a user's text; `default` is the stage where the text names none.

    Raises:
        ExplorerError: as `diagnose` says.
    """
    text = text[:_MOST_TEXT]
    named = next((name for name in plan if _names(name, text)), None)
    rest = text.replace(named, " ", 1) if named else text
    shapes = [(match.start(), _sizes(match[1])) for match in _SHAPE.finditer(rest)]
    if not shapes and (bare := _BARE.fullmatch(rest.replace(":", " "))):
        shapes = [(0, _sizes(bare[1]))]
    if not shapes:
        raise ExplorerError("no_shape", "expected", value=quote(text))
    if len({shape for _, shape in shapes}) > 1:
        return _from_error(plan, rest, shapes, named)
    ((at, shape), *_) = shapes
    if axis := _AXIS.search(rest):
        return _from_axis(plan, shape, int(axis[1]), int(axis[2]), named)
    if _RECEIVED.search(rest[:at]):
        raise ExplorerError("only_received", "expected", value=spelled(shape))
    return _stage_name(plan, named or default), _shape(shape)


def _names(stage: str, text: str) -> bool:
    """Whether a text names a stage, as a whole word; z, a letter like others, only at its start."""
    place = r"^\s*" if stage == "z" else r"(?<![\w/.])"
    return re.search(rf"{place}{re.escape(stage)}(?![\w/.])", text) is not None


def _from_axis(plan, found: Shape, axis: int, size: int, named: str | None) -> tuple[str, Shape]:
    """The shape that was received, with the size that an error wants on one axis."""
    stage = named or _stage_of(plan, found)
    if stage is None or not -len(found) <= axis < len(found):
        raise ExplorerError("no_stage_of_shape", "expected", value=spelled(found))
    wanted = list(found)
    wanted[axis] = size
    return stage, _shape(wanted)


def _from_error(plan, text: str, shapes: list[tuple[int, Shape]], named) -> tuple[str, Shape]:
    """The shape that an error expects, and the stage that has the other one."""
    places = [at for at, _ in shapes]
    word = re.search(r"expect\w*", text, re.IGNORECASE)
    wanted = next((at for at in places if word and at > word.start()), None)
    for found_at, found in shapes:
        stage = named or _stage_of(plan, found)
        if stage is None or not fits(plan[stage].shape, found) or found_at == wanted:
            continue
        others = [shape for at, shape in shapes if shape != found and wanted in (None, at)]
        if others:
            return stage, _shape(others[0])
    raise ExplorerError(
        "no_stage_of_shape", "expected", value=", ".join(spelled(s) for _, s in shapes)
    )


def _stage_of(plan: Mapping[str, Stage], shape: Shape) -> str | None:
    """The last stage of that shape: errors are raised where data have already flowed to."""
    fitting = [stage.name for stage in plan.values() if fits(stage.shape, shape)]
    return fitting[-1] if fitting else None


def _sizes(text: str) -> Shape:
    return tuple(
        None if part in ("None", "?", "-1") else int(part) for part in re.findall(_SIZE, text)
    )


def _shape(shape: object) -> Shape:
    try:
        whole = tuple(None if size in (None, -1) else int(size) for size in shape)
        sound = all(a is None or (a == b and a > 0) for a, b in zip(whole, shape, strict=True))
    except (TypeError, ValueError):
        sound = False
    if not sound or not whole:
        raise ExplorerError("no_shape", "expected", value=_quoted(shape))
    return whole


def _stage_name(plan: Mapping[str, Stage], name: str) -> str:
    if name not in plan:
        raise ExplorerError(
            "no_such_stage", "expected_stage", value=quote(name), allowed=", ".join(plan)
        )
    return name


def _quoted(shape: object) -> str:
    return quote(spelled(shape) if isinstance(shape, tuple) else shape)


def spelled(shape: Shape) -> str:
    """The shape in a sentence: [1, ?, 64, 3]."""
    return f"[{', '.join(str(size) for size in listed(shape))}]"


def listed(shape: Shape) -> list:
    """The shape as it is shown: ? for any size."""
    return ["?" if size is None else size for size in shape]
