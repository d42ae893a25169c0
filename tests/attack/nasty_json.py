"""Random JSON of the kind that programs stumble over, as bytes."""

import json
from random import Random

_DIGITS = "a number of 4,400 digits"
_SCALARS = (
    *(None, True, False, 0, 1, -1, 0.5, -0.0, 2**31, 2**53 + 1, 2**64, -(2**63), 1e308, 5e-324),
    *(float("nan"), float("inf"), float("-inf"), 10**400, _DIGITS),
    *("", " ", "0", "1e999", "nan", "-1", "true", "9" * 4400, "None", "untrained", "auto"),
    *("\ud800", "a\udfffb", "\0", "\n", "\u202e", "\N{EARTH GLOBE EUROPE-AFRICA}", "x" * 100_000),
    *("../../etc/passwd", "<img src=x onerror=alert(1)>", "%s%n", "{0.__class__}", "${7*7}"),
    *("run:" + "0" * 32 + ":1", "file:" + "0" * 32, "[1, 2, 3, 4]", "0.1.AAAA", "1.1:1", "0,1"),
)  # fmt: skip


def nasty(random: Random, names: tuple[str, ...] = (), depth: int = 3) -> object:
    """A value; its objects have some keys out of `names`."""
    kind = random.choice(("scalar", "scalar", "scalar", "list", "object", "deep"))
    if kind == "scalar" or not depth:
        return random.choice(_SCALARS)
    if kind == "list":
        return [nasty(random, names, depth - 1) for _ in range(random.randint(0, 4))]
    if kind == "object":
        keys = [_key(random, names) for _ in range(random.randint(0, 4))]
        return {key: nasty(random, names, depth - 1) for key in keys}
    return _deep(random)


def _key(random: Random, names: tuple[str, ...]) -> str:
    if names and random.random() < 0.7:
        return random.choice(names)
    return random.choice(("", "\ud800", "a", "__class__", "x" * 10_000, "0"))


def _deep(random: Random) -> object:
    value: object = random.choice(_SCALARS)
    for _ in range(random.choice((10, 60, 400))):
        value = [value] if random.random() < 0.8 else {"a": value}
    return value


def as_json(value: object) -> bytes:
    """As text; NaN stays NaN, which JSON does not know but Python reads."""
    text = json.dumps(value)
    return text.replace(json.dumps(_DIGITS), "9" * 4400).encode()


def garbage(random: Random) -> bytes:
    """What is no JSON."""
    return random.choice(
        (
            b"",
            b"\xff\xfe\x00",
            b"[" * 100_000,
            b'{"a":' * 50_000,
            b'{"a": 1',
            b"'text'",
            b"NaN",
            b"9" * 5000,
            b'"\\ud800"',
            b"\0" * 1000,
            random.randbytes(200),
        )
    )
