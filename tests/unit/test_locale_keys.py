"""Every text of the page's frame is used; texts that nothing shows are deleted."""

import json
import re

from explorer.model.declare import Section
from explorer.ui.routes import ASSETS
from explorer.words import LOCALES
from tests.support.app_server import ROOT

SOURCES = [*(ASSETS / "js").rglob("*.js"), *(ROOT / "explorer").rglob("*.py")]
TEXT = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
KEYS = json.loads((LOCALES / "en.json").read_text(encoding="utf-8"))["ui"]
# Keys that are put together: the name of a section, of a list on a page, of a colour.
BUILT = {
    *("z", *Section, "paste"),
    *("color_red", "color_green", "color_blue", "output_grey", "output_rgb", "output_other"),
    *("output_numbers", "output_is", "output_is_maps", "output_is_numbers"),
}


def is_used(key: str) -> bool:
    return re.search(rf"""["'`]ui\.{key}["'`]""", TEXT) is not None


def test_every_text_is_shown_somewhere():
    assert [key for key in KEYS if key not in BUILT and not is_used(key)] == []


def test_no_key_is_called_built_without_need():
    assert [key for key in BUILT if key not in KEYS or is_used(key)] == []


def test_a_text_that_nothing_shows_is_found():
    assert is_used("new_z")
    assert not is_used("new_y")
