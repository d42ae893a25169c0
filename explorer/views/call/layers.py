"""Calls of `tf.layers`: dense, conv2d_transpose, conv2d and batch_normalization."""

import math
from dataclasses import replace

from explorer.model.config import GeneratorConfig
from explorer.model.ops.batch_normalization import BN_EPSILON, BN_MOMENTUM
from explorer.model.taps import same_crop
from explorer.views.call.initializer import kernel_initializer
from explorer.views.call.operations import activation_function
from explorer.views.call.parts import Argument, Call, Sentence, given, say, shown, unset
from explorer.views.call.place import Place

_ZEROS, _ONES = "tf.zeros_initializer()", "tf.ones_initializer()"
_CHANNELS_LAST = Argument("data_format", "'channels_last'", say("data_format"), "'channels_last'")


def dense(place: Place) -> Call:
    """`tf.layers.dense`."""
    config, units = place.config, place.stage.shape[1]
    rows, columns, depth = config.base_height, config.base_width, config.upsample_dim
    made = say("units", rows=rows, columns=columns, depth=depth, units=units)
    arguments = (
        place.incoming("inputs"),
        given(
            "units",
            f"{rows} * {columns} * upsample_dim",
            made,
            *("upsample_dim", "base_height", "base_width"),
        ),
        shown(_activation(place)),
        *_variables(place, "use_bias_units", written=True),
    )
    return Call(place.target, "tf.layers.dense", arguments, "units")


def conv2d_transpose(place: Place) -> Call:
    """`tf.layers.conv2d_transpose`."""
    config, stage = place.config, place.stage
    stride = str(config.stride)
    padding = Argument("padding", "'same'", _same(config, stage.input_shape[1]), "'valid'")
    _, rows, columns, _ = stage.input_shape
    _, rows_out, columns_out, _ = stage.shape
    sizes = {"rows": rows, "columns": columns, "rows_out": rows_out, "columns_out": columns_out}
    moved = say("strides", stride=config.stride, **sizes)
    arguments = (
        place.incoming("inputs"),
        _half(place),
        shown(_kernel_size(config)),
        Argument("strides", stride, moved, "(1, 1)", ("stride",), shown=True),
        shown(padding),
        shown(_activation(place)),
        _CHANNELS_LAST,
        *_variables(place, "use_bias_channels", written=False),
    )
    return Call(place.target, "tf.layers.conv2d_transpose", arguments, "padding")


def conv2d(place: Place) -> Call:
    """`tf.layers.conv2d`."""
    config, stage = place.config, place.stage
    kernel, (_, rows, columns, channels) = config.output_kernel, stage.input_shape
    window = say(
        "kernel_size_window", kernel=kernel, channels=channels, products=kernel**2 * channels
    )
    whole = say(
        "padding_valid",
        kernel=kernel,
        rows=rows,
        columns=columns,
        rows_out=stage.shape[1],
        columns_out=stage.shape[2],
    )
    arguments = (
        place.incoming("inputs"),
        given("filters", "C", say("filters_output", filters=config.C, channels=channels), "C"),
        Argument("kernel_size", str(kernel), window, fields=("output_kernel",), shown=True),
        Argument("strides", "1", say("strides_one"), "(1, 1)", shown=True),
        Argument("padding", "'valid'", whole, "'valid'", shown=True),
        shown(unset("activation", say("activation_none"))),
        _CHANNELS_LAST,
        Argument("dilation_rate", "(1, 1)", say("dilation_rate"), "(1, 1)"),
        *_variables(place, "use_bias_channels", written=False),
    )
    return Call(place.target, "tf.layers.conv2d", arguments, "padding")


def batch_normalization(place: Place) -> Call:
    """`tf.layers.batch_normalization`."""
    config, stage = place.config, place.stage
    count, is_map = stage.shape[-1], len(stage.shape) == 4
    axis = say("axis_channels" if is_map else "axis_units", count=count)
    root = f"{math.sqrt(BN_EPSILON):.3g}"
    keeps = say("momentum", keeps=BN_MOMENTUM, takes=round(1 - BN_MOMENTUM, 12))
    fused = say("fused_map" if is_map else "fused_vector")
    training = Argument(
        "training", str(config.training), _training(place), "False", ("training",), shown=True
    )
    arguments = (
        place.incoming("inputs"),
        training,
        Argument("fused", "True", fused, "None", shown=True),
        Argument("axis", "-1", axis, "-1"),
        Argument("momentum", str(BN_MOMENTUM), keeps, str(BN_MOMENTUM)),
        Argument(
            "epsilon", str(BN_EPSILON), say("epsilon", epsilon=BN_EPSILON, root=root), "0.001"
        ),
        Argument("center", "True", say("center", count=count), "True"),
        Argument("scale", "True", say("scale", count=count), "True"),
        *(
            Argument(f"{name}_initializer", value, say(f"{name}_initializer"), value)
            for name, value in _STARTS.items()
        ),
        *_unbounded("regularizer", "beta", "gamma"),
        *_unbounded("constraint", "beta", "gamma"),
        Argument("trainable", "True", say("trainable_normalization"), "True"),
        *_named(place),
        Argument("renorm", "False", say("renorm"), "False"),
        unset("renorm_clipping", say("renorm_clipping")),
        Argument("renorm_momentum", "0.99", say("renorm_momentum"), "0.99"),
        unset("virtual_batch_size", say("virtual_batch_size", batch=stage.shape[0])),
        unset("adjustment", say("adjustment")),
    )
    return Call(place.target, "tf.layers.batch_normalization", arguments, "training")


_STARTS = {"beta": _ZEROS, "gamma": _ONES, "moving_mean": _ZEROS, "moving_variance": _ONES}


def _training(place: Place) -> Sentence:
    if not place.config.training:
        return say("training_stored")
    values = math.prod(place.stage.shape[:-1])
    return say("training_batch_of_one" if values == 1 else "training_batch", values=values)


def _activation(place: Place) -> Argument:
    """Of a layer with one of its own; None where the next line is it, or where it does nothing."""
    config = place.config
    if config.bn_position == "before":
        stage = place.plan[place.plan.index(place.stage) + 2].name
        return _with_field(unset("activation", say("activation_after", stage=stage)), "bn_position")
    if config.actv == "linear":
        return _with_field(unset("activation", say("activation_linear", stage=place.after.name)))
    function = activation_function(config.actv)
    sentence = say("activation", activation=function, stage=place.after.name)
    return _with_field(Argument("activation", function, sentence, "None"))


def _with_field(argument: Argument, field: str = "actv") -> Argument:
    return replace(argument, fields=(field,))


def _half(place: Place) -> Argument:
    """How many channels an upsample block gives."""
    stage, depth = place.stage, place.config.upsample_dim
    divisor = 2 ** int(stage.block.removeprefix("upsample"))
    made = say(
        "filters_half",
        depth=depth,
        divisor=divisor,
        filters=stage.shape[3],
        channels=stage.input_shape[3],
    )
    return given("filters", f"upsample_dim // {divisor}", made, "upsample_dim")


def _kernel_size(config: GeneratorConfig) -> Argument:
    """How many stamps meet at a cell, away from the borders: ceil or floor of kernel / stride."""
    kernel = config.kernel_size
    low, rest = divmod(kernel, config.stride)
    code = "kernel_size_uneven" if rest else "kernel_size_even"
    made = say(code, kernel=kernel, low=low, high=low + 1)
    return Argument("kernel_size", str(kernel), made, fields=("kernel_size",))


def _same(config: GeneratorConfig, size: int) -> Sentence:
    """SAME of a transposed convolution, as `same_crop` says."""
    kernel, stride = config.kernel_size, config.stride
    before, after = same_crop(kernel, stride)
    ending = "cut" if before + after else "uncut" if kernel == stride else "gaps"
    return say(
        f"padding_same_{ending}",
        size=size,
        stride=stride,
        kernel=kernel,
        kept=size * stride,
        canvas=(size - 1) * stride + kernel,
        filled=size * min(kernel, stride),
        before=before,
        after=after,
    )


def _variables(place: Place, use_bias: str, written: bool) -> tuple[Argument, ...]:
    """What all layers with a kernel and a bias take beside their sizes."""
    count = place.stage.shape[-1]
    return (
        kernel_initializer(place, written),
        Argument("use_bias", "True", say(use_bias, count=count), "True"),
        Argument("bias_initializer", _ZEROS, say("bias_initializer"), _ZEROS),
        *_unbounded("regularizer", "kernel", "bias"),
        unset("activity_regularizer", say("activity_regularizer")),
        *_unbounded("constraint", "kernel", "bias"),
        Argument("trainable", "True", say("trainable"), "True"),
        *_named(place),
    )


def _unbounded(kind: str, *variables: str) -> tuple[Argument, ...]:
    """Regularizers or constraints, of which there are none."""
    return tuple(unset(f"{name}_{kind}", say(kind, variable=name)) for name in variables)


def _named(place: Place) -> tuple[Argument, ...]:
    return unset("name", say("name", scope=place.scope)), unset("reuse", say("reuse"))
