"""The shape reader as plain patterns: right, but they backtrack, so only short texts are read."""

import re

from explorer import ExplorerError
from explorer.model.expected_shape import OUTPUT, fits, spelled

_SIZE = r"(?:\d+|None|\?|-1)"
_SHAPE = re.compile(rf"[\[(]\s*({_SIZE}(?:\s*,\s*{_SIZE})*)\s*,?\s*[\])]")
_BARE = re.compile(rf"\s*({_SIZE}(?:\s*[,x×\s]\s*{_SIZE})*)\s*")
_AXIS = re.compile(r"expected axis (-?\d+) of input shape to have value (\d+)")
_RECEIVED = re.compile(r"\b(?:received|found|got)\b[^\[(]*$", re.IGNORECASE)


def read_expectation(plan, text: str) -> tuple[str, tuple]:
    named = next((name for name in plan if _names(name, text)), None)
    rest = text.replace(named, " ", 1) if named else text
    shapes = [(match.start(), _sizes(match[1])) for match in _SHAPE.finditer(rest)]
    if not shapes and (bare := _BARE.fullmatch(rest.replace(":", " "))):
        shapes = [(0, _sizes(bare[1]))]
    if not shapes:
        raise ExplorerError("no_shape", "expected", value=text)
    if len({shape for _, shape in shapes}) > 1:
        return _from_error(plan, rest, shapes, named)
    ((at, shape), *_) = shapes
    if axis := _AXIS.search(rest):
        stage = named or _stage_of(plan, shape)
        if stage is None or not -len(shape) <= int(axis[1]) < len(shape):
            raise ExplorerError("no_stage_of_shape", "expected", value=spelled(shape))
        wanted = list(shape)
        wanted[int(axis[1])] = int(axis[2])
        return stage, _sound(tuple(wanted))
    if _RECEIVED.search(rest[:at]):
        raise ExplorerError("only_received", "expected", value=spelled(shape))
    return named or OUTPUT, _sound(shape)


def _names(stage: str, text: str) -> bool:
    place = r"^\s*" if stage == "z" else r"(?<![\w/.])"
    return re.search(rf"{place}{re.escape(stage)}(?![\w/.])", text) is not None


def _from_error(plan, text: str, shapes, named) -> tuple[str, tuple]:
    places = [at for at, _ in shapes]
    word = re.search(r"expect\w*", text, re.IGNORECASE)
    wanted = next((at for at in places if word and at > word.start()), None)
    for found_at, found in shapes:
        stage = named or _stage_of(plan, found)
        if stage is None or not fits(plan[stage].shape, found) or found_at == wanted:
            continue
        others = [shape for at, shape in shapes if shape != found and wanted in (None, at)]
        if others:
            return stage, _sound(others[0])
    raise ExplorerError("no_stage_of_shape", "expected", value="")


def _stage_of(plan, shape) -> str | None:
    return next((name for name in reversed(plan) if fits(plan[name].shape, shape)), None)


def _sizes(text: str) -> tuple:
    parts = re.findall(_SIZE, text)
    return tuple(None if part in ("None", "?", "-1") else int(part) for part in parts)


def _sound(shape: tuple) -> tuple:
    if 0 in shape:
        raise ExplorerError("size_zero", "expected", value=spelled(shape))
    return shape
