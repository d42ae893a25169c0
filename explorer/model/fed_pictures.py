"""What is fed to a layer in another way than it reads: order of axes, channels of a picture."""

from explorer.model.expected_shape import spelled
from explorer.model.layer_errors import Mismatch
from explorer.model.shape_order import MOST_CHANNELS, PICTURE_CHANNELS
from explorer.model.shape_reasons import Reason

# Of a picture: the channels that a layer reads, and those that came.
_CHANNELS = {(3, 4): "fed_alpha", (3, 1): "fed_grey", (1, 3): "fed_colour", (1, 4): "fed_colour"}


def told_order(found: Mismatch) -> Reason | None:
    """Where the depth that a layer reads stands on the axis that the other order has for it.

    The side of a picture may be as large: in the other order two sides are alike, or the depth is
    one that pictures have.
    """
    if not found.is_input or not len(found.came) == len(found.reads) == 4:
        return None
    depth, (batch, rows, columns, channels) = found.reads[3], found.came
    if channels == depth:
        return None
    few = depth in PICTURE_CHANNELS
    if found.first and columns == depth and (few or channels == rows):
        written = batch, channels, rows, columns
        return Reason("layer_last", {"depth": depth, "came": spelled(written)})
    if not found.first and rows == depth and (few or columns == channels):
        return Reason("layer_first", {"depth": depth, "came": spelled(found.came)})
    return None


def is_turned_picture(found: Mismatch) -> bool:
    """Whether a picture came in the other order, and nothing else can be meant."""
    depth, channels = found.reads[-1], found.came[-1]
    of_picture = depth in PICTURE_CHANNELS and channels is not None and channels > MOST_CHANNELS
    return of_picture and told_order(found) is not None


def told_channels(found: Mismatch) -> tuple[Reason, ...]:
    """A picture of more or fewer channels than a layer reads."""
    if not found.is_input or not len(found.came) == len(found.reads) == 4:
        return ()
    (*sides, came), reads = found.came[1:], found.reads[3]
    code = _CHANNELS.get((reads, came))
    large = all(size is None or size > MOST_CHANNELS for size in sides)
    return (Reason(code, {"came": came}),) if code and large else ()
