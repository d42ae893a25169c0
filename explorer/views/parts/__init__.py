"""The parts of a view by name, in the order in which they are drawn, each in the file of its page.

A part is a pure function of its fields, so that who has it under their values need not ask again. A
page gets this table (`describe_parts`), and knows no part by what it means.
"""

from collections.abc import Iterable

from explorer.errors import ExplorerError
from explorer.schema import State
from explorer.views.parts import (
    explanation,
    head,
    maps,
    output,
    overlap,
    padding,
    shapes,
    strip,
    train,
)
from explorer.views.parts.part import Part

PARTS: dict[str, Part] = {
    name: part
    for module in (head, strip, maps, output, explanation, padding, overlap, shapes, train)
    for name, part in module.PARTS.items()
}


def shown_parts(state: State) -> list[str]:
    """Names of all that a view of the state shows, in the order in which they are drawn."""
    return [name for name, part in PARTS.items() if part.is_shown(state)]


def check_parts(names: Iterable[str], state: State) -> list[str]:
    """The names, in the order in which the parts are drawn.

    In the place of parts of a page that the state's generator has not, those that it shows instead.

    Raises:
        ExplorerError: there is no such part, or none is named.
    """
    asked = set(names)
    if not asked or asked - PARTS.keys():
        raise ExplorerError("request_damaged", form=f"parts={','.join(PARTS)}")
    of_it = {name for name in asked if PARTS[name].is_of(state.pages)}
    wanted = asked if of_it == asked else of_it.union(shown_parts(state))
    return [name for name in PARTS if name in wanted]


def describe_parts() -> list[dict]:
    """What a page needs to know of the parts, in JSON types."""
    return [
        {"name": name, "fields": part.fields, "where": part.where, "lasts": part.lasts}
        for name, part in PARTS.items()
    ]
