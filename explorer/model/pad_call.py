"""A call of `tf.pad` as a line of code: read as TensorFlow would, never run."""

import ast

from explorer.errors import ExplorerError, quote
from explorer.model.config import MAX_PAD, PAD_MODES, Paddings, PadMode, check_paddings
from explorer.model.declare import Field
from explorer.model.python_text import parsing

# How the call is written; each name in braces is a field.
PAD_CALL = "tf.pad(x, {paddings}, '{pad_mode}')"
PAD_CALL_FIELDS = ("paddings", "pad_mode")
MOST_LETTERS = 1000
_MODE = Field("pad_mode", PadMode)
_ARGUMENTS = ("tensor", "paddings", "mode", "constant_values", "name")
_TENSORS = ("constant", "convert_to_tensor", "array", "asarray")  # what may stand around the pairs


def read_pad_call(text: str) -> tuple[Paddings, str]:
    """The pairs and the mode of a call such as `tf.pad(x, [[0, 0], [3, 3], [3, 3], [0, 0]])`.

    Arguments may be named, pairs may be tuples or a constant tensor, the mode may be in small
    letters and is CONSTANT where there is none, and the call may be a part of a statement, all as
    in TensorFlow.

    Raises:
        ExplorerError: no call of a `pad` with pairs, another filling than 0, or pairs or a mode
            that a generator cannot have.

    Example:
        >>> read_pad_call("y = tf.pad(x, ((0, 0), (1, 2), (3, 3), (0, 0)), mode='symmetric')")
        (((0, 0), (1, 2), (3, 3), (0, 0)), 'SYMMETRIC')
    """
    given = _arguments(_find_call(text), text)
    if "paddings" not in given:
        raise _unread(text)
    if "constant_values" in given and _literal(given["constant_values"]) != 0:
        raise ExplorerError("pad_call_constant", None, value=quote(_code(given["constant_values"])))
    return _pairs(given["paddings"]), _mode(given.get("mode"))


def _find_call(text: str) -> ast.Call:
    try:
        if len(text) > MOST_LETTERS:
            raise ValueError
        with parsing:
            tree = ast.parse(text.strip())
    except (SyntaxError, ValueError, MemoryError, RecursionError):  # the last two: nested too deep
        raise _unread(text) from None
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) == "pad":
            return node
    raise _unread(text)


def _name(function: ast.expr) -> str:
    return getattr(function, "attr", getattr(function, "id", ""))


def _arguments(call: ast.Call, text: str) -> dict[str, ast.expr]:
    """By name; what tf.pad does not take, or takes once, is no call of it."""
    pairs = [*zip(_ARGUMENTS, call.args, strict=False), *((k.arg, k.value) for k in call.keywords)]
    given = {name: value for name, value in pairs if name in _ARGUMENTS}
    if len(given) != len(call.args) + len(call.keywords):
        raise _unread(text)
    return given


def _pairs(node: ast.expr) -> Paddings:
    if isinstance(node, ast.Call) and _name(node.func) in _TENSORS and node.args:
        node = node.args[0]
    value = _literal(node)
    return check_paddings(value if isinstance(value, list | tuple) else _code(node))


def _mode(node: ast.expr | None) -> str:
    if node is None:
        return "CONSTANT"  # as in TensorFlow
    value = _literal(node)
    return _MODE.check(value.upper() if isinstance(value, str) else _code(node))


def _literal(node: ast.expr) -> object:
    """What stands there, None where that is no literal."""
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, OverflowError, MemoryError, RecursionError):
        return None


def _code(node: ast.expr) -> str:
    try:
        return ast.unparse(node)
    except (RecursionError, ValueError):  # the latter: letters that an f-string cannot hold
        return "…"


def _unread(text: str) -> ExplorerError:
    allowed = ", ".join(f"'{mode}'" for mode in PAD_MODES)
    return ExplorerError("pad_call_unread", None, value=quote(text), most=MAX_PAD, allowed=allowed)
