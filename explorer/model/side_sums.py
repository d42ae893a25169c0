"""How a height or a width of the output comes about: base, blocks, pads and output kernel."""

from collections.abc import Iterable, Iterator

from explorer.model.config import AXES, GeneratorConfig
from explorer.model.shape_reasons import Reason


def added(config: GeneratorConfig, axis: int) -> int:
    """By how much pads and output convolution make height (0) or width (1) larger."""
    return sum(config.paddings[1 + axis]) - config.output_kernel + 1


def side_sum(config: GeneratorConfig, axis: int, side: int) -> str:
    """How a side comes about: 5·2^3 − 6."""
    more, growth = added(config, axis), config.stride**config.upsample_blocks
    text = f"{(side - more) // growth}·{config.stride}^{config.upsample_blocks}"
    return text + (f" {'+' if more > 0 else '−'} {abs(more)}" if more else "")


def sides_here(config: GeneratorConfig, axis: str, sides: Iterable[int]) -> Iterator[Reason]:
    """Whether these blocks and pads can make each of some heights or widths."""
    at, growth = AXES.index(axis) - 1, config.stride**config.upsample_blocks
    known = {"axis": axis, "blocks": config.upsample_blocks, "stride": config.stride}
    for side in sides:
        before = side - added(config, at)
        params = {**known, "side": side}
        if before > 0 and before % growth == 0:
            sums = {"sum": side_sum(config, at, side), "base": before // growth}
            yield Reason("side_made", params | sums)
        else:
            yield Reason("side_not_made", params | {"growth": growth, "before": before})
