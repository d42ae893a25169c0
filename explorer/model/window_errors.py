"""Errors of a window that is larger than the map under it, in TensorFlow's words and others'."""

import re
from collections.abc import Iterator

from explorer.errors import quote
from explorer.model.config import AXES
from explorer.model.error_answer import Answer
from explorer.model.expected_shape import LIST, Shape, bracketed, fits, plain_sizes, spelled
from explorer.model.layer_errors import operands
from explorer.model.shape_designs import Design
from explorer.model.shape_reasons import Reason
from explorer.model.stages import Stage

_NEGATIVE = re.compile(r"Negative dimension size caused by subtracting (\d{1,9}) from (\d{1,9})\b")
_COMPUTED = re.compile("Computed output size would be (?:zero or )?negative")
_TORCH = re.compile(
    r"padded input size per channel: \((\d{1,9}) x (\d{1,9})\)\. "
    r"Kernel size: \((\d{1,9}) x (\d{1,9})\)"
)
_EAGER = re.compile(
    r"output size would be negative: -\d{1,9} \[input_size: (\d{1,9}), "
    r"effective_filter_size: (\d{1,9}), stride: \d{1,9}\]"
)
_LINE = re.compile(r"padded input size per channel: \((\d{1,9})\)\. Kernel size: \((\d{1,9})\)")
_DOWN = re.compile(
    rf"output is <= 0 due to downsampling in (\w{{1,80}})\. Consider increasing the input size\. "
    rf"Received input shape {LIST}"
)
_POOLED = re.compile(
    r"Given input size: \((\d{1,9}x\d{1,9}x\d{1,9})\)\. "
    r"Calculated output size: \((\d{1,9}x-?\d{1,9}x-?\d{1,9})\)"
)
_KERNELS = ("Conv2D", "DepthwiseConv2dNative")
_MAP_AXES = AXES[1:3]


def read_window(design: Design, text: str) -> Answer | None:
    """A window that does not fit; what it slides over, and what there is instead here."""
    if found := _NEGATIVE.search(text):
        return _negative(design, text, int(found[1]), int(found[2]))
    if (found := _EAGER.search(text) or _LINE.search(text)) and int(found[2]) > int(found[1]):
        return Answer(_reason(int(found[2]), int(found[1])))
    if found := _TORCH.search(text):
        numbers = [*map(int, found.groups())]
        return _window(design, numbers[2:], (None, *numbers[:2], None))
    if found := _DOWN.search(text):
        params = {"layer": quote(found[1]), "shape": spelled(plain_sizes(found[2]))}
        return Answer(Reason("window_down", params))
    if found := _POOLED.search(text):
        return Answer(Reason("window_pooled", {"came": found[1], "made": found[2]}))
    if found := _COMPUTED.search(text):
        maps = [shape for at, shape in bracketed(text) if at > found.end() and len(shape) == 4]
        if len(maps) > 1 and None not in maps[1][:2]:
            return _window(design, maps[1][:2], maps[0])
    return None


def _negative(design: Design, text: str, kernel: int, size: int) -> Answer | None:
    """TensorFlow names the two sizes; which axis it is stands in the operands."""
    if size >= kernel:
        return None
    name, shapes = operands(text)
    maps = [shape for shape in shapes if len(shape) == 4]
    under = maps[0] if maps else ()
    if name in _KERNELS and len(maps) > 1 and (found := _window(design, maps[1][:2], under)):
        return found
    return Answer(_reason(kernel, size), tuple(_here(design, under)))


def _window(design: Design, kernel, under: Shape) -> Answer | None:
    """The first axis on which a window is larger than the map."""
    for axis, side, size in zip(_MAP_AXES, kernel, under[1:3], strict=True):
        if None not in (side, size) and side > size:
            return Answer(_reason(side, size, axis), tuple(_here(design, under)))
    return None


def _reason(kernel: int, size: int, axis: str | None = None) -> Reason:
    params = {
        "kernel": kernel,
        "size": size,
        "less": kernel - size,
        "left": _signed(size - kernel + 1),
    }
    return Reason(
        "window_axis" if axis else "window_any", params | ({"axis": axis} if axis else {})
    )


def _signed(number: int) -> str:
    return f"−{-number}" if number < 0 else str(number)


def _here(design: Design, under: Shape) -> Iterator[Reason]:
    """Which stage has that shape here, and what the output convolution reads instead of it."""
    if not design.config or not under or None in under[1:]:
        return
    *before, padded, _ = design.stages
    stage = next((stage for stage in reversed(before) if _is_of(stage, under)), None)
    if stage:
        yield Reason(
            "window_here",
            {
                "stage": stage.name,
                "shape": spelled((None, *under[1:])),
                "padded": spelled((None, *padded.shape[1:])),
                "kernel": design.config.output_kernel,
            },
        )


def _is_of(stage: Stage, shape: Shape) -> bool:
    return fits(stage.shape[1:], shape[1:])
