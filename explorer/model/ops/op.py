"""What an operation is to the explorer: a frozen dataclass with its own numbers, one module each.

Shapes have the batch first and channels last. A stage's *grid* is its shape as [items, rows,
columns, channels]: vectors are laid out as the map that they become, or as one row.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, ClassVar

import numpy as np
from pydantic import Field

from explorer.errors import ExplorerError
from explorer.model.ops.came_from import CameFrom, by_position
from explorer.model.ops.changeable import Changeable
from explorer.model.ops.code import NO_CODE, Code
from explorer.model.ops.inverse import Remedy, Wanted, filled
from explorer.model.ops.keras_call import KerasCall
from explorer.model.taps import Reads, Taps, place_reads

if TYPE_CHECKING:
    import tensorflow as tf

    from explorer.model.explained_cell import Cell
    from explorer.model.explanations import Explanation
    from explorer.model.graph import Stage

Shape = tuple[int, ...]
Pair = tuple[int, int]
# Numbers of operations that divide or count something, and those that are 0 or more.
Count = Annotated[int, Field(ge=1)]
Counts = tuple[Count, Count]
Extra = Annotated[int, Field(ge=0)]
Extras = tuple[Extra, Extra]
Epsilon = Annotated[float, Field(ge=0)]
SEVERAL_STEPS = 6  # arrays that the gradient of an operation keeps which is made of several


@dataclass(frozen=True)
class Variable:
    """One variable of an operation.

    Attributes:
        name: e.g. "kernel".
        shape: of its values.
        init: how it starts: "zeros", "ones" or the name of an initializer.
    """

    name: str
    shape: Shape
    init: str


class Along(StrEnum):
    """What the entries along an axis of a variable stand for."""

    TAP_ROWS = "tap_rows"
    TAP_COLUMNS = "tap_columns"
    INPUTS = "inputs"  # channels of the input, or all values of a vector
    OUTPUTS = "outputs"  # channels of the output, or all values of a vector
    OTHER = "other"


@dataclass(frozen=True)
class Spread:
    """How an operation spreads every input cell over several cells of its output.

    Attributes:
        how: "stamps" of a kernel that add up, "copies", "lines" between cells, or "blocks" of
            channels.
        size: rows and columns that one input cell reaches.
        kernel: the variable that holds a stamp, [rows, columns, ...]; "" where nothing is learned.
    """

    how: str
    size: Pair
    kernel: str = ""

    def beyond(self, period: Pair) -> Pair:
        """Cells that a map needs more for its middle to lie away from its borders."""
        rows, columns = (
            2 * -(-cells // steps) + 4 for cells, steps in zip(self.size, period, strict=True)
        )
        return rows, columns


@dataclass(frozen=True)
class Border:
    """Cells that an operation puts around its input.

    Attributes:
        paddings: (before, after) of items, rows, columns and channels.
        mode: "REFLECT", "SYMMETRIC" or "CONSTANT".
        value: what CONSTANT puts; NaN where its cells hold nothing.
        how: "added" where they stay in the output, "zeros" that are read on the way, or "nothing":
            places that windows reach and leave out.
        sums: how many rows and columns come, worked out; "" where the operation is told them.
    """

    paddings: tuple[Pair, Pair, Pair, Pair]
    mode: str = "CONSTANT"
    value: float = 0.0
    how: str = "zeros"
    sums: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Op(ABC):
    """One operation, with its own numbers.

    Attributes:
        kind: its name in files, links and locale entries.
    """

    kind: ClassVar[str]
    keeps_values: ClassVar[bool] = False  # whether its output holds the very values that came in
    # Whether it keeps the order of an item's values: a vector is then laid out as the map after it.
    keeps_layout: ClassVar[bool] = False
    is_known: ClassVar[bool] = True  # whether its output can be computed
    may_die: ClassVar[bool] = False  # whether a channel of zeros says that it learns no more
    # What Keras calls its numbers, where it has other names for them; None where it has none.
    keras_names: ClassVar[Mapping[str, str | None]] = {}
    makes_channels: ClassVar[bool] = False  # whether those of its output are none of its input's
    # How many sources it reads at most; each needs one, but for inputs.
    most_sources: ClassVar[int] = 1

    def output_shape(self, *inputs: Shape) -> Shape:
        """Shape of the output.

        Raises:
            ExplorerError: inputs of these shapes do not fit.
        """
        return inputs[0]

    def inputs_for(self, inputs: Sequence[Shape], wanted: Wanted) -> Iterable[tuple[Wanted, ...]]:
        """The inverse of the shape: what its inputs would have to be; by default as the output.

        Numbers that say nothing but the output's own size, such as filters, units and the target of
        a reshape, are taken as wanted. A size that nothing follows from is None.

        Args:
            inputs: as they are.

        Returns:
            Each way a shape for each source; none where no input gives the shape, or the operation
            does not tell.
        """
        try:
            asked = filled(wanted, inputs[0])
            keeps = self.output_shape(*inputs) == inputs[0]
            if keeps and self.output_shape(asked, *inputs[1:]) == asked:
                return ((wanted, *((None,) * len(shape) for shape in inputs[1:])),)
        except (ExplorerError, ValueError, IndexError):  # another number of axes; no inputs
            pass
        return ()

    def remedies(self, inputs: Sequence[Shape], wanted: Wanted) -> Iterable[Remedy]:
        """Which of its own numbers would give the wanted shape, with these inputs or with others.

        Candidates: whether they do is worked out by who takes them.
        """
        return ()

    def remedies_of_two(self, inputs: Sequence[Shape], wanted: Wanted) -> Iterable[Remedy]:
        """Which two of its own numbers together would give the wanted shape, with these inputs.

        Beside the number of channels. They take longer to find than `remedies`.
        """
        return ()

    def taking(self, inputs: Sequence[Shape]) -> Iterable[Remedy]:
        """Which of its own numbers would let it take inputs that do not fit, the gentlest first."""
        return ()

    def inputs_that_fit(self, inputs: Sequence[Shape]) -> Iterable[tuple[Wanted, ...]]:
        """What inputs that do not fit would have to be: each way a shape for each source."""
        return ()

    def reason(self, stage: "Stage", wanted: Wanted) -> tuple[str, dict[str, object]]:
        """Why its stage has another shape than is wanted: a key of words, and what fills it in."""
        return "made", {"formula": stage.formula}

    @property
    def fixes_shape(self) -> bool:
        """Whether its own numbers are the whole shape of an item, whatever comes."""
        return False

    @property
    def tells_shape(self) -> bool:
        """Whether the shape of its output is known, and not taken to be that of what came."""
        return True

    def variables(self, *inputs: Shape) -> tuple[Variable, ...]:
        """What it reads besides its inputs, in TensorFlow's order of creation."""
        return ()

    @abstractmethod
    def forward(
        self, inputs: "Sequence[tf.Tensor]", variables: "Mapping[str, tf.Tensor]", shape: Shape
    ) -> "tf.Tensor":
        """The output, by plain `tf.nn` functions.

        Args:
            inputs: float32, one for each source.
            variables: by their own names.
            shape: of the output.
        """

    @property
    def changeable(self) -> tuple[Changeable, ...]:
        """Its arguments that can be changed."""
        return ()

    def numbers_of_none(self, argument: str, stage: "Stage") -> tuple[int | None, ...]:
        """What gives a stage the same as None does, of an argument that is None.

        Returns:
            A number for each that it may hold, None where there is no such number; none at all
            where nobody may set one number alone.
        """
        return ()

    def changed(self, argument: str, value: object) -> "dict[str, Op]":
        """What takes its place with another value of an argument.

        Args:
            argument: the name of one of `changeable`.
            value: as its `read` gives it.

        Returns:
            The operations, in order, one or more: by what their names have after the stage's; ""
            is the one that keeps the stage's name and variables.
        """
        return {"": replace(self, **{argument: value})}

    @property
    def added_as(self) -> str:
        """The value of an `addition` that puts it there."""
        return self.kind

    def variable_axes(self, variable: Variable) -> tuple[Along, ...]:
        """What the axes of one of its variables stand for: how it is carried to a changed one."""
        rank = len(variable.shape)
        return (*[Along.OTHER] * (rank - 1), Along.OUTPUTS)[:rank]

    def taps_before(self, kernel: Pair, stage: "Stage") -> Pair:
        """The place of a kernel's middle tap, (row, column), for kernels of any size in its place.

        A kernel that is padded with zeros so that its middle stays has the same effect.
        """
        return 0, 0

    def map_shift(self, kernel: Pair, stage: "Stage") -> Pair:
        """Rows and columns by which a kernel's middle tap, as of `taps_before`, shifts the map.

        Down and to the right; other than 0 where taps stand apart and none is in the middle.
        """
        return 0, 0

    def handed_on(self, variables: Mapping) -> Mapping:
        """Its variables as the operation has them that takes its place, of `changed`.

        Args:
            variables: arrays or tensors by their own names; what stays is handed on as it is.
        """
        return variables

    @property
    def takes_channels_first(self) -> bool:
        """Whether it takes the first axis of an item's maps for their channels."""
        return False

    @property
    def channel_blocks(self) -> int:
        """Into how many blocks of one size it splits its input's channels, in their order."""
        return 1

    def came_from(self, stage: "Stage", old: "Stage", given: Sequence[CameFrom]) -> CameFrom:
        """Where the entries of its changed output come from; made channels are known elsewhere.

        Args:
            stage, old: with the change and without.
            given: the same of each source.
        """
        return by_position(stage, old, given)

    def on_moved_axes(self, places: Sequence[int]) -> "Op | None":
        """What does the same to arrays whose axes stand elsewhere.

        Args:
            places: where each axis of the array stands then, the batch's among them.

        Returns:
            None where there is none, or none is known.
        """
        return None

    def mixes_channels(self, stage: "Stage") -> bool:
        """Whether a channel of its output holds of several that come in, without weights."""
        return False

    def inputs_read(self, index: np.ndarray, was: int) -> np.ndarray | None:
        """Where the inputs come from along its variables' axis of them.

        Args:
            index: where its source's channels come from.
            was: how many these were.

        Returns:
            None where not all of its variables' entries have the same inputs from there.
        """
        return index

    def macs(self, inputs: Sequence[Shape], output: Shape) -> int:
        """Multiply-accumulates of the whole batch.

        A transposed convolution counts every product on its full canvas, the cropped ones too.
        Additions, activations and normalization are not counted.
        """
        return 0

    def reading_time(self, stage: "Stage") -> int:
        """What reading its kernel's values takes, as long as so many multiply-accumulates do."""
        return 0

    def buffer(self, stage: "Stage") -> int:
        """Bytes that TensorFlow's CPU kernels fill on the way, an item at a time."""
        return 0

    @property
    def takes_batch(self) -> bool:
        """Whether what becomes of an item depends on the others of its batch."""
        return False

    def gradient_buffer(self, stage: "Stage") -> int:
        """The same of its gradient, where the way back fills any."""
        return 0

    def gradient_steps(self, stage: "Stage") -> int:
        """Arrays of its output's size that its gradient keeps besides what every stage's does."""
        return 0

    def copied_values(self, stage: "Stage") -> int:
        """Values of the windows that it lays out, for all its output channels together."""
        return 0

    def batch_statistics(self, x: "tf.Tensor") -> "dict[str, tf.Tensor]":
        """What its moving variables follow in training, by their own names: of its input."""
        return {}

    @property
    def added(self) -> tuple[Pair, ...]:
        """What its output has more on each axis, (before, after); () where it pads nothing."""
        return ()

    def border(self, stage: "Stage") -> Border | None:
        """What it puts around its input, or reads there; None where it pads nothing."""
        return None

    def after_border(self) -> "Op | None":
        """What it does once its border is there; None where that is all that it does."""
        return None

    @property
    def reach(self) -> Pair:
        """Rows and columns that it spans or steps over at once, however few of them it reads."""
        return 1, 1

    def pairs(self, stage: "Stage") -> int:
        """Pairs of a cell and a tap along all axes: what finding its reads takes."""
        return sum(map(sum, stage.input_grids))

    def effort(self, inputs: Sequence[Shape], output: Shape) -> int:
        """Multiply-accumulates that take as long as it, where that is longer than its own do.

        Measured with TensorFlow's kernels on a CPU, against a convolution of many channels.
        """
        return self.macs(inputs, output)

    @property
    def spread(self) -> Spread | None:
        """How it spreads its input; None where it does not."""
        return None

    def taps(self, axis: int, size: int, outputs: int) -> Taps | None:
        """Which of `size` rows (axis 0) or columns (1) are read by which of so many outputs.

        None where an operation does not read maps axis by axis.
        """
        return None

    @property
    def period(self) -> Pair:
        """In how many rows and columns its output's pattern may repeat."""
        return 1, 1

    @property
    def is_straight(self) -> bool:
        """Whether it is computed by sums and products, and no curve."""
        return True

    def formula(self, inputs: Sequence[Shape], output: Shape) -> str:
        """The output shape worked out, with the numbers filled in."""
        return "="

    def detail(self, stage: "Stage") -> str:
        """What it does, in its own numbers, as code: the same in every language."""
        return ""

    def sentence(self, stage: "Stage") -> str:
        """The key of the words that say what it does."""
        return self.kind

    @property
    def why_unknown(self) -> str:
        """Of an operation that is not known here, the key of the reason."""
        return ""

    def words(self) -> dict[str, str | int | float]:
        """What fills these words in: its own numbers, sizes as "5×5"."""
        return {item.name: _spelled(getattr(self, item.name)) for item in fields(self)}

    def reads(self, stage: "Stage") -> tuple[Reads, ...]:
        """Which cells of each source's grid the stage's grid reads."""
        return tuple(place_reads(grid, stage.grid) for grid in stage.input_grids)

    @abstractmethod
    def explain(self, cell: "Cell") -> "Explanation":
        """Why a cell of the output has its value."""

    def crop(self, stage: "Stage") -> list[int] | None:
        """Rows that are cut off a transposed convolution's canvas, (before, after)."""
        return None

    def kernel_tiles(self, values: np.ndarray, stage: "Stage", channel: int) -> np.ndarray:
        """A kernel as tiles [rows, columns, tiles], for one output channel."""
        if values.ndim < 3:  # a table, whole
            return values.reshape(len(values), -1, 1)
        return values[..., min(channel, values.shape[-1] - 1)].reshape(*values.shape[:2], -1)

    def untold(self, variables: Mapping[str, np.ndarray]) -> list[str]:
        """What its stored numbers tell too little of: keys of the words for it.

        Args:
            variables: by their own names.
        """
        return []

    def is_signed(self, inputs: Sequence[bool]) -> bool:
        """Whether the output can hold negative values, given whether the inputs can."""
        return True

    def keras_call(self, stage: "Stage") -> KerasCall | None:
        """The Keras layer or function that is equal: it is saved so; None where there is none."""
        return None

    def keras(self, stage: "Stage") -> Code:
        """The same as code."""
        call = self.keras_call(stage)
        if call is None:
            return NO_CODE
        return Code(call.code, "no_layer" if call.is_function else "")

    def pytorch(self, stage: "Stage") -> Code:
        """The PyTorch module or function that is equal, on channels-first tensors."""
        return NO_CODE


def _are_sizes(numbers: tuple) -> bool:
    return all(isinstance(number, int) for number in numbers)


def _spelled(value: object) -> str | int | float:
    """A number of an operation, as words have it."""
    if isinstance(value, tuple):
        return ("×" if _are_sizes(value) else ", ").join(str(_spelled(part)) for part in value)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else str(value)
