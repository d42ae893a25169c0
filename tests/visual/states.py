"""What is looked at: every page in light, most in dark and on a narrow screen, always the same."""

import io
from collections.abc import Iterator
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser

from tests.support.explorer_page import ExplorerPage

GOLDEN = Path(__file__).with_name("golden")
# Nothing moves, and all that is drawn at random comes from the link's seeds.
STILL = {"reduced_motion": "reduce", "locale": "en-US"}
WIDE = STILL | {"viewport": {"width": 1280, "height": 720}}
SCREENS = {
    "light": WIDE,
    "dark": WIDE | {"color_scheme": "dark"},
    "narrow": STILL
    | {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
}
CELL = "stage=upsample1/conv2d_transpose&cell=0,3,5,5&channel=5&weights=untrained"
LINKS = {
    "light": {
        "maps": "page=maps",
        "cell": CELL,
        "output": "page=output",
        "padding": "page=padding",
        "overlap": "page=overlap&block=2",
        "shapes": "page=shapes&expected=1,+64,+64,+3",
        "train": "page=train",
    },
    "dark": {
        "maps": "stage=fc1/actv&weights=untrained",
        "padding": "page=padding",
        "overlap": "page=overlap&block=2",
        "shapes": "page=shapes",
    },
    "narrow": {
        "maps": "page=maps",
        "cell": CELL,
        "output": "page=output",
        "padding": "page=padding",
    },
}


def take_pictures(browser: Browser, url: str, screen: str) -> Iterator[tuple[str, Image.Image]]:
    """Each state of a screen as its name and its picture, RGB."""
    context = browser.new_context(**SCREENS[screen])
    context.set_default_timeout(30_000)
    explorer = ExplorerPage(context.new_page(), url).open("z_seed=1")
    for name, link in LINKS[screen].items():
        explorer.show(link)
        explorer.settle()
        explorer.page.evaluate("document.fonts.ready")
        taken = explorer.page.screenshot(animations="disabled", caret="hide")
        yield f"{name}-{screen}", Image.open(io.BytesIO(taken)).convert("RGB")
    context.close()
