"""Arrays of PyTorch's modules as operations here take them: kernels, norms, slopes."""

from collections.abc import Sequence, Set

import numpy as np

from explorer.model.files.arrays import StoredArray
from explorer.model.files.graph_builder import neutral_statistics
from explorer.model.files.torch_modules import Module
from explorer.model.ops import BatchNormalization, GroupNormalization, Op, PReLU

EPSILON = 1e-5  # torch.nn.BatchNorm2d's own, as is the momentum, 1 - 0.1
EPSILON_OF_PYTORCH_GAN = 0.8  # eriklindernoren's second argument, where it is given
_MOMENTUM = 0.9
_BATCH_VARIABLES = {
    "gamma": "weight",
    "beta": "bias",
    "moving_mean": "running_mean",
    "moving_variance": "running_var",
}
_OF_PYTORCH_GAN = {"l1.0", *(f"conv_blocks.{at}" for at in (0, 2, 3, 6, 7, 9))}  # its DCGAN
PLAIN, TRANSPOSED, MATRIX = (2, 3, 1, 0), (2, 3, 1, 0), (1, 0)  # orders of a kernel's axes

Arrays = dict[str, StoredArray]


def kernel_and_bias(module: Module, order: tuple[int, ...], block: int = 1) -> Arrays:
    """Kernel and bias, the kernel's axes in TensorFlow's order.

    Args:
        module: with its arrays.
        order: of the kernel's axes.
        block: that the outputs are shuffled into. PyTorch has each channel's places of a block one
            after the other, TensorFlow each place's channels.
    """
    stored = module.arrays["weight"]
    shape = tuple(stored.shape[at] for at in order)

    def kernel() -> np.ndarray:
        return _by_places(stored.load().transpose(order), block)

    found = {"kernel": StoredArray(shape, kernel)}
    if bias := module.arrays.get("bias"):
        found["bias"] = _placed(bias, block)
    return found


def likely_epsilon(name: str, names: Set[str]) -> float:
    """What a norm adds to the variance: PyTorch's own, but where names are of code that is known.

    Args:
        name: of the norm.
        names: of all modules.
    """
    is_after_convolution = name != "conv_blocks.0"
    return EPSILON_OF_PYTORCH_GAN if names == _OF_PYTORCH_GAN and is_after_convolution else EPSILON


def norm_of(
    module: Module, of_maps: bool, epsilon: float = EPSILON, block: int = 1
) -> tuple[Op, Arrays, str]:
    """A norm, its variables, and what is to be told of it: a key of `assumed`, or "".

    Args:
        of_maps: whether it takes maps.
        epsilon: which the file does not tell.
        block: as `kernel_and_bias` has it.
    """
    arrays = {
        own: _placed(module.arrays[name], block)
        for own, name in _BATCH_VARIABLES.items()
        if name in module.arrays
    }
    if of_maps and module.is_old_instance:
        plain = GroupNormalization(-1, epsilon, center=False, scale=False)
        return plain, {}, "torch_old_instance"
    stored = "moving_mean" in arrays
    if not stored and of_maps:  # those of InstanceNorm2d(affine=True)
        return GroupNormalization(-1, epsilon), arrays, "torch_instance"
    op = BatchNormalization(
        training=not stored,
        epsilon=epsilon,
        momentum=_MOMENTUM,
        center="beta" in arrays,
        scale="gamma" in arrays,
    )
    return op, neutral_statistics(module.shape) | arrays, "" if stored else "own_statistics"


def prelu_of(module: Module, shape: Sequence[int]) -> tuple[Op, Arrays]:
    """Slopes of what has such a shape, a batch of items: one for all, or one a channel."""
    (count,) = module.shape
    axes = tuple(range(1, len(shape))) if count == 1 else tuple(range(1, len(shape) - 1))
    sizes = tuple(1 if at in axes else n for at, n in enumerate(shape[1:], start=1))
    stored = module.arrays["weight"]
    return PReLU(axes), {"alpha": StoredArray(sizes, lambda: stored.load().reshape(sizes))}


def _placed(array: StoredArray, block: int) -> StoredArray:
    return StoredArray(array.shape, lambda: _by_places(array.load(), block))


def _by_places(values: np.ndarray, block: int) -> np.ndarray:
    """Channels along the last axis, [channel, place] of a block, as [place, channel]."""
    if block == 1:
        return values
    order = np.arange(values.shape[-1]).reshape(-1, block * block).T.ravel()
    return values[..., order]
