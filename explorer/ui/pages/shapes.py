"""Shapes: every stage's shape, and the shape debugger."""

from explorer.ui.components.picture import Picture
from explorer.ui.controls import Controls

PAGE = "shapes"


def add(controls: Controls):
    """Adds the page where the blocks are being built."""
    Picture(f"pages/{PAGE}", page=PAGE)
