"""The peer of `slider_step`: a plain Gradio page, three sliders and five `gr.Plot` heatmaps.

Its numbers come from the explorer's own runs, cached variable by variable just as on the explorer's
page; only the way to the screen differs. Every figure carries the sliders' values in `layout.meta`,
so that a script on the page can tell which step it shows.
"""

import math

import gradio as gr
import numpy as np
import plotly.graph_objects as go

from explorer import GeneratorConfig, draw_z
from explorer.model.devices import AUTO, resolve_device
from explorer.model.runs import Origin, run

STAGES = (
    "fc1/reshape",
    "upsample1/batch_normalization",
    "upsample2/batch_normalization",
    "upsample3/batch_normalization",
    "conv_out/conv2d",
)
HEIGHT = 400


def draw_figures(z_scale: float, upsample_dim: int, kernel_size: int) -> list[go.Figure]:
    """One mosaic of all channels for each of `STAGES`."""
    config = GeneratorConfig(upsample_dim=upsample_dim, kernel_size=kernel_size)
    z = draw_z(seed=0, batch_size=1) * np.float32(z_scale)
    outputs = run(config, Origin(), z, resolve_device(AUTO)).stages
    step = [z_scale, upsample_dim, kernel_size]
    return [draw_figure(name, tile(outputs[name][0]), step) for name in STAGES]


def draw_figure(name: str, picture: np.ndarray, step: object, height: int = HEIGHT) -> go.Figure:
    """One heatmap that carries its step in `layout.meta`."""
    figure = go.Figure(go.Heatmap(z=picture, colorscale="Viridis"))
    figure.update_yaxes(autorange="reversed")
    figure.update_layout(title=name, height=height, meta=step)
    return figure


def tile(maps: np.ndarray) -> np.ndarray:
    """[height, width, channels] to one picture, channels row by row; what is left over is NaN.

    >>> tile(np.zeros((4, 8, 256))).shape
    (64, 128)
    """
    height, width, channels = maps.shape
    across = math.ceil(math.sqrt(channels))
    down = math.ceil(channels / across)
    grid = np.full((down * across, height, width), np.nan, np.float32)
    grid[:channels] = maps.transpose(2, 0, 1)
    return grid.reshape(down, across, height, width).swapaxes(1, 2).reshape(down * height, -1)


def build() -> gr.Blocks:
    with gr.Blocks(analytics_enabled=False, fill_width=True) as page:
        with gr.Row():
            sliders = [
                gr.Slider(0, 3, 1, step=0.05, label="z_scale", elem_id="peer-z_scale"),
                gr.Slider(8, 512, 256, step=4, label="upsample_dim", elem_id="peer-upsample_dim"),
                gr.Slider(1, 9, 5, step=1, label="kernel_size", elem_id="peer-kernel_size"),
            ]
        with gr.Row():
            plots = [gr.Plot(label=name) for name in STAGES[:3]]
        with gr.Row():
            plots += [gr.Plot(label=name) for name in STAGES[3:]]
        gr.on(
            [page.load, *(slider.input for slider in sliders)],
            draw_figures,
            sliders,
            plots,
            queue=False,
            show_progress="hidden",
            trigger_mode="always_last",
        )
    return page


if __name__ == "__main__":
    build().launch(run_history=False, ssr_mode=False)
