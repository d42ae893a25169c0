"""The page: Gradio's sidebar, controls and tabs, and the places of what is drawn by our script."""

import gradio as gr
from gradio.blocks import Block

from explorer.model.declare import Section
from explorer.model.files.save import FORMATS
from explorer.model.weight_store import UNTRAINED
from explorer.schema import FIELDS
from explorer.ui.components.picture import BLANK, Follow, Picture
from explorer.ui.controls import OF_CONFIGURATION, OF_LATENT, RANDOM, Controls, press
from explorer.ui.pages import PAGES
from explorer.ui.texts import Texts

_UNTRAINED = {"weights_seed": RANDOM, "weights": UNTRAINED}
# With reuse off every z comes with new weights, as a second call without reuse would draw.
_NEW_Z = press(
    {"z_seed": RANDOM, "z_data": "", "z_edits": ""},
    (_UNTRAINED, {"reuse": "false"}),
)


def add_page() -> gr.I18n:
    """Adds the page to the blocks that are being built; returns the texts of its components."""
    texts = Texts()
    controls = Controls(texts)
    with gr.Column(elem_classes="explorer"):
        follow = Follow()  # first, as Gradio looks for a component from there at each of its events
        Picture("skip")
        with gr.Sidebar(width="var(--sidebar)", elem_id="sidebar") as sidebar:
            _add_controls(controls, texts)
        Picture("header")
        Picture("pipeline", elem_id="strip")
        with gr.Row(elem_id="notes"):
            Picture("weights_notice")
            Picture("diagnostics")
        tabs = _add_tabs(controls, texts)
        Picture("alerts")
        _add_dock(controls, texts, sidebar)
    controls.join(follow, tabs, sidebar)
    return texts.translations()


def _add_controls(controls: Controls, texts: Texts):
    new_z = gr.Button(texts("ui.new_z"), variant="primary", elem_id="new-z")
    with controls.add_fold("z", _of(Section.Z), open=True):
        Picture("gifts", elem_id="gifts-place")
        Picture("latent", elem_id="latent-place")
        controls.add("z_dim", fold="z")
        controls.add("z_value", fold="z")
        _add_vector(controls, texts)
    structure = {"kind": OF_CONFIGURATION}
    controls.add_fold("architecture", _of(Section.ARCHITECTURE), open=True, **structure)
    controls.add_fold("more", _of(Section.MORE), open=False, **structure)
    Picture("stage_changes", elem_id="stage-changes")
    with controls.add_fold("weights", ("weights", *_of(Section.WEIGHTS)), open=False):
        new_weights = gr.Button(
            texts("ui.new_weights"),
            elem_id="new-weights",
            elem_classes=OF_CONFIGURATION,
            size="md",
        )
        _add_files(texts)
    new_z.click(None, js=_NEW_Z)
    new_weights.click(None, js=press(_UNTRAINED))


def _add_dock(controls: Controls, texts: Texts, sidebar: gr.Sidebar):
    """What is at hand on a narrow screen, where the sidebar is a sheet that opens over it."""
    with gr.Row(elem_id="dock"):
        controls.add_dock()
        new_z = gr.Button(
            texts("ui.new_z"), variant="primary", size="md", scale=0, elem_id="dock-new-z"
        )
        everything = gr.Button(
            texts("ui.all_controls"), size="md", scale=0, elem_id="dock-all-controls"
        )
    new_z.click(None, js=_NEW_Z)
    everything.click(None, js="() => { window.explorer?.openSheet(); }")
    # The sheet's handle, which had the focus, is gone with it.
    sidebar.collapse(None, js="() => { document.querySelector('#dock-all-controls').focus(); }")


def _add_vector(controls: Controls, texts: Texts):
    """A whole vector of z, pasted or out of a file, which takes the same way as one of weights."""
    with controls.add_fold("paste", (), open=False, kind=OF_LATENT):
        numbers = controls.add_text(
            "z_data", "paste", info=texts("help.z_data"), lines=3, placeholder="0.12, −1.3, …"
        )
        use = gr.Button(texts("ui.use_vector"), elem_id="use-z", size="md")
        load = gr.Button(texts("ui.load"), elem_id="load-z", size="md")
        reset = gr.Button(texts("ui.reset_z"), elem_id="reset-z", size="md")
    use.click(None, numbers, js="(text) => { window.explorer?.own.z_data.use(text); }")
    load.click(None, js="() => { window.explorer?.own.z_data.pick(); }")
    reset.click(None, js=press({"z_data": "", "z_edits": "", "z_scale": 1}))


def _add_files(texts: Texts):
    """Files of weights, opened and saved.

    Gradio's own upload sends a file to the disk before anybody has looked at its name or size, and
    its own download hands out what is there already; ours choose first, send what is taken in one
    bounded stream, keep it in the browser, and write a file when it is asked for.
    """
    opened = gr.Button(texts("weights.open"), elem_id="open-button", size="md")
    opened.click(None, js="() => { window.explorer?.own.weights.pick(); }")
    formats = [(texts(f"weights.{kind[1:]}"), kind) for kind in FORMATS]
    kind = gr.Dropdown(
        formats,
        value=FORMATS[0],
        label=texts("weights.format"),
        filterable=False,
        interactive=True,
        elem_id="save-format",
    )
    saved = gr.Button(texts("weights.save"), elem_id="save-weights", size="md")
    saved.click(None, kind, js="(kind) => { window.explorer?.own.weights.save(kind); }")


def _of(section: Section) -> list[str]:
    return [name for name, field in FIELDS.items() if field.section is section]


def _add_tabs(controls: Controls, texts: Texts) -> gr.Tabs:
    field = FIELDS["page"]
    with gr.Tabs(selected=field.default, elem_id="pages") as tabs:
        for name in field.choices:
            with gr.Tab(texts(f"pages.{name}"), id=name, elem_id=f"page-{name}") as tab:
                PAGES[name](controls, name)
                if not _has_picture(tab):
                    Picture(BLANK, page=name)
            controls.join_tab(tab, field.name, name)
    return tabs


def _has_picture(block: Block) -> bool:
    return isinstance(block, Picture) or any(map(_has_picture, getattr(block, "children", ())))
