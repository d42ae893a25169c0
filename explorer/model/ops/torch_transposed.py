"""A transposed convolution as PyTorch code: its `padding` crops both sides alike."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from explorer.model.ops.code import NO_CODE, Code
from explorer.model.ops.kernels import with_torch_init
from explorer.model.ops.op import Pair
from explorer.model.ops.window import spelled

if TYPE_CHECKING:
    from explorer.model.graph import Stage
    from explorer.model.ops.conv2d_transpose import Conv2DTranspose


def torch_transposed(op: "Conv2DTranspose", stage: "Stage", before: Pair) -> Code:
    """Crops `padding` on both sides, adds `output_padding` after: only even crops match.

    Args:
        op: of the stage.
        before: rows and columns that are cut off before the first output.
    """
    left = tuple(_left(op, stage, before))
    if min(left) < 0 < max(left):  # rows would be cut off, and columns put on
        return NO_CODE
    rest = f", dilation={spelled(op.dilation)}" if max(op.dilation) > 1 else ""
    rest += "" if op.use_bias else ", bias=False"
    ends = (
        f"{stage.input_shape[3]}, {op.filters}, {spelled(op.kernel_size)}, "
        f"stride={spelled(op.strides)}, padding={spelled(before)}"
    )
    if min(left) >= 0:
        if any(more >= s for more, s in zip(left, op.strides, strict=True)):
            return NO_CODE
        more = f", output_padding={spelled(left)}" if any(left) else ""
        code = Code(f"nn.ConvTranspose2d({ends}{more}{rest})")
    else:
        rows, columns = (f":{cut}" if cut < 0 else ":" for cut in left)
        after = [cut - more for cut, more in zip(before, left, strict=True)]
        code = Code(
            f"nn.ConvTranspose2d({ends}{rest})(x)[:, :, {rows}, {columns}]",
            "odd_crop",
            (("before", spelled(before)), ("after", spelled(tuple(after)))),
        )
    return with_torch_init(code, stage.weights[0].shape, op.use_bias, op.initializer)


def _left(op: "Conv2DTranspose", stage: "Stage", before: Pair) -> Iterable[int]:
    """What is still missing along each axis after PyTorch's crop; below 0 what is too much."""
    axes = zip(stage.input_shape[1:3], stage.shape[1:3], op.extent, op.strides, before, strict=True)
    return (made - ((n - 1) * step + reach - 2 * cut) for n, made, reach, step, cut in axes)
