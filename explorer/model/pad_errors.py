"""Errors of tf.pad and its like: pads that mirror more than there is, pairs for other axes."""

import re

from explorer.model.config import AXES
from explorer.model.error_answer import SIZE, Answer, answer, sizes
from explorer.model.expected_shape import LIST, plain_sizes
from explorer.model.layer_errors import operands
from explorer.model.shape_designs import Design

_TORCH_PAD = re.compile(
    rf"padding \({SIZE}, {SIZE}\) at dimension (\d) of input \[([\d, ]{{1,60}})\]", re.IGNORECASE
)
_TF_PAD = re.compile(
    rf"paddings must be (less|no greater) than the dimension size: {SIZE}, {SIZE} "
    rf"(?:not less|greater) than {SIZE}"
)
_TORCH_AXES = ("batch", "channels", "height", "width")
_PAIRS = re.compile(
    rf"dimension of paddings must be the rank of inputs\[{SIZE}, ?2\],? ?\[([\d, ]{{1,60}})\]"
)
_NUMPY_PAIRS = re.compile(
    rf"\[original->remapped\]: \({SIZE}, ?2\) {{1,2}}and requested shape \({SIZE}, ?2\)"
)
_CROPPED = re.compile(
    rf"input_shape={LIST}, cropping=\(\(([\d, ]{{1,40}})\), \(([\d, ]{{1,40}})\)\)"
)
_TORCH_VALUES = re.compile(r"(\d)D tensors expect (\d) values for padding")
_TORCH_LENGTH = re.compile(r"got padding length (\d{1,3}) and input of dimension (\d{1,2})\b")
_PAD_OPS = ("Pad", "PadV2", "MirrorPad")


def read_pads(design: Design, text: str) -> Answer | None:
    """Pads that do not fit their tensor, in PyTorch's words or TensorFlow's."""
    return _pairs(text) or _mirrored(text) or _cropped(text) or _numbers(text)


def _numbers(text: str) -> Answer | None:
    """PyTorch's pad takes two numbers for each axis, from the last one on."""
    if found := _TORCH_VALUES.search(text):
        axes, values = map(int, found.groups())
        return answer("pad_values_torch", axes=axes, values=values)
    if (found := _TORCH_LENGTH.search(text)) and int(found[1]) > 2 * int(found[2]):
        length, axes = map(int, found.groups())
        return answer("pad_length_torch", length=length, axes=axes, most=2 * axes)
    return None


def _cropped(text: str) -> Answer | None:
    """Keras' Cropping2D that leaves nothing of an axis."""
    if not (found := _CROPPED.search(text)):
        return None
    shape = plain_sizes(found[1])
    for at, cut in enumerate((sizes(found[2]), sizes(found[3])), start=1):
        if len(shape) == 4 and shape[at] is not None and sum(cut) >= shape[at]:
            params = {"axis": AXES[at], "size": shape[at], "cut": sum(cut)}
            return answer("crop_all", **params, sum=" + ".join(map(str, cut)))
    return None


def _pairs(text: str) -> Answer | None:
    """tf.pad takes a pair for each axis: as an operation says it, or as the graph does."""
    if found := _NUMPY_PAIRS.search(text):
        pairs, axes = int(found[1]), int(found[2])
    elif found := _PAIRS.search(text):
        pairs, axes = int(found[1]), len(sizes(found[2]))
    else:
        operation, shapes = operands(text)
        if operation not in _PAD_OPS or len(shapes) != 2 or not shapes[1] or shapes[1][0] is None:
            return None
        pairs, axes = shapes[1][0], len(shapes[0])
    if pairs == axes:
        return None
    return answer("pad_pairs_map" if axes == 4 else "pad_pairs", pairs=pairs, axes=axes)


def _mirrored(text: str) -> Answer | None:
    """More than there is."""
    if found := _TORCH_PAD.search(text):
        before, after, axis, shape = found.groups()
        there, at = sizes(shape), int(axis)
        if at >= len(there):
            return None
        name = _TORCH_AXES[at] if len(there) == len(_TORCH_AXES) else None
        return _mirror(there[at], max(int(before), int(after)), there[at] - 1, name)
    if found := _TF_PAD.search(text):
        kind, before, after, size = found.groups()
        most = int(size) - (kind == "less")
        return _mirror(int(size), max(int(before), int(after)), most)
    return None


def _mirror(size: int, pad: int, most: int, torch_axis: str | None = None) -> Answer | None:
    """The most that can be mirrored at once, and the rest in a second pad."""
    rest = pad - most
    if rest < 1 or most < 0:
        return None
    mode = "REFLECT" if most < size else "SYMMETRIC"
    twice = most and rest <= size + 2 * most - (mode == "REFLECT")
    code = f"mirror_{'twice' if twice else 'often'}_{'torch' if torch_axis else 'any'}"
    params = {"size": size, "pad": pad, "most": most, "rest": rest, "mode": mode}
    return answer(code, **params, **({"axis": torch_axis} if torch_axis else {}))
