"""Which cells along one axis are joined by which taps of a kernel, and by what else moves cells."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from explorer.model.padding import CONSTANT_SOURCE, pad_sources

MOST_BOXES = 64  # that a set is told by; one of more is told by the box around it
MOST_RELAID = 8  # that are laid out otherwise one by one; of more the box around them is
Cells = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]  # masks; their product is the set


@dataclass(frozen=True, eq=False)
class Taps:
    """Pairs of cells that are joined along one axis, each by one kernel tap.

    Attributes:
        inputs, outputs: int [L], positions in the stage before and in this one.
        taps: int [L], the kernel's index (0 where there is no kernel).
        input_size, output_size: lengths of the axis.
    """

    inputs: np.ndarray
    outputs: np.ndarray
    taps: np.ndarray
    input_size: int
    output_size: int

    def back(self, mask: np.ndarray) -> np.ndarray:
        """bool [input_size]: the inputs that the masked outputs read."""
        result = np.zeros(self.input_size, bool)
        result[self.inputs[mask[self.outputs]]] = True
        return result

    def forward(self, mask: np.ndarray) -> np.ndarray:
        """bool [output_size]: the outputs that read the masked inputs."""
        result = np.zeros(self.output_size, bool)
        result[self.outputs[mask[self.inputs]]] = True
        return result

    def of(self, output: int) -> tuple[np.ndarray, np.ndarray]:
        """Inputs that one output reads, ascending, and the tap that each meets."""
        chosen = self.outputs == output
        order = np.argsort(self.inputs[chosen], kind="stable")
        return self.inputs[chosen][order], self.taps[chosen][order]

    def contributions(self) -> np.ndarray:
        """int [output_size]: how many inputs reach each output."""
        return np.bincount(self.outputs, minlength=self.output_size)

    def reads(self) -> np.ndarray:
        """int [input_size]: how often each input is read."""
        return np.bincount(self.inputs, minlength=self.input_size)

    def after(self, first: "Taps") -> "Taps":
        """These taps on the outputs of `first`, which copies cells: what they read in its inputs.

        A cell that `first` fills with a constant has no input and drops out.
        """
        source = np.full(first.output_size, CONSTANT_SOURCE)
        source[first.outputs] = first.inputs
        known = source[self.inputs] != CONSTANT_SOURCE
        return Taps(
            source[self.inputs][known],
            self.outputs[known],
            self.taps[known],
            first.input_size,
            self.output_size,
        )


@dataclass(frozen=True)
class Every:
    """Along this axis every output reads every input."""

    input_size: int
    output_size: int

    def back(self, mask: np.ndarray) -> np.ndarray:
        """All inputs, if any output is masked."""
        return np.full(self.input_size, mask.any())

    def forward(self, mask: np.ndarray) -> np.ndarray:
        """All outputs, if any input is masked."""
        return np.full(self.output_size, mask.any())


@dataclass(frozen=True)
class Groups:
    """Channels in groups of equal size: an output reads all inputs of its own group."""

    input_size: int
    output_size: int
    groups: int

    def back(self, mask: np.ndarray) -> np.ndarray:
        """The inputs of groups in which an output is masked."""
        return self._spread(mask, self.input_size)

    def forward(self, mask: np.ndarray) -> np.ndarray:
        """The outputs of groups in which an input is masked."""
        return self._spread(mask, self.output_size)

    def _spread(self, mask: np.ndarray, size: int) -> np.ndarray:
        return np.repeat(mask.reshape(self.groups, -1).any(axis=1), size // self.groups)


Axis = Taps | Every | Groups


@dataclass(frozen=True, eq=False)
class Separable:
    """What is read along each axis by itself: of items, rows, columns and channels."""

    axes: tuple[Axis, Axis, Axis, Axis]

    def back(self, cells: Cells) -> list[Cells]:
        """The boxes of inputs that a box of outputs reads."""
        return [tuple(axis.back(mask) for axis, mask in zip(self.axes, cells, strict=True))]

    def forward(self, cells: Cells) -> list[Cells]:
        """The boxes of outputs that read a box of inputs."""
        return [tuple(axis.forward(mask) for axis, mask in zip(self.axes, cells, strict=True))]


@dataclass(frozen=True)
class FlatReads:
    """A reshape that lays the same values out otherwise: each reads the one of its flat place."""

    source: tuple[int, ...]
    output: tuple[int, ...]

    def back(self, cells: Cells) -> list[Cells]:
        """The boxes of inputs that a box of outputs reads."""
        return _refolded(cells, self.source)

    def forward(self, cells: Cells) -> list[Cells]:
        """The boxes of outputs that read a box of inputs."""
        return _refolded(cells, self.output)


def _refolded(cells: Cells, other: tuple[int, ...]) -> list[Cells]:
    """A box in another shape of as many values: a box for each set of alike rows."""
    items, *plane = cells
    inside = np.multiply.outer(np.multiply.outer(*plane[:2]), plane[2]).reshape(other[1:])
    alike = _alike(inside.reshape(other[1], -1))
    if alike is None:
        return [_around(items, inside)]
    boxes, (kinds, kind_of) = [], alike
    for at, kind in enumerate(kinds):
        if kind.any():
            boxes += _split(items, kind_of == at, kind.reshape(other[2:]))
        if len(boxes) > MOST_BOXES:
            return [_around(items, inside)]
    return boxes or [tuple(np.zeros(size, bool) for size in other)]


def _around(items: np.ndarray, inside: np.ndarray) -> Cells:
    """The box around a set of cells of rows, columns and channels."""
    others = [tuple(axis for axis in range(3) if axis != kept) for kept in range(3)]
    return (items, *(inside.any(axis=axes) for axes in others))


def _split(items: np.ndarray, rows: np.ndarray, plane: np.ndarray) -> list[Cells]:
    """The boxes of a set that is the same in some rows: one for each kind of column."""
    alike = _alike(plane)
    if alike is None:
        return [(items, rows, plane.any(axis=1), plane.any(axis=0))]
    kinds, kind_of = alike
    return [(items, rows, kind_of == at, kind) for at, kind in enumerate(kinds) if kind.any()]


def _alike(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """The different ones of bool [rows, n], and which of them each row is; None of too many.

    Nothing is sorted: that would take far longer, with the interpreter's lock held.
    """
    packed = np.packbits(rows, axis=1)
    kind_of = np.zeros(len(rows), np.intp)
    if len(packed) <= packed.shape[1]:
        firsts: dict[bytes, int] = {}
        for at, row in enumerate(packed):
            kind_of[at] = firsts.setdefault(row.tobytes(), at)
        kinds = np.array(list(firsts.values()))
        if len(kinds) > MOST_BOXES:
            return None
        return rows[kinds], np.searchsorted(kinds, kind_of)
    for byte in packed.T:
        found = kind_of * 256 + byte
        is_there = np.zeros(256 * (MOST_BOXES + 1), bool)
        is_there[found] = True
        if np.count_nonzero(is_there) > MOST_BOXES:
            return None
        kind_of = (np.cumsum(is_there) - 1)[found]
    kinds = [np.argmax(kind_of == at) for at in range(kind_of.max() + 1)]
    return rows[kinds], kind_of


def box_around(boxes: list[Cells]) -> Cells:
    """The box around several."""
    return tuple(np.logical_or.reduce(masks) for masks in zip(*boxes, strict=True))


def few_boxes(boxes: list[Cells]) -> list[Cells]:
    """As they are, or the one around them where they are too many to be laid out otherwise."""
    return boxes if len(boxes) <= MOST_RELAID else [box_around(boxes)]


@dataclass(frozen=True)
class AcrossLayouts:
    """Reads of arrays that are laid out otherwise than the grids whose cells are asked for.

    Attributes:
        inner: the reads, between `source_view` and `output_view`.
        source_grid, output_grid: of as many cells as the views, in the same flat order.
    """

    inner: "Reads"
    source_view: tuple[int, ...]
    output_view: tuple[int, ...]
    source_grid: tuple[int, ...]
    output_grid: tuple[int, ...]

    def back(self, cells: Cells) -> list[Cells]:
        """The boxes of inputs that a box of outputs reads."""
        return [
            box
            for seen in few_boxes(_relaid([cells], self.output_grid, self.output_view))
            for box in _relaid(self.inner.back(seen), self.source_view, self.source_grid)
        ]

    def forward(self, cells: Cells) -> list[Cells]:
        """The boxes of outputs that read a box of inputs."""
        return [
            box
            for seen in few_boxes(_relaid([cells], self.source_grid, self.source_view))
            for box in _relaid(self.inner.forward(seen), self.output_view, self.output_grid)
        ]


def _relaid(boxes: list[Cells], shape: tuple[int, ...], other: tuple[int, ...]) -> list[Cells]:
    if shape == other:
        return boxes
    return [made for box in few_boxes(boxes) for made in _refolded(box, other)]


@dataclass(frozen=True)
class Transposed:
    """Axes in another order: output axis i is the source's axis order[i]."""

    order: tuple[int, int, int, int]

    def back(self, cells: Cells) -> list[Cells]:
        """The boxes of inputs that a box of outputs reads."""
        return [tuple(cells[self.order.index(at)] for at in range(4))]

    def forward(self, cells: Cells) -> list[Cells]:
        """The boxes of outputs that read a box of inputs."""
        return [tuple(cells[at] for at in self.order)]


@dataclass(frozen=True)
class BlocksFromDepth:
    """Channels that become square blocks of cells: (row·block + column) channels to one map."""

    block: int

    def back(self, cells: Cells) -> list[Cells]:
        """The boxes of inputs that a box of outputs reads."""
        items, rows, columns, channels = cells
        if self.block**2 > MOST_BOXES:
            plane = (mask.reshape(-1, self.block).any(axis=1) for mask in (rows, columns))
            return [(items, *plane, np.tile(channels, self.block**2))]
        return [
            (items, rows[down :: self.block], columns[right :: self.block], at)
            for down, right, at in self._slots(channels)
        ]

    def forward(self, cells: Cells) -> list[Cells]:
        """The boxes of outputs that read a box of inputs."""
        items, rows, columns, channels = cells
        if self.block**2 > MOST_BOXES:
            plane = (np.repeat(mask, self.block) for mask in (rows, columns))
            return [(items, *plane, channels.reshape(self.block**2, -1).any(axis=0))]
        made = []
        for slot, chosen in enumerate(channels.reshape(self.block**2, -1)):
            at = divmod(slot, self.block)
            plane = [
                np.kron(mask, np.arange(self.block) == step).astype(bool)
                for mask, step in zip((rows, columns), at, strict=True)
            ]
            made.append((items, *plane, chosen))
        return made

    def _slots(self, channels: np.ndarray):
        for slot in range(self.block**2):
            wanted = np.arange(self.block**2) == slot
            yield *divmod(slot, self.block), np.kron(wanted, channels).astype(bool)


class Reads(Protocol):
    """Which cells of one source an operation reads; sets of cells are unions of boxes."""

    def back(self, cells: Cells) -> list[Cells]:
        """The boxes of inputs that a box of outputs reads."""

    def forward(self, cells: Cells) -> list[Cells]:
        """The boxes of outputs that read a box of inputs."""


def same_crop(kernel: int, stride: int) -> tuple[int, int]:
    """Rows that SAME cuts off a transposed convolution's canvas, before and after.

    The canvas of n cells has (n - 1)·stride + kernel rows and n·stride of them are kept. The cut is
    max(kernel - stride, 0), half of it before; where it is odd the larger half comes after
    (TensorFlow's SAME, "Neural Network" guide).

    Example:
        >>> [same_crop(k, 2) for k in (3, 4, 5, 7)]
        [(0, 1), (1, 1), (1, 2), (2, 3)]
    """
    cut = max(kernel - stride, 0)
    return cut // 2, cut - cut // 2


def transposed_taps(
    size: int,
    kernel: int,
    stride: int,
    kept: int | None = None,
    before: int | None = None,
    dilation: int = 1,
) -> Taps:
    """A transposed convolution: input i meets tap t at output i·stride + t·dilation - before.

    Args:
        kept: length of the output; by default SAME's, size·stride.
        before: rows cut off before it; by default SAME's, of one without dilation.
    """
    taps, inputs = np.meshgrid(np.arange(kernel), np.arange(size), indexing="ij")
    length = size * stride if kept is None else kept
    cut = same_crop(kernel, stride)[0] if before is None else before
    outputs = inputs * stride + taps * dilation - cut
    inside = (outputs >= 0) & (outputs < length)
    return Taps(inputs[inside], outputs[inside], taps[inside], size, length)


def window_taps(
    size: int,
    kernel: int,
    stride: int = 1,
    dilation: int = 1,
    outputs: int | None = None,
    before: int = 0,
) -> Taps:
    """A convolution: output y meets tap t at input y·stride + t·dilation - before.

    Args:
        outputs: how many there are; by default VALID's.
        before: zeros that stand before the first input.
    """
    length = (size - (kernel - 1) * dilation - 1) // stride + 1 if outputs is None else outputs
    taps, at = np.meshgrid(np.arange(kernel), np.arange(length), indexing="ij")
    inputs = at * stride + taps * dilation - before
    inside = (inputs >= 0) & (inputs < size)
    return Taps(inputs[inside], at[inside], taps[inside], size, length)


def pad_taps(size: int, before: int, after: int, mode: str) -> Taps:
    """`tf.pad` along one axis: every padded cell copies one cell, or none."""
    source = pad_sources(size, before, after, mode)
    outputs = np.flatnonzero(source != CONSTANT_SOURCE)
    return Taps(source[outputs], outputs, np.zeros_like(outputs), size, len(source))


def same_taps(size: int) -> Taps:
    """Every cell reads the cell at its own place."""
    at = np.arange(size)
    return Taps(at, at, np.zeros_like(at), size, size)


def same_reads(shape: tuple[int, ...]) -> Separable:
    """Every cell reads the one at its own place."""
    return Separable(tuple(map(same_taps, shape)))


def place_reads(source: tuple[int, ...], output: tuple[int, ...]) -> Reads:
    """Every cell reads the one at its own place of the flat order, however both are laid out."""
    return same_reads(output) if source == output else FlatReads(source, output)


def broadcast_taps(size: int, output: int) -> Taps:
    """Every cell reads the one at its own place, or the only one that there is."""
    at = np.arange(output)
    return Taps(at if size > 1 else np.zeros_like(at), at, np.zeros_like(at), size, output)


def single_cell(shape: tuple[int, ...], cell: tuple[int, ...]) -> Cells:
    """The set of one cell, [item, row, column, channel] in a grid shape."""
    return tuple(np.arange(size) == at for size, at in zip(shape, cell, strict=True))
