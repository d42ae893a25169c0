"""What carrying weights over to another structure does, step by step, and when the output stays."""

from collections.abc import Iterator
from dataclasses import dataclass

from explorer.model.config import GeneratorConfig

RGB = 3
# What changes the picture most comes first.
_ORDER = (
    "fresh", "channels_fewer", "taps_fewer", "window_fewer", "noise_fewer", "grid", "luminance",
    "copies", "outputs_fewer", "outputs_more", "window_more", "pads_folded", "taps_more",
    "channels_more", "noise_more", "pads_new",
)  # fmt: skip
LOSSES = {"channels_fewer", "taps_fewer", "window_fewer"}
_HARMLESS = {"taps_more", "channels_more", "noise_more", "pads_folded", "pads_new"}


@dataclass(frozen=True)
class Carrying:
    """One thing that was done to carry weights over.

    Attributes:
        code: "noise", "channels", "taps", "window" (the output kernel's taps) and "outputs", each
            with "_more" or "_fewer"; "grid", "pads_folded" (the taps of padded channels),
            "pads_new", "luminance", "copies" (of one output channel); or "fresh": variables that
            nothing could be carried to, drawn anew.
        layers: whose variables changed, as in a stage's name.
        before, after: of the source and of the new structure.
        causes: the fields that brought it about, "kernel_size 5 → 7", where they are told with it.
    """

    code: str
    layers: tuple[str, ...]
    before: int | str = ""
    after: int | str = ""
    causes: str = ""


def describe_carrying(source: GeneratorConfig, config: GeneratorConfig) -> list[Carrying]:
    """What `carry_weights` does, what changes the output most first."""
    return sorted(_steps(source, config), key=lambda step: _ORDER.index(step.code))


def keeps_output(source: GeneratorConfig, config: GeneratorConfig) -> bool:
    """Whether finite weights, carried over, give the output that they gave before, for the same z.

    Before is the source's noise_dim, upsample_dim, kernel_size and pads of the channels, with all
    else as in the new structure. Entries of z that only one of the two has do not count.
    """
    return _does_only(_HARMLESS, source, config)


def crops_output(source: GeneratorConfig, config: GeneratorConfig) -> bool:
    """Whether the output is that which `keeps_output` means, without some rows and columns.

    A larger output kernel leaves no window for those.
    """
    return _does_only(_HARMLESS | {"window_more"}, source, config)


def _does_only(harmless: set[str], source: GeneratorConfig, config: GeneratorConfig) -> bool:
    codes = {step.code for step in _steps(source, config)}
    same_copies = "pads_folded" not in codes or source.pad_mode == config.pad_mode
    return codes <= harmless and same_copies


def _steps(source: GeneratorConfig, config: GeneratorConfig) -> Iterator[Carrying]:
    blocks = min(source.upsample_blocks, config.upsample_blocks)
    names = tuple(f"upsample{block}" for block in range(1, blocks + 1))
    same_blocks = source.upsample_blocks == config.upsample_blocks
    last = ("conv_out",) if same_blocks else ()

    def changed(code: str, field: str, layers: tuple[str, ...]) -> Iterator[Carrying]:
        before, after = getattr(source, field), getattr(config, field)
        if before != after and layers:
            yield Carrying(code + _direction(before, after), layers, before, after)

    yield from changed("noise", "noise_dim", ("fc1",))
    if source.base_size != config.base_size:
        before, after = ("{}×{}".format(*each.base_size) for each in (source, config))
        yield Carrying("grid", ("fc1",), before, after)
    yield from changed("channels", "upsample_dim", ("fc1", *names, *last))
    yield from changed("taps", "kernel_size", names)
    yield from changed("window", "output_kernel", last)
    if last and folds_pads(source, config):
        yield Carrying("pads_folded" if any(source.paddings[3]) else "pads_new", last)
    if last:
        yield from _output_steps(source.C, config.C)
    else:
        new = range(blocks + 1, config.upsample_blocks + 1)
        yield Carrying("fresh", (*(f"upsample{block}" for block in new), "conv_out"))


def _output_steps(before: int, after: int) -> Iterator[Carrying]:
    if before == after:
        return
    last, copied = ("conv_out",), is_copied(before, after)
    if is_grey(before, after):
        yield Carrying("luminance", last, before, after)
        return
    if copied:
        yield Carrying("copies", last, before, RGB)
    if not copied or after > RGB:
        start = RGB if copied else before
        yield Carrying("outputs" + _direction(start, after), last, start, after)


def _direction(before: int, after: int) -> str:
    return "_more" if after > before else "_fewer"


def folds_pads(source: GeneratorConfig, config: GeneratorConfig) -> bool:
    """Whether padded channels would be copies of others than before."""
    pads = source.paddings[3], config.paddings[3]
    depths = source.block_channels[-1], config.block_channels[-1]
    return any(map(any, pads)) and (pads[0] != pads[1] or depths[0] != depths[1])


def is_copied(before: int, after: int) -> bool:
    """Whether the one output channel becomes three."""
    return before == 1 and after >= RGB


def is_grey(before: int, after: int) -> bool:
    """Whether three output channels become their luminance."""
    return (before, after) == (RGB, 1)
