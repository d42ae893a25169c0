"""Builds the Gradio app and serves it."""

import errno
import os
import signal
import socket
import sys
import threading

import gradio as gr
import uvicorn
from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from explorer.train.live import live_runs
from explorer.ui.api import add_api
from explorer.ui.calls import MOST_QUEUED, Places, charge_calls, take_turns
from explorer.ui.components.picture import HEAD
from explorer.ui.guard import Guard
from explorer.ui.page import add_page
from explorer.ui.patience import PatientProtocol
from explorer.ui.quiet_blocks import QuietBlocks
from explorer.ui.routes import ASSETS, page_routes, warm_up
from explorer.ui.spared_log import spare_log
from explorer.ui.theme import theme
from explorer.ui.unread_results import dropping_unread, let_streams_end

TITLE = "Inside an upsampling generator"
_TURN = 0.0005  # seconds until a thread that computes lets another one of a view go on
_LAST_SECONDS = 3  # that requests under way have when the server is stopped


def build_app() -> gr.Blocks:
    """The page and its named API endpoints; no server is started."""
    with QuietBlocks(title=TITLE, analytics_enabled=False, fill_width=True) as app:
        app.texts = add_page()
        add_api()
    # Calls that pass the queue by would not be bounded by it.
    app.queue(max_size=MOST_QUEUED, api_open=False)
    app.state_session_capacity = MOST_QUEUED  # what Gradio remembers of a caller serves one call
    take_turns(app)
    charge_calls(app)
    let_streams_end(app)
    return app


def build_server_app(root: str = "") -> Guard:
    """All that the server answers with: page, routes and API, behind their guard.

    Args:
        root: the path or the address that the app is reached at, as in GRADIO_ROOT_PATH.
    """
    # Gradio would let any site read answers; naming no origin here lets none.
    no_sites = Middleware(CORSMiddleware, allow_origins=[])
    blocks = build_app()
    outer = FastAPI(
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        middleware=[no_sites],
        lifespan=lambda app: dropping_unread(app, blocks),
    )
    outer = gr.mount_gradio_app(
        outer,
        blocks,
        path="/",
        app_kwargs={"routes": page_routes()},
        root_path=root or None,
        theme=theme(),
        favicon_path=ASSETS / "icon.svg",
        i18n=blocks.texts,
        footer_links=["api", "settings"],
        run_history=False,
        ssr_mode=False,
        show_error=False,
        max_file_size=1,
    )
    return Guard(outer, Places(blocks._queue), root, HEAD)


def launch() -> None:
    """Serves the app until the process is told to end.

    As Gradio does, it listens at GRADIO_SERVER_NAME and GRADIO_SERVER_PORT, 127.0.0.1 and 7860
    where they are not set, and expects to be reached at GRADIO_ROOT_PATH.

    Raises:
        SystemExit: the port is taken, or the name is none of this machine's.
    """
    sys.setswitchinterval(_TURN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # so that what is left is cleared away
    listener = _listener()
    _raise_file_limit()
    threading.Thread(target=warm_up, daemon=True).start()
    guard = build_server_app(os.environ.get("GRADIO_ROOT_PATH", ""))
    config = uvicorn.Config(
        guard,
        http=PatientProtocol,
        ws="none",
        proxy_headers=False,  # who may say where a request comes from is known to `client_address`
        log_level="warning",
        timeout_graceful_shutdown=_LAST_SECONDS,
    )
    spare_log()
    host, port = listener.getsockname()[:2]
    print(f"* Running on http://{f'[{host}]' if ':' in host else host}:{port}/", flush=True)
    try:
        _Server(config, guard).run([listener])
    finally:
        live_runs.close()


class _Server(uvicorn.Server):
    """Ends what streams before it waits for what else is under way."""

    def __init__(self, config: uvicorn.Config, guard: Guard):
        super().__init__(config)
        self._guard = guard

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn's."""
        self._guard.end_streams()
        await super().shutdown(sockets)


def _listener() -> socket.socket:
    """The socket of the server; another one is not taken in its place."""
    host = os.environ.get("GRADIO_SERVER_NAME", "127.0.0.1").strip("[]")
    port = os.environ.get("GRADIO_SERVER_PORT", "7860")
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, int(port)))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            sys.exit(f"Port {port} of {host} is in use. Set GRADIO_SERVER_PORT to another one.")
        sys.exit(f"Port {port} of GRADIO_SERVER_NAME {host} cannot be used: {error.strerror}.")
    return listener


def _raise_file_limit():
    """Each connection is an open file, and many systems begin with few."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
