"""What a part of a view is: what it makes, what it depends on, where it is shown, what it takes."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from explorer.errors import ExplorerError
from explorer.model.cost import NOTHING, Load
from explorer.model.declare import Role, having
from explorer.model.runs import Origin
from explorer.schema import FIELDS, State
from explorer.views.drawing import Drawing

Where = Mapping[str, tuple[str, ...]]  # field -> some of its values

# All that the numbers of a run depend on; the rest is how one looks at them.
RUN = tuple(name for name, field in FIELDS.items() if Role.VIEW not in field.roles)
SEEN = (*RUN, "item")
STRUCTURE = having(FIELDS, Role.STRUCTURE)


@dataclass(frozen=True)
class PartLoad:
    """What a part takes beside the view's forward pass, by how long its memory is held.

    Attributes:
        passes: more passes and their gradients: their memory takes the place of the view's pass.
        made: what is made on the way, beside a pass: free before the next part is made.
        told: what is sent, or is looked through for numbers: counted as held to the end.
    """

    passes: Load = NOTHING
    made: Load = NOTHING
    told: Load = NOTHING


def no_load(state: State, origin: Origin) -> PartLoad:
    """Of a part that takes nothing worth counting."""
    return PartLoad()


@dataclass(frozen=True)
class Part:
    """One part of a view.

    Attributes:
        make: what it adds to the view, by name.
        fields: all that it depends on.
        where: where it is shown: at any of these values of fields; everywhere if there are none.
        load: what it takes, known before it is made.
        runs: whether it takes a forward pass.
        lasts: whether it stays the same; a run that goes on changes some.
    """

    make: Callable[[Drawing], dict]
    fields: tuple[str, ...]
    where: tuple[Where, ...] = ()
    load: Callable[[State, Origin], PartLoad] = no_load
    runs: bool = True
    lasts: bool = True

    def is_of(self, pages: Iterable[str]) -> bool:
        """Whether it stands on one of the pages, or on all."""
        return not self.where or any(
            not {*place.get("page", pages)}.isdisjoint(pages) for place in self.where
        )

    def is_shown(self, state: State) -> bool:
        """Whether a view of the state shows it."""
        return not self.where or any(
            all(state[name] in values for name, values in place.items()) for place in self.where
        )


def on_pages(*names: str) -> tuple[Where, ...]:
    """Where a part is shown that some pages have."""
    return ({"page": names},)


def or_error(draw: Callable[[], dict | None]) -> dict | None:
    """A part of the view, or {"error"}: what is wrong with it must not stop the rest."""
    try:
        return draw()
    except ExplorerError as error:
        return {"error": error.as_dict()}
