"""Errors of a model that gets another number of inputs than it has: z without its label."""

import re

from explorer.errors import quote
from explorer.model.error_answer import SIZE, Answer
from explorer.model.expected_shape import spelled
from explorer.model.shape_designs import Design
from explorer.model.shape_reasons import Reason

_KERAS = re.compile(rf"expects {SIZE} input\(s\), but (?:it )?received {SIZE} input")
_OLD_KERAS = re.compile(
    rf"Expected to see {SIZE} array\(s\),(?: for inputs .{{0,200}}?)? but instead got the "
    rf"following list of {SIZE} arrays"
)


def read_inputs(design: Design, text: str) -> Answer | None:
    """How many it has, and how many came."""
    if not (found := _KERAS.search(text) or _OLD_KERAS.search(text)):
        return None
    takes, came = int(found[1]), int(found[2])
    if takes == came:
        return None
    here = [stage for stage in design.stages if stage.is_input]
    notes = ()
    if len(here) in (takes, came):
        named = ", ".join(f"{stage.name} {spelled((None, *stage.shape[1:]))}" for stage in here)
        notes = (Reason("inputs_here", {"count": len(here), "inputs": quote(named, 300)}),)
    return Answer(Reason("inputs_number", {"takes": takes, "came": came}), notes)
