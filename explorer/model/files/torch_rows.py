"""PyTorch generators that are one row from a picture to a picture: an encoder and its decoder.

A state dict tells no strides. They are taken from the decoder: where a ConvTranspose2d takes back
what a convolution did, kernel and channels, both have stride 2. Any other row is refused.
"""

import itertools
from collections.abc import Sequence

from explorer.errors import ExplorerError, quote
from explorer.model.files.arrays import ArrayFile
from explorer.model.files.graph_builder import GraphFile
from explorer.model.files.torch_assumed import Assumed
from explorer.model.files.torch_modules import CONVOLUTION, NORM, PRELU
from explorer.model.files.torch_pictures import LEAKY, RELU, TANH, PictureMaker, UnlikeError
from explorer.model.files.torch_steps import Step

_MOST_PARTS = 2  # of more than an encoder and its decoder, each level may have its skip
_OF_PIX2PIX = 4  # the kernel of encoders whose curve is LeakyReLU(0.2)
_MIRRORED = (3, 4)  # kernels whose stride of 2 halves with padding 1


def read_row(steps: Sequence[Step], assumed: Assumed, plain: ArrayFile) -> GraphFile:
    """The generator that such a row is.

    Args:
        steps: in the order of the data; the first takes a picture.
        assumed: what was assumed already.
        plain: the file.

    Raises:
        ExplorerError: strides, skips or what stands between are not told.
    """
    halving = _halving(steps)
    _check_parts(steps)
    between = _between(steps)
    maker = PictureMaker({step.module.name: step.module for step in steps}, assumed)
    try:
        maker.begin(steps[0].module.name)
        curve = LEAKY if any(step.module.shape[2] == _OF_PIX2PIX for step in halving) else RELU
        for step, kinds in zip(steps, between, strict=True):
            curve = RELU if step.transposed else curve
            _take(maker, step, step in halving, curve)
            for at, kind in enumerate(kinds, start=1):
                name = _after(step, at)
                maker.norm(name) if kind == NORM else maker.curve(name, curve)
        maker.curve(_after(steps[-1], 1), TANH)
        return maker.finish("torch_row", "", plain)
    except UnlikeError:
        raise ExplorerError("torch_row_stride", "weights", module=_shown(steps[0])) from None


def _is_in_sequential(name: str) -> bool:
    """Whether it is a numbered module of one that has a name, or of the model itself."""
    *_, group, number = ["", *name.split(".")]
    return number.isascii() and number.isdigit() and len(number) < 4 and not group.isdigit()


def _take(maker: PictureMaker, step: Step, halves: bool, curve: tuple):
    name = step.module.name
    if step.transposed:
        maker.up(name)
    elif step.module.kind == CONVOLUTION:
        maker.conv(name, stride=2 if halves else 1)
    elif step.module.kind == NORM:
        maker.norm(name)
    else:
        maker.curve(name, curve)


def _after(step: Step, count: int) -> str:
    parent, number = step.module.place
    return f"{parent}.{number + count}".lstrip(".")


def _check_parts(steps: Sequence[Step]):
    """Refuses modules of other names than a Sequential's, and parts that a skip may pass by.

    Raises:
        ExplorerError: such a module or part.
    """
    parts = [[*part] for _, part in itertools.groupby(steps, lambda step: step.module.place[0])]
    for part in parts:
        named = next((s for s in part if not _is_in_sequential(s.module.name)), None)
        is_kept = len(parts) > 1 and part[0].before == part[-1].after
        if named or is_kept or len(parts) > _MOST_PARTS:
            raise ExplorerError("torch_row_skip", "weights", module=_shown(named or part[0]))


def _halving(steps: Sequence[Step]) -> list[Step]:
    """The convolutions that a transposed one takes back, each its own.

    Raises:
        ExplorerError: one whose stride nothing tells.
    """
    convolutions = [step for step in steps if step.module.kind == CONVOLUTION]
    backwards = [step for step in reversed(convolutions) if step.transposed]
    ends = (steps[0].before, steps[-1].after)
    if not backwards:
        raise ExplorerError("torch_row_flat", "weights", module=_shown(convolutions[-1]))
    halving = []
    for step in itertools.takewhile(lambda step: not step.transposed, convolutions):
        if len(halving) < len(backwards) and _takes_back(backwards[len(halving)], step, ends):
            halving.append(step)
        elif step.module.shape[2] % 2 == 0 or step.after.count == 2 * step.before.count:
            raise ExplorerError("torch_row_stride", "weights", module=_shown(step))
    even = (s for s in convolutions if s.module.shape[2] % 2 == 0 and not s.transposed)
    untold = next((step for step in even if step not in halving), None)
    if untold or len(halving) != len(backwards):
        raise ExplorerError("torch_row_stride", "weights", module=_shown(untold or backwards[-1]))
    return halving


def _takes_back(up: Step, step: Step, ends: tuple) -> bool:
    """Whether a transposed convolution undoes what a plain one does to kernel and channels."""
    kernel = step.module.shape[2:]
    meets = up.after == step.before or (step.before, up.after) == ends
    is_known = kernel[0] == kernel[1] and kernel[0] in _MIRRORED
    return is_known and up.module.shape[2:] == kernel and up.before == step.after and meets


def _between(steps: Sequence[Step]) -> list[tuple[str, ...]]:
    """After each step the kinds of modules without arrays; the last one's end is none of them.

    Raises:
        ExplorerError: their numbers do not tell.
    """
    has_norms = any(step.module.kind == NORM for step in steps)
    ways = {NORM: [(PRELU,)], PRELU: [()], CONVOLUTION: [(PRELU,), ()]}
    if not has_norms:
        ways[CONVOLUTION] = [(PRELU,), (), (NORM, PRELU)]
    if steps[0].module.place[1]:
        raise ExplorerError("torch_row_gap", "weights", module=_shown(steps[0]))
    found: list[tuple[str, ...]] = []
    usual: dict[str, tuple[str, ...]] = {}
    for step, after in itertools.pairwise(steps):
        kind, (parent, number) = step.module.kind, step.module.place
        other, own = after.module.place
        if after.module.kind != CONVOLUTION and parent == other and own == number + 1:
            found.append(())
            continue
        left = own - number - 1 if parent == other else None
        if left is None and own == 0:
            kinds = usual.get(kind, ways[kind][0])
        else:
            kinds = next((way for way in ways[kind] if len(way) == left), None)
        if kinds is None or (kind == NORM and after.module.kind != CONVOLUTION):
            raise ExplorerError("torch_row_gap", "weights", module=_shown(after))
        usual[kind] = kinds
        found.append(kinds)
    return [*found, ()]


def _shown(step: Step) -> str:
    return f"{quote(step.module.name)} {[*step.module.shape]}"
