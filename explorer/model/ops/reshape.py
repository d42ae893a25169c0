"""The same values in another shape, in row-major order: reshape, and flatten."""

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from explorer.errors import ExplorerError
from explorer.model.explanations import Moved
from explorer.model.lazy_tensorflow import tf, whole_numbers
from explorer.model.ops.came_from import MOST_FLAT, CameFrom, aligned, flattened, unflattened
from explorer.model.ops.changeable import MOST_UNITS, Changeable
from explorer.model.ops.code import Code
from explorer.model.ops.inverse import Remedy, filled
from explorer.model.ops.keras_call import keras_call
from explorer.model.ops.op import Op
from explorer.model.taps import place_reads


@dataclass(frozen=True)
class Reshape(Op):
    """A reshape of each item.

    Attributes:
        sizes: of an item; one of them may be -1, which is worked out.
    """

    sizes: tuple[int, ...]
    kind: ClassVar[str] = "reshape"
    keras_names: ClassVar = {"sizes": "target_shape"}
    keeps_layout: ClassVar[bool] = True
    keeps_values: ClassVar[bool] = True

    def output_shape(self, *inputs):
        """The batch and the sizes."""
        (batch, *item), count = inputs[0], math.prod(inputs[0][1:])
        known = math.prod(size for size in self.sizes if size != -1)
        unknown = self.sizes.count(-1)
        fits = count % known == 0 if unknown == 1 and known else not unknown and count == known
        if not fits:
            raise ExplorerError(
                "reshape_count", None, shape=item, count=count, sizes=list(self.sizes), wanted=known
            )
        return (batch, *(count // known if size == -1 else size for size in self.sizes))

    @property
    def fixes_shape(self):
        """Where no size is worked out."""
        return -1 not in self.sizes

    def sentence(self, stage):
        """By the order of the axes, where a vector becomes maps."""
        return _as_laid_out(stage)

    @property
    def changeable(self):
        """The sizes of an item."""
        return (Changeable("sizes", -1, MOST_UNITS, counts=(1, 2, 3)),)

    def inputs_for(self, inputs, wanted):
        """As many values; of several axes each alone may hold the difference."""
        item = inputs[0][1:]
        if len(wanted) != len(self.sizes) + 1:
            return
        sizes = filled(wanted[1:], self.sizes)
        if -1 in sizes:  # of any size is an axis that is worked out
            yield ((wanted[0], *[None] * len(item)),)
            return
        count, now = math.prod(sizes), math.prod(item)
        if count == now:
            yield ((wanted[0], *item),)
            return
        for at, size in enumerate(item):
            if count * size % now == 0:
                yield ((wanted[0], *item[:at], count * size // now, *item[at + 1 :]),)

    def remedies(self, inputs, wanted):
        """Another target; a flattened vector's follows from what comes in."""
        present = self.output_shape(*inputs)
        if self.sizes == (-1,) or len(wanted) != len(present):
            return
        sizes = filled(wanted[1:], present[1:])
        if sizes != present[1:]:
            follows = math.prod(sizes) != math.prod(present[1:])
            yield Remedy((("sizes", sizes),), follows=follows)

    def taking(self, inputs):
        """A target of as many values, by the last of its sizes that can make up for it.

        Else by both sides of a map, whose proportions and channels stay.
        """
        count = math.prod(inputs[0][1:])
        for at in reversed(range(len(self.sizes))):
            others = math.prod((*self.sizes[:at], *self.sizes[at + 1 :]))
            if others > 0 and count % others == 0:
                sizes = (*self.sizes[:at], count // others, *self.sizes[at + 1 :])
                yield Remedy((("sizes", sizes),))
        if len(self.sizes) == 3 and min(self.sizes) > 0:
            rows, columns, channels = self.sizes
            high = math.isqrt(count * rows // (channels * columns))
            wide = high * columns // rows
            if high * wide * channels == count:
                yield Remedy((("sizes", (high, wide, channels)),))

    def inputs_that_fit(self, inputs):
        """As many values as the target has; last, as a vector."""
        yield from self.inputs_for(inputs, (inputs[0][0], *self.sizes))
        if len(inputs[0]) > 2 and min(self.sizes) > 0:
            yield ((inputs[0][0], math.prod(self.sizes)),)

    def reason(self, stage, wanted):
        """The target."""
        return "own_target", {}

    def came_from(self, stage, old, given):
        """The same place of the flat order."""
        (source,), was, now = given, old.shape[1:], stage.shape[1:]
        if was == now and old.input_shape == stage.input_shape and source.is_unmoved:
            return CameFrom(tuple(map(np.arange, now)))
        if math.prod(now) > MOST_FLAT:
            return CameFrom((None,) * len(now))
        before = aligned(old.input_shape[1:], len(source.axes))
        return unflattened(flattened(source, before), was, now)

    def forward(self, inputs, variables, shape):
        """`tf.reshape` with -1 for the batch."""
        return tf.reshape(inputs[0], whole_numbers((-1, *shape[1:])))

    def formula(self, inputs, output):
        """The count, split."""
        count, (batch, *sizes) = math.prod(output[1:]), output
        return f"{count} → {'×'.join(map(str, sizes))}; -1: {batch}·{count}/{count} = {batch}"

    def detail(self, stage):
        """The shape, as the code has it."""
        return f"[-1, {', '.join(map(str, self._item(stage)))}]"

    def _item(self, stage) -> tuple[int, ...]:
        """Sizes of an item; of a shape that is not known those that the file has."""
        return self.sizes if stage.is_guessed else stage.shape[1:]

    def reads(self, stage):
        """The cell at the same place of the flat order."""
        (source,), output = stage.input_grids, stage.grid
        return (place_reads(source, output),)

    def is_signed(self, inputs):
        """As what came."""
        return any(inputs)

    def explain(self, cell) -> Moved:
        """The value at the same place of the flat order."""
        flat = np.ravel_multi_index(cell.index[1:], cell.output.shape[1:])
        source = (cell.index[0], *map(int, np.unravel_index(flat, cell.source.shape[1:])))
        how = _as_laid_out(cell.stage)
        return cell.made(Moved, cell.source[source], source=source, how=how)

    def keras_call(self, stage):
        """`Reshape`."""
        return keras_call("Reshape", self.sizes)

    def pytorch(self, stage):
        """`view`, and the channels to the front."""
        first = ".permute(0, 2, 3, 1)" if len(stage.input_shape) == 4 else ""
        last = ".permute(0, 3, 1, 2)" if len(stage.shape) == 4 else ""
        how = "reshape" if first else "view"
        return Code(f"x{first}.{how}{(-1, *self._item(stage))}{last}")


def _as_laid_out(stage) -> str:
    if (len(stage.input_shape), len(stage.shape)) != (2, 4):
        return "reshape_flat"
    return "reshape_channels_first" if stage.is_channels_first else "reshape"
