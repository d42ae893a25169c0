"""Errors of a kernel, or of one number for each channel, for other channels than the map has."""

import re
from collections.abc import Iterator

from explorer.model.error_answer import LIST, SIZE, Answer, answer, sizes
from explorer.model.expected_shape import Shape
from explorer.model.layer_errors import operands
from explorer.model.shape_designs import Design
from explorer.model.shape_reasons import Reason

_DEPTHS = re.compile(
    rf"input depth must be evenly divisible by filter depth: {SIZE} vs\.? {SIZE}"
    rf"|input and filter must have the same depth: {SIZE} vs\.? {SIZE}"
    rf"|channels does not match corresponding dimension of filter, {SIZE} != {SIZE}",
    re.IGNORECASE,
)
_TENSORS = re.compile(
    rf"size of tensor a \({SIZE}\) must match the size of tensor b \({SIZE}\) "
    r"at non-singleton dimension 1\b"
)
_OPEN = "channel dimension of the inputs should be defined"
_UNSAID = "images and kernel must have the same stack size"
_CONTAIN = re.compile(
    rf"\b(?:running_mean|running_var|weight|bias) should contain {SIZE} elements not {SIZE}"
)
_SCALE = re.compile(rf"number of elements as the channels of x, got {SIZE} and {SIZE}")
_BIAS = re.compile(rf"biases as the last dimension of the input tensor: {LIST} vs\. {LIST}")
_UNLIKE = re.compile(rf"Incompatible shapes: {LIST} vs\. {LIST}")


def read_depth(design: Design, text: str) -> Answer | None:
    """TensorFlow's check of a convolution: depth of its input, and depth that its kernel reads."""
    for words, code in ((_OPEN, "channels_open"), (_UNSAID, "depths_unsaid")):
        if words in text:
            return answer(code)
    if found := _TENSORS.search(text):
        code, came, reads = "tensor_depths", int(found[1]), int(found[2])
    elif found := _DEPTHS.search(text):
        code, (came, reads) = "depths", (int(depth) for depth in found.groups() if depth)
    else:
        code, (came, reads) = "channel_vector", _of_vector(text) or (0, 0)
    if came == reads or not came or not reads:
        return None
    params = {"came": came, "reads": reads}
    return Answer(Reason(code, params), tuple(_here(design, came, reads)))


def _of_vector(text: str) -> tuple[int, int] | None:
    """Channels of a map, and the length of what holds one number for each: bias, gamma, mean."""
    if found := _CONTAIN.search(text):
        return int(found[1]), int(found[2])
    if found := _SCALE.search(text):
        return int(found[2]), int(found[1])
    if found := _BIAS.search(text) or _UNLIKE.search(text):
        return _vector(*map(sizes, found.groups()))
    name, shapes = operands(text)
    return _vector(*shapes) if name == "BiasAdd" and len(shapes) == 2 else None


def _vector(one: Shape, other: Shape) -> tuple[int, int] | None:
    vector, whole = sorted((one, other), key=len)
    known = len(vector) == 1 and len(whole) == 4 and None not in (vector[0], whole[3])
    return (whole[3], vector[0]) if known and vector[0] > 1 else None


def _here(design: Design, came: int, reads: int) -> Iterator[Reason]:
    """Which stages give maps of these depths here."""
    maps = [stage for stage in design.stages if len(stage.shape) == 4]
    for depth in (came, reads):
        names = [stage.name for stage in maps if stage.shape[3] == depth]
        if names:
            yield Reason("depth_here", {"depth": depth, "stages": ", ".join(names)})
