"""Variables as stages read them: each has one shape, whoever reads it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.errors import ExplorerError
from explorer.model.ops.op import Shape

if TYPE_CHECKING:
    from explorer.model.graph import Stage


@dataclass(frozen=True)
class Weight:
    """One variable: its full name, its shape, and how it starts.

    `init` is "zeros", "ones" or, for a kernel, the name of an initializer.
    """

    name: str
    shape: Shape
    init: str

    def check(self, found: Sequence[int]):
        """Refuses values of another shape: they may be stretched to far more than was foreseen.

        Raises:
            ExplorerError: with both shapes.
        """
        if tuple(found) != self.shape:
            shape, found = list(self.shape), list(found)
            raise ExplorerError("weight_shape", None, name=self.name, shape=shape, found=found)


def first_weights(plan: "Sequence[Stage]") -> dict[str, Weight]:
    """Every variable by its full name, as the first stage reads it that does."""
    found: dict[str, Weight] = {}
    for stage in plan:
        for weight in stage.weights:
            found.setdefault(weight.name, weight)
    return found


def find_clash(plan: "Sequence[Stage]") -> "tuple[Stage, Weight] | None":
    """The first stage that reads a variable in another shape than one before it, and which."""
    found = first_weights(plan)
    pairs = ((stage, weight) for stage in plan for weight in stage.weights)
    return next((pair for pair in pairs if found[pair[1].name].shape != pair[1].shape), None)


def other_weight(plan: "Sequence[Stage]", own: Mapping[str, Shape]) -> Weight | None:
    """The first variable that stages would need in another shape than its own.

    Args:
        own: full name -> shape; a name that is not there may have any.
    """
    weights = (weight for stage in plan for weight in stage.weights)
    return next((one for one in weights if own.get(one.name, one.shape) != one.shape), None)
