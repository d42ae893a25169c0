"""Several inputs become one, cell by cell: sums, products, means, the largest, the smallest."""

import functools
import math
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

import numpy as np

from explorer.errors import ExplorerError, quote
from explorer.model.explanations import MOST_TERMS, Combined, Term
from explorer.model.lazy_tensorflow import tf
from explorer.model.ops.came_from import NEW, CameFrom, aligned, by_position
from explorer.model.ops.code import NO_CODE, Code
from explorer.model.ops.inverse import Wanted
from explorer.model.ops.keras_call import keras_call
from explorer.model.ops.layout import Grid, across, as_grid, check_axes, moved_axis
from explorer.model.ops.op import Op, Shape
from explorer.model.taps import Separable, Taps, broadcast_taps, same_taps

_WAYS = {
    "add": (lambda parts: functools.reduce(tf.add, parts), np.sum, " + "),
    "multiply": (lambda parts: functools.reduce(tf.multiply, parts), np.prod, " · "),
    "subtract": (lambda parts: tf.subtract(*parts), lambda x: x[0] - x[1], " − "),
    "average": (
        lambda parts: functools.reduce(tf.add, parts) / tf.cast(len(parts), parts[0].dtype),
        np.mean,
        " + ",
    ),
    "maximum": (lambda parts: functools.reduce(tf.maximum, parts), np.max, ", "),
    "minimum": (lambda parts: functools.reduce(tf.minimum, parts), np.min, ", "),
}
_TORCH = {"add": " + ", "multiply": " * ", "subtract": " - "}
MERGES = tuple(_WAYS)
_MOST_WAYS = 8  # of joining, by which one of the sources is another
_OF_A_SOURCE, _OF_A_VALUE = 2 * 10**6, 40  # as long as so many products take


@dataclass(frozen=True)
class Merge(Op):
    """Inputs of one shape, or of shapes that NumPy broadcasts.

    Attributes:
        how: one of `MERGES`.
    """

    how: Literal[MERGES]
    kind: ClassVar[str] = "merge"
    keras_names: ClassVar = {"how": None}  # the layer's own name tells it
    most_sources: ClassVar[int] = 1000

    def sentence(self, stage):
        """By how it merges."""
        return f"merge_{self.how}"

    def on_moved_axes(self, places):
        """Itself: it is the same everywhere."""
        return self

    def output_shape(self, *inputs):
        """What all shapes broadcast to; those of fewer axes are not stretched."""
        if self.how != "subtract" and len(set(inputs)) == 1:
            return inputs[0]
        try:
            shape = np.broadcast_shapes(*inputs)
        except ValueError:
            raise _apart(inputs) from None
        if len({len(given) for given in inputs}) > 1 or (
            self.how == "subtract" and len(inputs) != 2
        ):
            raise _apart(inputs)
        return tuple(map(int, shape))

    def inputs_for(self, inputs, wanted):
        """The same of each; what is the only one along an axis stays so."""
        made = self.output_shape(*inputs)
        if len(wanted) != len(made):
            return ()
        return (tuple(_alike(shape, made, wanted) for shape in inputs),)

    def inputs_that_fit(self, inputs):
        """All as one of them; what is the only one along an axis stays so."""
        if len({len(given) for given in inputs}) > 1:
            return
        for model in inputs[:_MOST_WAYS]:
            yield tuple(
                tuple(1 if size == 1 else want for size, want in zip(given, model, strict=True))
                for given in inputs
            )

    def forward(self, inputs, variables, shape):
        """One after the other, in their order."""
        return _WAYS[self.how][0]([tf.convert_to_tensor(x) for x in inputs])

    def effort(self, inputs, output):
        """One small operation for each source."""
        return len(inputs) * (_OF_A_SOURCE + _OF_A_VALUE * math.prod(output))

    def gradient_steps(self, stage):
        """What is there after each source, and the slope of each."""
        return 2 * len(stage.sources)

    def formula(self, inputs, output):
        """The shapes that come together."""
        sign = _WAYS[self.how][2]
        return f"{sign.join(str(list(shape)) for shape in inputs)} = {list(output)}"

    def detail(self, stage):
        """Which merge of how many."""
        return f"{self.how}, {len(stage.sources)}"

    def reads(self, stage):
        """The same place of each, or the only one along an axis."""
        output = as_grid(stage.shape)
        return tuple(
            across(stage, Separable(tuple(map(broadcast_taps, as_grid(shape), output))), at)
            for at, shape in enumerate(stage.input_shapes)
        )

    def is_signed(self, inputs):
        """As what came; a difference always."""
        return self.how == "subtract" or any(inputs)

    def explain(self, cell) -> Combined:
        """The cells that come together."""
        terms = []
        for name, source in zip(cell.stage.sources, cell.sources, strict=True):
            at = tuple(
                min(place, size - 1) for place, size in zip(cell.index, source.shape, strict=True)
            )
            terms.append(Term(name, at, float(source[at])))
        with np.errstate(invalid="ignore", over="ignore"):
            total = _WAYS[self.how][1](np.array([term.value for term in terms]))
        return cell.made(
            Combined, total, terms=tuple(terms[:MOST_TERMS]), how=self.how, count=len(terms)
        )

    def keras_call(self, stage):
        """The layer of its name."""
        return keras_call(self.how.capitalize())

    def pytorch(self, stage):
        """The operator."""
        names = [chr(ord("a") + at) for at in range(len(stage.sources))]
        if self.how not in _TORCH or len(names) > 20:
            return NO_CODE
        return Code(_TORCH[self.how].join(names))


@dataclass(frozen=True)
class Concatenate(Op):
    """Inputs one after the other along an axis.

    Attributes:
        axis: negative ones count from the end.
    """

    axis: int = -1
    kind: ClassVar[str] = "concatenate"
    most_sources: ClassVar[int] = 1000

    def on_moved_axes(self, places):
        """Along the same axis, where it stands then."""
        return replace(self, axis=moved_axis(self.axis, places))

    def output_shape(self, *inputs):
        """The sum of the sizes along the axis; all others must be alike."""
        check_axes((self.axis,), inputs[0])
        rank = len(inputs[0])
        at = self.axis % rank
        if len({(*given[:at], *given[at + 1 :]) for given in inputs}) > 1 or any(
            len(given) != rank for given in inputs
        ):
            raise ExplorerError("shapes_not_joined", None, shapes=_shown(inputs), axis=at)
        return (*inputs[0][:at], sum(given[at] for given in inputs), *inputs[0][at + 1 :])

    def inputs_for(self, inputs, wanted):
        """The same of each on all other axes; of the joined one each alone may differ."""
        if len(wanted) != len(inputs[0]):
            return
        at = self.axis % len(wanted)
        sizes = [given[at] for given in inputs]
        more = None if wanted[at] is None else wanted[at] - sum(sizes)
        if not more:
            yield tuple(_with_size(wanted, at, size if more == 0 else None) for size in sizes)
            return
        for which, size in enumerate(sizes[:_MOST_WAYS]):
            if size + more > 0:
                moved = [*sizes[:which], size + more, *sizes[which + 1 :]]
                yield tuple(_with_size(wanted, at, part) for part in moved)

    def inputs_that_fit(self, inputs):
        """All as one of them on the axes along which nothing is joined."""
        rank = len(inputs[0])
        if self.axis % rank == 0 or any(len(given) != rank for given in inputs):
            return
        at = self.axis % rank
        for model in inputs[:_MOST_WAYS]:
            yield tuple(_with_size(model, at, given[at]) for given in inputs)

    def reason(self, stage, wanted):
        """The sum of the sizes that are joined, where that differs."""
        at = self.axis % len(wanted)
        if wanted[at] in (None, stage.shape[at]):
            return super().reason(stage, wanted)
        sizes = " + ".join(str(given[at]) for given in stage.input_shapes)
        parts = ", ".join(stage.sources)
        return "own_sum", {
            "sum": sizes, "found": stage.shape[at], "wanted": wanted[at], "parts": parts,
        }  # fmt: skip

    def forward(self, inputs, variables, shape):
        """`tf.concat`."""
        return tf.concat(inputs, self.axis % len(shape))

    def came_from(self, stage, old, given):
        """Along its axis one after the other."""
        rank = len(stage.shape)
        at = self.axis % rank - 1
        axes = list(by_position(stage, old, given).axes)
        if self.axis % len(old.shape) - len(old.shape) != self.axis % rank - rank:
            axes[at] = None  # with another number of axes it was another of them
            return CameFrom(tuple(axes))
        starts = np.cumsum([0, *(aligned(shape[1:], rank - 1)[at] for shape in old.input_shapes)])
        joined = [
            np.where(source.axes[at] == NEW, NEW, source.axes[at] + start)
            for source, start in zip(given, starts, strict=False)
        ]
        axes[at] = np.concatenate(joined)
        return CameFrom(tuple(axes))

    def formula(self, inputs, output):
        """The sizes along the axis."""
        sizes = [given[self.axis] for given in inputs]
        return f"{'+'.join(map(str, sizes))} = {sum(sizes)}"

    def detail(self, stage):
        """The axis."""
        return f"axis={self.axis}"

    def reads(self, stage):
        """Of one source the same place, of the others nothing."""
        start, found = 0, []
        for at, shape in enumerate(stage.input_shapes):
            source, output = self._view(shape), self._view(stage.shape)
            axes = [*map(same_taps, source[:2]), _part(source[2], output[2], start), same_taps(1)]
            found.append(across(stage, Separable(tuple(axes)), at, source, output))
            start += source[2]
        return tuple(found)

    def _view(self, shape: Shape) -> Grid:
        """[items, what stands before the axis, the axis and all after it, 1]."""
        at = self.axis % len(shape)
        return shape[0], math.prod(shape[1:at]), math.prod(shape[at:]), 1

    def is_signed(self, inputs):
        """As what came."""
        return any(inputs)

    def explain(self, cell) -> Combined:
        """The cell of the source that it comes from."""
        at, place = self.axis % len(cell.index), cell.index[self.axis]
        for told, (name, source) in enumerate(zip(cell.stage.sources, cell.sources, strict=True)):
            if place < source.shape[at]:
                index = (*cell.index[:at], place, *cell.index[at + 1 :])
                value = float(source[index])
                terms = (Term(name, index, value),)
                return cell.made(Combined, value, told, terms=terms, how=self.kind, count=1)
            place -= source.shape[at]
        raise IndexError(cell.index)

    def keras_call(self, stage):
        """`Concatenate`."""
        return keras_call("Concatenate", axis=(self.axis, -1))

    def pytorch(self, stage):
        """`torch.cat`, channels first."""
        rank = len(stage.shape)
        last = self.axis % rank == rank - 1
        return Code(f"torch.cat(x, dim={1 if last else self.axis % rank + 1})")


def _alike(shape: Shape, made: Shape, wanted: Wanted) -> Wanted:
    """What a source would have to be; where it is stretched along an axis it stays the only one."""
    return tuple(
        1 if size == 1 != now else want for size, now, want in zip(shape, made, wanted, strict=True)
    )


def _with_size(shape: Wanted, at: int, size: int | None) -> Wanted:
    return (*shape[:at], size, *shape[at + 1 :])


def _part(size: int, output: int, start: int) -> Taps:
    """Cells that stand in a longer axis from `start` on."""
    at = np.arange(size)
    return Taps(at, at + start, np.zeros_like(at), size, output)


def _apart(shapes: tuple[Shape, ...]) -> ExplorerError:
    return ExplorerError("shapes_do_not_meet", None, shapes=_shown(shapes))


def _shown(shapes: tuple[Shape, ...]) -> str:
    return quote(", ".join(str(list(shape)) for shape in shapes), 200)
