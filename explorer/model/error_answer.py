"""What a reader of errors answers with, and the numbers that errors write."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from explorer.model.changes import Change
from explorer.model.expected_shape import Shape
from explorer.model.shape_reasons import Reason

LIST = r"[\[(]([\d, ]{1,80})[\])]"  # a shape in brackets, for the readers' patterns
_MOST_DIGITS = 9
SIZE = rf"(\d{{1,{_MOST_DIGITS}}})"  # for the readers' patterns, too


@dataclass(frozen=True)
class Answer:
    """What an error means.

    Attributes:
        reason: in one sentence.
        notes: what else there is to know.
        values: parameters that mend it, if any does; not verified yet.
        numbers: of a graph's operations each that mends it; not verified yet.
        stage, wanted: whose shape the error is about and what it should be; "" where it is none's.
            The reason is then a note beside the one that the shapes give.
        picture: height and width that the output should have; None where that is not the question.
    """

    reason: Reason
    notes: tuple[Reason, ...] = ()
    values: Mapping[str, object] = field(default_factory=dict)
    numbers: tuple[Change, ...] = ()
    picture: tuple[int, int] | None = None
    stage: str = ""
    wanted: Shape = ()


def answer(code: str, **params: object) -> Answer:
    """The answer that is one sentence."""
    return Answer(Reason(code, params))


def sizes(text: str) -> tuple[int, ...]:
    """The sizes of a shape, (4, 5) of "4, 5"; those of too many digits are left out."""
    return tuple(int(part) for part in text.replace(",", " ").split() if len(part) <= _MOST_DIGITS)
