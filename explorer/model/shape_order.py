"""Channels first or last: in which order the axes of a shape that people write are meant.

This generator keeps [N, height, width, channels]; PyTorch writes [N, channels, height, width].
"""

import re
from collections.abc import Sequence

from explorer.model.expected_shape import Shape, fits

_TORCH = re.compile(
    r"torch|\bmat1 and mat2\b|\bgiven (?:groups|transposed)=|is invalid for input of size",
    re.IGNORECASE,
)
PICTURE_CHANNELS = (1, 3, 4)
MOST_CHANNELS = 16  # of a picture; a larger number may be a side as well
LAST, FIRST, EITHER = "last", "first", "either"


def names_torch(text: str) -> bool:
    """Whether a text is of PyTorch, by its name or by words that it alone uses."""
    return _TORCH.search(text) is not None


def channels_last(shape: Shape) -> Shape:
    """[N, channels, height, width] in this generator's order; other ranks as they are."""
    return (shape[0], *shape[2:], shape[1]) if len(shape) == 4 else shape


def channels_first(shape: Shape) -> Shape:
    """[N, height, width, channels] as PyTorch writes it; other ranks as they are."""
    return (shape[0], shape[3], *shape[1:3]) if len(shape) == 4 else shape


def is_likely_first(*maps: Shape, joined: bool = False) -> bool:
    """Whether maps that are compared have their channels first, whatever the words around them.

    Those of pictures stand there in all of them; or they are squares that way alone. Maps that
    are joined may differ in channels.
    """
    if not maps or any(len(shape) != 4 or None in shape[1:] for shape in maps):
        return False
    pictures = all(s[1] in PICTURE_CHANNELS and min(s[2:]) > MOST_CHANNELS for s in maps)
    depths = {shape[1] for shape in maps}
    squares = all(shape[2] == shape[3] != shape[1] for shape in maps)
    alike = len(depths) == 1 or joined
    return pictures or (squares and alike and len({*maps}) > 1)


def is_likely_last(*maps: Shape) -> bool:
    """Whether they have their channels last: alike there, and of other sizes before."""
    if len(maps) < 2 or any(len(shape) != 4 or None in shape[1:] for shape in maps):
        return False
    alike = len({shape[3] for shape in maps}) == 1
    return alike and len({shape[1] for shape in maps}) > 1 and maps[0][3] > MOST_CHANNELS


def is_channels_first(actual: Sequence[int], wanted: Shape) -> bool:
    """Whether a wanted shape is that very map with its channels first, and all its axes known."""
    whole = len(wanted) == len(actual) == 4 and None not in wanted[1:]
    return whole and not fits(actual, wanted) and fits(actual, channels_last(wanted))


def order_of(wanted: Shape, actual: Sequence[int], torch: bool) -> str:
    """How a shape is meant that is expected of a map: LAST, FIRST or EITHER.

    Args:
        wanted: with all of its axes, as it was written.
        actual: the shape of the stage.
        torch: whether the text around it is of PyTorch.
    """
    if len(wanted) != 4 or len(actual) != 4 or fits(actual[1:], wanted[1:]):
        return LAST
    turned = channels_last(wanted)
    if torch:
        return FIRST
    if fits(actual[1:], turned[1:]) and None not in wanted[1:]:
        return FIRST
    order = _order_of_sizes(wanted, actual)
    return order if order == FIRST or not fits(actual[1:], turned[1:]) else EITHER


def _order_of_sizes(wanted: Shape, actual: Sequence[int]) -> str:
    """By what is likely the number of channels of a picture, whatever the map is now."""
    second, last, channels = wanted[1], wanted[3], actual[3]
    if second is None or last is None:
        return LAST
    if second not in (1, 3, channels):
        is_map = channels_last(wanted)[1:3] == tuple(actual[1:3]) != wanted[1:3]
        return EITHER if is_map else LAST
    if last in (*PICTURE_CHANNELS, channels):
        return LAST if second > MOST_CHANNELS and last != channels else EITHER
    return FIRST if second <= MOST_CHANNELS < last else EITHER
