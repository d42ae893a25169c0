"""The pages by name, each a file that adds Gradio's components and the places of its pictures."""

from explorer.ui.pages import maps, output, overlap, padding, shapes, train

PAGES = {module.PAGE: module.add for module in (maps, output, padding, overlap, shapes, train)}
