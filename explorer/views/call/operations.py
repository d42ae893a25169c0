"""Calls of plain operations: reshape, pad and activations on a line of their own."""

from explorer.model.config import Paddings
from explorer.model.ops.activation import LEAKY_SLOPE
from explorer.views.call.parts import Argument, Call, given, say, unset
from explorer.views.call.place import Place

_NAME = unset("name", say("name_operation"))
_OTHER_FUNCTIONS = {"linear": "tf.identity"}
# What the functions call the tensor that comes in.
_INPUT_NAMES = {"tanh": "x", "sigmoid": "x", "linear": "input"}


def reshape(place: Place) -> Call:
    """`tf.reshape`."""
    batch, rows, columns, depth = place.stage.shape
    laid_out = say(
        "shape",
        elements=batch * rows * columns * depth,
        rows=rows,
        columns=columns,
        depth=depth,
        batch=batch,
    )
    shape = f"[-1, {rows}, {columns}, upsample_dim]"
    fields = ("base_height", "base_width", "upsample_dim")
    arguments = (place.incoming("tensor"), given("shape", shape, laid_out, *fields), _NAME)
    return Call(place.target, "tf.reshape", arguments, "shape")


def pad(place: Place) -> Call:
    """`tf.pad`."""
    config, (_, rows, columns, _) = place.config, place.stage.input_shape
    _, rows_out, columns_out, _ = place.after.shape
    added = say(
        "paddings",
        kernel=config.output_kernel,
        taken=config.output_kernel - 1,
        rows=rows,
        columns=columns,
        rows_out=rows_out,
        columns_out=columns_out,
    )
    spare = {"REFLECT": 1, "SYMMETRIC": 0}.get(config.pad_mode, 0)
    mode = say(f"mode_{config.pad_mode.lower()}", rows=rows - spare, columns=columns - spare)
    used = "used" if config.pad_mode == "CONSTANT" else "unused"
    held = say(f"constant_values_{used}", mode=config.pad_mode)
    arguments = (
        place.incoming("tensor"),
        given("paddings", _pairs(config.paddings), added, "paddings"),
        Argument(
            "mode", f"'{config.pad_mode}'", mode, "'CONSTANT'", ("pad_mode",), True, named=False
        ),
        _NAME,
        Argument("constant_values", "0", held, "0"),
    )
    return Call(place.target, "tf.pad", arguments, "paddings")


def _pairs(paddings: Paddings) -> str:
    return str([list(pair) for pair in paddings])


def activation(place: Place) -> Call:
    """The activation as a line of its own, where batch normalization comes before it."""
    actv = place.config.actv
    name = _INPUT_NAMES.get(actv, "features")
    extra = _EXTRA_ARGUMENTS.get(actv, ())
    arguments = (place.incoming(name), *extra, _NAME)
    return Call(place.target, activation_function(actv), arguments, name)


_EXTRA_ARGUMENTS = {
    "leaky_relu": (
        Argument("alpha", str(LEAKY_SLOPE), say("alpha", alpha=LEAKY_SLOPE), str(LEAKY_SLOPE)),
    ),
    "gelu": (Argument("approximate", "False", say("approximate"), "False"),),
}


def activation_function(actv: str) -> str:
    """The function of TensorFlow that an activation is."""
    return _OTHER_FUNCTIONS.get(actv, f"tf.nn.{actv}")
