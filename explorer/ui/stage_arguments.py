"""Gradio's controls of the focused stage's own arguments: of each kind as many as a stage may have.

They follow the stage that is looked at: what they are called, offer and hold the page's script
tells them.
"""

import json
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

import gradio as gr
from gradio.components import Component

from explorer.ui.components.picture import Follow
from explorer.ui.texts import Texts

# By what an argument's control holds, as `Changeable.entry`; in the order in which they stand.
MOST = {"number": 1, "pair": 5, "numbers": 1, "choice": 3, "switch": 1}
_KINDS = {
    "number": gr.Number,
    "pair": gr.Number,
    "numbers": partial(gr.Textbox, max_lines=1, max_length=80),
    "choice": partial(gr.Dropdown, []),
    "switch": gr.Checkbox,
}
_SCRIPT = "stageArguments"  # what the page's script calls its side


class Place(NamedTuple):
    """A control's id, its kind, the how manieth argument of that kind it is of, and its part."""

    id: str
    entry: str
    at: int
    part: int


def add_stage_arguments(texts: Texts):
    """Adds them where the blocks are being built, folded away."""
    with gr.Accordion(texts("changeable.title"), open=False, elem_id="stage-change") as fold:
        gr.HTML(f"<p>{texts('changeable.note')}</p>", elem_classes="help")
        with gr.Row(elem_classes="page-controls", elem_id="stage-arguments"):
            controls = {place: _add(place) for place in _places()}
        undo = gr.Button(
            texts("changeable.undo_stage"), interactive=False, size="md", elem_id="undo-stage"
        )
    for place, control in controls.items():
        for how, listen in _events(control):
            listen(None, control, js=_call(how, json.dumps(place._asdict()), "value"))
    fold.expand(None, js=_call("unfold"))
    undo.click(None, js=_call("undo"))
    order = json.dumps([place._asdict() for place in controls])
    followers = [fold, undo, *controls.values()]
    Follow(_SCRIPT).follow(None, None, followers, js=_call("follow", order))


def _places() -> Iterator[Place]:
    for entry, most in MOST.items():
        for at in range(most):
            for part in range(2 if entry == "pair" else 1):
                yield Place(f"argument-{entry}-{at}-{part}", entry, at, part)


def _add(place: Place) -> Component:
    return _KINDS[place.entry](
        value=None,
        visible=False,
        interactive=True,
        min_width=60,
        elem_id=place.id,
        elem_classes=f"of-{place.entry}",
    )


def _events(control: Component) -> list[tuple[str, object]]:
    """What a hand gives: a number may be half typed, a text is one as soon as it is finished."""
    if isinstance(control, gr.Textbox):
        return [("set", control.submit), ("set", control.blur)]
    if isinstance(control, gr.Number):
        return [("type", control.input), ("set", control.submit), ("set", control.blur)]
    return [("set", control.input)]


def _call(method: str, *arguments: str) -> str:
    """Calls the script's side; `value` is that of the component that is listened to."""
    return f"(value) => window.{_SCRIPT}?.{method}({', '.join(arguments)})"
