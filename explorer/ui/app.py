"""Builds the Gradio app and starts its server."""

import atexit
import threading

import gradio as gr
from starlette.routing import BaseRoute

from explorer.train.live import live_runs
from explorer.ui.api import add_api
from explorer.ui.components.explorer_page import ExplorerPage
from explorer.ui.routes import ASSETS, page_routes, warm_up

TITLE = "Inside an upsampling generator"
# Gradio's copy of the semibold face holds no Latin letters; regular and bold do.
_WEIGHTS = (400, 700)


def build_app() -> gr.Blocks:
    """The page and its named API endpoints; no server is started."""
    with gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True) as app:
        ExplorerPage()
        add_api()
    return app


def launch(**options) -> None:
    """Starts the server and stays until it is stopped.

    Args:
        options: further arguments of `gr.Blocks.launch`.
    """
    routes: list[BaseRoute] = page_routes()
    threading.Thread(target=warm_up, daemon=True).start()
    atexit.register(live_runs.close)
    build_app().launch(
        app_kwargs={"routes": routes},
        theme=gr.themes.Base(
            font=[gr.themes.LocalFont("IBM Plex Sans", _WEIGHTS), "system-ui", "sans-serif"],
            font_mono=[gr.themes.LocalFont("IBM Plex Mono", _WEIGHTS), "monospace"],
        ),
        favicon_path=ASSETS / "icon.svg",
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        **options,
    )
