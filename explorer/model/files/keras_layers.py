"""What each Keras layer becomes: one small reader for each class, in one table."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from explorer.errors import ExplorerError, quote
from explorer.model.files.keras_fields import Fields, is_own
from explorer.model.files.keras_initializers import kernel_initializer
from explorer.model.files.stage_names import shown_name
from explorer.model.ops import (
    Activation,
    BatchNormalization,
    Concatenate,
    Conv2D,
    Conv2DTranspose,
    Crop,
    Dense,
    DepthwiseConv2D,
    Embedding,
    GlobalPooling2D,
    GroupNormalization,
    Identity,
    LayerNormalization,
    Merge,
    Op,
    Opaque,
    Pad,
    Permute,
    Pooling2D,
    PReLU,
    Rescaling,
    Reshape,
    Resizing,
    Softmax,
    UpSampling2D,
)
from explorer.model.ops.upsampling2d import INTERPOLATIONS

FUSED = "/activation"  # after a layer's name: a stage with variables of its own
ADDONS = "Addons>"  # before the classes of TensorFlow Addons
CHANNELS_FIRST = "channels_first"
# Layers that draw at random in training, and the number that says how.
_DRAWING = {
    "Dropout": "rate",
    "SpatialDropout2D": "rate",
    "AlphaDropout": "rate",
    "GaussianDropout": "rate",
    "GaussianNoise": "stddev",
}
_GROUPED = ("GroupNormalization", "InstanceNormalization")
ACTIVATIONS: dict[str, Op] = {
    "leaky_relu": Activation("leaky_relu", 0.2),
    "elu": Activation("elu", 1.0),
    "swish": Activation("silu"),
    "relu6": Activation("relu", most=6.0),
    "softmax": Softmax(),
} | {
    name: Activation(name)
    for name in (
        *("relu", "selu", "gelu", "silu", "tanh", "sigmoid"),
        *("softplus", "softsign", "exponential", "linear"),
    )
}


def read_layer(fields: Fields) -> list[tuple[str, Op]] | None:
    """The operations of a layer, each with what its stage's name has after the layer's own.

    Returns:
        None where no such layer is known.

    Raises:
        ExplorerError: an option that is not read, or a Lambda.
    """
    if fields.kind in ("Lambda", "SlicingOpLambda"):
        raise ExplorerError("keras_lambda", "weights", layer=quote(fields.layer))
    reader = LAYERS.get(fields.kind)
    if reader is None:
        return None
    made = reader(fields)
    ops = made if isinstance(made, list) else [("", made)]
    if fields.kind not in ("Activation", "ActivityRegularization"):
        fused = activation_op(fields, fields.values.get("activation"))
        ops += [(FUSED, fused)] if fused != Activation("linear") else []
    return ops


def activation_op(fields: Fields, told: object) -> Op:
    """An activation by its name, or as it was serialized; what is not known is opaque."""
    if told is None:
        return Activation("linear")
    if isinstance(told, Mapping):
        kind, config = told.get("class_name"), told.get("config")
        if kind == "__lambda__":
            raise ExplorerError("keras_lambda", "weights", layer=quote(fields.layer))
        if not is_own(told):
            return Opaque(shown_name(config if isinstance(config, str) else str(kind)))
        if isinstance(kind, str) and kind in LAYERS and isinstance(config, Mapping):
            made = LAYERS[kind](replace(fields, kind=kind, values=config))
            if not isinstance(made, Op):
                raise fields.refuse("activation", kind)
            return made
        told = config if isinstance(config, str) else kind
    if not isinstance(told, str):
        raise fields.refuse("activation", told)
    return ACTIVATIONS.get(told.lower(), Opaque(told))


def has_channels_first(fields: Fields) -> bool:
    """Whether a layer, or a function, is one of maps [channels, rows, columns].

    Its operation here is that of maps with their channels last.
    """
    told = fields.values.get("data_format") or fields.arguments.get("data_format")
    is_group = fields.kind.endswith(_GROUPED) and fields.values.get("axis") in (1, [1])
    return told in (CHANNELS_FIRST, "NCHW") or is_group


def _data_format(fields: Fields):
    fields.insist("data_format", "channels_last", CHANNELS_FIRST)


def _dense(fields: Fields) -> Op:
    return Dense(
        fields.whole("units"),
        fields.flag("use_bias", True),
        kernel_initializer(fields),
    )


def _conv2d(fields: Fields) -> Op:
    _data_format(fields)
    return Conv2D(
        fields.whole("filters"),
        fields.pair("kernel_size"),
        fields.pair("strides", 1),
        fields.choice("padding", "valid", "same", "valid"),
        fields.pair("dilation_rate", 1),
        fields.whole("groups", 1),
        fields.flag("use_bias", True),
        kernel_initializer(fields),
    )


def _conv2d_transpose(fields: Fields) -> Op:
    _data_format(fields)
    fields.insist("groups", 1)
    padded = fields.values.get("output_padding") is not None
    return Conv2DTranspose(
        fields.whole("filters"),
        fields.pair("kernel_size"),
        fields.pair("strides", 1),
        fields.choice("padding", "valid", "same", "valid"),
        fields.pair("output_padding", least=0) if padded else None,
        dilation=fields.pair("dilation_rate", 1),
        use_bias=fields.flag("use_bias", True),
        initializer=kernel_initializer(fields),
    )


def _depthwise(fields: Fields) -> DepthwiseConv2D:
    _data_format(fields)
    return DepthwiseConv2D(
        fields.pair("kernel_size"),
        fields.pair("strides", 1),
        fields.choice("padding", "valid", "same", "valid"),
        fields.pair("dilation_rate", 1),
        fields.whole("depth_multiplier", 1),
        fields.flag("use_bias", True),
        kernel_initializer(fields, "depthwise_initializer"),
    )


def _separable(fields: Fields) -> list[tuple[str, Op]]:
    """Two stages: the depthwise convolution, and the one of 1x1 that gives the layer's output."""
    bias, drawn = fields.flag("use_bias", True), kernel_initializer(fields, "pointwise_initializer")
    pointwise = Conv2D(fields.whole("filters"), (1, 1), use_bias=bias, initializer=drawn)
    return [("/depthwise", replace(_depthwise(fields), use_bias=False)), ("", pointwise)]


def _batch_normalization(fields: Fields) -> Op:
    fields.insist("renorm", False)
    (axis,) = _axes(fields, -1, most=1)
    return BatchNormalization(
        training=fields.in_training and not _is_frozen(fields),
        epsilon=fields.number("epsilon", 1e-3, least=0),
        momentum=fields.number("momentum", 0.99),
        center=fields.flag("center", True),
        scale=fields.flag("scale", True),
        axis=axis,
    )


def _is_frozen(fields: Fields) -> bool:
    """A frozen layer takes its moving statistics whatever it is called with, since TensorFlow 2."""
    return fields.values.get("trainable") is False and fields.kind != "BatchNormalizationV1"


def _axes(fields: Fields, usual: int, most: int = 4) -> tuple[int, ...]:
    axes = fields.wholes("axis", least=-8) if "axis" in fields.values else (usual,)
    if len(axes) > most or max(axes) > 8:
        raise fields.refuse("axis", fields.values.get("axis"))
    return axes


def _layer_normalization(fields: Fields) -> Op:
    fields.insist("rms_scaling", False)
    return LayerNormalization(
        _axes(fields, -1),
        fields.number("epsilon", 1e-3, least=0),
        fields.flag("center", True),
        fields.flag("scale", True),
    )


def _group_normalization(fields: Fields) -> Op:
    if _axes(fields, -1, most=1) not in ((-1,), (3,), (1,)):
        raise fields.refuse("axis", fields.values.get("axis"))
    groups = fields.whole("groups", 32, least=-1)
    if not groups:
        raise fields.refuse("groups", groups)
    return GroupNormalization(
        groups,
        fields.number("epsilon", 1e-3, least=0),
        fields.flag("center", True),
        fields.flag("scale", True),
    )


def _reshape(fields: Fields) -> Op:
    sizes = fields.wholes("target_shape", least=-1)
    if sizes.count(-1) > 1 or 0 in sizes:
        raise fields.refuse("target_shape", list(sizes))
    return Reshape(sizes)


def _relu(fields: Fields) -> Op:
    most = fields.values.get("max_value")
    slope = "negative_slope" if "negative_slope" in fields.values else "alpha"
    return Activation(
        "relu",
        fields.number(slope, 0.0),
        None if most is None else fields.number("max_value", 0.0),
        fields.number("threshold", 0.0),
    )


def _leaky_relu(fields: Fields) -> Op:
    """`alpha` in Keras 2; both have 0.3 unless told."""
    slope = "negative_slope" if "negative_slope" in fields.values else "alpha"
    return Activation("leaky_relu", fields.number(slope, 0.3))


def _softmax(fields: Fields) -> Op:
    return Softmax(*_axes(fields, -1, most=1))


def _upsampling(fields: Fields) -> Op:
    _data_format(fields)
    how = fields.choice("interpolation", "nearest", *INTERPOLATIONS)
    return UpSampling2D(fields.pair("size", 2), how)


def _resizing(fields: Fields) -> Op:
    _data_format(fields)
    fields.insist("crop_to_aspect_ratio", False)
    fields.insist("pad_to_aspect_ratio", False)
    return Resizing(
        (fields.whole("height"), fields.whole("width")),
        fields.choice("interpolation", "bilinear", *INTERPOLATIONS),
        fields.flag("antialias", False),
    )


def _cropping(fields: Fields) -> Op:
    _data_format(fields)
    return Crop(fields.sides("cropping", 0))


def _zero_padding(fields: Fields) -> Op:
    _data_format(fields)
    return Pad(((0, 0), *fields.sides("padding", 1), (0, 0)))


def _pooling(how: str) -> Callable[[Fields], Op]:
    def read(fields: Fields) -> Op:
        _data_format(fields)
        size = fields.pair("pool_size", 2)
        strides = size if fields.values.get("strides") is None else fields.pair("strides")
        return Pooling2D(how, size, strides, fields.choice("padding", "valid", "same", "valid"))

    return read


def _global_pooling(how: str) -> Callable[[Fields], Op]:
    def read(fields: Fields) -> Op:
        _data_format(fields)
        return GlobalPooling2D(how, fields.flag("keepdims", False))

    return read


def _merge(how: str) -> Callable[[Fields], Op]:
    return lambda fields: Merge(how)


def draws_always(fields: Fields) -> bool:
    """Whether a layer draws at random in every call, and not in training alone."""
    return fields.kind in _DRAWING and fields.in_training


def _identity(number: str = "") -> Callable[[Fields], Op]:
    def read(fields: Fields) -> Op:
        value = f"{fields.number(number, 0.0):g}" if number else ""
        return Identity(f"{fields.kind}({value})")

    return read


def _prelu(fields: Fields) -> Op:
    shared = fields.get("shared_axes", [])
    axes = fields.wholes("shared_axes") if shared != [] else ()
    return PReLU(tuple(sorted(set(axes))))


def _flatten(fields: Fields) -> Op:
    _data_format(fields)
    return Reshape((-1,))


LAYERS: dict[str, Callable[[Fields], Op | list[tuple[str, Op]]]] = {
    "Dense": _dense,
    "Conv2D": _conv2d,
    "Convolution2D": _conv2d,
    "Conv2DTranspose": _conv2d_transpose,
    "Convolution2DTranspose": _conv2d_transpose,
    "DepthwiseConv2D": _depthwise,
    "SeparableConv2D": _separable,
    "SeparableConvolution2D": _separable,
    "BatchNormalization": _batch_normalization,
    "BatchNormalizationV1": _batch_normalization,
    "BatchNormalizationV2": _batch_normalization,
    "LayerNormalization": _layer_normalization,
    "GroupNormalization": _group_normalization,
    f"{ADDONS}GroupNormalization": _group_normalization,
    f"{ADDONS}InstanceNormalization": lambda fields: replace(
        _group_normalization(fields), groups=-1
    ),
    "Reshape": _reshape,
    "Flatten": _flatten,
    "Activation": lambda fields: activation_op(fields, fields.values.get("activation")),
    "ReLU": _relu,
    "LeakyReLU": _leaky_relu,
    "ELU": lambda fields: Activation("elu", fields.number("alpha", 1.0)),
    "PReLU": _prelu,
    "Softmax": _softmax,
    "UpSampling2D": _upsampling,
    "Resizing": _resizing,
    "Cropping2D": _cropping,
    "ZeroPadding2D": _zero_padding,
    "MaxPooling2D": _pooling("maximum"),
    "MaxPool2D": _pooling("maximum"),
    "AveragePooling2D": _pooling("average"),
    "AvgPool2D": _pooling("average"),
    "GlobalAveragePooling2D": _global_pooling("average"),
    "GlobalMaxPooling2D": _global_pooling("maximum"),
    "Add": _merge("add"),
    "Multiply": _merge("multiply"),
    "Subtract": _merge("subtract"),
    "Average": _merge("average"),
    "Maximum": _merge("maximum"),
    "Minimum": _merge("minimum"),
    "Concatenate": lambda fields: Concatenate(*_axes(fields, -1, most=1)),
    "Embedding": lambda fields: Embedding(fields.whole("input_dim"), fields.whole("output_dim")),
    "Permute": lambda fields: Permute(fields.wholes("dims")),
    "Rescaling": lambda fields: Rescaling(
        fields.numbers("scale", 1.0), fields.numbers("offset", 0.0)
    ),
    **{kind: _identity(number) for kind, number in _DRAWING.items()},
    "ActivityRegularization": _identity(),
    "Identity": _identity(),
}
