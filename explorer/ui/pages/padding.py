"""Padding: the map before and after tf.pad, and what another mode would do."""

import gradio as gr

from explorer.ui.components.picture import Picture
from explorer.ui.controls import Controls

PAGE = "padding"


def add(controls: Controls):
    """Adds the page where the blocks are being built."""
    with gr.Row(elem_classes="page-controls pads"):
        controls.add_pads("paddings", PAGE)
        controls.add("pad_mode", PAGE, info=None)
    with gr.Row(elem_classes="page-controls"):
        controls.add_pad_call(PAGE)
        controls.add("other_mode", PAGE, info=None, min_width=144)
        for name in ("pad_channel", "output_channel"):
            controls.add(name, PAGE, info=None, min_width=168)
    Picture(f"pages/{PAGE}", page=PAGE)
