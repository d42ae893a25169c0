"""A PyTorch state dict of a generator becomes a graph, and what it does not tell is assumed.

A state dict holds arrays and no structure: strides, pads, activations and epsilon are not in it.
They are taken as generators of the DCGAN kind have them, and each of them is told. Maps have their
channels last here, so kernels are transposed; every stage holds PyTorch's numbers.
"""

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from explorer.errors import ExplorerError, quote
from explorer.model.files.arrays import ArrayFile
from explorer.model.files.graph_builder import GraphBuilder, GraphFile
from explorer.model.files.stage_names import natural_order, shown_name
from explorer.model.files.torch_assumed import Assumed
from explorer.model.files.torch_layouts import LAYOUTS
from explorer.model.files.torch_modules import (
    CONVOLUTION,
    COUNTER,
    LINEAR,
    NORM,
    PRELU,
    Module,
    modules_of,
)
from explorer.model.files.torch_order import groups_of, is_told, ordered_modules
from explorer.model.files.torch_parameters import (
    MATRIX,
    PLAIN,
    kernel_and_bias,
    likely_epsilon,
    norm_of,
    prelu_of,
)
from explorer.model.files.torch_parts import (
    Arrays,
    check_has_no_labels,
    check_is_one,
    generator_part,
)
from explorer.model.files.torch_pictures import read_picture
from explorer.model.files.torch_rows import read_row
from explorer.model.files.torch_spectral import with_spectral_weights
from explorer.model.files.torch_steps import LAST_BLOCKS, Step
from explorer.model.files.torch_windows import add_transposed, windows_of
from explorer.model.ops import (
    Activation,
    Conv2D,
    Dense,
    DepthToSpace,
    Input,
    Merge,
    Op,
    Pad,
    Permute,
    Reshape,
    UpSampling2D,
)
from explorer.model.ops.window import SAME, VALID

_SLOPE = 0.2
_OF_MODULES = ("weight", "bias", "running_")  # what names of their arrays begin with
_PICTURES = ((1, 1), (3, 3))  # channels and what a picture's numbers are divided by


@dataclass(frozen=True)
class _Unwritten:
    """A module without arrays, and how it is told; `of_maps` takes no vector."""

    name: str
    op: Op
    code: str
    value: str = ""
    of_maps: bool = False


def _double(name: str) -> _Unwritten:
    return _Unwritten(name, UpSampling2D((2, 2)), "torch_upsampling", of_maps=True)


def read_state_dict(file: ArrayFile) -> GraphFile:
    """The generator of a state dict.

    Raises:
        ExplorerError: modules or types of numbers that are not read, or modules that make up no
            generator from a latent vector.
    """
    arrays, part, others = generator_part({**file.arrays, **file.unread})
    arrays = _floats_and_counters(arrays)
    arrays, spectral = with_spectral_weights(arrays)
    assumed = Assumed()
    for module in sorted(spectral, key=natural_order):
        assumed.tell("torch_spectral", "", shown_name(module))
    if part:
        assumed.tell("torch_part", shown_name(part), shown_name(others))
    modules = modules_of(arrays)
    found = read_picture(modules, LAYOUTS, assumed, file)
    if found:
        return found
    try:
        order = ordered_modules(modules)
    except ExplorerError as error:
        check_has_no_labels(modules)
        raise error
    check_is_one(order.steps)
    groups = groups_of(order.steps)
    for group in () if is_told(groups) else groups:
        assumed.tell("torch_order", "", shown_name(group))
    if order.by_kinds:
        assumed.tell("torch_kinds", "", "")
    read = read_row if order.steps[0].takes_picture else _read_from_vector
    return read(order.steps, assumed, file)


def _floats_and_counters(arrays: Arrays) -> Arrays:
    """Without other numbers than floating point, but for the norms' counters, which tell norms.

    Raises:
        ExplorerError: a module's own are of such a type: it would be missing without a word.
    """
    kept = {}
    for name, array in arrays.items():
        own = name.rpartition(".")[2]
        if not array.kind or own == COUNTER:
            kept[name] = array
        elif array.shape and own.startswith(_OF_MODULES):
            raise ExplorerError("torch_type", "weights", name=quote(name), kind=quote(array.kind))
    return kept


def _read_from_vector(steps: Sequence[Step], assumed: Assumed, file: ArrayFile) -> GraphFile:
    return _Reader(steps, assumed, file).read()


class _Reader:
    def __init__(self, steps: Sequence[Step], assumed: Assumed, file: ArrayFile):
        self._steps, self._plain = steps, file
        self._graph = GraphBuilder()
        self.assumed = assumed
        convolutions = [step for step in steps if step.module.kind == CONVOLUTION]
        self._transposes = any(step.transposed for step in convolutions)
        self._blocks = _blocks(steps)
        self._upsamples = bool(convolutions) and not (self._transposes or self._blocks)
        self._last = convolutions[-1] if convolutions else steps[-1]
        # Residual blocks keep their size, unless nothing else could make the maps larger.
        self._grows_blocks = all(s.module.residual or s is self._last for s in convolutions)
        self._is_relu = self._transposes or bool(self._blocks)
        self._curve = Activation("relu") if self._is_relu else Activation("leaky_relu", _SLOPE)
        self._windows = windows_of(steps)

    def read(self) -> GraphFile:
        """All steps, and what was assumed."""
        first = self._steps[0]
        flow = self._graph.add("z", Input((first.before.count,)))
        if first.before.of_maps:
            flow = self._graph.add("reshape", Reshape((1, 1, first.before.count)), (flow,))
        last, begun = None, flow
        for step, after in itertools.zip_longest(self._steps, self._steps[1:]):
            flow = self._between(last, step, flow)
            if not last or last.module.residual != step.module.residual:
                begun = flow
            flow = self._shuffle(step, self._step(step, flow))
            if step.module.residual and (not after or _is_other_block(step, after)):
                flow = self._graph.add(f"{step.module.residual}/add", Merge("add"), (begun, flow))
                self.assumed.tell("torch_sum", "", flow)
            last = step
        flow = self.assumed.tell("torch_activation", "Tanh", self._end(flow))
        if not last.after.of_maps:
            self._picture(flow, last.after.count)
        return self._graph.file(self.assumed.listed(), self._plain)

    def _shuffle(self, step: Step, flow: str) -> str:
        """Blocks of pixels out of channels, where fewer are read after a convolution."""
        block = self._blocks.get(id(step))
        if not block:
            return flow
        name = _after(step.module, 1, "shuffle")
        flow = self._graph.add(name, DepthToSpace(block), (flow,))
        return self.assumed.tell("torch_shuffle", f"PixelShuffle({block})", flow)

    def _end(self, flow: str) -> str:
        return self._graph.add(self._bend_name(self._steps[-1]), Activation("tanh"), (flow,))

    def _bend_name(self, step: Step) -> str:
        return _after(step.module, 2 if id(step) in self._blocks else 1)

    def _picture(self, flow: str, count: int):
        """The picture that a last vector is, if it could be a square one."""
        for channels, parts in _PICTURES:
            side = math.isqrt(count // parts)
            if channels * side * side == count:
                sizes = (channels, side, side)
                self._tell_split(count, sizes, self._channels_last(flow, sizes))
                return

    def _tell_split(self, count: int, sizes: tuple[int, int, int], stage: str):
        self.assumed.tell("torch_split", f"{count} = {'·'.join(map(str, sizes))}", stage)

    def _between(self, last: Step | None, step: Step, flow: str) -> str:
        """What stands between two modules and has no arrays; maps are made of a vector first."""
        unwritten = list(self._unwritten(last, step)) if last else []
        if last and (_left_out(last, step) or 0) > len(unwritten):
            self.assumed.tell("torch_gap", "", shown_name(step.module.name))
        flow = self._add([one for one in unwritten if not one.of_maps], flow)
        if step.reshapes:
            channels = step.before.count
            sizes = (channels, *_sides(last.after.count // channels))
            self._tell_split(last.after.count, sizes, "reshape")
            flow = self._channels_last(flow, sizes)
        return self._add([one for one in unwritten if one.of_maps], flow)

    def _add(self, unwritten: Sequence[_Unwritten], flow: str) -> str:
        for one in unwritten:
            flow = self.assumed.tell(
                one.code, one.value, self._graph.add(one.name, one.op, (flow,))
            )
        return flow

    @property
    def _curve_name(self) -> str:
        return "ReLU" if self._is_relu else f"LeakyReLU({_SLOPE})"

    def _channels_last(self, flow: str, sizes: tuple[int, int, int]) -> str:
        if sizes[1:] == (1, 1):
            return self._graph.add("reshape", Reshape((1, 1, sizes[0])), (flow,))
        flow = self._graph.add("reshape/channels_first", Reshape(sizes), (flow,))
        return self._graph.add("reshape", Permute((2, 3, 1)), (flow,))

    def _unwritten(self, last: Step, step: Step) -> Iterator[_Unwritten]:
        """Modules without arrays, as numbers that are left out and the kinds around tell."""
        begins = self._grows_blocks and _is_other_block(last, step)
        grows = self._upsamples and step.module.kind == CONVOLUTION
        grows = grows and (begins or not step.module.residual)
        count = _left_out(last, step)
        bends = last.module.kind != PRELU
        before = _after(step.module, -1)
        if count is None and grows and step.reshapes and step.module.place[1] == 1:
            yield _double(before)  # at the head of its own Sequential
        elif count is None:  # their names do not count them
            if last.module.residual and _is_other_block(last, step):
                bends = False  # a sum ends it
            if bends and step.module.kind not in (NORM, PRELU):
                yield self._bend(self._bend_name(last))
            if grows and step is not self._last:
                yield _double(f"{step.module.residual or step.module.name}/upsample")
        elif count and grows and (not bends or (count == 1 and last.reshapes)):
            yield _double(before)
        elif count and bends:
            yield self._bend(self._bend_name(last))
            if grows and count > 1:
                yield _double(before)

    def _bend(self, name: str) -> _Unwritten:
        return _Unwritten(name, self._curve, "torch_activation", self._curve_name)

    def _step(self, step: Step, flow: str) -> str:
        kind = step.module.kind
        return {
            LINEAR: self._linear,
            CONVOLUTION: self._transposed if step.transposed else self._plain_convolution,
            NORM: self._norm,
            PRELU: self._prelu,
        }[kind](step, flow)

    def _linear(self, step: Step, flow: str) -> str:
        arrays = kernel_and_bias(step.module, MATRIX)
        op = Dense(step.after.count, "bias" in arrays)
        return self._graph.add(step.module.name, op, (flow,), arrays)

    def _norm(self, step: Step, flow: str) -> str:
        epsilon = likely_epsilon(step.module.name, {one.module.name for one in self._steps})
        op, arrays, told = norm_of(step.module, step.after.of_maps, epsilon)
        name = self._graph.add(step.module.name, op, (flow,), arrays)
        self.assumed.tell("torch_epsilon", f"{epsilon:g}", name)
        return self.assumed.tell(told, "", name) if told else name

    def _prelu(self, step: Step, flow: str) -> str:
        op, arrays = prelu_of(step.module, self._graph.shape(flow))
        return self._graph.add(step.module.name, op, (flow,), arrays)

    def _plain_convolution(self, step: Step, flow: str) -> str:
        module, (rows, columns) = step.module, step.module.shape[2:]
        arrays = kernel_and_bias(module, PLAIN, self._blocks.get(id(step), 1))
        pads = (rows - 1) // 2, (columns - 1) // 2
        self._tell_reading(step)
        spelled = f"stride 1, padding {pads[0] if pads[0] == pads[1] else pads}"
        self.assumed.tell("torch_window", spelled, module.name)
        is_odd = rows % 2 == columns % 2 == 1
        if not is_odd:
            around = ((0, 0), *((pad, pad) for pad in pads), (0, 0))
            flow = self._graph.add(f"{module.name}/pad", Pad(around), (flow,))
        op = Conv2D(
            step.after.count,
            (rows, columns),
            padding=SAME if is_odd else VALID,
            use_bias="bias" in arrays,
        )
        return self._graph.add(module.name, op, (flow,), arrays)

    def _transposed(self, step: Step, flow: str) -> str:
        """PyTorch cuts `padding` off all sides, then adds `output_padding` after."""
        module, window = step.module, self._windows[id(step)]
        self._tell_reading(step)
        self.assumed.tell("torch_window", window.spelled, module.name)
        return add_transposed(self._graph, module, window, flow)

    def _tell_reading(self, step: Step):
        if not step.by_shape:
            kind = "ConvTranspose2d" if step.transposed else "Conv2d"
            self.assumed.tell("torch_reading", kind, step.module.name)


def _is_other_block(step: Step, after: Step) -> bool:
    return step.module.residual != after.module.residual


def _blocks(steps: Sequence[Step]) -> dict[int, int]:
    """Of convolutions whose channels are shuffled the block, by the step's `id`.

    The last one's are where they would make no picture, and a block of a picture's each.
    """
    found = {id(before): step.block for before, step in itertools.pairwise(steps) if step.block > 1}
    last = steps[-1]
    block = LAST_BLOCKS.get(last.after.count)
    plain = last.module.kind == CONVOLUTION and not last.transposed
    return found | ({id(last): block} if block and plain else {})


def _after(module: Module, count: int, named: str = "activation") -> str:
    """The name of a module without arrays, so many places after one that has some.

    Args:
        module: that has some.
        count: of places.
        named: what it does, where places have no numbers.
    """
    parent, number = module.place
    if number is None:
        return f"{module.name}/{named}"
    return f"{parent}.{number + count}".lstrip(".")


def _left_out(last: Step, step: Step) -> int | None:
    """How many numbers of one Sequential are left out between two modules; None where untold."""
    (parent, number), (other, own) = last.module.place, step.module.place
    if parent != other or number is None or own is None:
        return None
    count = own - number - 1 - (step.block > 1)
    count = max(0, count)
    return max(0, count - 1) if step.reshapes else count  # one of them makes the maps


def _sides(area: int) -> tuple[int, int]:
    """Rows and columns, a square or what is nearest to one."""
    rows = next(n for n in range(math.isqrt(area), 0, -1) if area % n == 0)
    return rows, area // rows
