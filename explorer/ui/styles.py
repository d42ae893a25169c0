"""The page's stylesheets: a file for each component, one answer for the browser."""

from functools import lru_cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from explorer.ui.joined_files import Joined

_FOLDER = Path(__file__).resolve().parents[2] / "assets" / "css"
# In this order: what is special comes after what it is made of.
STYLES = (
    "base",
    "overflow",
    "gradio",
    "header",
    "controls",
    "latent",
    "weights_notice",
    "alerts",
    "diagnostics",
    "pipeline",
    "heatmap",
    "inspector",
    "legend",
    "histogram",
    "readout",
    "grid",
    "canvas",
    "curve",
    "tracer",
    "kernels",
    "linechart",
    "pages/maps",
    "maps/call",
    "pages/output",
    "pages/padding",
    "lab",
    "pages/shapes",
    "pages/overlap",
    "pages/debugger",
    "pages/train",
)


def answer_styles(request: Request) -> Response:
    """All stylesheets as one."""
    text = b"\n".join((_FOLDER / f"{name}.css").read_bytes() for name in STYLES)
    return _joined(text).answer(request, "text/css")


_joined = lru_cache(maxsize=1)(Joined.of)
