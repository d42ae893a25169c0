"""The page as one component: Gradio mounts it, assets/js draws it from the views it asks for."""

import gradio as gr

# Gradio takes a second to mount the page; what it needs then is on its way from the start.
HEAD = (
    '<script type="module" async src="explorer/page.js"></script>'
    '<link rel="preload" as="style" href="explorer/styles.css">'
)
_MOUNT = """
const address = (path) => new URL(`explorer/${path}`, document.baseURI).href;
const styles = document.createElement("link");
Object.assign(styles, { rel: "stylesheet", href: address("styles.css") });
const styled = new Promise((done) => { styles.onload = styles.onerror = done; });
document.head.append(styles); // after Gradio's own
Promise.all([import(address("page.js")), styled]).then(([page]) =>
  page.mount(element.querySelector(".explorer")));
"""


class ExplorerPage(gr.HTML):
    """Controls, pipeline and pages; all state is in the browser's address bar."""

    def __init__(self, **options):
        super().__init__(
            value="",
            html_template='<div class="explorer" aria-busy="true"></div>',
            js_on_load=_MOUNT,
            apply_default_css=False,
            elem_id="explorer",
            **options,
        )
