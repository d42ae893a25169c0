"""Padding: a map before and after its border, what another mode would do, and the padding lab."""

import gradio as gr

from explorer.ui.components.picture import Picture
from explorer.ui.controls import OF_CONFIGURATION, Controls
from explorer.ui.texts import Texts


def add(controls: Controls, page: str):
    """Adds the page where the blocks are being built."""
    with gr.Row(elem_classes=["page-controls", "pads", OF_CONFIGURATION]):
        controls.add_pads("paddings", page)
        controls.add("pad_mode", page, info=None)
    with gr.Row(elem_classes="page-controls"):
        controls.add("pad", page, info=None, min_width=320, scale=0)
        controls.add_pad_call(page)
        controls.add("other_mode", page, info=None, min_width=144)
        for name in ("pad_channel", "output_channel"):
            controls.add(name, page, info=None, min_width=168)
    Picture(f"pages/{page}", page=page)
    with gr.Column(elem_id="pad-lab"):
        _add_lab(controls, page)


def _add_lab(controls: Controls, page: str):
    """Any tensor, four pairs of pads, and where each padded cell comes from."""
    texts = controls.texts
    # Gradio translates one text of a component, no more.
    gr.HTML(f"<h3>{texts('lab.title')}</h3>")
    gr.HTML(f"<p>{texts('lab.sentence')}</p>")
    gr.HTML(f"<p>{texts('lab.modes')}</p>", elem_id="lab-modes")
    with gr.Row(elem_classes="page-controls"):
        for name in ("lab_source", "lab_stage", "lab_mode", "lab_constant"):
            controls.add(name, page, label=texts(f"lab.{name}"), info=None, min_width=144)
        _add_button(texts, "take")
        _add_button(texts, "give", OF_CONFIGURATION)
    with gr.Row(elem_classes="page-controls"):
        help = texts("lab.typed_help")
        controls.add("lab_tensor", page, label=texts("lab.lab_tensor"), info=help, lines=3)
    with gr.Row(elem_classes="page-controls pads"):
        controls.add_pads("lab_paddings", page)
    Picture("lab", page=page)


def _add_button(texts: Texts, name: str, kind: str = ""):
    """A button that calls the script by its own name."""
    button = gr.Button(
        texts(f"lab.{name}"), elem_id=f"lab-{name}", elem_classes=kind, size="md", scale=0
    )
    button.click(None, js=f"() => {{ window.lab?.{name}(); }}")
