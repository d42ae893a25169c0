"""The page's stylesheets: a file for each component, one answer for the browser."""

from pathlib import Path

from explorer.ui.joined_files import answering

_FOLDER = Path(__file__).resolve().parents[2] / "assets" / "css"
_PAGES = sorted(f"pages/{path.stem}" for path in (_FOLDER / "pages").glob("*.css"))
# In this order: what is special comes after what it is made of.
STYLES = (
    "base",
    "overflow",
    "gradio",
    "dock",
    "header",
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
    "fold",
    "grid",
    "canvas",
    "curve",
    "tracer",
    "kernels",
    *_PAGES,
    "maps/call",
    "maps/arguments",
    "samples",
    "lab",
)


def join_styles() -> str:
    """All stylesheets as one."""
    return "\n".join((_FOLDER / f"{name}.css").read_text(encoding="utf-8") for name in STYLES)


answer_styles = answering(join_styles, "text/css")
