"""What every earlier stage would have to be for a stage to have a shape."""

from explorer.model.config import GeneratorConfig
from explorer.model.expected_shape import Shape
from explorer.model.stages import Stage


def needed_shapes(
    config: GeneratorConfig, plan: list[Stage], name: str, wanted: Shape
) -> dict[str, Shape]:
    """The shapes that lead to the wanted one, from its stage back as far as they can be worked out.

    Sizes that nothing follows from are None. Where a block cannot give a size at all the walk ends;
    for the output it then ends at the pad, which is what can still be changed.
    """
    at = next(i for i, stage in enumerate(plan) if stage.name == name)
    needed, shape = {name: wanted}, wanted
    depth = _base_depth(config, plan[at], wanted)
    for before, stage in zip(plan[at - 1 :: -1], plan[at:0:-1], strict=False):
        shape = _before(config, before, stage, shape, depth)
        if shape is None:
            return {key: size for key, size in needed.items() if _same_end(key, name)}
        needed[before.name] = shape
    return needed


def _same_end(stage: str, asked: str) -> bool:
    return stage.startswith("conv_out/") or not asked.startswith("conv_out/")


def _base_depth(config: GeneratorConfig, stage: Stage, wanted: Shape) -> int | None:
    """The D that gives the wanted channels: the present one if it does, else the least."""
    if stage.kind == "conv2d" or len(wanted) == 2 or wanted[-1] is None:
        return None
    channels = wanted[-1] - (sum(config.paddings[3]) if stage.kind == "pad" else 0)
    divisor = 2 ** block_number(config, stage)
    return config.upsample_dim if config.upsample_dim // divisor == channels else channels * divisor


def block_number(config: GeneratorConfig, stage: Stage) -> int:
    """How often the channels have been halved: 0 before the first block."""
    if stage.block == "conv_out":
        return config.upsample_blocks
    return int(stage.block.removeprefix("upsample")) if stage.block != "fc1" else 0


def _before(config, before: Stage, stage: Stage, shape: Shape, depth: int | None) -> Shape | None:
    """The shape that `before` must have for `stage` to have `shape`; None where none can."""
    if stage.kind == "dense":
        return shape[0], None
    if stage.kind == "reshape":
        base = (*shape[1:3], depth or config.upsample_dim)
        return shape[0], None if None in base else base[0] * base[1] * base[2]
    if len(shape) == 2:
        return shape
    channels = _channels(config, before, depth)
    if stage.kind == "conv2d":
        grown = [_plus(size, config.output_kernel - 1) for size in shape[1:3]]
        return shape[0], *grown, channels
    if stage.kind == "pad":
        sizes = [
            _plus(size, -sum(pair))
            for size, pair in zip(shape[:3], config.paddings[:3], strict=True)
        ]
        impossible = any(size is not None and size < 1 for size in sizes)
        return None if impossible else (*sizes, channels)
    if stage.kind == "conv2d_transpose":
        if any(size is not None and size % config.stride for size in shape[1:3]):
            return None
        halved = [None if size is None else size // config.stride for size in shape[1:3]]
        return shape[0], *halved, channels
    return shape


def _channels(config: GeneratorConfig, stage: Stage, depth: int | None) -> int | None:
    if depth is None:
        return None
    kept = depth // 2 ** block_number(config, stage)
    return kept + sum(config.paddings[3]) if stage.kind == "pad" else kept


def _plus(size: int | None, more: int) -> int | None:
    return None if size is None else size + more
