"""An opened generator as a view runs it: its sizes, what goes in, and what stays unknown."""

import math
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass

import numpy as np

from explorer.errors import ExplorerError, quote, quote_stage
from explorer.made_once import made_once
from explorer.model.fit_picture import fit_picture
from explorer.model.given_store import (
    GivenArray,
    check_fits,
    digest_of,
    find_array,
    parse_given,
    stage_key,
)
from explorer.model.graph import Graph, Node, Stage
from explorer.model.light_work import leave_light_slot
from explorer.model.memory import bytes_held, memory
from explorer.model.stage_weights import other_weight
from explorer.model.stopping import stop_if_unwanted

# Values of inputs that an unknown layer's output came of: to be compared at all, and at once.
_MOST_COMPARED, _MOST_AT_ONCE = 2**22, 2**16


@dataclass(frozen=True, eq=False)
class OpenedCall:
    """One call of an opened generator.

    Attributes:
        sized: its graph; the inputs' sizes are told.
        batch: how many items.
        given: what a link gives to its stages, as `parse_given` reads it.
        span: the lowest and the highest value that a picture has as an input.
        own: the values of an input that nobody gave any.
    """

    sized: Graph
    batch: int
    given: str
    span: tuple[float, float]
    own: Callable[[Stage], np.ndarray]

    @made_once
    def _arrays(self) -> dict[str, GivenArray]:
        """By the names of their stages; what is given to none of them counts for nothing."""
        sources = parse_given(self.given)
        found = [(node, sources.get(stage_key(node.name))) for node in self.sized.takers]
        return {node.name: find_array(source) for node, source in found if source}

    @property
    def given_to(self) -> frozenset[str]:
        """Stages that are given something."""
        return frozenset(self._arrays)

    def picture_size(self, stage: str) -> tuple[int, int] | None:
        """Rows and columns of the picture that a stage is given, before it is fitted."""
        array = self._arrays.get(stage)
        return array.values.shape[:2] if array is not None and array.is_picture else None

    @made_once
    def inputs(self) -> dict[str, np.ndarray]:
        """What comes from outside, by stage."""
        plan = {stage.name: stage for stage in self.sized.stages(self.batch)}
        return {node.name: self._input(plan[node.name]) for node in self.sized.inputs}

    def _input(self, stage: Stage) -> np.ndarray:
        stop_if_unwanted()
        array = self._arrays.get(stage.name)
        if array is None:
            return self.own(stage)
        if array.is_picture:
            values = self._fitted(array, stage.shape[1:])[None]
        else:
            check_fits(stage.name, array.values.shape, stage.shape)
            values = array.values
        return np.ascontiguousarray(np.broadcast_to(values, stage.shape))

    def _fitted(self, picture: GivenArray, shape: tuple[int, ...]) -> np.ndarray:
        """A picture at an input's size, made or found kept."""
        return memory.get(
            self._fitted_key(picture, shape),
            lambda: fit_picture(picture.values, shape, self.span),
            lambda made: bytes_held([made]),
        )

    def _fitted_key(self, picture: GivenArray, shape: tuple[int, ...]) -> Hashable:
        return "fitted", picture.source, shape, self.span

    @property
    def fitting(self) -> int:
        """Bytes of pictures that are to be fitted to inputs, and of what comes of them."""
        pairs = [(self._arrays.get(node.name), node.op.shape) for node in self.sized.inputs]
        return sum(
            picture.values.nbytes + 4 * math.prod(shape)
            for picture, shape in pairs
            if picture
            and picture.is_picture
            and memory.find(self._fitted_key(picture, shape)) is None
        )

    @made_once
    def supplied(self) -> dict[str, np.ndarray]:
        """What layers gave that are not known here, by stage, where it came of these inputs."""
        taking = {node.name for node in self.sized.takers if node.sources}
        digest = self.digest() if taking & self._arrays.keys() else ""
        return {
            name: array.values
            for name, array in self._arrays.items()
            if name in taking and array.made_for == digest
        }

    def digest(self) -> str:
        """Names the inputs, which are made for it before anything of a view is counted.

        Raises:
            ExplorerError: they are too large for it.
            TooHeavy: they are large for a slot for light work.
        """
        values = sum(math.prod(node.op.shape) for node in self.sized.inputs) * self.batch
        if values > _MOST_COMPARED:
            raise ExplorerError(
                "inputs_too_large", None, estimate=f"{values:,}", bound=f"{_MOST_COMPARED:,}"
            )
        if values > _MOST_AT_ONCE or self.fitting:
            leave_light_slot()
        return digest_of(self.inputs)

    @property
    def outdated(self) -> frozenset[str]:
        """Stages that were given what came of other inputs."""
        taking = {node.name for node in self.sized.takers if node.sources}
        return frozenset(taking & self._arrays.keys() - self.supplied.keys())

    def supply_of(self, stage: str) -> str:
        """How it stands with the output of a layer that is not known here.

        Returns:
            "given" where an array stands for it, "outdated" where that came of other inputs,
            "alone" where there is none.
        """
        if stage in self.supplied:
            return "given"
        return "outdated" if stage in self.outdated else "alone"

    @made_once
    def plan(self) -> tuple[Stage, ...]:
        """The stages of the batch.

        Raises:
            ExplorerError: an array of another batch, or sizes that do not fit what follows.
        """
        if not self.supplied:
            return self.sized.stages(self.batch)
        sizes = {name: values.shape[1:] for name, values in self.supplied.items()}
        plan = self.sized.with_sizes(sizes).stages(self.batch)
        for stage in plan:
            if stage.name in self.supplied:
                check_fits(stage.name, self.supplied[stage.name].shape, stage.shape)
        self._check_weights(plan)
        return plan

    def _check_weights(self, plan: tuple[Stage, ...]):
        """Refuses what is given where variables would need another shape than they have."""
        own = {weight.name: weight.shape for weight in self.sized.weights}
        if other := other_weight(plan, own):
            raise ExplorerError(
                "given_for_others",
                "given",
                stage=quote(", ".join(self.supplied), 300),
                name=quote_stage(other.name),
                shape=list(other.shape),
                own=list(own[other.name]),
            )

    @made_once
    def unknown(self) -> frozenset[str]:
        """Stages whose values nobody can tell: what is not known here, and what follows it."""
        found: set[str] = set()
        for node in self.sized.nodes:
            is_told = node.op.is_known and found.isdisjoint(node.sources)
            if not is_told and node.name not in self.supplied:
                found.add(node.name)
        return frozenset(found)

    def awaited(self, stage: str) -> tuple[str, ...]:
        """The layers that are not known here, and of whose output a stage's values would come."""
        found = {stage} & self.unknown
        for node in reversed(self.sized.nodes):
            if node.name in found:
                found |= self.unknown.intersection(node.sources)
        return tuple(
            node.name for node in self.sized.nodes if node.name in found and not node.op.is_known
        )

    @made_once
    def called(self) -> dict[str, str]:
        """Layers that are not computed here, as sentences name them: with their classes."""
        unknown = (node for node in self.sized.takers if not node.op.is_known)
        return {node.name: f"{node.name} ({node.op.words()['layer']})" for node in unknown}

    @made_once
    def beyond(self) -> frozenset[str]:
        """Stages behind a layer that is not known here: no slope leads from them to the inputs."""
        found: set[str] = set()
        for node in self.sized.nodes:
            if not node.op.is_known or not found.isdisjoint(node.sources):
                found.add(node.name)
        return frozenset(found)

    @property
    def values(self) -> Mapping[str, np.ndarray]:
        """All that is given to a pass over the stages."""
        return self.inputs | self.supplied


def taker(graph: Graph, stage: object) -> Node:
    """The node of a stage that may be given an array.

    Raises:
        ExplorerError: the stage takes none.
    """
    names = [node.name for node in graph.takers]
    if stage not in names:
        shown = quote(", ".join(names), 300)
        raise ExplorerError("no_such_input", "given", value=quote(stage), allowed=shown)
    return graph.takers[names.index(stage)]
