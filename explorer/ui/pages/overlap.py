"""Overlap: how many input cells reach each cell of a stage that spreads its input."""

import gradio as gr

from explorer.ui.components.picture import Picture
from explorer.ui.controls import Controls


def add(controls: Controls, page: str):
    """Adds the page where the blocks are being built."""
    with gr.Row(elem_classes="page-controls"):
        controls.add("block", page, info=None, min_width=320, scale=0)
        for name in ("kernel_size", "stride"):
            controls.add(name, page, info=None)
    Picture(f"pages/{page}", page=page)
