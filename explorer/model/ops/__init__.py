"""Every operation has one line in this table; near kin share a module."""

from explorer.model.ops.activation import Activation
from explorer.model.ops.batch_normalization import BatchNormalization
from explorer.model.ops.conv2d import Conv2D
from explorer.model.ops.conv2d_transpose import Conv2DTranspose
from explorer.model.ops.dense import Dense
from explorer.model.ops.depthwise_conv2d import DepthwiseConv2D
from explorer.model.ops.embedding import Embedding
from explorer.model.ops.input import Input
from explorer.model.ops.merge import Concatenate, Merge
from explorer.model.ops.moving import Crop, DepthToSpace, Identity, Permute
from explorer.model.ops.op import Op
from explorer.model.ops.opaque import Opaque
from explorer.model.ops.own_statistics import GroupNormalization, LayerNormalization
from explorer.model.ops.pad import Pad
from explorer.model.ops.pointwise import PReLU, Rescaling
from explorer.model.ops.pooling import GlobalPooling2D, Pooling2D
from explorer.model.ops.reshape import Reshape
from explorer.model.ops.softmax import Softmax
from explorer.model.ops.upsampling2d import Resizing, UpSampling2D

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
        DepthwiseConv2D,
        UpSampling2D,
        Resizing,
        Crop,
        Merge,
        Concatenate,
        Identity,
        Softmax,
        PReLU,
        Rescaling,
        Embedding,
        Permute,
        DepthToSpace,
        Pooling2D,
        GlobalPooling2D,
        LayerNormalization,
        GroupNormalization,
        Opaque,
    )
}
