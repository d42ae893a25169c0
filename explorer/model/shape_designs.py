"""A generator as the shape debugger asks it: its stages, what a shape goes back to, what mends it.

There are two kinds: the one of a configuration, whose remedies are fields of that, and a graph of
any design, whose remedies are numbers of its operations.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from explorer.errors import quote
from explorer.made_once import made_once
from explorer.model.builders.dcgan_shapes import needed_of_config, reason_of_config
from explorer.model.changes import Change as NewNumber
from explorer.model.config import GeneratorConfig, check_config
from explorer.model.expected_shape import Shape, fits, spelled
from explorer.model.graph import Graph, Stage
from explorer.model.needed_shapes import Clash, Needs, needed_shapes
from explorer.model.number_search import MOST_OFFERED, find_new_numbers, verified_numbers
from explorer.model.ops.inverse import filled
from explorer.model.resized_search import find_resized
from explorer.model.shape_reasons import Reason
from explorer.model.shape_search import Change, find_changes, verified_change
from explorer.model.stages import stages


class Design(ABC):
    """A generator with the number of items that go in.

    Attributes:
        batch: that number.
        config: where the generator is the one of a configuration.
        graph: where it is of any other design.
    """

    config: GeneratorConfig | None = None
    graph: Graph | None = None

    def __init__(self, batch: int, plan: tuple[Stage, ...]):
        self.batch = batch
        self.stages = plan

    @made_once
    def plan(self) -> dict[str, Stage]:
        """Its stages by name."""
        return {stage.name: stage for stage in self.stages}

    @property
    def output(self) -> Stage:
        """The last stage."""
        return self.stages[-1]

    @property
    def gives_maps(self) -> bool:
        """Whether its output is a map."""
        return len(self.output.shape) == 4

    @property
    @abstractmethod
    def latent(self) -> Stage | None:
        """The input that holds vectors z."""

    @made_once
    def base(self) -> Stage | None:
        """The first map that is made of a vector."""
        return next(
            (
                stage
                for stage in self.stages
                if len(stage.shape) == 4 and [len(s) for s in stage.input_shapes] == [2]
            ),
            None,
        )

    @property
    def base_units(self) -> int:
        """Values of an item's base map; 0 without one."""
        return math.prod(self.base.shape[1:]) if self.base else 0

    @made_once
    def units(self) -> Stage | None:
        """The layer that gives the vector of which the base map is made."""
        stage = self.base
        while stage and stage.sources and not _matrix(stage):
            stage = self.plan[stage.sources[0]]
        return stage if stage and stage.sources else None

    @made_once
    def vector_layers(self) -> tuple[Stage, ...]:
        """The layers that read whole vectors."""
        return tuple(s for s in self.stages if len(s.input_shape) == 2 and _matrix(s))

    @abstractmethod
    def needs(self, name: str, wanted: Shape) -> Needs:
        """What earlier stages would have to be."""

    @abstractmethod
    def reason(self, first: Stage, needs: Needs) -> Reason:
        """Why a stage, the first that differs in more than the batch, is not as needed."""

    @abstractmethod
    def batch_reason(self, first: Stage, needed: Shape) -> Reason:
        """Why its number of items is not as needed."""

    @abstractmethod
    def find_changes(self, stage: Stage, wanted: Shape) -> list[Change]:
        """What gives a stage the shape, verified, in order."""

    def verified_numbers(self, numbers: Iterable[NewNumber]) -> Iterator[Change]:
        """Each number alone, with the output's shape, where all shapes fit with it."""
        wanted = (None,) * len(self.output.shape)
        for one in numbers:
            if change := verified_numbers(self.graph, self.batch, self.output.name, wanted, (one,)):
                yield change

    def explain(self, first: Stage, needs: Needs) -> Reason:
        """Why the first stage that differs does."""
        needed = needs.shapes[first.name]
        if fits(first.shape[1:], needed[1:]):
            return self.batch_reason(first, needed)
        return self.reason(first, needs)


def _bases_of(sizes: Shape, count: int) -> Iterator[Shape]:
    """Base maps of so many values: of another depth, else square with the same."""
    rows, columns, depth = sizes
    if count % (rows * columns) == 0:
        yield rows, columns, count // (rows * columns)
    side = math.isqrt(count // depth)
    if side and side * side * depth == count:
        yield side, side, depth


def _product(shape: Shape) -> str:
    return "·".join(map(str, shape[1:]))


def _matrix(stage: Stage) -> bool:
    length = stage.input_shape[-1]
    return any(len(w.shape) == 2 and w.shape[0] == length for w in stage.weights)


class ConfigDesign(Design):
    """The generator of a configuration."""

    def __init__(self, config: GeneratorConfig, batch: int):
        super().__init__(batch, stages(config, batch))
        self.config = config

    @property
    def latent(self) -> Stage:
        """z."""
        return self.stages[0]

    def needs(self, name: str, wanted: Shape) -> Needs:
        """By the design's own rules for channels."""
        return Needs(needed_of_config(self.config, self.stages, name, wanted))

    def reason(self, first: Stage, needs: Needs) -> Reason:
        """In the configuration's words."""
        return reason_of_config(self.config, first, needs.shapes[first.name])

    def batch_reason(self, first: Stage, needed: Shape) -> Reason:
        """The number of vectors, and the pads of the batch."""
        pads = sum(self.config.paddings[0])
        return Reason("batch", {"wanted": needed[0], "found": first.shape[0], "pads": pads})

    def find_changes(self, stage: Stage, wanted: Shape) -> list[Change]:
        """Fields of the configuration."""
        return find_changes(self.config, self.batch, stage, wanted)

    def verified_values(self, values: Mapping[str, object]) -> Iterator[Change]:
        """Values of fields that change z, where they are in range."""
        if change := verified_change(self.config, self.batch, self.latent, values):
            yield change


class GraphDesign(Design):
    """A generator of any design."""

    def __init__(self, graph: Graph, batch: int):
        super().__init__(batch, graph.stages(batch))
        self.graph = graph

    @property
    def latent(self) -> Stage | None:
        """Of the inputs that of latent vectors."""
        return self.plan.get(self.graph.latent or "")

    def needs(self, name: str, wanted: Shape) -> Needs:
        """By the operations alone."""
        return needed_shapes(self.stages, name, wanted)

    def reason(self, first: Stage, needs: Needs) -> Reason:
        """In the operation's words, with the names of stages; of units by the base map's sizes."""
        needed = needs.shapes[first.name]
        if first is self.units and self.base.name in needs.shapes:
            base = filled(needs.shapes[self.base.name], self.base.shape)
            params = {
                "stage": quote(first.name), "found": first.shape[1], "wanted": needed[1],
                "base": quote(self.base.name), "sum": _product(self.base.shape),
                "wanted_sum": _product(base),
            }  # fmt: skip
            return Reason("own_units_of_base", params)
        code, params = first.op.reason(first, needed)
        shapes = {"found": spelled(first.shape), "wanted": spelled(needed)}
        return Reason(code, {"stage": quote(first.name), **shapes, **params})

    def batch_reason(self, first: Stage, needed: Shape) -> Reason:
        """The number of items."""
        return Reason("batch_items", {"wanted": needed[0], "found": first.shape[0]})

    def find_changes(self, stage: Stage, wanted: Shape) -> list[Change]:
        """Numbers of operations; units before a base map go with another base map."""
        search = self.graph, self.batch
        if stage not in self._before_base or wanted[1] is None:
            question = *search, stage, wanted
            return find_new_numbers(*question) or find_resized(*question)
        found = (
            change
            for sizes in _bases_of(self.base.shape[1:], wanted[1])
            for change in find_new_numbers(*search, self.base, (wanted[0], *sizes))
        )
        return [replace(c, shape=(c.shape[0], wanted[1])) for c in found][:MOST_OFFERED]

    @made_once
    def _before_base(self) -> tuple[Stage, ...]:
        """The stages from the units on, or from z, whose values the base map holds."""
        stage, found = self.base, []
        while stage and stage is not self.units and stage.sources:
            stage = self.plan[stage.sources[0]]
            found.append(stage)
        return tuple(found) if self.units or stage is self.latent else ()

    def clash_reason(self, clash: Clash) -> Reason:
        """Why no size of a stage suits all that read it."""
        one, other = clash.readers
        params = {
            "stage": quote(clash.stage), "one": quote(one), "other": quote(other),
            "for_one": spelled(clash.shapes[0]), "for_other": spelled(clash.shapes[1]),
        }  # fmt: skip
        return Reason("readers_clash", params)


def design_of(generator: GeneratorConfig | Graph, batch: int) -> Design:
    """Either kind.

    Raises:
        ExplorerError: it is neither, or its shapes do not fit each other.
    """
    if isinstance(generator, Graph):
        return GraphDesign(generator.with_some_sizes(), batch)
    check_config(generator)
    return ConfigDesign(generator, batch)
