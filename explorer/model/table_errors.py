"""Errors of a table that is asked for a row which it does not have: an Embedding of labels."""

import re

from explorer.errors import quote
from explorer.model.error_answer import SIZE, Answer
from explorer.model.graph import Stage
from explorer.model.shape_designs import Design
from explorer.model.shape_reasons import Reason

_OUTSIDE = re.compile(rf"indices\[[\d, ]{{0,40}}\] = (-?\d{{1,9}}) is not in \[0, {SIZE}\)")
_OLD_TORCH = re.compile(
    r"Tried to access index (-?\d{1,9}) out of table with (\d{1,9}) rows", re.IGNORECASE
)
_UNSAID = re.compile(r"index out of range in self|srcIndex < srcSelectDimSize", re.IGNORECASE)


def read_table(design: Design, text: str) -> Answer | None:
    """Which label came, and which ones there are."""
    if found := _OUTSIDE.search(text):
        return _answer(design, int(found[1]), int(found[2]))
    if found := _OLD_TORCH.search(text):
        return _answer(design, int(found[1]), int(found[2]) + 1)  # it tells the last row
    if _UNSAID.search(text):
        return Answer(Reason("table_unsaid", {}), tuple(_labels(design)))
    return None


def _answer(design: Design, came: int, rows: int) -> Answer | None:
    if not rows or 0 <= came < rows:
        return None
    params = {"came": came, "last": rows - 1}
    notes = [Reason("table_counts_from_one", params)] if came == rows else []
    return Answer(Reason("table_row", params), (*notes, *_labels(design)))


def _labels(design: Design) -> list[Reason]:
    """The labels that this generator takes."""
    of_labels: list[Stage] = [s for s in design.stages if s.is_input and s.op.is_label]
    return [
        Reason("table_here", {"stage": quote(s.name), "low": s.op.low, "high": s.op.high})
        for s in of_labels
    ]
