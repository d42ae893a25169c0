"""Every operation has one module here, and one line in this table."""

from explorer.model.ops.activation import Activation
from explorer.model.ops.batch_normalization import BatchNormalization
from explorer.model.ops.conv2d import Conv2D
from explorer.model.ops.conv2d_transpose import Conv2DTranspose
from explorer.model.ops.dense import Dense
from explorer.model.ops.input import Input
from explorer.model.ops.op import Op
from explorer.model.ops.pad import Pad
from explorer.model.ops.reshape import Reshape

OPS: dict[str, type[Op]] = {
    op.kind: op
    for op in (
        Input,
        Dense,
        Activation,
        BatchNormalization,
        Reshape,
        Conv2DTranspose,
        Pad,
        Conv2D,
    )
}
