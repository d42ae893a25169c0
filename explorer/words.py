"""The English words of messages; the page holds those of the reader's language."""

import functools
import json
from collections.abc import Mapping
from pathlib import Path

LOCALES = Path(__file__).resolve().parent.parent / "assets" / "locales"


@functools.cache
def _english() -> dict:
    return json.loads((LOCALES / "en.json").read_text(encoding="utf-8"))


def english(section: str, key: str, params: Mapping[str, object]) -> str:
    """One text of a locale section with its placeholders filled in."""
    return _english()[section][key].format(**params)
