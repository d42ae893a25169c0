"""Errors of what draws a picture of an array, matplotlib's imshow or Pillow's fromarray.

Sources of what they take: matplotlib `ScalarMappable`/`_ImageBase` and Pillow `Image.fromarray`.
"""

import re

from explorer.model.error_answer import LIST, Answer, sizes
from explorer.model.shape_designs import Design
from explorer.model.shape_reasons import Reason

_MATPLOTLIB = re.compile(rf"invalid (?:shape|dimensions) {LIST} for image data", re.IGNORECASE)
# Pillow writes ones for height and width, and NumPy's sign for the kind of number.
_PILLOW = re.compile(
    rf"cannot handle this data type: {LIST}, ([<>|=]?[a-z]\d{{1,2}})", re.IGNORECASE
)
_BYTES = "|u1"
_COLOURS = (3, 4)  # channels that both take
_DRAWN = "matplotlib"
_MADE = "Pillow"


def read_picture(design: Design, text: str) -> Answer | None:
    """What the array has too many of: axes, channels, or kinds of number."""
    if found := _MATPLOTLIB.search(text):
        return _answer(_DRAWN, sizes(found[1]), [])
    if found := _PILLOW.search(text):
        kind = found[2]
        numbers = [] if kind == _BYTES else [Reason("picture_numbers", {"kind": kind})]
        return _answer(_MADE, sizes(found[1]), numbers)
    return None


def _answer(library: str, shape: tuple[int, ...], numbers: list[Reason]) -> Answer | None:
    said = {"library": library, "axes": len(shape)}
    reasons = list(numbers)
    if len(shape) >= 3 and shape[-1] not in _COLOURS:
        first = library == _DRAWN and len(shape) == 3 and shape[0] in _COLOURS
        code = "picture_first" if first else "picture_channels"
        reasons.insert(0, Reason(code, {**said, "channels": shape[-1], "first": shape[0]}))
    if len(shape) == 4:
        reasons.insert(0, Reason("picture_batch", said))
    elif len(shape) not in (2, 3):
        reasons = [Reason("picture_axes", said)]
    return Answer(reasons[0], tuple(reasons[1:])) if reasons else None
