"""Feature maps: one stage in detail, and its numbers."""

from explorer.ui.components.picture import Picture
from explorer.ui.controls import Controls

PAGE = "maps"


def add(controls: Controls):
    """Adds the page where the blocks are being built."""
    Picture(f"pages/{PAGE}", page=PAGE)
