"""The pages by name, each a file that adds Gradio's components and the places of its pictures."""

from importlib import import_module

from explorer.schema import FIELDS

PAGES = {
    name: import_module(f".{name}", "explorer.ui.pages").add for name in FIELDS["page"].choices
}
