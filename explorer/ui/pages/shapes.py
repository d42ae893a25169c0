"""Shapes: the shape debugger, the ledger of all stages, and the same layers elsewhere.

Tables, boxes, buttons and code are Gradio's, and follow the view without a request. Gradio loads
what draws tables and code with the page, though nobody may look at them, unless they are invisible;
so the script shows them when they are looked at. What the debugger answers is drawn by the script:
it quotes what its reader typed, which Gradio would show as Markdown or HTML only, and holds a
button for each remedy that there is.
"""

import json

import gradio as gr

from explorer.ui.components.picture import Follow, Picture
from explorer.ui.controls import Controls
from explorer.ui.texts import Texts

_SCRIPT = "shapes"  # what the page's script calls its side
_EXAMPLE = "[1, 64, 64, 3]"
_SMALL = {"size": "md", "scale": 0, "min_width": 130}
_LAYER_WIDTHS = ["47.6%", "27.3%", "10.5%", "14.4%"]
_ALL_ROWS = 10_000  # pixels; a table that scrolls by itself would hold up the page's own scrolling


def add(controls: Controls, page: str):
    """Adds the page where the blocks are being built."""
    texts = controls.texts
    with gr.Column(elem_id="shape-debugger"):
        _add_title(texts, "debugger.title", "debugger.sentence")
        find, text = _add_question(controls, page)
        Picture(f"pages/{page}", page=page)
    with gr.Row(elem_classes="page-head"):
        _add_title(texts, "ledger.title", "ledger.sentence")
        copy = gr.Button(texts("ledger.copy"), elem_id="copy-markdown", **_SMALL)
        markdown = gr.DownloadButton(
            texts("ledger.save_markdown"), elem_id="save-markdown", **_SMALL
        )
        csv = gr.DownloadButton(texts("ledger.save_csv"), elem_id="save-csv", **_SMALL)
    ledger = _table(texts, "ledger.title", "ledger", column_count=7)
    with gr.Accordion(texts("ledger.layers"), open=False, elem_id="equal-layers") as fold:
        gr.HTML(f"<p>{texts('ledger.layers_sentence')}</p>")
        with gr.Row():
            with gr.Column(min_width=420):
                layers = _table(texts, "ledger.layers", "layers", column_widths=_LAYER_WIDTHS)
            with gr.Column(min_width=420), gr.Tabs():
                with gr.Tab(texts("ledger.keras")):
                    keras = _code(texts, "ledger.keras", "keras-code")
                with gr.Tab(texts("ledger.pytorch")):
                    pytorch = _code(texts, "ledger.pytorch", "pytorch-code")
    followers = {
        "ledger": ledger,
        "copy": copy,
        "find": find,
        "layers": layers,
        "keras": keras,
        "pytorch": pytorch,
    }
    names = json.dumps(list(followers))
    Follow(_SCRIPT).follow(None, None, [*followers.values()], js=_call("follow", names))
    fold.expand(None, js=_call("unfold"))
    ledger.select(None, js=_call("open"))
    copy.click(None, js=_call("copy"))
    markdown.click(None, js=_call("save", '"markdown"'))
    csv.click(None, js=_call("save", '"csv"'))
    find.click(None, text, js=_call("find", "value"))


def _call(method: str, argument: str = "") -> str:
    """Calls the script's side of the page; `value` is that of the component that is listened to."""
    return f"(value) => window.{_SCRIPT}?.{method}({argument})"


def _add_title(texts: Texts, title: str, sentence: str):
    with gr.Column(elem_classes="heading"):
        # Gradio translates one text of a component, no more.
        gr.HTML(f"<h2>{texts(title)}</h2>")
        gr.HTML(f"<p>{texts(sentence)}</p>")


def _add_question(controls: Controls, page: str) -> tuple[gr.Button, gr.Component]:
    """What is expected, where, and the button that asks."""
    texts = controls.texts
    with gr.Row(elem_classes="question"):
        text = controls.add(
            "expected",
            page,
            label=texts("debugger.expected"),
            info=None,
            placeholder=_EXAMPLE,
            lines=1,
            max_lines=8,
            min_width=280,
            scale=3,
        )
        controls.add(
            "expected_stage", page, label=texts("debugger.stage"), info=None, min_width=220, scale=1
        )
        find = gr.Button(
            texts("debugger.find"), variant="primary", elem_id="find-out", scale=0, min_width=120
        )
    return find, text


def _table(texts: Texts, label: str, name: str, **columns) -> gr.Dataframe:
    return gr.Dataframe(
        label=texts(label),
        show_label=False,
        visible=False,
        **columns,
        interactive=False,
        wrap=True,
        max_height=_ALL_ROWS,
        buttons=[],
        elem_id=name,
        elem_classes="stages-table",
    )


def _code(texts: Texts, label: str, name: str) -> gr.Code:
    return gr.Code(
        language="python",
        label=texts(label),
        show_label=False,
        interactive=False,
        wrap_lines=True,
        show_line_numbers=False,
        buttons=["copy"],
        visible=False,
        elem_id=name,
        elem_classes="stages-code",
    )
