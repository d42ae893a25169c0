"""Errors of a transposed convolution that is to give a size which its input cannot make."""

import math
import re
from collections.abc import Iterator

from explorer.model.error_answer import SIZE, Answer, answer
from explorer.model.shape_designs import Design
from explorer.model.shape_reasons import Reason

_BACKPROP = re.compile(
    rf"(?:Size|Number of (?:rows|cols)) of out_backprop doesn't match computed: "
    rf"actual = {SIZE}, computed = {SIZE}",
    re.IGNORECASE,
)
_SIZES = re.compile(
    rf"spatial_dim: {SIZE}\s+input: {SIZE}\s+filter: {SIZE}\s+output: {SIZE}\s+stride: {SIZE}"
    rf"(?:\s+dilation: {SIZE})?"
)
_BATCHES = re.compile(
    rf"must have the same batch size\.? ?Input batch: {SIZE}, ?outbackprop batch: {SIZE}",
    re.IGNORECASE,
)
_ONE_BATCH = re.compile(r"input and out_backprop must have the same batch size", re.IGNORECASE)
_DEPTHS = re.compile(
    rf"output_shape`? does not match filter's output channels, \(?{SIZE} != {SIZE}"
    rf"|Computed input depth {SIZE} doesn't match filter input depth {SIZE}"
)
_OUT_DEPTH = re.compile(r"filter and out_backprop must have the same out_depth")
_READS = re.compile(rf"input channels does not match filter's input channels, \(?{SIZE} != {SIZE}")


def read_transposed(design: Design, text: str) -> Answer | None:
    """What conv2d_transpose says of an output_shape: its sides, its batch, its channels."""
    if (found := _BATCHES.search(text)) and found[1] != found[2]:
        return answer("backprop_batch", asked=int(found[1]), came=int(found[2]))
    if _ONE_BATCH.search(text) and not _BATCHES.search(text):
        return answer("backprop_batch_unsaid")
    if found := _DEPTHS.search(text):
        asked, kernel = (int(depth) for depth in found.groups() if depth)
        return answer("backprop_depth", asked=asked, kernel=kernel) if asked != kernel else None
    if (found := _READS.search(text)) and found[1] != found[2]:
        return answer("backprop_reads_depth", came=int(found[1]), kernel=int(found[2]))
    if _OUT_DEPTH.search(text):
        return answer("backprop_reads")
    return _sides(design, text)


def _sides(design: Design, text: str) -> Answer | None:
    """TensorFlow's check of conv2d_transpose, which it runs as a convolution's gradient.

    Its "input" is the map that is asked for, "output" or "actual" the one that comes. SAME reads
    ⌈size / stride⌉ of a size, VALID ⌈(size − (kernel − 1)·dilation) / stride⌉.
    """
    if not (found := _BACKPROP.search(text)):
        return None
    came, needed = map(int, found.groups())
    sizes = _SIZES.search(text, found.end())
    if came == needed or not came or not needed:
        return None
    if not sizes:
        return answer("backprop", came=came, needed=needed)
    axis, asked, kernel, _, stride, dilation = (int(size or 1) for size in sizes.groups())
    if not stride:
        return None
    params = {"axis": axis, "asked": asked, "stride": stride, "came": came, "needed": needed}
    window = (kernel - 1) * dilation + 1
    modes = {"SAME": 1, "VALID": window}
    made = {
        mode: (least + (came - 1) * stride, least + came * stride - 1)
        for mode, least in modes.items()
        if needed == math.ceil((asked - least + 1) / stride)
    }
    if not made:
        return answer("backprop", came=came, needed=needed)
    notes = tuple(
        Reason("backprop_makes", {"mode": mode, "came": came, "least": least, "most": most})
        for mode, (least, most) in made.items()
    )
    return Answer(Reason("backprop_sizes", params), (*notes, *_here(design, came)))


def _here(design: Design, came: int) -> Iterator[Reason]:
    if design.config:
        stride = design.config.stride
        yield Reason("backprop_here", {"stride": stride, "came": came, "made": stride * came})
