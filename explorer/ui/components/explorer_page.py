"""The page as one component: Gradio mounts it, assets/js draws it from the views it asks for."""

import gradio as gr

_HEAD = '<link rel="stylesheet" href="explorer/styles.css">'
_MOUNT = """
const address = new URL("explorer/static/js/main.js", document.baseURI);
import(address.href).then((module) => module.mount(element.querySelector(".explorer")));
"""


class ExplorerPage(gr.HTML):
    """Controls, pipeline and pages; all state is in the browser's address bar."""

    def __init__(self, **options):
        super().__init__(
            value="",
            html_template='<div class="explorer" aria-busy="true"></div>',
            js_on_load=_MOUNT,
            head=_HEAD,
            apply_default_css=False,
            elem_id="explorer",
            **options,
        )
