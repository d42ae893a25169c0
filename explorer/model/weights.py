"""Untrained weights: a plain dict keyed by TensorFlow 1 variable names, fixed by a seed."""

import math
from collections.abc import Mapping
from typing import Annotated

import numpy as np

from explorer.errors import ExplorerError, quote
from explorer.model.config import INITIALIZERS, GeneratorConfig, check_config
from explorer.model.declare import Field, Range
from explorer.model.graph import Graph
from explorer.model.initializers import draw_kernel
from explorer.model.stages import Weight, stages

MAX_SEED = 2**32 - 1
_NO_NUMBERS = "OSUMmc"  # NumPy's kinds: objects, texts, times, complex numbers
Seed = Annotated[int, Range(0, MAX_SEED)]
SEED = Field("seed", Seed)


def init_weights(config: GeneratorConfig, seed: int = 0) -> dict[str, np.ndarray]:
    """Fresh weights: kernels as `kernel_initializer` says, zero biases, identity normalization.

    Every variable draws from a stream of its own, named by the seed and the variable, so that a
    change elsewhere in the structure leaves it alone. The result is the same bit for bit on every
    machine.

    Args:
        config: the generator's structure.
        seed: 0 to 2**32 - 1.

    Returns:
        Variable name -> float32 array; kernels of transposed convolutions are [k, k, out, in].

    Raises:
        ExplorerError: no configuration, or the seed is not a whole number in that range.

    Example:
        >>> init_weights(GeneratorConfig())["noise_generator/fc1/dense/kernel"].shape
        (128, 8192)
    """
    check_config(config)
    seed = SEED.check(seed)
    return {weight.name: initial_value(weight, seed) for weight in weight_list(config)}


def weight_list(config: GeneratorConfig | Graph) -> list[Weight]:
    """Every variable of the generator, in the order of the stages."""
    if isinstance(config, Graph):
        return list(config.weights)
    # Pads that mirror a batch axis need more than one item to be drawn up; weights do not.
    batch = 1 + max(config.paddings[0])
    return [weight for stage in stages(config, batch) for weight in stage.weights]


def weight_bytes(config: GeneratorConfig | Graph) -> int:
    """Size of all variables in float32."""
    return sum(4 * math.prod(weight.shape) for weight in weight_list(config))


def check_weights(config: GeneratorConfig | Graph, weights: Mapping):
    """Refuses weights that lack a variable or hold one of another shape.

    Raises:
        ExplorerError: not a mapping, or naming the first such variable, its shape and the expected
            one, or that it holds no numbers.
    """
    if not isinstance(config, Graph):
        check_config(config)
    if not isinstance(weights, Mapping):
        raise ExplorerError("weights_no_mapping", "weights", value=quote(type(weights).__name__))
    for weight in weight_list(config):
        if weight.name not in weights:
            raise ExplorerError("weight_missing", None, name=weight.name, shape=list(weight.shape))
        weight.check(_shape_of_numbers(weight.name, weights[weight.name]))


def _shape_of_numbers(name: str, value: object) -> tuple[int, ...]:
    try:
        array = value if hasattr(value, "dtype") else np.asarray(value)
        is_array = not isinstance(array.dtype, np.dtype) or array.dtype.kind not in _NO_NUMBERS
        shape = tuple(array.shape)
    except Exception:  # or the value's own methods fail, with any error
        is_array = False
    if not is_array:
        raise ExplorerError("weight_not_numbers", None, name=name, value=quote(value))
    return shape


def initial_value(weight: Weight, seed: int) -> np.ndarray:
    """One variable of `init_weights`, float32."""
    if weight.init in INITIALIZERS:
        return draw_kernel(weight.init, weight.name, weight.shape, seed)
    return (np.ones if weight.init == "ones" else np.zeros)(weight.shape, np.float32)
