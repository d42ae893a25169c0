"""Pages look as they did: a picture that has changed is kept in tests/visual/changed.

`python -m tests.visual` takes the golden pictures anew where a change is meant.
"""

import pytest
from PIL import Image, ImageDraw

from tests.visual.comparison import MOST, changed_share, difference
from tests.visual.states import GOLDEN, LINKS, SCREENS, take_pictures

CHANGED = GOLDEN.with_name("changed")


@pytest.mark.parametrize("screen", SCREENS)
def test_pages_look_as_they_did(server, browser, screen, subtests):
    for name, after in take_pictures(browser, server.url, screen):
        with subtests.test(picture=name):
            before = Image.open(GOLDEN / f"{name}.png")
            share = changed_share(before, after)
            if share > MOST:
                keep(name, before, after)
            assert share <= MOST, f"see {name}.png and {name}-difference.png in {CHANGED}"


def keep(name: str, before: Image.Image, after: Image.Image):
    CHANGED.mkdir(exist_ok=True)
    after.save(CHANGED / f"{name}.png")
    difference(before, after).save(CHANGED / f"{name}-difference.png")


def test_each_picture_is_of_a_state():
    states = {f"{name}-{screen}" for screen, links in LINKS.items() for name in links}
    assert {path.stem for path in GOLDEN.iterdir()} == states


def test_what_moved_or_went_or_has_another_colour_is_a_change_and_soft_edges_are_none():
    plain, text = written(), written("stride = 2 padding = same")
    assert changed_share(text, text) == 0
    assert changed_share(plain, text) > MOST
    assert changed_share(text, written("stride = 2 padding = same", at=104)) > MOST
    assert changed_share(plain, Image.new("RGB", plain.size, "#e0e0e0")) == 1
    assert changed_share(plain, Image.new("RGB", (640, 364), "white")) == 1
    assert changed_share(text, text.quantize(64)) == 0
    twice = text.resize((1280, 720), Image.Resampling.BICUBIC)
    assert changed_share(text, twice.resize(text.size, Image.Resampling.BOX)) <= MOST
    assert difference(plain, text).getextrema() == ((0, 255),) * 3


def written(text: str = "", at: int = 100) -> Image.Image:
    picture = Image.new("RGB", (640, 360), "white")
    ImageDraw.Draw(picture).text((at, at), text, fill="black", font_size=14)
    return picture
