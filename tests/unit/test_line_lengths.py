"""Lines that a reader sees whole, in scripts and styles as in Python; one place for a mebibyte."""

import re
from pathlib import Path

from tests.support.each import each

ROOT = Path(__file__).resolve().parents[2]
MOST = 100
FOLDERS = ("assets/js", "assets/css", "tests/js")
# Biome breaks code, but leaves comments and texts as long as they are.
ASSETS = sorted(p for name in FOLDERS for p in (ROOT / name).rglob("*.*s") if p.is_file())
NUMBER = re.compile(r"\* *(2\*\*20|1024 \* 1024|1_?048_?576)\b")


def long_lines(text: str) -> list[int]:
    return [at for at, line in enumerate(text.split("\n"), 1) if len(line) > MOST]


def test_long_lines_are_found():
    assert long_lines("a" * 100 + "\n" + "b" * 101 + "\n权" * 2) == [2]
    assert len(ASSETS) > 40


@each("path", ASSETS)
def test_no_line_is_too_long(path):
    assert long_lines(path.read_text(encoding="utf-8")) == []


def test_a_mebibyte_is_written_in_one_place():
    assert NUMBER.search("64 * 2**20")
    sources = sorted((ROOT / "explorer").rglob("*.py"))
    assert [p.name for p in sources if NUMBER.search(p.read_text(encoding="utf-8"))] == []
