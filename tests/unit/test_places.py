"""What the page has a place for is what the scripts draw, and nothing else."""

import re

import gradio as gr

from explorer.ui.app import build_app
from explorer.ui.components.picture import BLANK, Picture
from explorer.ui.pages import PAGES
from explorer.ui.routes import ASSETS
from tests.support.plain_page_app import PAGE, add_plain_page

_PLACE = re.compile(r'^ +(?:"([\w/]+)"|(\w+)): \w+,$', re.MULTILINE)


def drawn() -> list[str]:
    text = (ASSETS / "js" / "places.js").read_text(encoding="utf-8")
    return [quoted or plain for quoted, plain in _PLACE.findall(text[text.index("PLACES") :])]


def pictures(app: gr.Blocks) -> list[Picture]:
    return [block for block in app.blocks.values() if isinstance(block, Picture)]


def test_every_place_has_its_script_and_every_script_its_place(app):
    places = [picture.place for picture in pictures(app) if picture.place != BLANK]
    assert len(places) > 10
    assert sorted([*places, BLANK]) == sorted(drawn())


def test_a_page_without_a_picture_and_no_other_has_a_blank_place(app, monkeypatch):
    before = [picture.parent.id for picture in pictures(app) if picture.place == BLANK]
    monkeypatch.setitem(PAGES, PAGE, add_plain_page)
    after = [picture.parent.id for picture in pictures(build_app()) if picture.place == BLANK]
    assert set(after) - set(before) == {PAGE}
    assert len(after) == len(before) + 1
