"""Errors of a tensor with another number of axes than is taken, where both numbers are told.

The words that tell of none stand in `error_texts`.
"""

import re

from explorer.model.config import AXES
from explorer.model.error_answer import LIST, Answer
from explorer.model.expected_shape import LIST as OPEN_LIST
from explorer.model.expected_shape import Shape, plain_sizes, spelled
from explorer.model.shape_designs import Design
from explorer.model.shape_reasons import Reason

_KERAS = re.compile(r"expected (?:min_|max_)?ndim=(\d), found ndim=(\d)")
_FULL = re.compile(rf"Full shape received: {OPEN_LIST}")
_ARRAY = re.compile(rf"to have (\d) dimensions, but got array with shape {LIST}")
_IMAGE = re.compile(rf"to have rank (\d) \(single image\)\. Got array with shape: {LIST}")
_SHAPES = re.compile(rf"expected shape={OPEN_LIST}, found shape={OPEN_LIST}")
_GRAPH = re.compile(r"Shape must be (?:at least |at most )?rank (\d) but is rank (\d)")
_KERNEL = re.compile(rf"(?:input|filter) must be (\d)-dimensional:? ?{LIST}")
_INTO = re.compile(rf"from shape {LIST} into shape {LIST}")
_RANGE = re.compile(
    r"Dimension out of range \(expected to be in range of \[-(\d), \d\], but got (-?\d)\)"
)
_INDEXED = re.compile(r"array is (\d)-dimensional, but (\d) were indexed")
_COLOURS = (1, 3, 4)  # channels of a picture


def read_rank(design: Design, text: str) -> Answer | None:
    """How many axes are taken, how many came, and what makes the one of the other."""
    if found := _RANGE.search(text):
        return _answer("rank_dimension", {"axes": int(found[1]), "dimension": int(found[2])})
    if found := _INDEXED.search(text):
        return _answer("rank_indexed", {"axes": int(found[1]), "indexed": int(found[2])})
    if found := _INTO.search(text):
        return _into(plain_sizes(found[1]), plain_sizes(found[2]))
    if found := _KERAS.search(text) or _GRAPH.search(text):
        full = _FULL.search(text, found.end())
        shape = plain_sizes(full[1]) if full else ()
        return _told(int(found[1]), int(found[2]), shape)
    if found := _SHAPES.search(text):
        takes, came = map(plain_sizes, found.groups())
        return _told(len(takes), len(came), came) if {len(takes), len(came)} == {3, 4} else None
    if found := _ARRAY.search(text) or _IMAGE.search(text) or _KERNEL.search(text):
        shape = plain_sizes(found[2])
        return _told(int(found[1]), len(shape), shape)
    return None


def _into(came: Shape, place: Shape) -> Answer | None:
    """NumPy: a picture that its place in a larger array does not fit."""
    if len(came) == len(place) == 3 and came[2] == place[2]:
        short = [at for at in (0, 1) if came[at] != place[at]]
        params = {"came": spelled(came), "place": spelled(place)}
        return (
            Answer(Reason("place_cut" if 0 in place else "place_other", params)) if short else None
        )
    if len(came) != len(place) + 1 or len(place) != 2 or came[:2] != place:
        return None
    params = {"came": spelled(came), "place": spelled(place), "channels": came[2]}
    return Answer(Reason("rank_grey" if came[2] == 1 else "rank_colour", params))


def _answer(code: str, params: dict[str, int]) -> Answer:
    return Answer(Reason(code, params))


def _told(takes: int, has: int, shape: Shape) -> Answer | None:
    if takes == has:
        return None
    params = {"takes": takes, "has": has}
    return Answer(Reason("rank_takes", params), tuple(_ways(takes, has, shape)))


def _ways(takes: int, has: int, shape: Shape) -> list[Reason]:
    """What is likely missing or too much of a map; nothing where the shape does not tell."""
    came = {"shape": spelled(shape)}
    if (takes, has) == (len(AXES), 3) and len(shape) == has:
        if shape[0] is not None and shape[2] in _COLOURS:
            return [Reason("rank_no_batch", came)]
        grey = shape[0] not in _COLOURS and shape[2] not in _COLOURS
        return [Reason("rank_no_channels", came)] if grey else []
    if (takes, has) == (3, len(AXES)) and len(shape) == has:
        return [Reason("rank_batch", came)]
    if (takes, has) == (len(AXES), 2):
        return [Reason("rank_vector", {})]
    return [Reason("rank_flatten", {})] if (takes, has) == (2, len(AXES)) else []
