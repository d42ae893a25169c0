"""`dcgan_generator` as a graph: the one place that knows its design."""

from collections.abc import Sequence

from explorer.model.config import GeneratorConfig
from explorer.model.graph import Graph, Node
from explorer.model.ops.activation import activation
from explorer.model.ops.batch_normalization import BatchNormalization
from explorer.model.ops.conv2d import Conv2D
from explorer.model.ops.conv2d_transpose import Conv2DTranspose
from explorer.model.ops.dense import Dense
from explorer.model.ops.input import Input
from explorer.model.ops.op import Op
from explorer.model.ops.pad import Pad
from explorer.model.ops.reshape import Reshape
from explorer.model.ops.window import SAME, VALID

SCOPE = "noise_generator"
UPSAMPLE = "upsample"  # what the names of its blocks begin with, before their numbers


def dcgan_generator(config: GeneratorConfig) -> Graph:
    """The generator of a configuration.

    Its formulas work the shapes out as the original's code does.
    """
    chain = _Chain()
    chain.add("z", Input((config.noise_dim,)))
    _add_dense_block(chain, config)
    height, width = config.base_size
    for index, channels in enumerate(config.block_channels, start=1):
        _add_upsample_block(chain, config, index, (height, width), channels)
        height, width = height * config.stride, width * config.stride
    _add_output_block(chain, config, (height, width))
    return Graph(tuple(chain.nodes))


def same_in_last_block(name: str, names: Sequence[str]) -> str | None:
    """The stage of the last upsample block that is to it what a stage is to its own block.

    Args:
        name: of a stage of a larger generator.
        names: of this one's stages, in order.

    Returns:
        None where there is none, or the stage is in no such block.
    """
    block, _, own = name.partition("/")
    if not block.startswith(UPSAMPLE) or not own:
        return None
    alike = [item for item in names if item.startswith(UPSAMPLE) and item.endswith(own)]
    return alike[-1] if alike else None


class _Chain:
    """Operations one after the other."""

    def __init__(self):
        self.nodes: list[Node] = []

    def add(self, name: str, op: Op, formula: str = ""):
        """One more, which reads the one before."""
        sources = (self.nodes[-1].name,) if self.nodes else ()
        self.nodes.append(Node(name, op, sources, f"{SCOPE}/{name}", formula))


def _add_dense_block(chain: _Chain, config: GeneratorConfig):
    (height, width), depth = config.base_size, config.upsample_dim
    units = height * width * depth
    dense = Dense(units, initializer=config.kernel_initializer)
    chain.add("fc1/dense", dense, f"{height}·{width}·{depth} = {units}")
    _add_activation_and_norm(chain, config, "fc1")
    chain.add("fc1/reshape", Reshape((height, width, depth)))


def _add_upsample_block(
    chain: _Chain, config: GeneratorConfig, index: int, size: tuple[int, int], channels: int
):
    k, stride, block = config.kernel_size, config.stride, f"{UPSAMPLE}{index}"
    transposed = Conv2DTranspose(
        channels, (k, k), (stride, stride), SAME, initializer=config.kernel_initializer
    )
    sides = ", ".join(f"{side}·{stride} = {side * stride}" for side in size)
    halved = f"{config.upsample_dim}//{2**index} = {channels}"
    chain.add(f"{block}/conv2d_transpose", transposed, f"{sides}, {halved}")
    _add_activation_and_norm(chain, config, block)


def _add_output_block(chain: _Chain, config: GeneratorConfig, size: tuple[int, int]):
    chain.add("conv_out/pad", Pad(config.paddings, config.pad_mode))
    k = config.output_kernel
    padded = [side + sum(pair) for side, pair in zip(size, config.paddings[1:3], strict=True)]
    sides = ", ".join(f"{side}−{k}+1 = {side - k + 1}" for side in padded)
    conv = Conv2D(config.C, (k, k), padding=VALID, initializer=config.kernel_initializer)
    chain.add("conv_out/conv2d", conv, f"{sides}, C = {config.C}")


def _add_activation_and_norm(chain: _Chain, config: GeneratorConfig, block: str):
    pair = [
        (f"{block}/actv", activation(config.actv)),
        (f"{block}/batch_normalization", BatchNormalization(config.training)),
    ]
    for name, op in pair if config.bn_position == "after" else pair[::-1]:
        chain.add(name, op)
