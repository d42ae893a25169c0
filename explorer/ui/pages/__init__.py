"""The pages by name, each a file that adds Gradio's components and the places of its pictures."""

from collections.abc import Callable, Mapping

from explorer.ui.controls import Controls
from explorer.ui.pages import maps, output, overlap, padding, shapes, train

PAGES: Mapping[str, Callable[[Controls], None]] = {
    "maps": maps.add,
    "output": output.add,
    "padding": padding.add,
    "overlap": overlap.add,
    "shapes": shapes.add,
    "train": train.add,
}
