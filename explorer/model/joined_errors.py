"""Errors of joined tensors that name a side and no shape; and of what is written in place."""

import re

from explorer.model.config import AXES
from explorer.model.error_answer import LIST, SIZE, Answer, answer, sizes
from explorer.model.graph_joins import of_join
from explorer.model.shape_designs import Design
from explorer.model.shape_reasons import Reason

_JOINED = re.compile(
    rf"sizes of tensors must match except in dimension (\d)\. "
    rf"(?:expected size {SIZE} but got size {SIZE}"
    rf"|got {SIZE} and {SIZE}(?: in dimension (\d))?)",
    re.IGNORECASE,
)
_IN_PLACE = re.compile(
    rf"output with shape {LIST} doesn't match the broadcast shape {LIST}", re.IGNORECASE
)
_ALPHA = re.compile(
    r"size of tensor a \(([34])\) must match the size of tensor b \(([34])\) "
    r"at non-singleton dimension [01]\b"
)
_BATCH = re.compile(
    rf"size of tensor a \({SIZE}\) must match the size of tensor b \({SIZE}\) "
    r"at non-singleton dimension 0\b"
)
_UNSAID = "inconsistent tensor sizes"
_ARRAYS = re.compile(
    rf"along dimension (\d), the array at index \d{{1,9}} has size {SIZE} and the array at index "
    rf"\d{{1,9}} has size {SIZE}"
)


def read_joined(design: Design, text: str) -> Answer | None:
    """Two sides that differ: one apart, as odd sides become, or by more."""
    if found := _ALPHA.search(text):
        one, other = int(found[1]), int(found[2])
        return answer("alpha", one=one, other=other) if one != other else None
    if (found := _BATCH.search(text)) and found[1] != found[2]:
        return answer("batches", one=int(found[1]), other=int(found[2]))
    if _UNSAID in text:
        return answer("joined_unsaid")
    if found := _IN_PLACE.search(text):
        return _in_place(sizes(found[1]), sizes(found[2]))
    if found := _ARRAYS.search(text):
        return _arrays(design, *map(int, found.groups()))
    if not (found := _JOINED.search(text)):
        return None
    axis, *sides = (int(size) for size in found.groups()[:5] if size)
    one, other = sides
    if axis == 1 and 1 in (one, other) and max(one, other) > 2:
        return answer("joined_unexpanded", side=max(one, other))
    if found[6] and (asked := _of_output(design, int(found[6]), axis, one, other)):
        return asked
    if joins := of_join(design, (one, one), (other, other)) if one != other else None:
        return Answer(joins.reason, numbers=joins.inputs)
    code = "joined_by_one" if abs(one - other) == 1 else "joined"
    return answer(code, axis=axis, one=one, other=other) if one != other else None


def _of_output(design, at: int, joined: int, one: int, other: int) -> Answer | None:
    """Where the side that differs is told, and the output has one of the two there."""
    here = design.output.shape
    axis = at - 1  # PyTorch keeps [N, channels, height, width]
    of_map = design.gives_maps and joined == 1 and at in (2, 3)
    if not of_map or one == other or here[axis] not in (one, other):
        return None
    wanted = [None, *here[1:]]
    wanted[axis] = one + other - here[axis]
    params = {
        "dimension": at, "axis": AXES[axis], "here": here[axis], "wanted": wanted[axis],
        "stage": design.output.name,
    }  # fmt: skip
    return Answer(Reason("tensor_sizes", params), stage=design.output.name, wanted=tuple(wanted))


def _arrays(design: Design, axis: int, one: int, other: int) -> Answer | None:
    """NumPy names the axis, which counts as `AXES` for maps of this generator."""
    if one == other or axis >= len(AXES):
        return None
    params = {"dimension": axis, "axis": AXES[axis], "one": one, "other": other}
    reason = Reason("joined_arrays", params)
    here = design.output.shape
    if not design.gives_maps or AXES[axis] not in AXES[1:3] or here[axis] not in (one, other):
        return Answer(reason)
    wanted = [None, *here[1:]]
    wanted[axis] = one + other - here[axis]
    return Answer(reason, stage=design.output.name, wanted=tuple(wanted))


def _in_place(target: tuple[int, ...], came: tuple[int, ...]) -> Answer | None:
    """PyTorch cannot write what broadcasting made larger; Normalize of more means does that."""
    if target == came:
        return None
    params = {"target": list(target), "came": list(came)}
    channels = len(target) == len(came) == 3 and target[0] != came[0]
    notes = (Reason("in_place_channels", {"one": target[0], "other": came[0]}),) if channels else ()
    return Answer(Reason("in_place", params), notes)
