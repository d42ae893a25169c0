"""Gradio's controls of the state's fields, made from the schema and joined to the page's script.

A control hands its value to the script at every step, without a request of its own; what comes
from elsewhere (a link, a way back) reaches all controls in one event.
"""

import json
from collections.abc import Callable, Iterable, Mapping

import gradio as gr
from gradio.blocks import Block
from gradio.components import Component

from explorer.model.declare import Field
from explorer.schema import FIELDS
from explorer.ui.components.picture import Follow
from explorer.ui.texts import Texts

RANDOM = object()


class Controls:
    """All controls of a page, by field.

    Args:
        texts: of their labels.
    """

    def __init__(self, texts: Texts):
        self._texts = texts
        self._made: dict[str, Component] = {}
        self._folds: dict[str, gr.Accordion] = {}
        self._where: dict[str, str] = {}  # field -> the fold that it is in

    def add(self, name: str):
        """A control of a field, here."""
        self._made[name] = _control(FIELDS[name], self._texts)

    def add_fold(self, section: str, names: Iterable[str], *, open: bool) -> gr.Accordion:
        """Controls of some fields that fold away under the name of their section."""
        fold = gr.Accordion(self._texts(f"ui.{section}"), open=open, elem_id=f"group-{section}")
        with fold:
            for name in names:
                self.add(name)
                self._where[name] = section
        self._folds[section] = fold
        return fold

    @staticmethod
    def join_tab(tab: gr.Tab, field: str, value: str):
        """A tab that is turned to is a value of a field."""
        tab.select(None, js=_setting(field, json.dumps(value)))

    def join(self, source: Follow, tabs: gr.Tabs, sidebar: gr.Sidebar):
        """Joins them to the script.

        Args:
            source: the component whose event says that controls are to follow.
            tabs: of the pages; they follow too.
            sidebar: of the controls; it is closed at the start where it would hide the page.
        """
        for name, control in self._made.items():
            for listen in _events(control):
                listen(None, control, js=_setting(name, "value"))
            if isinstance(control, gr.Slider):
                control.release(None, control, js=_setting(name, "value", "leave"))
        order = {
            "fields": list(self._made),
            "folds": [
                [name for name, fold in self._where.items() if fold == section]
                for section in self._folds
            ],
            "tabs": "page",
        }
        followers: list[Block] = [*self._made.values(), *self._folds.values(), tabs, sidebar]
        source.follow(
            None, None, followers, js=f"() => window.explorer.follow({json.dumps(order)})"
        )


def press(*changes: Mapping[str, object] | tuple[Mapping[str, object], Mapping[str, str]]) -> str:
    """What a button does in the browser.

    Args:
        changes: values of fields, `RANDOM` for one that is drawn; with other fields' values where
            it is only done with these.
    """
    presses = []
    for change in changes:
        values, where = change if isinstance(change, tuple) else (change, {})
        drawn = [name for name, value in values.items() if value is RANDOM]
        fixed = {name: value for name, value in values.items() if value is not RANDOM}
        presses.append({"draw": drawn, "set": fixed, "where": where})
    return f"() => {{ window.explorer?.press({json.dumps(presses)}); }}"


def _setting(name: str, value: str, how: str = "set") -> str:
    """Hands a value, an expression of the script's, to a field."""
    return f"(value) => {{ window.explorer?.{how}({json.dumps(name)}, {value}); }}"


def _events(control: Component) -> list[Callable]:
    """When a control has a new value: text as soon as it is finished, all else at each step."""
    return [control.submit, control.blur] if isinstance(control, gr.Textbox) else [control.input]


def _control(field: Field, texts: Texts) -> Component:
    """The component that suits a field; a text is one of those that a view offers."""
    value, label, info = field.form(field.default), f"labels.{field.name}", f"help.{field.name}"
    shown: Mapping[str, object] = {
        "value": value,
        "label": texts(label) if texts.has(label) else field.name,
        "info": texts(info),
        "elem_id": f"field-{field.name}",
        "interactive": True,
    }
    match field.kind:
        case "bool":
            return gr.Checkbox(**shown)
        case "choice":
            return gr.Dropdown(_choices(field, texts), **shown)
        case "text":
            return gr.Dropdown([value], **shown)
        case "pads":
            return gr.Textbox(**shown | {"value": f"{[*map(list, field.default)]}"}, max_lines=1)
    if field.slider is None:
        return gr.Number(**shown, minimum=field.low, maximum=field.high)
    low, high, step = (field.slider[name] for name in ("low", "high", "step"))
    return gr.Slider(low, high, step=step, buttons=[], **shown)


def _choices(field: Field, texts: Texts) -> list[tuple[object, str]]:
    keys = {choice: f"choices.{field.name}.{choice}" for choice in field.choices}
    return [(texts(key) if texts.has(key) else choice, choice) for choice, key in keys.items()]
