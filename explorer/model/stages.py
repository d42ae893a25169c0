"""The list of stages, derived from the configuration: the one place that knows the design."""

import functools
import math
from dataclasses import dataclass

from explorer.model.config import NON_NEGATIVE, GeneratorConfig
from explorer.model.padding import check_pad_limits

SCOPE = "noise_generator"
# The variables of batch normalization, in TensorFlow's order of creation.
MOVING_STATISTICS = ("moving_mean", "moving_variance")
BN_VARIABLES = ("gamma", "beta", *MOVING_STATISTICS)


@dataclass(frozen=True)
class Weight:
    """One variable: TensorFlow 1 name, shape, and how it starts.

    `init` is "zeros", "ones" or, for a kernel, the configuration's `kernel_initializer`.
    """

    name: str
    shape: tuple[int, ...]
    init: str


@dataclass(frozen=True)
class Stage:
    """One step of the generator.

    Attributes:
        name: e.g. "upsample1/actv".
        op: "input", "dense", "actv", "batch_normalization", "reshape", "conv2d_transpose", "pad"
            or "conv2d".
        input_shape, shape: with the batch first, channels last.
        weights: the variables it reads, in TensorFlow's order of creation.
        macs: multiply-accumulates of the whole batch; a transposed convolution counts every
            product on its full canvas, the cropped ones too. Additions, activations and
            normalization are not counted.
        formula: the output shape worked out with the numbers filled in.
    """

    name: str
    op: str
    input_shape: tuple[int, ...]
    shape: tuple[int, ...]
    weights: tuple[Weight, ...] = ()
    macs: int = 0
    formula: str = ""

    @property
    def block(self) -> str:
        """The part of the name before the slash: z, fc1, upsample1, ..., conv_out."""
        return self.name.split("/")[0]

    @property
    def parameters(self) -> int:
        """Number of trained and moving values the stage reads."""
        return sum(math.prod(weight.shape) for weight in self.weights)

    @property
    def bytes(self) -> int:
        """Size of the output in float32 bytes, the whole batch."""
        return 4 * math.prod(self.shape)

    @property
    def item_bytes(self) -> int:
        """The same of one item of the output's batch."""
        return self.bytes // self.shape[0]

    def weight_name(self, variable: str) -> str:
        """Full name of one of the stage's variables, e.g. "kernel"."""
        return f"{SCOPE}/{self.name}/{variable}"


@functools.lru_cache(maxsize=256)
def stages(config: GeneratorConfig, batch: int = 1) -> tuple[Stage, ...]:
    """All stages in the order in which data flows.

    Raises:
        ExplorerError: the pads mirror more rows, columns, items or channels than there are.

    Example:
        >>> [s.shape for s in stages(GeneratorConfig())][-2:]
        [(1, 38, 70, 32), (1, 32, 64, 3)]
    """
    result = [
        Stage(
            "z",
            "input",
            (batch, config.noise_dim),
            (batch, config.noise_dim),
            formula=f"[N, noise_dim] = [{batch}, {config.noise_dim}]",
        )
    ]
    result += _dense_block(config, result[-1].shape)
    for index, channels in enumerate(config.block_channels, start=1):
        result += _upsample_block(config, f"upsample{index}", result[-1].shape, channels)
    result += _output_block(config, result[-1].shape)
    return tuple(result)


def signed_stages(config: GeneratorConfig, plan: tuple[Stage, ...]) -> dict[str, bool]:
    """Whether each stage can hold negative values, whatever the weights and z.

    Weighted sums and batch normalization can, an activation by its formula; what only moves values
    holds what came in (a constant pad adds zeros).
    """
    signs, signed = {}, True
    for stage in plan:
        if stage.op == "actv":
            signed = config.actv not in NON_NEGATIVE
        elif stage.op not in ("reshape", "pad"):
            signed = True
        signs[stage.name] = signed
    return signs


def _dense_block(config: GeneratorConfig, shape: tuple[int, ...]) -> list[Stage]:
    batch, height, width, depth = (
        shape[0],
        config.base_height,
        config.base_width,
        config.upsample_dim,
    )
    units = height * width * depth
    flat = (batch, units)
    dense = Stage(
        "fc1/dense",
        "dense",
        shape,
        flat,
        _kernel_and_bias(config, "fc1/dense", (config.noise_dim, units)),
        batch * config.noise_dim * units,
        f"{height}·{width}·{depth} = {units}",
    )
    reshape = Stage(
        "fc1/reshape",
        "reshape",
        flat,
        (batch, height, width, depth),
        formula=f"{units} → {height}×{width}×{depth}; -1: {batch}·{units}/{units} = {batch}",
    )
    return [dense, *_activation_and_norm(config, "fc1", flat), reshape]


def _upsample_block(
    config: GeneratorConfig, block: str, shape: tuple[int, ...], channels: int
) -> list[Stage]:
    batch, height, width, depth = shape
    k, stride = config.kernel_size, config.stride
    out = (batch, height * stride, width * stride, channels)
    name = f"{block}/conv2d_transpose"
    transposed = Stage(
        name,
        "conv2d_transpose",
        shape,
        out,
        _kernel_and_bias(config, name, (k, k, channels, depth), channels),
        batch * height * width * k * k * depth * channels,
        f"{height}·{stride} = {out[1]}, {width}·{stride} = {out[2]}, {_halving(config, block)}",
    )
    return [transposed, *_activation_and_norm(config, block, out)]


def _halving(config: GeneratorConfig, block: str) -> str:
    divisor = 2 ** int(block.removeprefix("upsample"))
    return f"{config.upsample_dim}//{divisor} = {config.upsample_dim // divisor}"


def _output_block(config: GeneratorConfig, shape: tuple[int, ...]) -> list[Stage]:
    check_pad_limits(shape, config.paddings, config.pad_mode)
    padded = tuple(size + sum(pair) for size, pair in zip(shape, config.paddings, strict=True))
    sums = [
        f"{before}+{size}+{after} = {before + size + after}"
        for size, (before, after) in zip(shape, config.paddings, strict=True)
        if before or after
    ]
    pad = Stage("conv_out/pad", "pad", shape, padded, formula=", ".join(sums) or "+0")
    k = config.output_kernel
    batch, height, width, depth = padded
    out = (batch, height - k + 1, width - k + 1, config.C)
    conv = Stage(
        "conv_out/conv2d",
        "conv2d",
        padded,
        out,
        _kernel_and_bias(config, "conv_out/conv2d", (k, k, depth, config.C)),
        math.prod(out) * k * k * depth,
        f"{height}−{k}+1 = {out[1]}, {width}−{k}+1 = {out[2]}, C = {config.C}",
    )
    return [pad, conv]


def _activation_and_norm(
    config: GeneratorConfig, block: str, shape: tuple[int, ...]
) -> list[Stage]:
    name = f"{block}/batch_normalization"
    statistics = tuple(
        Weight(f"{SCOPE}/{name}/{variable}", (shape[-1],), init)
        for variable, init in zip(BN_VARIABLES, ("ones", "zeros", "zeros", "ones"), strict=True)
    )
    pair = [
        Stage(f"{block}/actv", "actv", shape, shape, formula="="),
        Stage(name, "batch_normalization", shape, shape, statistics, formula="="),
    ]
    return pair if config.bn_position == "after" else pair[::-1]


def _kernel_and_bias(
    config: GeneratorConfig, name: str, shape: tuple[int, ...], outputs: int | None = None
) -> tuple[Weight, ...]:
    """`outputs` where they are not the kernel's last axis."""
    return (
        Weight(f"{SCOPE}/{name}/kernel", shape, config.kernel_initializer),
        Weight(f"{SCOPE}/{name}/bias", (outputs or shape[-1],), "zeros"),
    )
