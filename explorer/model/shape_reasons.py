"""One sentence of an answer of the shape debugger."""

from collections.abc import Mapping
from dataclasses import dataclass

from explorer.words import english


@dataclass(frozen=True)
class Reason:
    """One sentence: a key of the locale files' `shape_reasons` and what fills it in."""

    code: str
    params: Mapping[str, object]

    def __str__(self) -> str:
        return english("shape_reasons", self.code, self.params)
