"""What a stranger may send in place of a value, and a check that it is refused in words at most."""

import json
import time
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from explorer import ExplorerError

MOST_SECONDS = 1.0


def nested(depth: int, wrap: Callable = lambda inner: [inner]) -> object:
    """1 in as many lists, or whatever `wrap` makes."""
    value = 1
    for _ in range(depth):
        value = wrap(value)
    return value


class Unshowable:
    """Fails whenever it is asked."""

    def __str__(self):
        raise OSError("no text")

    __repr__ = __iter__ = __len__ = __eq__ = __str__
    __hash__ = object.__hash__


TEXTS = {
    "nothing": "",
    "spaces": " \t\n\u2003",
    "half a pair": "\ud800",
    "the other half": "a\udfffb",
    "NUL": "a\0b",
    "escape sequence": "\x1b[31mred\x1b[0m",
    "turned around": "\u202egnp.exe\u202c \u2066x\u2069",
    "line ends": "a\nb\r\nc\u2028d\x85e",
    "4,400 digits": "9" * 4400,
    "minus and 100,000 digits": "-" + "9" * 100_000,
    "digits and a half": "1" * 4400 + ".5",
    "digits of another script": "٣" * 4400,
    "infinite": "1e999",
    "no number": "nan",
    "placeholders": "{value} {0} {field.__class__} %s {",
    "markup": "<img src=x onerror=alert(1)>",
    "one letter": "x" * 100_000,
    "open brackets": "[" * 20_000,
    "brackets in brackets": "[" * 5000 + "1" + "]" * 5000,
    "digits in brackets": "[1, " + "9" * 5000 + "]",
    "digits with dots": ".".join(["9" * 4400] * 3),
    "digits with commas": ",".join(["9" * 4400] * 8),
    "an edit of digits": f"{'9' * 4400}.{'9' * 4400}:{'9' * 4400}",
    "a trail of digits": f"z:{'9' * 4400},0~\ud800:1,2",
    "a moment of digits": f"run:{'a' * 32}:{'9' * 4400}",
    "row of numbers": "1   " * 16 + "!",
    "JSON of a half": '["\\ud800"]',
    "JSON of digits": f"[[{'9' * 4400}, 1]]",
    "JSON of nothing": '[null, {"a": [true]}]',
}
OTHERS = {
    "None": None,
    "true": True,
    "bytes": b"\xff\0",
    "a list": [1, 2],
    "a dict": {"a": {"\ud800": 10**4400}},
    "an integer of 4,400 digits": 10**4400,
    "minus that": -(10**4400),
    "an integer in a list": [[10**4400], 1],
    "lists in lists": nested(100_000),
    "lists in lists, not so deep": nested(900),
    "dicts in dicts": nested(100_000, lambda inner: {"a": inner}),
    "tuples in tuples": (nested(100_000, lambda inner: (inner,)), 1),
    "four pairs of lists": [[nested(100_000), 1]] * 4,
    "pairs of halves": [["\ud800", "9" * 4400]] * 4,
    "NaN": float("nan"),
    "infinity": float("inf"),
    "a fraction": Fraction(10**4400, 3),
    "a decimal": Decimal("1e999999"),
    "a complex number": 1j,
    "NumPy's NaN": np.float32("nan"),
    "an array": np.arange(4),
    "an array of texts": np.array([["\ud800"]]),
    "an array of objects": np.array([None, 10**4400]),
    "no list": iter([1, 2]),
    "a set": {1, 2},
    "an object": object(),
    "what cannot be shown": Unshowable(),
    "a list of what cannot be shown": [Unshowable()],
}
VALUES = TEXTS | OTHERS

any_text = st.text(st.characters(), max_size=40)  # lone surrogates among them


def told(call: Callable, *arguments: object) -> object:
    """What a call returns, or its `ExplorerError`: quick, and every error fit to be shown.

    Raises:
        AssertionError: it takes too long, or an error has no printable line of text.
    """
    start = time.thread_time()
    try:
        answer = call(*arguments)
        errors = []
    except ExplorerError as error:
        answer, errors = error, [error, *error.others]
    taken = time.thread_time() - start
    assert taken < MOST_SECONDS, f"{taken:.1f} s"
    for error in errors:
        check_error(error)
    return answer


def check_error(error: ExplorerError):
    """Fails unless the error can be sent and shown as one short line."""
    assert str(error).isprintable(), ascii(str(error))
    assert len(str(error)) < 3000, error.code
    sent = json.dumps(error.as_dict(), allow_nan=False, ensure_ascii=False)
    assert json.loads(sent.encode())["message"] == str(error)
