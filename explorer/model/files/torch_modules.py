"""The modules of a PyTorch state dict, and the order in which data flows through them.

Names and shapes tell both: each module takes as many channels as the one before it makes.
"""

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from explorer.errors import ExplorerError, quote
from explorer.model.files.arrays import StoredArray
from explorer.model.files.stage_names import natural_order
from explorer.model.files.torch_spectral import with_spectral_weights

LINEAR, CONVOLUTION, NORM, PRELU = "linear", "convolution", "norm", "prelu"
MOST_MODULES = 300
_MOST_TRIES = 20_000  # of modules in places
_KNOWN = {"weight", "bias", "running_mean", "running_var"}
_RESIDUAL = re.compile(r"res(?:net|idual)?_?(?:block|layer|unit|conv)?s?_?\d{0,4}", re.IGNORECASE)
_STATISTICS = {"running_mean", "running_var"}
_NAME = re.compile(r"(?:.+\.)?(?:weight|bias|running_mean|running_var)", re.DOTALL)
_BLOCKS = (2, 3)  # by which PixelShuffle may grow


@dataclass(frozen=True, eq=False)
class Module:
    """One module with arrays.

    Attributes:
        name: its path, e.g. "main.0".
        kind: `LINEAR`, `CONVOLUTION` (of either kind), `NORM` or `PRELU`.
        arrays: by their own names, e.g. "weight".
    """

    name: str
    kind: str
    arrays: Mapping[str, StoredArray]

    @property
    def shape(self) -> tuple[int, ...]:
        """Of its weight; of its statistics where it has no other."""
        return (self.arrays.get("weight") or self.arrays["running_mean"]).shape

    @property
    def residual(self) -> str:
        """The path of the residual block that its name says it stands in; "" for none."""
        parts = self.name.split(".")
        at = next((at for at, part in enumerate(parts[:-1]) if _RESIDUAL.fullmatch(part)), None)
        if at is None:
            return ""
        is_listed = len(parts) > at + 2 and parts[at + 1].isdecimal()
        return ".".join(parts[: at + 1 + is_listed])

    @property
    def place(self) -> tuple[str, int | None]:
        """The path of what it stands in, and its number there; None where it has a name."""
        parent, _, own = self.name.rpartition(".")
        is_number = own.isascii() and own.isdecimal() and len(own) < 5
        return parent, int(own) if is_number else None


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


def is_state_dict(arrays: Mapping[str, StoredArray]) -> bool:
    """Whether names are those of PyTorch's modules."""
    return any(
        _NAME.fullmatch(name) and name.endswith("weight") and array.ndim in (2, 4)
        for name, array in with_spectral_weights(arrays)[0].items()
    )


def ordered_modules(modules: Sequence[Module]) -> list[Step]:
    """All modules in the order of the data, from a latent vector on.

    Raises:
        ExplorerError: no such order.
    """
    search = _Search(sorted(modules, key=lambda module: natural_order(module.name)))
    found = search.run()
    if found is None:
        raise _no_order(search, modules)
    _check_residuals(found)
    return found


def _check_residuals(steps: Sequence[Step]):
    """Refuses blocks that skip otherwise than from their beginning to their end.

    Raises:
        ExplorerError: a block that changes its maps' channels or size, or that is torn apart.
    """
    seen: set[str] = set()
    for path, run in itertools.groupby(steps, lambda step: step.module.residual):
        block = [*run]
        kept = block[0].before == block[-1].after and block[0].before.of_maps
        plain = not any(s.transposed or s.block > 1 for s in block)
        plain &= not any(s.reshapes for s in block[1:])  # what makes the maps stands before it
        if path and (path in seen or not kept or not plain):
            raise ExplorerError("torch_residual", "weights", module=quote(path))
        seen.add(path)


def modules_of(arrays: Mapping[str, StoredArray]) -> list[Module]:
    """All modules, in the order of their arrays.

    Raises:
        ExplorerError: arrays of a module that is not read, or too many.
    """
    grouped: dict[str, dict[str, StoredArray]] = {}
    for name, array in arrays.items():
        path, _, own = name.rpartition(".")
        if own != "num_batches_tracked":  # a count, which nothing here reads
            grouped.setdefault(path, {})[own] = array
    if len(grouped) > MOST_MODULES:
        raise ExplorerError("torch_too_many", "weights", bound=MOST_MODULES)
    return [Module(path, _kind(path, own), own) for path, own in grouped.items()]


def _kind(path: str, own: Mapping[str, StoredArray]) -> str:
    """What module has such arrays."""
    weight = own.get("weight")
    rank = weight.ndim if weight else 1 if own.keys() >= _STATISTICS else 0
    sizes = {array.shape for name, array in own.items() if name != "weight" or rank == 1}
    is_norm = rank == 1 and (own.keys() >= _STATISTICS or "bias" in own)
    sound = own.keys() <= _KNOWN and all(0 not in array.shape for array in own.values())
    if sound and is_norm and len(sizes) == 1 and len(next(iter(sizes))) == 1:
        return NORM
    if sound and own.keys() == {"weight"} and rank == 1:
        return PRELU
    plain = sound and own.keys() <= {"weight", "bias"} and all(len(size) == 1 for size in sizes)
    if plain and rank in (2, 4):
        return LINEAR if rank == 2 else CONVOLUTION
    held = ", ".join(f"{quote(name)} {list(array.shape)}" for name, array in [*own.items()][:6])
    raise ExplorerError("torch_module", "weights", module=quote(path or "."), names=held)


@dataclass(eq=False)
class _Search:
    """Tries modules in the order of their names, and turns back where shapes do not fit."""

    modules: Sequence[Module]
    furthest: list[Step] = field(default_factory=list)
    tries: int = 0

    def run(self) -> list[Step] | None:
        """The order of all, or None."""
        self._earlier = _earlier(self.modules)
        done: list[Step] = []
        waiting = [self._choices(done)]
        while waiting:
            step = next(waiting[-1], None)
            self.tries += 1
            if step is None or self.tries > _MOST_TRIES:
                waiting.pop()
                if done:
                    done.pop()
                continue
            done.append(step)
            if len(done) > len(self.furthest):
                self.furthest = [*done]
            if len(done) == len(self.modules):
                return done
            waiting.append(self._choices(done))
        return None

    def _choices(self, done: list[Step]) -> Iterator[Step]:
        used = {id(step.module) for step in done}
        free = [
            module
            for module in self.modules
            if id(module) not in used and self._earlier.get(id(module)) in (None, *used)
        ]
        last = done[-1] if done else None
        if last:  # what stands in the same module goes on first
            parent, block = last.module.place[0], last.module.residual
            free.sort(
                key=lambda module: (
                    module.place[0] != parent,
                    module.kind == NORM and module.residual not in ("", block),  # after its own
                )
            )
        else:
            free.sort(key=lambda module: (module.kind != LINEAR, module.residual != ""))
        later = []
        for module in free:
            fitting, shuffled = [*_fitting(module, last)], [*_shuffled(module, last)]
            if fitting and shuffled:  # shapes alone do not tell
                fitting = [replace(step, by_shape=False) for step in fitting]
                shuffled = [replace(step, by_shape=False) for step in shuffled]
            multiplied = [step for step in shuffled if _makes_blocks(last, step.block)]
            yield from (*multiplied, *fitting)
            later += (step for step in shuffled if step not in multiplied)
        yield from later


def _earlier(modules: Sequence[Module]) -> dict[int, int]:
    """Of a numbered module the one before it in its Sequential, both by their `id`."""
    found, last = {}, {}
    for module in modules:
        parent, number = module.place
        if number is not None:
            if parent in last:
                found[id(module)] = last[parent]
            last[parent] = id(module)
    return found


def _makes_blocks(last: Step, block: int) -> bool:
    """Whether a convolution has as many times its channels as a block has pixels."""
    return last.after.count == last.before.count * block * block


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
        ways = [(first, second, True)]
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


def _no_order(search: _Search, modules: Sequence[Module]) -> ExplorerError:
    """Where the order ends, with what comes there and what could not take it."""
    done = search.furthest
    used = {id(step.module) for step in done}
    left = next((module for module in search.modules if id(module) not in used), None)
    if not done:
        shown = f"{quote(left.name)} {list(left.shape)}" if left else "-"
        return ExplorerError("torch_no_start", "weights", count=len(modules), module=shown)
    last = done[-1]
    return ExplorerError(
        "torch_no_order",
        "weights",
        count=len(modules),
        last=quote(last.module.name),
        made=last.after.count,
        module=quote(left.name),
        shape=str(list(left.shape)),
    )
