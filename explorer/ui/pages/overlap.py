"""Overlap: how many stamps of a transposed convolution reach each cell."""

import gradio as gr

from explorer.ui.components.picture import Picture
from explorer.ui.controls import Controls


def add(controls: Controls, page: str):
    """Adds the page where the blocks are being built."""
    with gr.Row(elem_classes="page-controls"):
        for name in ("kernel_size", "stride", "block"):
            controls.add(name, page, info=None)
    Picture(f"pages/{page}", page=page)
