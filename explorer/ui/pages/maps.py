"""Feature maps: one stage in detail, and its numbers."""

import gradio as gr

from explorer.schema import FIELDS
from explorer.ui.components.picture import Picture
from explorer.ui.controls import Controls, press


def add(controls: Controls, page: str):
    """Adds the page where the blocks are being built."""
    with gr.Row(elem_classes="page-controls", elem_id="stage-controls"):
        Picture("maps/title", page=page)
        controls.add("channel", page)
        whole = gr.Button(
            controls.texts("ui.all_channels"), size="md", min_width=112, elem_id="all-channels"
        )
        for name in ("range", "colormap"):
            controls.add(name, page, info=None)
    whole.click(None, js=press({"channel": FIELDS["channel"].default}))
    Picture(f"pages/{page}", page=page)
