"""The generator's structure: one frozen dataclass whose defaults are the original generator."""

import re
from dataclasses import asdict, dataclass, fields

from explorer.errors import ExplorerError, quote
from explorer.model.fields import Field, by_name

ACTIVATIONS = ("relu", "leaky_relu", "elu", "selu", "gelu", "tanh", "sigmoid", "linear")
NON_NEGATIVE = ("relu", "sigmoid")  # of them, those that give nothing below 0
PAD_MODES = ("REFLECT", "SYMMETRIC", "CONSTANT")
BN_POSITIONS = ("after", "before")
AXES = ("batch", "height", "width", "channels")

# The fields that the weights' shapes depend on; of the pads only those of the channels do.
SHAPE_FIELDS = (
    "noise_dim",
    "upsample_dim",
    "kernel_size",
    "C",
    "base_height",
    "base_width",
    "upsample_blocks",
    "output_kernel",
)

Paddings = tuple[tuple[int, int], tuple[int, int], tuple[int, int], tuple[int, int]]
_BRACKETS = {*"[]()"}
_PLAIN = str.maketrans({"(": "[", ")": "]", " ": None})
_PAIR = r"\[([^][,]*,[^][,]*)\]"
_PAIRS = re.compile(rf"\[{_PAIR},{_PAIR},{_PAIR},{_PAIR}\]")
ORIGINAL_PADDINGS: Paddings = ((0, 0), (3, 3), (3, 3), (0, 0))
MAX_PAD = 64

CONFIG_FIELDS = by_name(
    (
        Field("noise_dim", 128, "int", 1, 4096, step_to=512),
        Field("upsample_dim", 256, "int", 1, 4096, step_to=512),
        Field("kernel_size", 5, "int", 1, 31, step_to=9),
        Field("C", 3, "int", 1, 256, step_to=16),
        Field("actv", "relu", "choice", choices=ACTIVATIONS),
        Field("training", False, "bool"),
        Field("base_height", 4, "int", 1, 128, step_to=16),
        Field("base_width", 8, "int", 1, 128, step_to=16),
        Field("upsample_blocks", 3, "int", 1, 6),
        Field("stride", 2, "int", 1, 4),
        Field("output_kernel", 7, "int", 1, 31, step_to=15),
        Field("pad_mode", "REFLECT", "choice", choices=PAD_MODES),
        Field("bn_position", "after", "choice", choices=BN_POSITIONS),
    )
)


@dataclass(frozen=True)
class GeneratorConfig:
    """Structure of `dcgan_generator`; `GeneratorConfig()` is the original.

    Attributes:
        noise_dim: length of the latent vector z.
        upsample_dim: channels D of the base map; block i has D // 2**i.
        kernel_size: side k of the transposed convolutions' square kernels.
        C: channels of the output, the bottleneck depth of the compression network.
        actv: activation, one of `ACTIVATIONS` (leaky_relu has slope 0.2, gelu is the exact one).
        training: batch normalization by the batch's own statistics instead of the moving ones.
        base_height, base_width: size of the map that the dense layer is reshaped to.
        upsample_blocks: number of transposed convolutions.
        stride: stride of each of them, the factor by which height and width grow.
        output_kernel: side of the output convolution's square kernel.
        paddings: `tf.pad`'s (before, after) for batch, height, width and channels.
        pad_mode: REFLECT, SYMMETRIC or CONSTANT (zeros).
        bn_position: batch normalization "after" the activation (the original) or "before" it.

    Raises:
        ExplorerError: a value is outside its range, D leaves a block without channels, or the
            output kernel does not fit into the padded map. The message says what is allowed.

    Example:
        >>> GeneratorConfig(upsample_dim=64).block_channels
        (32, 16, 8)
    """

    noise_dim: int = 128
    upsample_dim: int = 256
    kernel_size: int = 5
    C: int = 3
    actv: str = "relu"
    training: bool = False
    base_height: int = 4
    base_width: int = 8
    upsample_blocks: int = 3
    stride: int = 2
    output_kernel: int = 7
    paddings: Paddings = ORIGINAL_PADDINGS
    pad_mode: str = "REFLECT"
    bn_position: str = "after"

    def __post_init__(self):
        for item in fields(self):
            if item.name in CONFIG_FIELDS:
                value = CONFIG_FIELDS[item.name].check(getattr(self, item.name))
                object.__setattr__(self, item.name, value)
        object.__setattr__(self, "paddings", check_paddings(self.paddings))
        self._check_channels()
        self._check_output_window()

    @property
    def block_channels(self) -> tuple[int, ...]:
        """Output channels of each upsample block, by floor division."""
        return tuple(self.upsample_dim // 2 ** (i + 1) for i in range(self.upsample_blocks))

    @property
    def base_size(self) -> tuple[int, int]:
        """Height and width of the base map."""
        return self.base_height, self.base_width

    @property
    def map_size(self) -> tuple[int, int]:
        """Height and width after the last upsample block."""
        growth = self.stride**self.upsample_blocks
        return self.base_height * growth, self.base_width * growth

    def _check_channels(self):
        least = 2**self.upsample_blocks
        if self.upsample_dim < least:
            raise ExplorerError(
                "no_channels_left",
                "upsample_dim",
                value=self.upsample_dim,
                blocks=self.upsample_blocks,
                least=least,
            )

    def _check_output_window(self):
        for axis, size, pair in zip(
            ("height", "width"), self.map_size, self.paddings[1:3], strict=True
        ):
            if size + sum(pair) < self.output_kernel:
                raise ExplorerError(
                    "kernel_exceeds_map",
                    "output_kernel",
                    value=self.output_kernel,
                    axis=axis,
                    size=size,
                    padded=size + sum(pair),
                )


def check_paddings(value: object, field: str = "paddings") -> Paddings:
    """Four (before, after) pairs as tuples of int, each from 0 to `MAX_PAD`.

    Also takes them as a text: the link's form, "0,0,3,3,3,3,0,0", or Python's, with brackets.

    Raises:
        ExplorerError: not four pairs of whole numbers in that range.
    """
    try:
        flat = _sides(value) if isinstance(value, str) else [n for pair in value for n in pair]
        if not isinstance(value, str) and any(len(pair) != 2 for pair in value):
            raise ValueError
    except Exception:  # of whatever kind an object raises that is no list of pairs
        flat = []
    if len(flat) != 8:
        raise ExplorerError("not_four_pairs", field, value=quote(value))
    numbers = _check_sides(flat, field)
    return tuple(zip(numbers[::2], numbers[1::2], strict=True))


def _sides(text: str) -> list[str]:
    """What stands between the commas; text with brackets must have those of four pairs."""
    if not _BRACKETS.intersection(text):
        return text.split(",")
    pairs = _PAIRS.fullmatch(text.translate(_PLAIN))
    return [side for pair in pairs.groups() for side in pair.split(",")] if pairs else []


def _check_sides(values: list[object], field: str) -> list[int]:
    """Eight pads; one message names all that are wrong, as Python would: paddings[1][0]."""
    side = Field(field, 0, "int", 0, MAX_PAD)
    numbers, wrong = [], []
    for at, value in enumerate(values):
        try:
            numbers.append(side.check(value))
        except ExplorerError:
            wrong.append(f"paddings[{at // 2}][{at % 2}] = “{quote(value)}”")
    if wrong:
        raise ExplorerError("bad_pads", field, pads=", ".join(wrong), allowed=side.allowed)
    return numbers


def check_config(config: object):
    """Refuses what is no `GeneratorConfig`.

    Raises:
        ExplorerError: naming what came instead.
    """
    if not isinstance(config, GeneratorConfig):
        raise ExplorerError("not_a_config", "config", value=quote(type(config).__name__))


def join_paddings(paddings: Paddings) -> str:
    """The link's form, which `check_paddings` reads: eight numbers in one text."""
    return ",".join(str(side) for pair in paddings for side in pair)


def form_values(config: GeneratorConfig) -> dict[str, object]:
    """Every field by name, as a form or a link holds it: `paddings` in the link's form."""
    return {**asdict(config), "paddings": join_paddings(config.paddings)}
