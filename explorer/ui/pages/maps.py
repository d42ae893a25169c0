"""Feature maps: one stage in detail, and its numbers."""

from explorer.ui.components.picture import Picture
from explorer.ui.controls import Controls


def add(controls: Controls, page: str):
    """Adds the page where the blocks are being built."""
    Picture(f"pages/{page}", page=page)
