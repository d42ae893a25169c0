"""JSON of strangers never takes the parser down to the end of the interpreter's stack."""

import contextlib
import gc
import json
import sys
from itertools import product

import pytest

from explorer.json_text import MOST_DEPTH, TooDeepError, containers, parse_json
from tests.attack.timing import in_time
from tests.support.each import each

PAIRS = (("[", "]"), ('{"a":', "}"))


@each(("pair", "read"), [*product(PAIRS, (str, str.encode))])
def test_depth_is_bounded(pair, read):
    opening, closing = pair
    for depth in (1, MOST_DEPTH):
        text = opening * depth + "1" + closing * depth
        assert parse_json(read(text)) == json.loads(text)
    for depth in (MOST_DEPTH + 1, 500, 20_000):
        for end in (closing * depth, ""):
            with pytest.raises(TooDeepError):
                parse_json(read(opening * depth + "1" + end))


@each(
    "text",
    [
        "[" + "[1,2]," * 1000 + "[]]",
        '{"a": "' + "[" * 1000 + '"}',
        '{"a": "\\"' + "[" * 1000 + '"}',
        '{"a\\\\": ["' + "[" * 1000 + '"]}',
        '["' + '\\"[' * 1000 + '"]',
    ],
)
def test_brackets_side_by_side_and_in_strings_are_not_depth(text):
    assert parse_json(text) == json.loads(text)


def test_a_string_that_ends_does_not_hide_what_follows():
    with pytest.raises(TooDeepError):
        parse_json('["\\\\",' + "[" * 1000 + '"' + "]" * 1001)


@each("coding", ["utf-16", "utf-32-le", "latin-1"])
def test_bytes_are_utf_8(coding):
    """As RFC 8259 has it; half of a pair of surrogates is none."""
    with pytest.raises(UnicodeDecodeError):
        parse_json('["\u00e9", 1]'.encode(coding))
    assert parse_json('["\u00e9", 1]'.encode("utf-8-sig")) == ["\u00e9", 1]
    with pytest.raises(UnicodeDecodeError):
        parse_json('["\ud800"]'.encode(errors="surrogatepass"))
    assert parse_json(rb'["\ud800"]') == ["\ud800"]


@each("text", ["", "[", "nan", b"\xff\xfe\xff", b"\xef\xbb\xbf[1", '{"a"}'])
def test_what_is_no_json_is_a_value_error(text):
    with pytest.raises((json.JSONDecodeError, UnicodeDecodeError)):
        parse_json(text)


@each("piece", ["[", "[]", '"', '\\"', "\\", '"[', '{"a":', "[1,2],"])
def test_any_text_is_looked_at_in_linear_time(piece):
    text = piece * (1_000_000 // len(piece))

    def look():
        with contextlib.suppress(ValueError):
            parse_json(text)

    in_time(look, 1, piece)


class Collected:
    """Counts the objects of its kind that could clean up after themselves."""

    cleaned = 0

    def __init__(self):
        self.itself = self  # so that only the collector finds it

    def __del__(self):
        self._clean()

    def _clean(self):
        type(self).cleaned += 1


def test_what_is_collected_meanwhile_cleans_up_after_itself():
    limit, before = sys.getrecursionlimit(), gc.get_threshold()
    Collected.cleaned = made = 0
    gc.freeze()  # all else, so that a collection is quick
    try:
        for objects in range(limit // 2, limit):  # made until the collector runs: at any depth
            gc.collect()
            Collected()
            gc.set_threshold(objects)
            with contextlib.suppress(ValueError, RecursionError):
                parse_json("[" * 20_000)
            gc.set_threshold(*before)
            made += 1
        gc.collect()
    finally:
        gc.set_threshold(*before)
    assert Collected.cleaned == made


def test_every_container_is_gone_through_once():
    value = {"a": [1, {"b": []}], "c": "[]", "d": {}}
    found = list(containers(value))
    assert found[0] is value
    assert sorted(map(str, found)) == sorted(
        ["{}", "[]", "{'b': []}", "[1, {'b': []}]", str(value)]
    )
    assert list(containers("text")) == []
