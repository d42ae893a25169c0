"""A part of the page that no component of Gradio's draws: a place for a script of the same name."""

import json

import gradio as gr

from explorer.ui.scripts import FOLDER
from explorer.ui.texts import LANGUAGES

BLANK = "blank"  # the place of a page that has none: it tells the script that the page is there
_LANGUAGE = (FOLDER / "language.js").read_text(encoding="utf-8")
# The language is there before Gradio's scripts are. Gradio takes a second to mount the page; what
# it needs then is on its way from the start.
HEAD = (
    f'<script data-languages="{" ".join(LANGUAGES)}">{_LANGUAGE}</script>'
    '<script type="module" async src="explorer/page.js"></script>'
    '<link rel="preload" as="style" href="explorer/styles.css">'
)
_MOUNT = """
const script = new URL("explorer/page.js", document.baseURI);
import(script.href).then(({ %s }) => %s);
"""


class Picture(gr.HTML):
    """Drawn by the script from the views that it asks for.

    Args:
        name: of what is drawn, as in assets/js/places.js.
        page: that it belongs to; "" where it is on every one.
    """

    def __init__(self, name: str, page: str = "", **options):
        self.place = name
        call = f"mount({json.dumps(name)}, element, {json.dumps(page)})"
        _place(self, "mount", call, **options)


class Follow(gr.HTML):
    """Not seen: its event `follow` tells that the script has news for Gradio's components.

    Args:
        script: what the page's script calls the side that has them.
    """

    def __init__(self, script: str = "explorer"):
        call = f'listen({json.dumps(script)}, () => trigger("follow"))'
        _place(self, "listen", call, visible="hidden")


def _place(place: gr.HTML, function: str, call: str, **options):
    gr.HTML.__init__(
        place,
        value="",
        html_template="<div></div>",
        js_on_load=_MOUNT % (function, call),
        apply_default_css=False,
        elem_classes="drawn",
        **options,
    )
