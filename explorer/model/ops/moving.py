"""Values that only change their place, or stay: crop, permute, depth to space, dropout."""

import re
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from explorer.errors import ExplorerError
from explorer.model.explanations import Moved
from explorer.model.lazy_tensorflow import tf
from explorer.model.ops.came_from import CameFrom, by_position, within_blocks
from explorer.model.ops.changeable import Changeable, whole
from explorer.model.ops.code import NO_CODE, Code
from explorer.model.ops.inverse import MOST_PAD, PADS, Remedy, differs
from explorer.model.ops.keras_call import ALWAYS, keras_call
from explorer.model.ops.layout import across
from explorer.model.ops.op import Count, Extras, Op, Spread
from explorer.model.ops.window import as_maps
from explorer.model.taps import MOST_BOXES, BlocksFromDepth, Separable, Taps, Transposed, same_taps

# Keras' layers of one number that do nothing when a generator runs.
_WITH_NUMBER = re.compile(
    r"(Dropout|SpatialDropout2D|AlphaDropout|GaussianDropout|GaussianNoise)"
    r"\((\d{1,9}(?:\.\d{1,9})?(?:e-\d{1,3})?)\)"
)
_NUMBERS = {"GaussianNoise": "stddev"}  # what the number is called, where it is no rate


@dataclass(frozen=True)
class Identity(Op):
    """A layer that changes nothing when a generator runs: dropout, noise, Keras' own Identity.

    Attributes:
        layer: what it is called, with its numbers, e.g. "Dropout(0.5)".
    """

    layer: str
    kind: ClassVar[str] = "identity"
    keras_names: ClassVar = {"layer": None}
    keeps_layout: ClassVar[bool] = True

    def on_moved_axes(self, places):
        """Itself: it is the same everywhere."""
        return self

    def forward(self, inputs, variables, shape):
        """What came."""
        return tf.identity(inputs[0])

    def detail(self, stage):
        """The layer."""
        return self.layer

    def sentence(self, stage):
        """By whether it would do something in training."""
        return self.kind if _WITH_NUMBER.fullmatch(self.layer) else "identity_always"

    def is_signed(self, inputs):
        """As what came."""
        return any(inputs)

    def explain(self, cell) -> Moved:
        """The same cell."""
        return cell.made(Moved, cell.source[cell.index], source=cell.index, how="identity")

    def keras_call(self, stage):
        """The layer; one of another name has nothing to do either."""
        told = _WITH_NUMBER.fullmatch(self.layer)
        if not told:
            return keras_call("Identity")
        number = _NUMBERS.get(told[1], "rate")
        return keras_call(told[1], **{number: (float(told[2]), ALWAYS)})

    def pytorch(self, stage):
        """Nothing is done."""
        return Code("nn.Identity()")


@dataclass(frozen=True)
class Crop(Op):
    """`Cropping2D`: rows and columns cut off maps.

    Attributes:
        cropping: (before, after) of rows and of columns.
    """

    cropping: tuple[Extras, Extras]
    kind: ClassVar[str] = "crop"

    def output_shape(self, *inputs):
        """What is left."""
        batch, *sizes, channels = as_maps(inputs[0])
        left = [size - sum(cut) for size, cut in zip(sizes, self.cropping, strict=True)]
        if min(left) < 1:
            raise ExplorerError("crop_exceeds", None, shape=sizes, cropping=self.cropping)
        return (batch, *left, channels)

    @property
    def changeable(self):
        """What is cut off."""
        return (Changeable("cropping", 0, 4096, counts=(4,), grouped=True),)

    def inputs_for(self, inputs, wanted):
        """What is left, and the cuts."""
        if len(wanted) != 4:
            return ()
        batch, *sides, channels = wanted
        cuts = zip(sides, self.cropping, strict=True)
        whole = (None if side is None else side + sum(cut) for side, cut in cuts)
        return (((batch, *whole, channels),),)

    def remedies(self, inputs, wanted):
        """Other cuts, as even as can be."""
        if len(wanted) != 4:
            return
        found = []
        for side, want, cut in zip(inputs[0][1:3], wanted[1:3], self.cropping, strict=True):
            total = side - want if differs(want, side - sum(cut)) else sum(cut)
            if not 0 <= total <= 2 * MOST_PAD:
                return
            found.append(cut if total == sum(cut) else (total // 2, total - total // 2))
        if tuple(found) != self.cropping:
            yield Remedy((("cropping", tuple(found)),), PADS)

    def forward(self, inputs, variables, shape):
        """A slice."""
        (top, _), (left, _) = self.cropping
        return inputs[0][:, top : top + shape[1], left : left + shape[2]]

    def formula(self, inputs, output):
        """Sizes less the cuts."""
        axes = zip(inputs[0][1:3], self.cropping, output[1:3], strict=True)
        return ", ".join(f"{size}−{cut[0]}−{cut[1]} = {made}" for size, cut, made in axes)

    def detail(self, stage):
        """The cuts."""
        return str([list(pair) for pair in self.cropping])

    def reads(self, stage):
        """The cell that it copies."""
        (source,), output = stage.input_grids, stage.grid
        plane = []
        for at, (before, _) in enumerate(self.cropping, start=1):
            kept = np.arange(output[at])
            plane.append(Taps(kept + before, kept, np.zeros_like(kept), source[at], output[at]))
        return (Separable((same_taps(source[0]), *plane, same_taps(source[3]))),)

    def is_signed(self, inputs):
        """As what came."""
        return any(inputs)

    def explain(self, cell) -> Moved:
        """The cell that it copies."""
        (top, _), (left, _) = self.cropping
        item, row, column, channel = cell.index
        source = (item, row + top, column + left, channel)
        return cell.made(Moved, cell.source[source], source=source, how="crop")

    def keras_call(self, stage):
        """`Cropping2D`."""
        return keras_call("Cropping2D", self.cropping)

    def pytorch(self, stage):
        """A slice."""
        (top, _), (left, _) = self.cropping
        rows, columns = stage.shape[1:3]
        return Code(f"x[:, :, {top}:{top + rows}, {left}:{left + columns}]")


@dataclass(frozen=True)
class Permute(Op):
    """Axes of an item in another order.

    Attributes:
        order: for each axis of the output, which one of the input it is; the item's first is 1.
    """

    order: tuple[int, ...]
    kind: ClassVar[str] = "permute"

    def output_shape(self, *inputs):
        """The sizes in that order."""
        shape = inputs[0]
        if sorted(self.order) != list(range(1, len(shape))) or len(shape) > 4:
            raise ExplorerError("permute_axes", None, order=list(self.order), shape=list(shape))
        return (shape[0], *(shape[axis] for axis in self.order))

    def inputs_for(self, inputs, wanted):
        """The sizes in their order before."""
        if len(wanted) != len(inputs[0]):
            return ()
        sizes = dict(zip(self.order, wanted[1:], strict=True))
        return (((wanted[0], *(sizes[axis] for axis in sorted(sizes))),),)

    def forward(self, inputs, variables, shape):
        """`tf.transpose`."""
        return tf.transpose(inputs[0], (0, *self.order))

    def formula(self, inputs, output):
        """The shapes."""
        return f"{list(inputs[0])} → {list(output)}"

    def detail(self, stage):
        """The order."""
        return str(self.order)

    def reads(self, stage):
        """The cell that it copies."""
        if len(self.order) == 1:
            return (across(stage, Transposed((0, 1, 2, 3))),)
        left = 3 - len(self.order)  # axes of size 1 that the grid has before the item's
        order = (*range(left + 1), *(axis + left for axis in self.order))
        return (across(stage, Transposed(order)),)

    def came_from(self, stage, old, given):
        """The axes in that order."""
        (source,) = given
        return CameFrom(tuple(source.axes[axis - 1] for axis in self.order))

    @property
    def takes_channels_first(self):
        """Where it puts them last."""
        return self.order == (2, 3, 1)

    def mixes_channels(self, stage):
        """Where they become rows or columns, which meet their neighbors."""
        return self.order[-1] != len(self.order)

    def is_signed(self, inputs):
        """As what came."""
        return any(inputs)

    def explain(self, cell) -> Moved:
        """The cell that it copies."""
        source = [cell.index[0]] * len(cell.index)
        for place, axis in zip(cell.index[1:], self.order, strict=True):
            source[axis] = place
        return cell.made(Moved, cell.source[tuple(source)], source=tuple(source), how="permute")

    def keras_call(self, stage):
        """`Permute`."""
        return keras_call("Permute", self.order)


@dataclass(frozen=True)
class DepthToSpace(Op):
    """`tf.nn.depth_to_space`: channels become square blocks of cells.

    Attributes:
        block: rows and columns of a block.
    """

    block: Count
    kind: ClassVar[str] = "depth_to_space"

    def output_shape(self, *inputs):
        """Sides grow by the block, channels shrink by its square."""
        batch, rows, columns, channels = as_maps(inputs[0])
        if channels % self.block**2:
            raise ExplorerError("block_divides", None, channels=channels, block=self.block)
        return batch, rows * self.block, columns * self.block, channels // self.block**2

    @property
    def changeable(self):
        """The block."""
        return (whole("block", 16),)

    def inputs_for(self, inputs, wanted):
        """Sides by the block, channels by its square."""
        if len(wanted) != 4:
            return
        batch, *sides, channels = wanted
        if not any(side is not None and side % self.block for side in sides):
            made = (None if side is None else side // self.block for side in sides)
            yield ((batch, *made, None if channels is None else channels * self.block**2),)

    def forward(self, inputs, variables, shape):
        """`tf.nn.depth_to_space`."""
        return tf.nn.depth_to_space(inputs[0], self.block) if self.block > 1 else inputs[0]

    def formula(self, inputs, output):
        """Sizes by the block."""
        axes = zip(inputs[0][1:3], output[1:3], strict=True)
        sides = [f"{size}·{self.block} = {made}" for size, made in axes]
        return ", ".join([*sides, f"{inputs[0][3]}/{self.block}² = {output[3]}"])

    def detail(self, stage):
        """The block."""
        return f"{self.block}×{self.block}"

    @property
    def channel_blocks(self):
        """One for each place in a block of cells."""
        return self.block**2

    def came_from(self, stage, old, given):
        """Of channels what all places in a block have alike."""
        found = by_position(stage, old, given)
        if self.block == old.op.block == 1:
            return found
        was, alike = old.input_shape[3], None
        if self.block == old.op.block:
            alike = within_blocks(given[0].axes[2], was, self.channel_blocks)
        return CameFrom((*found.axes[:2], alike))

    def pairs(self, stage):
        """A mask of all channels for each place in a block."""
        places = min(self.block**2, MOST_BOXES)
        return places * stage.input_shape[3] + super().pairs(stage)

    @property
    def spread(self):
        """A block for each cell, of its channels."""
        return Spread("blocks", self.period)

    @property
    def period(self):
        """The block."""
        return self.block, self.block

    def taps(self, axis, size, outputs):
        """The cell whose channels become the block, and the place in it."""
        at = np.arange(outputs)
        return Taps(at // self.block, at, at % self.block, size, outputs)

    def reads(self, stage):
        """The cell that it copies."""
        return (BlocksFromDepth(self.block),)

    def is_signed(self, inputs):
        """As what came."""
        return any(inputs)

    def explain(self, cell) -> Moved:
        """The cell that it copies."""
        item, row, column, channel = cell.index
        slot = row % self.block * self.block + column % self.block
        source = (
            item,
            row // self.block,
            column // self.block,
            slot * cell.output.shape[3] + channel,
        )
        return cell.made(Moved, cell.source[source], source=source, how="depth_to_space")

    def keras_call(self, stage):
        """A function."""
        return keras_call("keras.ops.depth_to_space", self.block)

    def pytorch(self, stage):
        """`PixelShuffle` orders channels otherwise; of a single map they are the same."""
        return Code(f"nn.PixelShuffle({self.block})") if stage.shape[3] == 1 else NO_CODE
