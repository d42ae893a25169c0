"""The order in which data flows through a PyTorch state dict's modules.

A file tells it by numbers in names, and by shapes: each module takes as many channels as the one
before it makes. Where these leave more than one order, none is taken.
"""

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_

from explorer.errors import ExplorerError, quote
from explorer.model.files.stage_names import natural_order, some_names
from explorer.model.files.torch_modules import CONVOLUTION, LINEAR, NORM, PRELU, Module
from explorer.model.files.torch_steps import LAST_BLOCKS, Step, ways_on

_MOST_TRIES = 20_000  # of modules in places
_NUMBERED = re.compile(r"(\D*)(\d{1,4})(\D*)", re.ASCII)
_RANKS = {NORM: 1, PRELU: 2}  # layers come before their norm
_MOST_COLOURS = 4
_MOST_CHANNELS = 16  # of maps at the end that are no features, where numbers tell the end


@dataclass(frozen=True)
class Order:
    """Modules in the order of the data.

    Attributes:
        steps: all of them.
        by_kinds: whether shapes left more than one order, of which it is the one in which norms
            and PReLU stand after the layer of their number.
    """

    steps: Sequence[Step]
    by_kinds: bool


def ordered_modules(modules: Sequence[Module]) -> Order:
    """All modules in the order of the data, from a latent vector or a picture on.

    Raises:
        ExplorerError: no such order, or more than one, or one that makes no picture.
    """
    modules = sorted(modules, key=lambda module: natural_order(module.name))
    numbers, own = _after_numbers(modules), _after_own_numbers(modules)
    searches = []
    for after, stays in ((numbers, True), (numbers, False), (own, False)):
        search = _Search(modules, after, _parts(modules) if stays else None)
        searches.append(search.run())
        if search.found:
            break
    if not search.found:
        if unlike := next((search.unlike for search in searches if search.unlike), None):
            raise _no_picture(unlike)
        if joined := _joined(modules):
            raise joined
        raise _no_order(max(searches, key=lambda search: len(search.furthest)), modules)
    order = Order(search.found, by_kinds=not search.is_only)
    if order.by_kinds:
        after = [*map(or_, search.after, _after_kinds(modules))]
        finer = _Search(modules, after, search.parts).run()
        if not finer.is_only:
            raise _several(search)
        order = Order(finer.found, by_kinds=True)
    _check_residuals(order.steps)
    return order


def groups_of(steps: Sequence[Step]) -> list[str]:
    """The parts of a generator in their order, as the first word of names has them."""
    return [name for name, _ in itertools.groupby(steps, lambda step: step.module.part)]


def is_told(groups: Sequence[str]) -> bool:
    """Whether numbers tell the order of parts, up or down."""
    found = [_NUMBERED.fullmatch(name) for name in groups]
    if len(groups) < 2:
        return True
    if None in found or len({(name[1], name[3]) for name in found}) > 1:
        return False
    numbers = [int(name[2]) for name in found]
    return sorted({*numbers}) in (numbers, numbers[::-1])


def _several(search: "_Search") -> ExplorerError:
    """What two orders have one after the other, from where they part."""
    if not search.other:
        return ExplorerError("torch_many_orders", "weights", count=len(search.modules))
    both = zip(search.found, search.other, strict=True)
    at = next(n for n, steps in enumerate(both) if _modules_differ(*steps))
    one, other = (
        some_names([quote(step.module.name) for step in steps[max(0, at - 1) :]])
        for steps in (search.found, search.other)
    )
    return ExplorerError("torch_orders", "weights", one=one, other=other)


def _modules_differ(one: Step, other: Step) -> bool:
    return one.module is not other.module


def _paths(module: Module) -> list[str]:
    """Of all that a module stands in, and its own, from the outermost on."""
    return [*itertools.accumulate(module.name.split("."), lambda path, own: f"{path}.{own}")]


def _masks(modules: Sequence[Module]) -> dict[str, int]:
    """Of each path the modules in it, as bits."""
    found: dict[str, int] = {}
    for at, module in enumerate(modules):
        for path in _paths(module):
            found[path] = found.get(path, 0) | 1 << at
    return found


def _parts(modules: Sequence[Module]) -> list[dict[str, int]]:
    """Of each module what it stands in, and which modules that holds."""
    masks = _masks(modules)
    return [{path: masks[path] for path in _paths(module)[:-1]} for module in modules]


def _after_numbers(modules: Sequence[Module]) -> list[int]:
    """Of each module those that come before it, as paths that differ in one number tell."""
    masks, rows = _masks(modules), {}
    for path in masks:
        parent, _, own = path.rpartition(".")
        if found := _NUMBERED.fullmatch(own):
            rows.setdefault((parent, found[1], found[3]), []).append((int(found[2]), path))
    before = {}
    for row in rows.values():
        for (_, earlier), (_, path) in itertools.pairwise(sorted(row)):
            before[path] = masks[earlier]
    return [_joint(before.get(path, 0) for path in _paths(module)) for module in modules]


def _after_own_numbers(modules: Sequence[Module]) -> list[int]:
    """The same by their own numbers in a Sequential alone."""
    last, before = {}, []
    for at, module in enumerate(modules):
        parent, number = module.place
        before.append(last.get(parent, 0) if number is not None else 0)
        if number is not None:
            last[parent] = 1 << at
    return before


def _after_kinds(modules: Sequence[Module]) -> list[int]:
    """Of each norm the layer of its number in the same part, and of PReLU that and the norm.

    Where none of a part's layers has a number, the only one.
    """
    alike: dict[tuple, list[int]] = {}
    for at, module in enumerate(modules):
        parent, _, own = module.name.rpartition(".")
        alike.setdefault((parent, *re.findall("[0-9]+", own)), []).append(at)
    after = [0] * len(modules)
    for places in alike.values():
        ranks = [_RANKS.get(modules[at].kind, 0) for at in places]
        if ranks.count(0) == 1:
            for at, rank in zip(places, ranks, strict=True):
                after[at] = _joint(1 << p for p, r in zip(places, ranks, strict=True) if r < rank)
    return after


def _joint(masks: Iterable[int]) -> int:
    return reduce(or_, masks, 0)


@dataclass(eq=False)
class _Search:
    """Tries modules in the order of their names, and turns back where shapes do not fit.

    Attributes:
        modules: in the order in which they are tried.
        after: of each those that come before it, as bits.
        parts: of each the parts in which it stands, none of which is left before all of it was
            passed; None where they may be.
        found: an order that makes a picture.
        other: another one.
        unlike: one that makes no picture.
        furthest: the longest that was tried.
        is_done: whether all were tried.
    """

    modules: Sequence[Module]
    after: Sequence[int]
    parts: Sequence[Mapping[str, int]] | None
    found: list[Step] = field(default_factory=list)
    other: list[Step] = field(default_factory=list)
    unlike: list[Step] = field(default_factory=list)
    furthest: list[Step] = field(default_factory=list)
    is_done: bool = False

    @property
    def is_only(self) -> bool:
        """Whether it found one order, and there is no other."""
        return bool(self.found) and self.is_done and not self.other

    def run(self) -> "_Search":
        """Itself, after it looked for two orders."""
        self._places = {id(module): at for at, module in enumerate(self.modules)}
        self._passed: dict[tuple, bool] = {}  # what is left after it was tried: has it an order?
        done: list[Step] = []
        waiting = [self._choices(done, 0)]
        used, fits = [0], [False]  # of the waiting ones
        for _ in range(_MOST_TRIES):
            step = next(waiting[-1], None)
            if step is None:
                waiting.pop()
                fit, mask = fits.pop(), used.pop()
                if not done:
                    self.is_done = True
                    break
                self._passed[_state(mask, done.pop())] = fit
                fits[-1] |= fit
                continue
            now = used[-1] | 1 << self._places[id(step.module)]
            known = self._passed.get(_state(now, step))
            if known is None:
                done.append(step)
                self._look_at(done)
                waiting.append(self._choices(done, now))
                used.append(now)
                fits.append(self.found == done)
            elif known:
                fits[-1] = True
                self._found([*done, step, *self.found[len(done) + 1 :]])
            if self.other:
                break
        return self

    def _look_at(self, done: list[Step]):
        """Keeps the longest, and a whole order."""
        if len(done) > len(self.furthest):
            self.furthest = [*done]
        if len(done) < len(self.modules):
            return
        if _makes_picture(done):
            self._found([*done])
        else:
            self.unlike = self.unlike or [*done]

    def _found(self, steps: list[Step]):
        if not self.found:
            self.found = steps
        elif any(map(_modules_differ, self.found, steps)):
            self.other = steps

    def _choices(self, done: list[Step], used: int) -> Iterator[Step]:
        last = done[-1] if done else None
        held = self._held(last.module, used) if last else 0
        free = [
            module
            for at, module in enumerate(self.modules)
            if not used >> at & 1 and not self.after[at] & ~used and (not held or held >> at & 1)
        ]
        if last:  # what stands in the same module goes on first
            parent = last.module.place[0]
            free.sort(key=lambda module: module.place[0] != parent)
        else:
            free.sort(key=lambda module: (module.kind != LINEAR, module.residual != ""))
        for module in free:
            yield from ways_on(module, last)

    def _held(self, module: Module, used: int) -> int:
        """What the innermost part that is not passed yet holds; 0 for no such part."""
        if self.parts is None:
            return 0
        parts = self.parts[self._places[id(module)]].values()
        return next((mask for mask in reversed(parts) if mask & ~used), 0)


def _state(used: int, step: Step) -> tuple:
    """All that what comes after a step depends on."""
    return used, id(step.module), step.before, step.after, step.transposed


def _makes_picture(steps: Sequence[Step]) -> bool:
    """Whether an order of all modules ends in a picture, or in a vector that may be one."""
    first, last = steps[0], steps[-1]
    if not last.after.of_maps:
        return last.after.count > 1 and not first.takes_picture
    is_told = (
        len({step.module.place[0] for step in steps}) == 1 and last.module.place[1] is not None
    )
    if is_told and not first.takes_picture and last.after.count <= _MOST_CHANNELS:
        return True
    is_plain = last.module.kind == CONVOLUTION and not last.transposed
    return last.after.count <= _MOST_COLOURS or (is_plain and last.after.count in LAST_BLOCKS)


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


def _no_picture(steps: Sequence[Step]) -> ExplorerError:
    """Of modules that make up a row without a picture at its end."""
    first, last = (quote(step.module.name) for step in (steps[0], steps[-1]))
    made = steps[-1].after
    if not made.of_maps and made.count == 1:
        return ExplorerError("torch_judges", "weights", first=first, last=last)
    return ExplorerError("torch_no_picture", "weights", first=first, last=last, made=made.count)


def _joined(modules: Sequence[Module]) -> ExplorerError | None:
    """A U-Net by its shapes: a part that doubles the maps, and reads as many more than it made."""
    found = [module for module in modules if module.kind == CONVOLUTION]
    for up, after in itertools.permutations(found, 2):
        made, reads = up.shape[1], after.shape[1]
        kinds = up.shape[2] % 2 == 0 and after.shape[2] % 2 == 1  # transposed, and plain
        doubles = (up.shape[0], reads) == (2 * made, 2 * made)
        if kinds and doubles and up.part == after.part:
            one, other = quote(up.name), quote(after.name)
            return ExplorerError(
                "torch_joined", "weights", up=one, made=made, module=other, reads=reads
            )
    return None


def _no_order(search: _Search, modules: Sequence[Module]) -> ExplorerError:
    """Where the order ends, with what comes there and what could not take it."""
    done = search.furthest
    used = {id(step.module) for step in done}
    left = next((module for module in search.modules if id(module) not in used), None)
    if not done:
        shown = f"{quote(left.name)} {list(left.shape)}" if left else "-"
        return ExplorerError("torch_no_start", "weights", count=len(modules), module=shown)
    last = done[-1]
    read_as = "ConvTranspose2d " * last.transposed  # which it may not be
    return ExplorerError(
        "torch_no_order",
        "weights",
        count=len(modules),
        last=f"{read_as}{quote(last.module.name)} {list(last.module.shape)}",
        made=last.after.count,
        module=quote(left.name),
        shape=str(list(left.shape)),
    )
