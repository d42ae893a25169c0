"""Output: the last stage as a picture, and every item of the batch."""

import gradio as gr

from explorer.ui.components.picture import Picture
from explorer.ui.controls import Controls


def add(controls: Controls, page: str):
    """Adds the page where the blocks are being built."""
    with gr.Row(elem_classes="page-controls one-line"):
        for name in ("z_seed", "rgb_mapping", "red", "green", "blue"):
            controls.add(name, page, info=None, min_width=120)
    Picture(f"pages/{page}", page=page)
