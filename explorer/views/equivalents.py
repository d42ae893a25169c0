"""The same layer in Keras and in PyTorch: the call that makes it, or why there is none.

Code is code in every language; notes are keys of the locale files' `layer_notes`.
"""

from dataclasses import dataclass, replace

from explorer.model.config import GeneratorConfig
from explorer.model.initializers import CUT, NORMAL, UNIFORM, spread_of
from explorer.model.links import same_crop
from explorer.model.stages import Stage, Weight


@dataclass(frozen=True)
class Call:
    """How a framework writes a stage.

    Attributes:
        code: the call; "" where no layer is equal.
        note: key of what to know about it, or "".
        init: what makes the layer's variables start as here, where the call does not say it.
        params: what fills the note in.
    """

    code: str
    note: str = ""
    params: tuple[tuple[str, object], ...] = ()
    init: str = ""

    def as_dict(self) -> dict:
        """JSON types only."""
        params = dict(self.params)
        return {"code": self.code, "note": self.note, "params": params, "init": self.init}


def keras_call(config: GeneratorConfig, stage: Stage) -> Call:
    """The Keras layer or operation that is equal to a stage."""
    return _KERAS[stage.op](config, stage)


def pytorch_call(config: GeneratorConfig, stage: Stage) -> Call:
    """The PyTorch module or function that is equal to a stage, on channels-first tensors."""
    call = _PYTORCH[stage.op](config, stage)
    kernels = [weight for weight in stage.weights if weight.name.endswith("/kernel")]
    return replace(call, init=_torch_init(kernels[0])) if kernels else call


_KERAS_ACTIVATIONS = {
    "leaky_relu": "LeakyReLU(negative_slope=0.2)",
}
_TORCH_ACTIVATIONS = {
    "relu": "nn.ReLU()",
    "leaky_relu": "nn.LeakyReLU(0.2)",
    "elu": "nn.ELU()",
    "selu": "nn.SELU()",
    "gelu": "nn.GELU()",
    "tanh": "nn.Tanh()",
    "sigmoid": "nn.Sigmoid()",
    "linear": "nn.Identity()",
}


def _keras_init(config: GeneratorConfig) -> str:
    """The argument that names the initializer; "" for Keras' own default."""
    match config.kernel_initializer:
        case "glorot_uniform":
            return ""
        case "normal_0.02":
            return ", kernel_initializer=keras.initializers.RandomNormal(stddev=0.02)"
        case name:
            return f', kernel_initializer="{name}"'


def _torch_init(kernel: Weight) -> str:
    """PyTorch's layers draw kernels and biases in another way unless told.

    Its fans of [out, in, ...] and, transposed, of [in, out, ...] are Keras' of the same kernel.
    """
    spread = spread_of(kernel.init, kernel.shape)
    size = f"{spread.size:.6g}"
    if spread.kind == UNIFORM:
        draw = "xavier_uniform_(layer.weight)"
    elif spread.kind == NORMAL:
        draw = f"normal_(layer.weight, std={size})"
    else:
        cut = f"{CUT * spread.size:.6g}"
        draw = f"trunc_normal_(layer.weight, std={size}, a=-{cut}, b={cut})"
    return f"nn.init.{draw}; nn.init.zeros_(layer.bias)"


def _keras_pad(config: GeneratorConfig, stage: Stage) -> Call:
    batch, height, width, channels = config.paddings
    pairs = [list(pair) for pair in config.paddings]
    if config.pad_mode == "CONSTANT" and not any(batch + channels):
        return Call(f"ZeroPadding2D(({height}, {width}))")
    mode = config.pad_mode.lower()
    return Call(f'keras.ops.pad(x, {pairs}, mode="{mode}")', "no_layer")


def _torch_pad(config: GeneratorConfig, stage: Stage) -> Call:
    batch, height, width, channels = config.paddings
    sides = (*width, *height)
    if config.pad_mode == "SYMMETRIC" and any(batch + height + width + channels):
        return Call("", "no_symmetric")
    if config.pad_mode == "CONSTANT":
        return Call(
            f"F.pad(x, {(*sides, *channels, *batch)})"
            if any(batch + channels)
            else f"nn.ZeroPad2d({sides})"
        )
    if any(batch + channels):
        return Call("", "no_outer_reflect")
    return Call(f"nn.ReflectionPad2d({sides})")


def _torch_transposed(config: GeneratorConfig, stage: Stage) -> Call:
    """Crops `padding` rows on both sides and adds `output_padding` after: only even crops match."""
    k, stride = config.kernel_size, config.stride
    before, after = same_crop(k, stride)
    extra = max(0, stride - k)
    ends = f"{stage.input_shape[3]}, {stage.shape[3]}, {k}, stride={stride}"
    if before == after:
        more = f", output_padding={extra}" if extra else ""
        return Call(f"nn.ConvTranspose2d({ends}, padding={before}{more})")
    return Call(
        f"nn.ConvTranspose2d({ends}, padding={before})(x)[:, :, :-1, :-1]",
        "odd_crop",
        (("before", before), ("after", after)),
    )


_KERAS = {
    "input": lambda config, stage: Call(f"Input(({config.noise_dim},))"),
    "dense": lambda config, stage: Call(f"Dense({stage.shape[1]}{_keras_init(config)})"),
    "actv": lambda config, stage: Call(
        _KERAS_ACTIVATIONS.get(config.actv, f'Activation("{config.actv}")')
    ),
    "batch_normalization": lambda config, stage: Call(
        "BatchNormalization(momentum=0.99, epsilon=0.001)"
    ),
    "reshape": lambda config, stage: Call(f"Reshape({stage.shape[1:]})"),
    "conv2d_transpose": lambda config, stage: Call(
        f"Conv2DTranspose({stage.shape[3]}, {config.kernel_size}, "
        f'strides={config.stride}, padding="same"{_keras_init(config)})'
    ),
    "pad": _keras_pad,
    "conv2d": lambda config, stage: Call(
        f"Conv2D({config.C}, {config.output_kernel}{_keras_init(config)})"
    ),
}
_PYTORCH = {
    "input": lambda config, stage: Call(f"torch.randn({stage.shape[0]}, {config.noise_dim})"),
    "dense": lambda config, stage: Call(f"nn.Linear({config.noise_dim}, {stage.shape[1]})"),
    "actv": lambda config, stage: Call(_TORCH_ACTIVATIONS[config.actv]),
    "batch_normalization": lambda config, stage: Call(
        f"nn.BatchNorm{'1d' if len(stage.shape) == 2 else '2d'}"
        f"({stage.shape[-1]}, eps=0.001, momentum=0.01)",
        "unbiased",
    ),
    "reshape": lambda config, stage: Call(f"x.view{(-1, *stage.shape[1:])}.permute(0, 3, 1, 2)"),
    "conv2d_transpose": _torch_transposed,
    "pad": _torch_pad,
    "conv2d": lambda config, stage: Call(
        f"nn.Conv2d({stage.input_shape[3]}, {config.C}, {config.output_kernel})"
    ),
}
