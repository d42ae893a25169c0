"""Watch it learn: adversarial training in the browser's view."""

from explorer.ui.components.picture import Picture
from explorer.ui.controls import Controls

PAGE = "train"


def add(controls: Controls):
    """Adds the page where the blocks are being built."""
    Picture(f"pages/{PAGE}", page=PAGE)
