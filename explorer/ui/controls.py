"""Gradio's controls of a schema's fields, made in a loop and joined to the page's script.

A field may have a control in several places: in the sidebar and at the top of a page. A control
hands its value to the script at every step, without a request of its own; what comes from
elsewhere (a link, a way back, another control of the field) reaches all controls in one event.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache

import gradio as gr
from gradio.blocks import Block
from gradio.components import Component

from explorer.model.config import AXES, CONFIG_FIELDS, PAD
from explorer.model.declare import Field, Role, having
from explorer.model.pad_call import MOST_LETTERS, PAD_CALL, PAD_CALL_FIELDS
from explorer.schema import CONTROLS, State
from explorer.ui.components.picture import Follow
from explorer.ui.texts import Texts
from explorer.views.control_props import control_props

# Of what an opened generator has not, or has not where it has no z: nobody sees it then.
OF_CONFIGURATION, OF_LATENT = "of-configuration", "of-latent"
_OF_DRAWN_WEIGHTS, _OF_ONE_ENTRY = ("weights_seed", "reuse"), ("z_dim", "z_value")
RANDOM = object()
DOCK = None  # in the place of a page: at hand on all of them where the screen is narrow
PAD_CALLS = "pad_call"  # the route that reads a call of tf.pad


@dataclass(frozen=True)
class _Bound:
    """A control, and what of the state it holds.

    Attributes:
        key: its elem_id; the first control of a field is `field-<name>`.
        field: name of the field.
        page: that it stands on, "" in the sidebar, `DOCK` on all.
        listens: whether what a hand gives counts at once.
        more: "part", which of the field's numbers it holds; or "call", the text of several fields:
            its "text" with their names in braces, these "fields", and the "path" of the route that
            reads such a text.
    """

    component: Component
    key: str
    field: str
    page: str | None
    listens: bool = True
    more: Mapping[str, object] = field(default_factory=dict)

    def as_dict(self) -> dict[str, object]:
        """What the script is to know of it."""
        return {"key": self.key, "field": self.field, "page": self.page, **self.more}


class Controls:
    """All controls of a schema, of the sidebar first.

    Args:
        texts: of their labels.
        fields: by name.
        script: what the page's script calls its side of them.
        prefix: of their ids.
    """

    def __init__(
        self,
        texts: Texts,
        fields: Mapping[str, Field] = CONTROLS,
        script: str = "explorer",
        prefix: str = "field",
    ):
        self.texts = texts
        self._fields, self._script, self._prefix = fields, script, prefix
        self._bound: list[_Bound] = []
        self._folds: dict[str, gr.Accordion] = {}
        self._where: dict[str, str] = {}  # key -> the fold that it is in

    def add(self, name: str, page: str | None = "", *, fold: str = "", **options) -> Component:
        """A control of a field, here.

        Args:
            name: of the field.
            page: that it stands on, "" in the sidebar, `DOCK` on all.
            fold: that it is in, by section; "" where it is in none.
            options: arguments of the component in the place of those that suit the field.
        """
        key = self._new_key(name, page)
        told = {"elem_id": key, "elem_classes": _kind_of(name), **options}
        component = _control(self._fields[name], self.texts, told)
        return self._bind(component, _Bound(component, key, name, page), fold)

    def add_text(self, name: str, fold: str, **options) -> gr.Textbox:
        """A box in a fold whose text a button hands over; what is wrong with it is marked there."""
        key = self._new_key(name, "")
        box = gr.Textbox(
            label=self.texts(f"labels.{name}"), elem_id=key, interactive=True, **options
        )
        return self._bind(box, _Bound(box, key, name, "", listens=False), fold)

    def _bind(self, component: Component, bound: _Bound, fold: str = "") -> Component:
        self._bound.append(bound)
        if fold:
            self._where[bound.key] = fold
        return component

    def add_pads(self, name: str, page: str):
        """A box for each of the numbers that a field of pads holds, here."""
        for part, value in enumerate(side for pair in self._fields[name].default for side in pair):
            key = f"{self._prefix}-{name}-{page}-{part}"
            label = self.texts(f"pads.{AXES[part // 2]}.{'after' if part % 2 else 'before'}")
            box = gr.Number(
                value,
                label=label,
                minimum=PAD.low,
                maximum=PAD.high,
                min_width=60,
                visible=name not in _shown_by_views(),
                elem_id=key,
                interactive=True,
            )
            self._bind(box, _Bound(box, key, name, page, more={"part": part}))

    def add_pad_call(self, page: str):
        """The call of tf.pad as a line that can be edited, here."""
        name, key = PAD_CALL_FIELDS[0], f"{self._prefix}-pad_call-{page}"
        line = gr.Textbox(
            PAD_CALL.format(**{name: _held(self._fields[name]) for name in PAD_CALL_FIELDS}),
            label=self.texts("ui.pad_call"),
            max_lines=1,
            min_width=552,
            scale=4,
            max_length=MOST_LETTERS,
            elem_id=key,
            elem_classes=["code-line", OF_CONFIGURATION],
            interactive=True,
        )
        call = {"text": PAD_CALL, "fields": PAD_CALL_FIELDS, "path": PAD_CALLS}
        self._bind(line, _Bound(line, key, name, page, more={"call": call}))

    def _new_key(self, name: str, page: str | None) -> str:
        key, place = f"{self._prefix}-{name}", "dock" if page is DOCK else page
        return f"{key}-{place}" if any(bound.key == key for bound in self._bound) else key

    def add_dock(self):
        """Names of the fields that are dragged, and the slider of the one that is chosen."""
        names = having(self._fields, Role.DRAGGED)
        chips = gr.Radio(
            [(_label(name, self.texts), name) for name in names],
            value=names[0],
            label=self.texts("ui.dragged"),
            show_label=False,
            container=False,
            interactive=True,
            elem_id="dock-field",
            elem_classes=OF_CONFIGURATION,
        )
        sliders = [
            self.add(
                name,
                DOCK,
                info=None,
                show_label=False,
                container=False,
                min_width=120,
                visible=name == names[0],
            )
            for name in names
        ]
        chips.input(None, chips, sliders, js=_showing(names))

    def add_fold(
        self, section: str, names: Iterable[str], *, open: bool, kind: str = ""
    ) -> gr.Accordion:
        """Controls of some fields that fold away under the name of their section.

        Args:
            kind: `OF_CONFIGURATION` or `OF_LATENT`, where it is of one of these alone.
        """
        fold = gr.Accordion(
            self.texts(f"ui.{section}"), open=open, elem_id=f"group-{section}", elem_classes=kind
        )
        with fold:
            for name in names:
                self.add(name, fold=section)
        self._folds[section] = fold
        return fold

    def join_tab(self, tab: gr.Tab, field: str, value: str):
        """A tab that is turned to is a value of a field."""
        tab.select(None, js=self._setting(_tabs_of(field), json.dumps(value)))

    def join(self, source: Follow, tabs: gr.Tabs | None = None, sidebar: gr.Sidebar | None = None):
        """Joins them to the script.

        Args:
            source: the component whose event says that controls are to follow.
            tabs: of the pages; they follow too.
            sidebar: of the controls; it is closed at the start where it would hide the page.
        """
        for bound in self._bound:
            control, told = bound.component, bound.as_dict()
            how = "read" if "call" in bound.more else "set"
            for listen in _events(control) if bound.listens else ():
                listen(None, control, js=self._setting(told, "value", how))
            if isinstance(control, gr.Slider):
                control.release(None, control, js=self._setting(told, "value", "leave"))
        order = {
            "controls": [bound.as_dict() for bound in self._bound],
            "folds": [
                [key for key, fold in self._where.items() if fold == section]
                for section in self._folds
            ],
            "tabs": None if tabs is None else _tabs_of("page"),
            "sidebar": sidebar is not None,
        }
        components = [bound.component for bound in self._bound]
        others = [block for block in (tabs, sidebar) if block is not None]
        followers: list[Block] = [*components, *self._folds.values(), *others]
        source.follow(
            None, None, followers, js=f"() => window.{self._script}.follow({json.dumps(order)})"
        )

    def _setting(self, told: Mapping[str, object], value: str, how: str = "set") -> str:
        """Hands the value of a control, an expression of the script's, to its field."""
        return f"(value) => {{ window.{self._script}?.{how}({json.dumps(told)}, {value}); }}"


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


def _kind_of(name: str) -> str:
    """What a control is of, as `OF_CONFIGURATION`; "" where every generator has it."""
    if name in CONFIG_FIELDS or name in _OF_DRAWN_WEIGHTS:
        return OF_CONFIGURATION
    return OF_LATENT if name in _OF_ONE_ENTRY else ""


def _showing(names: Iterable[str]) -> str:
    """Of components with these names shows the one whose name is chosen."""
    return (
        f"(chosen) => {json.dumps(names)}.map("
        '(name) => ({ __type__: "update", visible: name === chosen }))'
    )


def _tabs_of(field: str) -> dict[str, object]:
    """What the script knows tabs by, as it does a control."""
    return {"key": f"tabs-{field}", "field": field, "page": ""}


def _events(control: Component) -> list[Callable]:
    """When a control has a new value: text as soon as it is finished, all else at each step."""
    return [control.submit, control.blur] if isinstance(control, gr.Textbox) else [control.input]


def _control(field: Field, texts: Texts, options: Mapping[str, object]) -> Component:
    """The component that suits a field; a text is written, or one of those that a view offers."""
    value, info = _held(field), f"help.{field.name}"
    shown: Mapping[str, object] = {
        "value": value,
        "label": _label(field.name, texts),
        "info": texts(info) if texts.has(info) else None,
        "interactive": True,
        "visible": field.name not in _shown_by_views(),
        **options,
    }
    if Role.LISTED in field.roles:
        return gr.Dropdown([value], **shown)
    match field.kind:
        case "bool":
            return gr.Checkbox(**shown)
        case "choice":
            return gr.Dropdown(_choices(field, texts), **shown)
        case "text" if Role.LONG in field.roles:
            return gr.Textbox(**shown)
        case "text":
            return gr.Dropdown([value], **shown)
        case "pads":
            return gr.Textbox(**shown, max_lines=1)
    if field.slider is None:
        # As fine as its least value: the arrows of a box of 0.0002 go on by less than 1.
        step = field.low if field.kind == "float" and field.low > 0 else 1
        return gr.Number(**shown, minimum=field.low, maximum=field.high, step=step)
    low, high, step = (field.slider[name] for name in ("low", "high", "step"))
    return gr.Slider(low, high, step=step, buttons=[], **shown)


def _label(name: str, texts: Texts) -> object:
    """What a field is called: in code names as they are."""
    key = f"labels.{name}"
    return texts(key) if texts.has(key) else name


@cache
def _shown_by_views() -> frozenset[str]:
    """Fields whose controls each view shows or hides.

    Gradio covers its page until all that is shown at first has been mounted: what a view hides
    before that never is.
    """
    told = [
        item
        for page in CONTROLS["page"].choices
        for item in control_props(replace(State(), page=page)).items()
    ]
    return frozenset(
        name
        for name, props in told
        if any("visible" in one for one in (props, *props.get("parts", ())))
    )


def _held(field: Field) -> object:
    """What the control of a field holds at first: pads as Python writes lists."""
    if field.kind == "pads":
        return str([*map(list, field.default)])
    return field.form(field.default)


def _choices(field: Field, texts: Texts) -> list[tuple[object, str]]:
    keys = {choice: f"choices.{field.name}.{choice}" for choice in field.choices}
    return [(texts(key) if texts.has(key) else choice, choice) for choice, key in keys.items()]
