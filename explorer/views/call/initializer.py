"""The argument kernel_initializer, and the call that makes its value."""

from explorer.model.initializers import CUT_STDDEV, NORMAL, UNIFORM, fans, spread_of
from explorer.views.call.parts import Argument, Made, say
from explorer.views.call.place import Place

_FIELD = "kernel_initializer"
_DTYPE = Argument("dtype", "tf.float32", say("dtype"), "tf.float32")


def kernel_initializer(place: Place, written: bool) -> Argument:
    """How the stage's kernel is drawn.

    Args:
        written: whether the original names its initializer; where it does not, None stands for
            TensorFlow's default, the same one.
    """
    name = place.config.kernel_initializer
    usual = name == "glorot_uniform" and not written
    shape = place.stage.weights[0].shape
    code = f"kernel_initializer{'_default' if usual else ''}_{place.drawn}"
    sentence = say(code, shape=shape, draw=formula(name, shape))
    made = None if usual else _MADE[name](place)
    value = made.function if made else "None"
    return Argument(_FIELD, value, sentence, "None", (_FIELD,), shown=bool(made), made=made)


def formula(initializer: str, shape: tuple[int, ...]) -> str:
    """What values are drawn from, in signs that need no translation."""
    spread, (fan_in, fan_out) = spread_of(initializer, shape), fans(shape)
    size = f"{spread.size:.4g}"
    if spread.kind == UNIFORM:
        return f"U(±{size}), {size} = √(6/({fan_in} + {fan_out}))"
    if spread.kind == NORMAL:
        return f"N(0, {size}²)"
    total = f"({fan_in} + {fan_out})" if initializer == "glorot_normal" else f"{fan_in}"
    return f"N(0, {size}²) ∩ ±2·{size}, {size} = √(2/{total})/{CUT_STDDEV:.4g}"


def _seed(place: Place) -> Argument:
    return Argument("seed", "None", say("seed", seed=place.seed), "None", ("weights_seed",))


def _glorot_uniform(place: Place) -> Made:
    size = f"{spread_of('glorot_uniform', place.stage.weights[0].shape).size:.4g}"
    uniform = Argument("uniform", "True", say("uniform", limit=size), "True", (_FIELD,))
    return Made("tf.contrib.layers.xavier_initializer", (uniform, _seed(place), _DTYPE))


def _normal(place: Place) -> Made:
    mean = Argument("mean", "0.0", say("mean"), "0.0")
    stddev = Argument("stddev", "0.02", say("stddev"), "1.0", (_FIELD,), shown=True)
    return Made("tf.random_normal_initializer", (stddev, mean, _seed(place), _DTYPE))


_MADE = {
    "glorot_uniform": _glorot_uniform,
    "glorot_normal": lambda place: Made("tf.glorot_normal_initializer", (_seed(place), _DTYPE)),
    "he_normal": lambda place: Made("tf.initializers.he_normal", (_seed(place),)),
    "normal_0.02": _normal,
}
