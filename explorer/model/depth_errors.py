"""Errors of a kernel that reads another number of channels than the map has."""

import re
from collections.abc import Iterator

from explorer.model.config import GeneratorConfig
from explorer.model.error_answer import SIZE, Answer
from explorer.model.shape_reasons import Reason
from explorer.model.stages import stages

_DEPTHS = re.compile(
    rf"input depth must be evenly divisible by filter depth: {SIZE} vs\.? {SIZE}"
    rf"|input and filter must have the same depth: {SIZE} vs\.? {SIZE}",
    re.IGNORECASE,
)


def read_depth(config: GeneratorConfig, text: str) -> Answer | None:
    """TensorFlow's check of a convolution: depth of its input, and depth that its kernel reads."""
    if not (found := _DEPTHS.search(text)):
        return None
    came, reads = (int(depth) for depth in found.groups() if depth)
    if came == reads or not came or not reads:
        return None
    params = {"came": came, "reads": reads}
    return Answer(Reason("depths", params), tuple(_here(config, came, reads)))


def _here(config: GeneratorConfig, came: int, reads: int) -> Iterator[Reason]:
    """Which stages give maps of these depths here."""
    maps = [stage for stage in stages(config, 1 + max(config.paddings[0])) if len(stage.shape) == 4]
    for depth in (came, reads):
        names = [stage.name for stage in maps if stage.shape[3] == depth]
        if names:
            yield Reason("depth_here", {"depth": depth, "stages": ", ".join(names)})
