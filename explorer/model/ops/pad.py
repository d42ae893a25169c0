"""`tf.pad`: cells around each axis, copied from it or constant."""

from dataclasses import dataclass, replace
from typing import ClassVar

from explorer.model.config import AXES, MAX_PAD, PAD_MODES, PadMode
from explorer.model.explanations import Moved
from explorer.model.lazy_tensorflow import tf, whole_numbers
from explorer.model.ops.came_from import CameFrom, padded
from explorer.model.ops.changeable import Changeable, choice
from explorer.model.ops.code import Code
from explorer.model.ops.inverse import PADS, Remedy, mended_sides
from explorer.model.ops.keras_call import ALWAYS, keras_call
from explorer.model.ops.op import Border, Extras, Op, Pair
from explorer.model.ops.window import as_maps
from explorer.model.padding import CONSTANT_SOURCE, check_pad_limits, pad_sources
from explorer.model.taps import Separable, pad_taps


@dataclass(frozen=True)
class Pad(Op):
    """`tf.pad` of maps.

    Attributes:
        paddings: (before, after) of items, rows, columns and channels.
        mode: "REFLECT", "SYMMETRIC" or "CONSTANT".
        constant: that CONSTANT puts.
    """

    paddings: tuple[Extras, Extras, Extras, Extras]
    mode: PadMode = "CONSTANT"
    constant: float = 0.0
    kind: ClassVar[str] = "pad"

    @property
    def added(self) -> tuple[Pair, ...]:
        """(before, after) of each axis."""
        return self.paddings

    def border(self, stage):
        """Its pads."""
        return Border(self.paddings, self.mode, self.constant, "added")

    def on_moved_axes(self, places):
        """The same pads, where their axes stand then."""
        return replace(self, paddings=tuple(self.paddings[places.index(at)] for at in range(4)))

    def output_shape(self, *inputs):
        """Each size and its pads."""
        check_pad_limits(as_maps(inputs[0]), self.paddings, self.mode)
        return tuple(n + sum(pair) for n, pair in zip(inputs[0], self.paddings, strict=True))

    @property
    def changeable(self):
        """The pads and the mode."""
        pads = Changeable("paddings", 0, MAX_PAD, counts=(8,), grouped=True)
        return pads, choice("mode", PAD_MODES)

    def inputs_for(self, inputs, wanted):
        """Each size without its pads."""
        if len(wanted) != 4:
            return ()
        sizes = tuple(
            None if want is None else want - sum(pair)
            for want, pair in zip(wanted, self.paddings, strict=True)
        )
        return ((sizes,),) if all(size is None or size > 0 for size in sizes) else ()

    def remedies(self, inputs, wanted):
        """Other pads of rows and columns, up to a quarter of them: larger ones show no picture.

        Those of other axes would add whole items or channels.
        """
        if len(wanted) != 4:
            return
        batch, *sides, channels = self.paddings
        sizes = self.output_shape(*inputs)[1:3]
        pairs = mended_sides(sides, sizes, wanted[1:3])
        if pairs and all(4 * max(pair) <= n for pair, n in zip(pairs, inputs[0][1:3], strict=True)):
            yield Remedy((("paddings", (batch, *pairs, channels)),), PADS)

    def forward(self, inputs, variables, shape):
        """`tf.pad`."""
        return tf.pad(inputs[0], whole_numbers(self.paddings), self.mode, self.constant)

    def formula(self, inputs, output):
        """The sizes that change."""
        sums = [
            f"{before}+{size}+{after} = {before + size + after}"
            for size, (before, after) in zip(inputs[0], self.paddings, strict=True)
            if before or after
        ]
        return ", ".join(sums) or "+0"

    def detail(self, stage):
        """The mode."""
        return self.mode

    def reads(self, stage):
        """The cell that it copies, if there is one."""
        axes = [
            pad_taps(size, *pair, self.mode)
            for size, pair in zip(stage.input_shape, self.paddings, strict=True)
        ]
        return (Separable(tuple(axes)),)

    def mixes_channels(self, stage):
        """Where padded channels are copies of others."""
        return self.mode != "CONSTANT" and any(self.paddings[3])

    def came_from(self, stage, old, given):
        """The map's cells, and the pads as far from it as before."""
        axes = zip(given[0].axes, old.input_shape[1:], old.op.paddings[1:], self.paddings[1:],
                   strict=True)  # fmt: skip
        return CameFrom(tuple(padded(*axis) for axis in axes))

    def is_signed(self, inputs):
        """As what came, and the constant."""
        return any(inputs) or self.constant < 0

    def explain(self, cell) -> Moved:
        """The cell that it copies, or the constant."""
        shape = cell.source.shape
        source = tuple(
            int(pad_sources(size, *pair, self.mode)[at])
            for size, pair, at in zip(shape, self.paddings, cell.index, strict=True)
        )
        if CONSTANT_SOURCE in source:
            return cell.made(Moved, self.constant, source=None, how="pad_constant", in_padding=True)
        mirrored = tuple(
            axis
            for axis, size, (before, _), at in zip(
                AXES, shape, self.paddings, cell.index, strict=True
            )
            if not before <= at < before + size
        )
        how = "pad_mirrored" if mirrored else "pad_inside"
        moved = {"source": source, "how": how, "mirrored": mirrored, "in_padding": True}
        return cell.made(Moved, cell.source[source], **moved)

    def keras_call(self, stage):
        """`ZeroPadding2D`, or the function."""
        batch, height, width, channels = self.paddings
        if self.mode == "CONSTANT" and not any(batch + channels) and not self.constant:
            return keras_call("ZeroPadding2D", (height, width))
        return keras_call(
            "keras.ops.pad",
            [list(pair) for pair in self.paddings],
            mode=(self.mode.lower(), ALWAYS),
            constant_values=(self.constant, 0),
        )

    def pytorch(self, stage):
        """`nn.ReflectionPad2d`, `nn.ZeroPad2d`, or the function."""
        batch, height, width, channels = self.paddings
        sides = (*width, *height)
        if self.mode == "SYMMETRIC" and any(batch + height + width + channels):
            return Code("", "no_symmetric")
        if self.mode == "CONSTANT":
            value = f", value={self.constant:g}" if self.constant else ""
            if any(batch + channels):
                return Code(f"F.pad(x, {(*sides, *channels, *batch)}{value})")
            if self.constant:
                return Code(f"nn.ConstantPad2d({sides}, {self.constant:g})")
            return Code(f"nn.ZeroPad2d({sides})")
        if any(batch + channels):
            return Code("", "no_outer_reflect")
        return Code(f"nn.ReflectionPad2d({sides})")
