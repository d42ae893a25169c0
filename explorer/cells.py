"""The link form of cells: one is "0,5,7,1"; a trail of them "stage:0,5,7,1~stage:0,12"."""

import re

from explorer.errors import ExplorerError, quote

MOST_STEPS = 24
_CELL = re.compile(r"\d{1,9}(,\d{1,9}){1,3}")

Index = tuple[int, ...]


def parse_cell(text: str, field: str = "cell") -> Index | None:
    """The index that a text stands for; None for "".

    Raises:
        ExplorerError: it is not two to four whole numbers, joined by commas.
    """
    if not text:
        return None
    if not _CELL.fullmatch(text):
        raise ExplorerError("cell_damaged", field, value=quote(text))
    return tuple(map(int, text.split(",")))


def format_cell(index: Index | None) -> str:
    """The inverse of `parse_cell`."""
    return ",".join(map(str, index or ()))


def parse_trail(text: str) -> list[tuple[str, Index]]:
    """Stage and index of each step of a trail.

    Raises:
        ExplorerError: a step is not stage:cell, or there are more than `MOST_STEPS`.
    """
    steps = [part.rpartition(":") for part in text.split("~")] if text else []
    if len(steps) > MOST_STEPS:
        raise ExplorerError("trail_too_long", "trail", found=len(steps), most=MOST_STEPS)
    found = [(stage, parse_cell(cell, "trail")) for stage, _, cell in steps]
    if any(not stage or cell is None for stage, cell in found):
        raise ExplorerError("cell_damaged", "trail", value=quote(text))
    return found


def format_trail(steps: list[tuple[str, Index]]) -> str:
    """The inverse of `parse_trail`."""
    return "~".join(f"{stage}:{format_cell(cell)}" for stage, cell in steps)


def clamp(index: Index, shape: tuple[int, ...]) -> Index | None:
    """The nearest cell of a shape; None where the number of axes differs."""
    if len(index) != len(shape):
        return None
    return tuple(min(at, size - 1) for at, size in zip(index, shape, strict=True))
