"""Errors of a transposed convolution's output_padding, and of an output size that it cannot give.

Source of the rule: a convolution of stride s turns s neighbouring sizes into one, and
output_padding, from 0 to s - 1, tells which of them comes back.
"""

import re

from explorer.model.config import AXES
from explorer.model.error_answer import LIST, SIZE, Answer, sizes
from explorer.model.shape_designs import Design
from explorer.model.shape_reasons import Reason

_TORCH = re.compile(
    rf"output_padding_height: {SIZE} output_padding_width: {SIZE} "
    rf"stride_height: {SIZE} stride_width: {SIZE} dilation_height: {SIZE} dilation_width: {SIZE}"
)
_KERAS = re.compile(
    rf"At dimension (\d), `output_padding` is {SIZE} but `strides` is {SIZE}", re.IGNORECASE
)
_OLD_KERAS = re.compile(rf"Stride {LIST} must be greater than output padding {LIST}")
_OLDER_KERAS = re.compile(
    rf"must be greater than output padding\. Received strides={LIST}, output_padding={LIST}"
)
_SIZED = re.compile(
    rf"requested an output size of (?:torch\.Size\()?{LIST}\)?, but valid sizes range from {LIST} "
    rf"to {LIST} \(for an input of (?:torch\.Size\()?{LIST}"
)
_SIDES = AXES[1:3]


def read_output_padding(design: Design, text: str) -> Answer | None:
    """An output_padding that is not below the stride, or an output_size out of its reach."""
    if found := _TORCH.search(text):
        numbers = [int(number) for number in found.groups()]
        return _padding(design, *zip(*[iter(numbers)] * 2, strict=True))
    if found := _KERAS.search(text):
        at, more, stride = map(int, found.groups())
        return _told(design, _SIDES[at], more, stride) if at < 2 and more >= stride else None
    if found := _OLD_KERAS.search(text) or _OLDER_KERAS.search(text):
        return _padding(design, sizes(found[2]), sizes(found[1]))
    if found := _SIZED.search(text):
        return _sized(*map(sizes, found.groups()))
    return None


def _padding(design: Design, more, strides, dilations=(0, 0)) -> Answer | None:
    """The first axis on which it is too large; PyTorch takes the dilation for a bound as well."""
    for axis, *numbers, dilation in zip(_SIDES, more, strides, dilations, strict=False):
        if numbers[0] >= max(numbers[1], dilation):
            return _told(design, axis, numbers[0], max(numbers[1], dilation))
    return None


def _told(design: Design, axis: str, more: int, stride: int) -> Answer:
    params = {"axis": axis, "more": more, "stride": stride, "most": max(stride - 1, 0)}
    here = design.config and Reason("output_padding_here", {"stride": design.config.stride})
    return Answer(Reason("output_padding", params), (here,) if here else ())


def _sized(asked, least, most, came) -> Answer | None:
    """The first axis whose size is out of reach; PyTorch tells sizes without batch and channels."""
    if not len(asked) == len(least) == len(most) or len(came) < len(asked):
        return None
    axes = _SIDES if len(asked) == 2 else ()
    sides = came[len(came) - len(asked) :]
    for axis, *numbers in zip(axes, asked, least, most, sides, strict=True):
        size, low, high, side = numbers
        if low <= high and not low <= size <= high:
            params = {"axis": axis, "asked": size, "least": low, "most": high, "came": side}
            return Answer(Reason("output_size", {**params, "stride": high - low + 1}))
    return None
