"""The app with one page made of Gradio's components alone."""

import gradio as gr

from explorer.ui.app import launch
from explorer.ui.controls import Controls
from explorer.ui.pages import PAGES

PAGE = "overlap"  # whose place it takes
TEXT = "No script of ours draws here."


def add_plain_page(controls: Controls, page: str):
    """A sentence and a control."""
    gr.Markdown(TEXT)
    controls.add("kernel_size", page)


if __name__ == "__main__":
    PAGES[PAGE] = add_plain_page
    launch()
