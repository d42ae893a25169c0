"""How transposed convolutions of PyTorch are taken to move, which a state dict does not tell."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from explorer.model.files.graph_builder import GraphBuilder
from explorer.model.files.torch_modules import Module
from explorer.model.files.torch_parameters import TRANSPOSED, kernel_and_bias
from explorer.model.files.torch_steps import Step
from explorer.model.ops import Conv2DTranspose, Crop
from explorer.model.ops.window import SAME, transposed_outputs

_COURSE = (3, 4, 3, 4)  # kernels of a widely copied generator of 28x28: 1, 3, 6, 13, 28


@dataclass(frozen=True)
class Window:
    """How a transposed convolution is taken to move: as PyTorch's arguments are called."""

    stride: int
    padding: int
    output_padding: int = 0

    @property
    def spelled(self) -> str:
        """In PyTorch's words, without the kernel's size, which the file tells."""
        more = f", output_padding {self.output_padding}" if self.output_padding else ""
        return f"stride {self.stride}, padding {self.padding}{more}"


def windows_of(steps: Sequence[Step]) -> dict[int, Window]:
    """How each transposed convolution moves, by the step's `id`.

    PyTorch's DCGAN example: 4x4 by (stride 1, padding 0) on a single cell, then by (2, 1), which
    doubles. Kernels of other sizes double as well, along the rows: these tell for both axes.
    """
    found = [step for step in steps if step.transposed]
    kernels = tuple(step.module.shape[2] for step in found)
    from_cell = bool(found) and found[0] is steps[0]
    if from_cell and kernels == _COURSE:
        strides = (2, 1, 2, 2)
        return {id(s): Window(n, 0) for s, n in zip(found, strides, strict=True)}
    is_grey = bool(found) and steps[-1].after.count == 1
    made = {}
    for at, (step, kernel) in enumerate(zip(found, kernels, strict=True)):
        only_odd = sum(n % 2 for n in kernels) == 1 and len(kernels) > 1
        stays = kernel % 2 == 1 and only_odd and at == len(found) - 1
        if from_cell and at == 0:
            made[id(step)] = Window(1, 0)
        elif kernel == 1 or stays:
            made[id(step)] = Window(1, kernel // 2)
        elif kernel % 2:
            to_seven = is_grey and from_cell and at == 1 and kernels[0] == 4 and kernel == 3
            made[id(step)] = Window(2, kernel // 2, 0 if to_seven else 1)
        else:
            made[id(step)] = Window(2, kernel // 2 - 1)
    return made


def add_transposed(graph: GraphBuilder, module: Module, window: Window, flow: str) -> str:
    """A transposed convolution: PyTorch cuts `padding` off all sides, then adds `output_padding`.

    Args:
        graph: to which its stages are added.
        module: the convolution.
        window: how it moves.
        flow: the stage that it reads.

    Returns:
        The name of its stage.
    """
    arrays = kernel_and_bias(module, TRANSPOSED)
    _, out, *kernel = module.shape
    stride = (window.stride, window.stride)
    op = Conv2DTranspose(out, tuple(kernel), stride, use_bias="bias" in arrays)
    if same := _as_same(op, window, graph.shape(flow)[1:3]):
        return graph.add(module.name, same, (flow,), arrays)
    after = window.padding - window.output_padding
    if window.padding == after == 0:
        return graph.add(module.name, op, (flow,), arrays)
    flow = graph.add(f"{module.name}/canvas", op, (flow,), arrays)
    cut = (window.padding, after)
    return graph.add(module.name, Crop((cut, cut)), (flow,))


def _as_same(op: Conv2DTranspose, window: Window, sizes: Sequence[int]) -> Conv2DTranspose | None:
    """The operation with SAME, where that cuts off what PyTorch does; else None."""
    if window.output_padding or not window.padding:
        return None
    made, more = [], []
    for size, kernel in zip(sizes, op.kernel_size, strict=True):
        out = (size - 1) * window.stride + kernel - 2 * window.padding
        if out < 1 or -(-out // window.stride) != size:
            return None
        made.append(out)
        more.append(out - transposed_outputs(size, kernel, window.stride, SAME, 0))
    same = replace(op, padding=SAME)
    if all(out == size * window.stride for out, size in zip(made, sizes, strict=True)):
        return same
    if all(0 <= one < window.stride for one in more):
        return replace(same, output_padding=tuple(more))
    return replace(same, output_size=tuple(made))
