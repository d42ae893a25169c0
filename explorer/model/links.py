"""Which cells of a stage read which cells of the stage before it, one axis at a time.

Every operation here treats the axes independently, so a set of cells is kept as four masks (items,
rows, columns, channels) whose product is the set. The vectors of `fc1` count as the maps that the
reshape makes of them; z is one row of `noise_dim` columns.
"""

import functools
from dataclasses import dataclass

import numpy as np

from explorer.model.config import GeneratorConfig
from explorer.model.padding import CONSTANT_SOURCE, pad_sources
from explorer.model.stages import Stage, stages

Cells = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


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


Links = tuple[Taps | Every, Taps | Every, Taps | Every, Taps | Every]


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


def transposed_taps(size: int, kernel: int, stride: int) -> Taps:
    """A SAME transposed convolution: input i meets tap t at output i·stride + t - crop before."""
    taps, inputs = np.meshgrid(np.arange(kernel), np.arange(size), indexing="ij")
    outputs = inputs * stride + taps - same_crop(kernel, stride)[0]
    kept = (outputs >= 0) & (outputs < size * stride)
    return Taps(inputs[kept], outputs[kept], taps[kept], size, size * stride)


def window_taps(size: int, kernel: int) -> Taps:
    """A VALID convolution of stride 1: output y meets tap t at input y + t."""
    outputs = size - kernel + 1
    taps, at = np.meshgrid(np.arange(kernel), np.arange(outputs), indexing="ij")
    return Taps((at + taps).ravel(), at.ravel(), taps.ravel(), size, outputs)


def pad_taps(size: int, before: int, after: int, mode: str) -> Taps:
    """`tf.pad` along one axis: every padded cell copies one cell, or none."""
    source = pad_sources(size, before, after, mode)
    outputs = np.flatnonzero(source != CONSTANT_SOURCE)
    return Taps(source[outputs], outputs, np.zeros_like(outputs), size, len(source))


def same_taps(size: int) -> Taps:
    """Every cell reads the cell at its own place."""
    at = np.arange(size)
    return Taps(at, at, np.zeros_like(at), size, size)


def grid_shape(stage: Stage, config: GeneratorConfig) -> tuple[int, int, int, int]:
    """A stage's output as [items, rows, columns, channels], vectors laid out as maps."""
    if stage.op == "input":
        return stage.shape[0], 1, stage.shape[1], 1
    if len(stage.shape) == 2:
        return stage.shape[0], config.base_height, config.base_width, config.upsample_dim
    return stage.shape


def stage_links(config: GeneratorConfig, before: Stage, stage: Stage) -> Links:
    """How a stage reads the stage before it, for items, rows, columns and channels."""
    source, target = grid_shape(before, config), grid_shape(stage, config)
    if stage.op == "dense":
        return (same_taps(source[0]), *map(Every, source[1:], target[1:]))
    if stage.op == "pad":
        return tuple(
            pad_taps(size, *pair, config.pad_mode)
            for size, pair in zip(source, config.paddings, strict=True)
        )
    if stage.op in ("conv2d_transpose", "conv2d"):
        return (
            same_taps(source[0]),
            *(spatial_taps(config, stage, size) for size in source[1:3]),
            Every(source[3], target[3]),
        )
    if stage.op == "batch_normalization" and config.training:
        over_map = len(stage.shape) == 4
        plane = [Every(n, n) if over_map else same_taps(n) for n in source[1:3]]
        return Every(source[0], source[0]), *plane, same_taps(source[3])
    return tuple(same_taps(size) for size in target)


def spatial_taps(config: GeneratorConfig, stage: Stage, size: int) -> Taps:
    """Rows (or columns) of a convolution, transposed or not, on `size` input rows."""
    if stage.op == "conv2d_transpose":
        return transposed_taps(size, config.kernel_size, config.stride)
    return window_taps(size, config.output_kernel)


def single_cell(shape: tuple[int, ...], cell: tuple[int, ...]) -> Cells:
    """The set of one cell, [item, row, column, channel] in a grid shape."""
    return tuple(np.arange(size) == at for size, at in zip(shape, cell, strict=True))


def receptive_field(
    config: GeneratorConfig, batch: int, stage: str, cell: tuple[int, int, int, int]
) -> dict[str, Cells]:
    """The cells of every earlier stage that one cell depends on.

    With training=True batch normalization reads its channel's whole batch, for its statistics; that
    counts too.

    Args:
        cell: item, row, column, channel, in the stage's grid shape.

    Returns:
        Stage name -> masks of items, rows, columns and channels, from the stage back to z. A mask
        without True means that nothing is read: the cell holds a constant, or the bias alone.
    """
    plan = stages(config, batch)
    at = [item.name for item in plan].index(stage)
    cells = single_cell(grid_shape(plan[at], config), cell)
    found = {stage: cells}
    for before, after in zip(plan[at - 1 :: -1], plan[at:0:-1], strict=False):
        links = stage_links(config, before, after)
        cells = tuple(link.back(mask) for link, mask in zip(links, cells, strict=True))
        if not all(mask.any() for mask in cells):
            cells = tuple(np.zeros_like(mask) for mask in cells)
        found[before.name] = cells
    return found


def influence(
    config: GeneratorConfig, batch: int, stage: str, cell: tuple[int, int, int, int]
) -> dict[str, Cells]:
    """The cells of every later stage that depend on one cell; arguments as `receptive_field`."""
    plan = stages(config, batch)
    at = [item.name for item in plan].index(stage)
    cells = single_cell(grid_shape(plan[at], config), cell)
    found = {stage: cells}
    for before, after in zip(plan[at:], plan[at + 1 :], strict=False):
        links = stage_links(config, before, after)
        cells = tuple(link.forward(mask) for link, mask in zip(links, cells, strict=True))
        found[after.name] = cells
    return found


@functools.lru_cache(maxsize=64)
def base_reach(config: GeneratorConfig) -> dict[str, tuple[int, int]]:
    """Rows and columns of the base map that a cell of each stage can reach, at most.

    Statistics that batch normalization takes over a whole batch are left out.
    """
    plan = stages(config, 1 + max(config.paddings[0]))
    first = next(at for at, stage in enumerate(plan) if stage.op == "reshape")
    bounds = [(np.arange(n), np.arange(n)) for n in config.base_size]
    found = {plan[first].name: (1, 1)}
    for before, stage in zip(plan[first:], plan[first + 1 :], strict=False):
        if stage.op in ("conv2d_transpose", "conv2d", "pad"):
            links = stage_links(config, before, stage)[1:3]
            bounds = [_spread(link, *bound) for link, bound in zip(links, bounds, strict=True)]
        found[stage.name] = tuple(int(max(0, (high - low).max() + 1)) for low, high in bounds)
    return found


def _spread(link: Taps, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First and last base position of every output; high < low where it reads nothing."""
    new_low = np.full(link.output_size, 2**30)
    new_high = np.full(link.output_size, -(2**30))
    np.minimum.at(new_low, link.outputs, low[link.inputs])
    np.maximum.at(new_high, link.outputs, high[link.inputs])
    return new_low, new_high
