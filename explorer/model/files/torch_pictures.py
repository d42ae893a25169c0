"""PyTorch generators that take a picture, read by the layouts under which they are published.

Their state dicts do not tell where skips begin or what stands between arrays; names do, where they
are those of a layout, module by module. Whatever fits none of these is not read here.
"""

from collections.abc import Mapping
from dataclasses import replace

from explorer.errors import ExplorerError
from explorer.model.files.arrays import ArrayFile
from explorer.model.files.graph_builder import GraphBuilder, GraphFile
from explorer.model.files.torch_assumed import Assumed
from explorer.model.files.torch_modules import CONVOLUTION, NORM, PRELU, Module
from explorer.model.files.torch_parameters import (
    EPSILON,
    PLAIN,
    kernel_and_bias,
    norm_of,
    prelu_of,
)
from explorer.model.files.torch_windows import Window, add_transposed
from explorer.model.ops import (
    Activation,
    Concatenate,
    Conv2D,
    DepthToSpace,
    GroupNormalization,
    Input,
    Merge,
    Op,
    Pad,
    Rescaling,
    UpSampling2D,
)
from explorer.model.ops.window import SAME, VALID

_SIDE = 256  # of the picture for which shapes are worked out; the graph's are open
_BLOCKS = (2, 3)
RELU, LEAKY, SILU, TANH = (
    (Activation("relu"), "ReLU"),
    (Activation("leaky_relu", 0.2), "LeakyReLU(0.2)"),
    (Activation("silu"), "SiLU"),
    (Activation("tanh"), "Tanh"),
)


class UnlikeError(Exception):
    """The modules are not those of a layout."""


class PictureMaker:
    """Makes a graph of modules in the order in which a layout takes them.

    Attributes:
        modules: by name.
        flow: the stage that the next one reads.
    """

    def __init__(self, modules: Mapping[str, Module], assumed: Assumed):
        self.modules, self._assumed = modules, assumed
        self._graph, self._left = GraphBuilder(), {*modules}
        self.flow = ""

    def has(self, name: str, kind: str = CONVOLUTION) -> bool:
        """Whether there is such a module."""
        return name in self.modules and self.modules[name].kind == kind

    @property
    def channels(self) -> int:
        """Of what flows."""
        return self._graph.shape(self.flow)[-1]

    def block(self, name: str) -> int:
        """The block of pixels by which a convolution multiplies the channels, to be shuffled."""
        out, taken, *_ = self._module(name, CONVOLUTION).shape
        found = next((n for n in _BLOCKS if out == n * n * taken), None)
        if not found:
            raise UnlikeError
        return found

    def begin(self, name: str):
        """The picture that a convolution takes."""
        channels = self._module(name, CONVOLUTION).shape[1]
        self.flow = self._graph.add("input", Input((_SIDE, _SIDE, channels)))

    def conv(self, name: str, stride: int = 1, mirrored: str = "", more: int = 0, block: int = 1):
        """A convolution that keeps the size, or divides it by the stride.

        Args:
            name: of the module.
            stride: of it.
            mirrored: what its reflection pad is called; "" where it pads with zeros itself.
            more: zeros beside its own padding, before the first row and column.
            block: into which its channels are shuffled after it; 1 where they are not.
        """
        module = self._taken(name, CONVOLUTION)
        out, taken, *kernel = module.shape
        if taken != self.channels or kernel[0] != kernel[1]:
            raise UnlikeError
        pad = (kernel[0] - 1) // 2
        same = stride == 1 and kernel[0] % 2 == 1 and not mirrored and not more
        if not same:
            sides = (pad + more, pad)
            op = Pad(((0, 0), sides, sides, (0, 0)), "REFLECT" if mirrored else "CONSTANT")
            self._add(mirrored or f"{name}/pad", op)
        arrays = kernel_and_bias(module, PLAIN, block)
        op = Conv2D(out, tuple(kernel), (stride, stride), SAME if same else VALID,
                    use_bias="bias" in arrays)  # fmt: skip
        self.flow = self._graph.add(name, op, (self.flow,), arrays)
        how = f"ReflectionPad2d({pad})" if mirrored else f"padding {pad}"
        self._tell("torch_window", f"stride {stride}, {how}")

    def up(self, name: str):
        """A transposed convolution that doubles."""
        module = self._taken(name, CONVOLUTION)
        taken, _, kernel, _ = module.shape
        if taken != self.channels or kernel not in (3, 4):
            raise UnlikeError
        window = Window(2, 1, int(kernel == 3))
        self.flow = add_transposed(self._graph, module, window, self.flow)
        self._tell("torch_window", window.spelled)

    def norm(self, name: str, epsilon: float = EPSILON, block: int = 1):
        """A norm; one without arrays is taken for instance normalization."""
        self._assumed.tell("torch_epsilon", f"{epsilon:g}", name)
        if not self.has(name, NORM):
            self._add(name, GroupNormalization(-1, epsilon, center=False, scale=False))
            self._tell("torch_unseen", "")
            return
        op, arrays, told = norm_of(self._taken(name, NORM), True, epsilon, block)
        self.flow = self._graph.add(name, op, (self.flow,), arrays)
        if told:
            self._tell(told, "")

    def curve(self, name: str, assumed: tuple[Activation, str] = RELU):
        """A PReLU, or a function that has no arrays."""
        if self.has(name, PRELU):
            module = self._taken(name, PRELU)
            op, arrays = prelu_of(module, self._graph.shape(self.flow))
            self.flow = self._graph.add(name, op, (self.flow,), arrays)
            return
        op, spelled = assumed
        self._add(name, op)
        self._tell("torch_activation", spelled)

    def halved_tanh(self, name: str):
        """(tanh + 1)/2."""
        self._add(f"{name}/tanh", TANH[0])
        self._add(f"{name}/rescaling", Rescaling((0.5,), (0.5,)))
        self._tell("torch_activation", "(Tanh + 1)/2")

    def upsample(self, name: str):
        """Nearest upsampling by 2."""
        self._add(name, UpSampling2D((2, 2)))
        self._tell("torch_upsampling", "")

    def shuffle(self, name: str, block: int):
        """Blocks of pixels out of channels."""
        self._add(name, DepthToSpace(block))
        self._tell("torch_shuffle", f"PixelShuffle({block})")

    def add(self, name: str, begun: str):
        """The sum with what a block began with."""
        self.flow = self._graph.add(name, Merge("add"), (begun, self.flow))
        self._tell("torch_skip", "torch.add")

    def join(self, name: str, first: str, second: str):
        """Channels one after the other."""
        self.flow = self._graph.add(name, Concatenate(), (first, second))
        self._tell("torch_skip", "torch.cat")

    def finish(self, code: str, value: str, plain: ArrayFile) -> GraphFile:
        """The graph with open sizes, where all modules were taken.

        Args:
            code: what is told of the whole, a key of `assumed`.
            value: of it.
            plain: the file.
        """
        if self._left:
            raise UnlikeError
        first = self._graph.nodes[0]
        self._assumed.tell(code, value, first.name)
        open_sizes = replace(first.op, shape=(None, None, first.op.shape[2]))
        self._graph.nodes[0] = replace(first, op=open_sizes)
        return self._graph.file(self._assumed.listed(), plain)

    def _module(self, name: str, kind: str) -> Module:
        if not self.has(name, kind):
            raise UnlikeError
        return self.modules[name]

    def _taken(self, name: str, kind: str) -> Module:
        module = self._module(name, kind)
        self._left.discard(name)
        return module

    def _add(self, name: str, op: Op):
        self.flow = self._graph.add(name, op, (self.flow,))

    def _tell(self, code: str, value: str):
        self._assumed.tell(code, value, self.flow)


def read_picture(
    modules: list[Module], layouts: Mapping, assumed: Assumed, plain: ArrayFile
) -> GraphFile | None:
    """The generator by the first layout whose modules these are; None where none is.

    Args:
        layouts: how each is called -> what takes its modules in order.
        assumed: what was assumed already.
    """
    named = {module.name: module for module in modules}
    for name, take in layouts.items():
        told = assumed.copy()
        maker = PictureMaker(named, told)
        try:
            take(maker)
            return maker.finish("torch_layout", name, plain)
        except (UnlikeError, ExplorerError):  # of other names, or of other shapes
            continue
    return None
