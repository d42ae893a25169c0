"""The generator's structure: one frozen dataclass whose defaults are the original generator."""

import re
from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from pydantic import PlainSerializer, PlainValidator

from explorer.errors import ExplorerError, quote
from explorer.model.declare import (
    Field,
    Range,
    Role,
    Section,
    Slider,
    Switch,
    check_all,
    fields_of,
    having,
)

Activation = Literal["relu", "leaky_relu", "elu", "selu", "gelu", "tanh", "sigmoid", "linear"]
PadMode = Literal["REFLECT", "SYMMETRIC", "CONSTANT"]
BnPosition = Literal["after", "before"]
Initializer = Literal["glorot_uniform", "glorot_normal", "he_normal", "normal_0.02"]
ACTIVATIONS, PAD_MODES, BN_POSITIONS, INITIALIZERS = map(
    get_args, (Activation, PadMode, BnPosition, Initializer)
)
AXES = ("batch", "height", "width", "channels")

Paddings = tuple[tuple[int, int], tuple[int, int], tuple[int, int], tuple[int, int]]
_BRACKETS = {*"[]()"}
_PLAIN = str.maketrans({"(": "[", ")": "]", " ": None})
_PAIR = r"\[([^][,]*,[^][,]*)\]"
_PAIRS = re.compile(rf"\[{_PAIR},{_PAIR},{_PAIR},{_PAIR}\]")
ORIGINAL_PADDINGS: Paddings = ((0, 0), (3, 3), (3, 3), (0, 0))
MAX_PAD = 64
PAD = Field("paddings", Annotated[int, Range(0, MAX_PAD)])


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
    numbers, wrong = [], []
    for at, value in enumerate(values):
        try:
            numbers.append(PAD.check(value))
        except ExplorerError:
            wrong.append(f"paddings[{at // 2}][{at % 2}] = “{quote(value)}”")
    if wrong:
        raise ExplorerError("bad_pads", field, pads=", ".join(wrong), allowed=PAD.allowed)
    return numbers


def join_paddings(paddings: Paddings) -> str:
    """The link's form, which `check_paddings` reads: eight numbers in one text."""
    return ",".join(str(side) for pair in paddings for side in pair)


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
        kernel_initializer: how untrained kernels are drawn, as Keras' initializers of these names;
            normal_0.02 is `RandomNormal(stddev=0.02)`, as in Radford et al. 2016.

    Raises:
        ExplorerError: a value is outside its range, D leaves a block without channels, or the
            output kernel does not fit into the padded map. The message says what is allowed.

    Example:
        >>> GeneratorConfig(upsample_dim=64).block_channels
        (32, 16, 8)
    """

    noise_dim: Annotated[int, Range(1, 4096), Slider(to=512), Role.SHAPE, Section.Z] = 128
    upsample_dim: Annotated[
        int,
        Range(1, 4096),
        Slider(512, start=8, step=4),
        Role.SHAPE,
        Role.DRAGGED,
        Section.ARCHITECTURE,
    ] = 256
    kernel_size: Annotated[
        int, Range(1, 31), Slider(to=9), Role.SHAPE, Role.DRAGGED, Section.ARCHITECTURE
    ] = 5
    C: Annotated[
        int, Range(1, 256), Slider(to=16), Role.SHAPE, Role.DRAGGED, Section.ARCHITECTURE
    ] = 3
    actv: Annotated[Activation, Section.ARCHITECTURE] = "relu"
    training: Annotated[Switch, Section.ARCHITECTURE] = False
    base_height: Annotated[int, Range(1, 128), Slider(to=16), Role.SHAPE, Section.MORE] = 4
    base_width: Annotated[int, Range(1, 128), Slider(to=16), Role.SHAPE, Section.MORE] = 8
    upsample_blocks: Annotated[int, Range(1, 6), Slider(), Role.SHAPE, Section.MORE] = 3
    stride: Annotated[int, Range(1, 4), Slider(), Section.MORE] = 2
    output_kernel: Annotated[int, Range(1, 31), Slider(to=15), Role.SHAPE, Section.MORE] = 7
    paddings: Annotated[
        Paddings, PlainValidator(check_paddings), PlainSerializer(join_paddings), Section.MORE
    ] = ORIGINAL_PADDINGS
    pad_mode: Annotated[PadMode, Section.MORE] = "REFLECT"
    bn_position: Annotated[BnPosition, Section.MORE] = "after"
    kernel_initializer: Annotated[Initializer, Role.DRAW, Section.WEIGHTS] = "glorot_uniform"

    def __post_init__(self):
        for name, value in check_all(CONFIG_FIELDS, vars(self)).items():
            object.__setattr__(self, name, value)
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


CONFIG_FIELDS = fields_of(GeneratorConfig, Role.STRUCTURE)
# The fields that the weights' shapes depend on; of the pads only those of the channels do.
SHAPE_FIELDS = having(CONFIG_FIELDS, Role.SHAPE)
# Those that weights depend on where they are drawn, and nothing else does.
DRAW_FIELDS = having(CONFIG_FIELDS, Role.DRAW)


def check_config(config: object):
    """Refuses what is no `GeneratorConfig`.

    Raises:
        ExplorerError: naming what came instead.
    """
    if not isinstance(config, GeneratorConfig):
        raise ExplorerError("not_a_config", "config", value=quote(type(config).__name__))


def form_values(config: GeneratorConfig) -> dict[str, object]:
    """Every field by name, as a form or a link holds it: `paddings` in the link's form."""
    return {name: field.form(getattr(config, name)) for name, field in CONFIG_FIELDS.items()}
