"""In which ways a PyTorch module takes what the one before it makes, as their shapes tell."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from explorer.model.files.torch_modules import CONVOLUTION, LINEAR, NORM, PRELU, Module

COLOURS = (1, 3, 4)  # channels of pictures
LAST_BLOCKS = {12: 2, 27: 3, 48: 4}  # channels that are blocks of colours
_BLOCKS = (2, 3)  # by which PixelShuffle may grow


@dataclass(frozen=True)
class Width:
    """What flows: how many channels of maps, or numbers of a vector."""

    count: int
    of_maps: bool


@dataclass(frozen=True, eq=False)
class Step:
    """A module in its place.

    Attributes:
        module: which one.
        before: what it takes; for maps that are made of a vector, the maps.
        after: what it makes.
        transposed: of a convolution, whether its weight is [in, out, rows, columns].
        reshapes: whether what comes is a vector, of which maps are made first.
        block: of pixels that channels were shuffled into before it; 1 where none were.
        by_shape: whether shapes alone tell how its weight is read.
    """

    module: Module
    before: Width
    after: Width
    transposed: bool = False
    reshapes: bool = False
    by_shape: bool = True
    block: int = 1

    @property
    def takes_picture(self) -> bool:
        """Of the first step, whether what comes is a picture and no latent vector."""
        return self.module.kind == CONVOLUTION and not self.transposed


def ways_on(module: Module, last: Step | None) -> Iterator[Step]:
    """All ways in which a module takes what the last step makes, the likeliest first.

    Args:
        module: the next one.
        last: the step before it; None at the beginning, where a latent vector or a picture comes.
    """
    fitting, shuffled = [*_fitting(module, last)], [*_shuffled(module, last)]
    if fitting and shuffled:  # shapes alone do not tell
        fitting = [replace(step, by_shape=False) for step in fitting]
        shuffled = [replace(step, by_shape=False) for step in shuffled]
    multiplied = [s for s in shuffled if last.after.count == last.before.count * s.block**2]
    yield from (*multiplied, *fitting)
    yield from (step for step in shuffled if step not in multiplied)


def _shuffled(module: Module, last: Step | None) -> Iterator[Step]:
    """As `_fitting`, where PixelShuffle made larger maps of fewer channels before."""
    if not last or last.module.kind != CONVOLUTION or last.transposed:
        return
    for block in _BLOCKS:
        count, left = divmod(last.after.count, block * block)
        if not left:
            fewer = replace(last, after=Width(count, True))
            steps = (step for step in _fitting(module, fewer) if not step.transposed)
            yield from (replace(step, block=block) for step in steps)


def _fitting(module: Module, last: Step | None) -> Iterator[Step]:
    """The ways in which a module takes what the last one makes."""
    width = last.after if last else None
    if module.kind == LINEAR:
        out, taken = module.shape
        if width in (None, Width(taken, False)):
            yield Step(module, Width(taken, False), Width(out, False))
    elif module.kind == CONVOLUTION:
        yield from _fitting_convolution(module, width)
    elif width and module.kind == PRELU and module.shape[0] in (1, width.count):
        yield Step(module, width, width)
    elif width and module.kind == NORM and last.module.kind != NORM:
        yield from _fitting_norm(module, width)


def _fitting_norm(module: Module, width: Width) -> Iterator[Step]:
    (size,) = module.shape
    if size == width.count:
        yield Step(module, width, width)
    elif not width.of_maps and width.count % size == 0:
        maps = Width(size, True)
        yield Step(module, maps, maps, reshapes=True)


def _fitting_convolution(module: Module, width: Width | None) -> Iterator[Step]:
    first, second, rows, _ = module.shape
    ways = [(first, second, True), (second, first, False)]
    if _looks_plain(first, second, rows):
        ways.reverse()
    if width is None:
        ways = [(first, second, True)] + [(second, first, False)] * (second in COLOURS)
    fitting = [way for way in ways if _takes(width, way[0]) and _has_bias(module, way[1])]
    for taken, made, transposed in fitting:
        reshapes = width is not None and not width.of_maps
        before, after = Width(taken, True), Width(made, True)
        by_shape = len(fitting) == 1
        yield Step(module, before, after, transposed, reshapes, by_shape)


def _looks_plain(first: int, second: int, rows: int) -> bool:
    """Of a kernel that both kinds could have: channels shrink, and even ones are transposed."""
    return first < second or (first == second and rows % 2 == 1)


def _takes(width: Width | None, channels: int) -> bool:
    if width is None:
        return True
    return width.count == channels if width.of_maps else width.count % channels == 0


def _has_bias(module: Module, count: int) -> bool:
    bias = module.arrays.get("bias")
    return bias is None or bias.shape == (count,)
