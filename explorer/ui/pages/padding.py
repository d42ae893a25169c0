"""Padding: the map before and after tf.pad, and what another mode would do."""

from explorer.ui.components.picture import Picture
from explorer.ui.controls import Controls

PAGE = "padding"


def add(controls: Controls):
    """Adds the page where the blocks are being built."""
    Picture(f"pages/{PAGE}", page=PAGE)
