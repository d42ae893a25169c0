"""Words in every language, out of the page's locale files; those of messages in English."""

import functools
import json
from collections.abc import Mapping
from pathlib import Path

LOCALES = Path(__file__).resolve().parent.parent / "assets" / "locales"


@functools.cache
def words_in(language: str) -> dict:
    """All texts of a locale file by section and name."""
    return json.loads((LOCALES / f"{language}.json").read_text(encoding="utf-8"))


def english(section: str, key: str, params: Mapping[str, object]) -> str:
    """One text of a locale section with its placeholders filled in."""
    return words_in("en")[section][key].format(**params)
