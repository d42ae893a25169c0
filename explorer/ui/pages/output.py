"""Output: the last stage as a picture."""

from explorer.ui.components.picture import Picture
from explorer.ui.controls import Controls

PAGE = "output"


def add(controls: Controls):
    """Adds the page where the blocks are being built."""
    Picture(f"pages/{PAGE}", page=PAGE)
