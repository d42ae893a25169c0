"""Watch it learn: the settings of a run, its buttons, and what becomes of it.

A run is followed by the page's script, over a stream of its own: a call in Gradio's queue would
hold one of its few places for as long as the run goes on.
"""

import json

import gradio as gr

from explorer.model.declare import Role
from explorer.train.figures import FIGURES
from explorer.train.live import LIVE_FIELDS
from explorer.ui.components.picture import Follow, Picture
from explorer.ui.controls import Controls, press
from explorer.ui.texts import Texts
from explorer.views.leads import TO_MAPS

# What the page's script calls its sides of the run, of the settings, and of all that is told.
_RUN, _SETTINGS, _TOLD = "training", "runSettings", "runComponents"


def add(controls: Controls, page: str):
    """Adds the page where the blocks are being built."""
    texts = controls.texts
    gr.Markdown("## " + texts("train.title"))
    gr.Markdown(texts("train.lead"), elem_classes="lead")
    settings = _add_settings(texts)
    with gr.Row(elem_classes="buttons"):
        told = _add_buttons(texts, "start", "pause", "stop")
    Picture(f"pages/{page}", page=page)
    with gr.Column(visible=False, elem_classes="run") as run:
        Picture("train/moments", page=page)
        with gr.Row(elem_classes="buttons"):
            told |= _add_buttons(texts, "newest")
            told["open"] = _add_button(texts, "open", press(TO_MAPS))
            told |= _add_buttons(texts, "save")
        plots = _add_plots(texts, page)
    follow = Follow(_TOLD)
    settings.join(follow)
    order = {"parts": ["run", *told], "plots": list(plots)}
    follow.follow(
        None,
        None,
        [run, *told.values(), *plots.values()],
        js=f"() => window.{_TOLD}.follow({json.dumps(order)})",
    )


def _add_settings(texts: Texts) -> Controls:
    settings = Controls(texts, LIVE_FIELDS, _SETTINGS, "setting")
    with gr.Row(elem_classes="page-controls"):
        for name, field in LIVE_FIELDS.items():
            if Role.UNSEEN not in field.roles:
                allowed = field.allowed.replace(" ", "\N{NO-BREAK SPACE}")
                help = texts(f"train.help.{name}") + f" {allowed}"
                settings.add(name, info=help, label=name, min_width=130)
    return settings


def _add_buttons(texts: Texts, *names: str) -> dict[str, gr.Button]:
    """Buttons that call the script by their own names."""
    return {
        name: _add_button(texts, name, f"() => {{ window.{_RUN}?.{name}(); }}") for name in names
    }


def _add_button(texts: Texts, name: str, js: str) -> gr.Button:
    button = gr.Button(
        texts(f"train.{name}"),
        variant="primary" if name == "start" else "secondary",
        visible=name == "start",
        size="md",
        scale=0,
        elem_id=f"train-{name}",
    )
    button.click(None, js=js)
    return button


def _add_plots(texts: Texts, page: str) -> dict[str, gr.LinePlot]:
    """Curves over a run's steps, by name; what they are of the script tells with their values."""
    plots = {"losses": _plot("losses")}
    Picture("train/losses", page=page)
    with gr.Row(elem_classes="figures"):
        for name in FIGURES:
            with gr.Column(min_width=260):
                plots[name] = _plot(name)
                gr.Markdown(texts(f"train.{name}_read"), elem_classes="help")
    return plots


def _plot(name: str) -> gr.LinePlot:
    return gr.LinePlot(
        x="step",
        y=name,
        color="line",
        colors_in_legend=[],
        height=230,
        show_label=True,
        label=name,
        elem_id=f"plot-{name}",
        elem_classes="plot",
    )
