"""The page's stylesheets: a file for each component, one answer for the browser."""

import hashlib
from functools import lru_cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from explorer.ui.compression import ONCE, pack, takes_gzip

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
    "weight_files",
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
    """All stylesheets as one, that a browser checks each time, as it does scripts."""
    text = b"\n".join((_FOLDER / f"{name}.css").read_bytes() for name in STYLES)
    tag = f'"{hashlib.sha256(text).hexdigest()[:32]}"'
    headers = {"Cache-Control": "no-cache", "ETag": tag, "Vary": "Accept-Encoding"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    if takes_gzip(request.scope):
        text = _packed(text)
        headers["Content-Encoding"] = "gzip"
    return Response(text, headers=headers, media_type="text/css")


@lru_cache(maxsize=1)
def _packed(text: bytes) -> bytes:
    return pack(text, ONCE)
