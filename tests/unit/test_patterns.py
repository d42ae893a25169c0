"""No pattern backtracks: each takes time by the length of a text, whatever the text is."""

import re

import pytest

from tests.support.each import each
from tests.unit.patterns import READ_MOST, find_patterns, package_patterns, slow_text, ways_to_read

PATTERNS = package_patterns()
_SIZE = r"(?:\d+|None|\?|-1)"
BAD = [
    (r"(a+)+$", "search"),
    (r"(a+)+$", "fullmatch"),
    (r"(\s*\d\s*)*!", "match"),
    (r"(?:a|ab|b)*c", "fullmatch"),
    (r"(?:[^,]|,)*?(?:\w|-)*;", "search"),
    (r"<[^>]*>", "finditer"),
    (r"\s+$", "search"),
    (r"(.*),(.*),(.*)", "fullmatch"),
    (rb"(\w+\s?)*:", "fullmatch"),
    (rf"[\[(]\s*({_SIZE}(?:\s*,\s*{_SIZE})*)\s*,?\s*[\])]", "finditer"),
    (rf"\s*({_SIZE}(?:\s*[,x×\s]\s*{_SIZE})*)\s*", "fullmatch"),
    (r"\b(?:received|found|got)\b[^\[(]*$", "search"),
]
GOOD = [
    (r"(?>a+)+$", "fullmatch"),
    (r"\s*+,", "match"),
    (r"<[^<>]*>", "finditer"),
    (r"a{1,9}(,a{1,9}){1,3}", "fullmatch"),
]


@each("use", PATTERNS)
def test_a_pattern_takes_time_by_the_length_of_a_text(use):
    for method in sorted(ways_to_read(use)):
        assert (method, slow_text(use.pattern, method)) == (method, None)


@each(("pattern", "method"), BAD)
def test_a_pattern_that_backtracks_is_caught(pattern, method):
    assert slow_text(re.compile(pattern), method)


@each(("pattern", "method"), GOOD)
def test_a_pattern_that_does_not_is_passed(pattern, method):
    assert slow_text(re.compile(pattern), method) is None


def test_those_of_the_package_are_found():
    found = {use.place.split(":")[0]: use for use in PATTERNS}
    assert len(PATTERNS) > 10
    assert {"explorer.cells", "explorer.model.weight_store", "explorer.model.latent"} <= {*found}
    assert found["explorer.cells"].methods == {"fullmatch"}
    assert "untrained" in found["explorer.model.weight_store"].pattern.pattern


SOURCE = r"""
import re
_WORD = "a+"
_FIRST = re.compile(rf"({_WORD})+", re.IGNORECASE)
SHARED = re.compile("b")
def use(text):
    _FIRST.search(text), map(_FIRST.fullmatch, text), SHARED.search(text)
    re.split("c", text)
    return re.compile("d").match(text), re.sub(f"{_WORD}!", "", text, flags=re.DOTALL)
"""


def test_every_way_to_use_a_pattern_is_found():
    sources = {"m": SOURCE, "n": "from m import SHARED\nSHARED.split('')\n_FIRST.findall('')"}
    found = find_patterns(sources, {"_WORD": "a+"})
    assert {(use.pattern.pattern, *sorted(use.methods)) for use in found} == {
        ("(a+)+", "fullmatch", "search"),
        ("b", "search", "split"),
        ("c", "split"),
        ("d", "match"),
        ("a+!", "sub"),
    }
    assert {use.pattern.pattern: use.pattern.flags for use in found}["(a+)+"] & re.IGNORECASE


def test_a_pattern_whose_use_is_not_seen_must_stand_every_use():
    (found,) = find_patterns({"m": "import re\nEACH = [re.compile('a')]"}, {"a": 1})
    assert found.methods == READ_MOST


@each(
    "source",
    [
        "from re import compile",
        "import re as patterns",
        "import regex",
        "import re\nmap(re.compile, ['a'])",
        "import re\nfind = re.search",
        "import re\ndef f(word):\n    return re.search(word + '+', '')",
        "import re\nre.search('a', 'b', re.DOTALL, 1)",
    ],
)
def test_a_pattern_that_could_not_be_checked_is_refused(source):
    with pytest.raises(AssertionError):
        find_patterns({"m": source}, {"a": 1})
