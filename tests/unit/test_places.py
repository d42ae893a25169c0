"""What the page has a place for is what the scripts draw, and nothing else."""

import re

import gradio as gr

from explorer.ui.app import build_app
from explorer.ui.components.picture import Picture
from explorer.ui.routes import ASSETS

_PLACE = re.compile(r'^ +(?:"([\w/]+)"|(\w+)): \w+,$', re.MULTILINE)


def drawn() -> list[str]:
    text = (ASSETS / "js" / "places.js").read_text(encoding="utf-8")
    return [quoted or plain for quoted, plain in _PLACE.findall(text[text.index("PLACES") :])]


def test_every_place_has_its_script_and_every_script_its_place():
    blocks: gr.Blocks = build_app()
    places = [block.place for block in blocks.blocks.values() if isinstance(block, Picture)]
    assert len(places) > 10
    assert sorted(places) == sorted(drawn())
