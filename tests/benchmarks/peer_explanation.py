"""The peer of `click_explanation`: a plain Gradio page, one slider and one `gr.Plot` a picture.

The slider chooses a cell of `upsample2/conv2d_transpose`; the numbers are those of
`explorer.model.explain`, so that only the way to the screen differs. Every figure carries the
slider's value in `layout.meta`.
"""

import gradio as gr
import numpy as np
import plotly.graph_objects as go

from explorer import GeneratorConfig, draw_z
from explorer.model.devices import AUTO, resolve_device
from explorer.model.explain import explain_cell
from explorer.model.runs import Origin, run
from explorer.model.stages import stages
from tests.benchmarks.peer_page import draw_figure

STAGE, CHANNEL, COLUMNS = "upsample2/conv2d_transpose", 3, 32
PICTURES = ("stage", "inputs", "taps", "products", "by cell", "by channel", "canvas")
HEIGHT = 300


def draw_figures(cell: int) -> list[go.Figure]:
    """The stage's channel and the six pictures of one cell's explanation."""
    config = GeneratorConfig()
    made = run(config, Origin(), draw_z(), resolve_device(AUTO))
    index = (0, cell // COLUMNS, cell % COLUMNS, CHANNEL)
    why = explain_cell(stages(config), made.weights, made.stages, STAGE, index)
    strongest = int(np.abs(why.products.sum(axis=(0, 1))).argmax())
    pictures = (
        made.stages[STAGE][0, :, :, CHANNEL],
        why.inputs[:, :, strongest],
        why.kernel[:, :, strongest],
        why.products[:, :, strongest],
        why.products.sum(axis=2),
        why.products.sum(axis=(0, 1)).reshape(-1, 32),
        np.zeros((2 * 8 + 3, 2 * 16 + 3)),
    )
    return [draw_figure(*pair, cell, HEIGHT) for pair in zip(PICTURES, pictures, strict=True)]


def build() -> gr.Blocks:
    with gr.Blocks(analytics_enabled=False, fill_width=True) as page:
        slider = gr.Slider(0, 511, 0, step=1, label="cell", elem_id="peer-cell")
        with gr.Row():
            plots = [gr.Plot(label=name) for name in PICTURES[:4]]
        with gr.Row():
            plots += [gr.Plot(label=name) for name in PICTURES[4:]]
        gr.on(
            [page.load, slider.input],
            draw_figures,
            slider,
            plots,
            queue=False,
            show_progress="hidden",
            trigger_mode="always_last",
        )
    return page


if __name__ == "__main__":
    build().launch(run_history=False, ssr_mode=False)
