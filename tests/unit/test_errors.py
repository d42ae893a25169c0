"""Errors a user can act on: each has its words in every locale file, placeholders included."""

import json
from pathlib import Path

import pytest

from explorer import ExplorerError, GeneratorConfig
from explorer.errors import quote
from explorer.sizes import mebibytes
from explorer.words import LOCALES
from tests.support.each import each
from tests.unit.raised_errors import placeholders, raised_errors

ROOT = Path(__file__).resolve().parents[2]
ENGLISH = json.loads((LOCALES / "en.json").read_text(encoding="utf-8"))["errors"]
RAISED = {
    f"{path.relative_to(ROOT)}:{raised.line}": raised
    for path in sorted((ROOT / "explorer").rglob("*.py"))
    for raised in raised_errors(path.read_text(encoding="utf-8"))
}


def test_the_search_finds_the_errors_of_a_source():
    source = 'raise ExplorerError("a", "f", value=1)\nself._fail("b", 2)\nE.ExplorerError(code)'
    first, second, third = raised_errors(source)
    assert (first.code, first.params, first.line) == ("a", {"value"}, 1)
    assert (second.code, second.params) == ("b", {"value", "allowed"})
    assert third.code is None
    assert placeholders("{field} is {value:,} of {{}} {size}") == {"value", "size"}


def test_the_search_finds_those_of_the_package():
    assert len(RAISED) > 30
    assert {"out_of_range", "z_shape", "link_damaged", "request_damaged"} <= {
        raised.code for raised in RAISED.values()
    }


def test_only_the_fields_raise_a_code_that_is_not_written_out():
    places = [place for place, raised in RAISED.items() if raised.code is None]
    assert [place.split(":")[0] for place in places] == ["explorer/model/declare.py"]


@each(("place", "raised"), RAISED.items())
def test_what_is_raised_has_words_and_all_they_need(place, raised):
    if raised.code is None:
        assert raised.params == {"value", "allowed"}
    else:
        assert raised.code in ENGLISH
        assert placeholders(ENGLISH[raised.code]) == raised.params


def test_every_message_is_raised_or_shown_by_the_page():
    scripts = "".join(path.read_text("utf-8") for path in (ROOT / "assets/js").rglob("*.js"))
    raised = {item.code for item in RAISED.values()}
    unused = [code for code in ENGLISH if code not in raised and f'"{code}"' not in scripts]
    assert unused == []


@each("path", sorted(LOCALES.glob("*.json")))
def test_every_language_has_the_same_messages_with_the_same_placeholders(path):
    found = json.loads(path.read_text(encoding="utf-8"))["errors"]
    assert found.keys() == ENGLISH.keys()
    for code, message in found.items():
        assert message.strip(), code
        assert placeholders(message) == placeholders(ENGLISH[code]), code
        assert ("{field}" in message) == ("{field}" in ENGLISH[code]), code


def test_english_is_a_language():
    assert (LOCALES / "en.json").is_file()


def test_an_error_reaches_the_page_as_json():
    with pytest.raises(ExplorerError) as caught:
        GeneratorConfig(C=0)
    found = caught.value.as_dict()
    assert json.loads(json.dumps(found)) == found
    assert found == {
        "code": "out_of_range",
        "field": "C",
        "params": {"field": "C", "value": "0", "allowed": "1 … 256"},
        "message": "C = 0 is outside its range. Allowed: 1 … 256.",
        "offer": {},
    }


def test_parameters_that_are_not_numbers_become_text():
    error = ExplorerError("z_shape", "z", shape=[1, 2], noise_dim=3)
    assert error.as_dict()["params"] == {"field": "z", "shape": "[1, 2]", "noise_dim": 3}


@each(
    ("param", "shown"),
    [
        ("\ud800", "\\ud800"),
        ("a\nb\u202e", "a\\nb\\u202e"),
        (float("nan"), "nan"),
        (float("-inf"), "-inf"),
        (10**4400, "10^4400"),
        (["\0"], "['\\x00']"),
        (3, 3),
        (True, True),
        (0.5, 0.5),
    ],
)
def test_an_error_can_be_encoded_whatever_its_parameters_are(param, shown):
    error = ExplorerError("not_text", "stage", value=param)
    found = json.loads(json.dumps(error.as_dict(), allow_nan=False, ensure_ascii=False).encode())
    assert found["params"]["value"] == shown
    assert str(shown) in str(error)


@each("code", ["no_such_code", ""])
def test_a_code_without_words_is_a_mistake_of_ours(code):
    with pytest.raises(KeyError):
        ExplorerError(code)


def test_a_missing_parameter_is_a_mistake_of_ours():
    with pytest.raises(KeyError):
        ExplorerError("z_shape", "z", shape=[1])


@each(
    ("value", "shown"),
    [
        ("a\n b\t c", "a b c"),
        ("x" * 40, "x" * 40),
        ("x" * 41, "x" * 39 + "…"),
        (3.5, "3.5"),
        (None, "None"),
        ("{value}", "{value}"),
        ("a\0b\x1b[31m", "a\\x00b\\x1b[31m"),
        ("\ud800", "\\ud800"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("é × ½ 图", "é × ½ 图"),
        ("\ud800" * 40, "\\ud800" * 6 + "\\ud…"),
        (10**4400, "10^4400"),
        (-(10**5000), "-10^5000"),
        ([10**4400], "<list>"),
    ],
)
def test_a_value_is_shown_on_one_short_line(value, shown):
    assert quote(value) == shown
    assert shown in str(ExplorerError("not_text", "stage", value=quote(value)))


@each(
    ("size", "shown"),
    [
        (2**31, "2,048 MiB"),
        (10 * 2**20, "10 MiB"),
        (4 * 2**20, "4.0 MiB"),
        (2**18, "0.2 MiB"),
        (2**14, "16.0 KiB"),
        (600, "0.6 KiB"),
        (0, "0.0 MiB"),
    ],
)
def test_a_number_of_bytes_is_never_shown_as_nothing(size, shown):
    assert mebibytes(size) == shown
