"""Feature maps: one stage in detail, its numbers, and what of it can be changed."""

import gradio as gr

from explorer.schema import FIELDS
from explorer.ui.components.picture import Picture
from explorer.ui.controls import Controls, press
from explorer.ui.stage_arguments import add_stage_arguments


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
    with gr.Row(elem_classes=["maps-page", "with-inspector"]):
        Picture(f"pages/{page}", page=page)
        with gr.Column(elem_classes="inspector"):
            Picture("maps/told", page=page)
            add_stage_arguments(controls.texts)
            Picture("maps/numbers", page=page)
