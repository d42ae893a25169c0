"""The forward pass with every stage kept: eager TensorFlow over the weights dict."""

from collections.abc import Mapping

import numpy as np
import tensorflow as tf

from explorer.errors import ExplorerError, quote
from explorer.model.config import GeneratorConfig, check_config
from explorer.model.devices import AUTO, resolve_device
from explorer.model.ops import OPS, output_conv, pad
from explorer.model.stages import Stage, stages
from explorer.model.stopping import stop_if_unwanted
from explorer.model.weights import check_weights


def trace(
    config: GeneratorConfig, weights: Mapping, z, device: str = AUTO
) -> dict[str, np.ndarray]:
    """Runs the generator and returns the output of every stage.

    Args:
        config: the generator's structure.
        weights: variable name -> float32 array or tensor, as from `init_weights`.
        z: [N, noise_dim], array-like; NaN and infinities are taken as they are.
        device: a name from `devices()`, such as "CPU:0"; "auto" is the first GPU, or the CPU.

    Returns:
        Stage name -> float32 array, in the order in which data flows.

    Raises:
        ExplorerError: z has another shape, a weight is missing or has another shape, the pads do
            not fit the map, or this machine lacks the device.

    Example:
        >>> config = GeneratorConfig()
        >>> t = trace(config, init_weights(config, seed=0), np.zeros((1, 128)))
        >>> t["upsample1/conv2d_transpose"].shape
        (1, 8, 16, 128)
    """
    z = check_z(config, z)
    check_weights(config, weights)
    x, outputs = z, {}
    with tf.device(f"/{resolve_device(device)}"):
        for stage in stages(config, len(z)):
            stop_if_unwanted()
            x = OPS[stage.op](x, stage, config, weights)
            outputs[stage.name] = x
        return {name: np.asarray(value) for name, value in outputs.items()}


def pad_and_convolve(
    config: GeneratorConfig,
    weights: Mapping,
    source: np.ndarray,
    mode: str,
    device: str = AUTO,
) -> tuple[np.ndarray, np.ndarray]:
    """The last two stages again, with another pad mode.

    Args:
        source: the map that `conv_out/pad` reads, [N, H, W, channels].
        mode: REFLECT, SYMMETRIC or CONSTANT.

    Returns:
        The padded map and the output of `conv_out/conv2d`.
    """
    stage: Stage = stages(config, len(source))[-1]
    with tf.device(f"/{resolve_device(device)}"):
        padded = pad(source, config, mode)
        output = output_conv(
            padded, weights[stage.weight_name("kernel")], weights[stage.weight_name("bias")]
        )
        return np.asarray(padded), np.asarray(output)


def convolve_unpadded(
    config: GeneratorConfig, weights: Mapping, source: np.ndarray, device: str = AUTO
) -> np.ndarray | None:
    """The output convolution on the map itself, [N, H - k + 1, W - k + 1, C].

    None where it cannot run: the map is smaller than the kernel, or the kernel reads channels that
    only the pad adds.
    """
    stage: Stage = stages(config, len(source))[-1]
    if min(source.shape[1:3]) < config.output_kernel or any(config.paddings[3]):
        return None
    with tf.device(f"/{resolve_device(device)}"):
        kernel, bias = (weights[stage.weight_name(name)] for name in ("kernel", "bias"))
        return np.asarray(output_conv(source, kernel, bias))


def check_z(config: GeneratorConfig, z) -> np.ndarray:
    """z as float32 [N, noise_dim].

    Raises:
        ExplorerError: no configuration, another shape, or values that are not numbers.
    """
    check_config(config)
    try:
        array = np.asarray(z)
        if array.dtype.kind not in "biuf":
            raise ValueError
        array = array.astype(np.float32)
    except Exception:  # or the value's own methods fail, with any error
        raise ExplorerError("z_not_numbers", "z", value=quote(z)) from None
    if array.ndim != 2 or array.shape[1] != config.noise_dim or len(array) < 1:
        raise ExplorerError("z_shape", "z", shape=list(array.shape), noise_dim=config.noise_dim)
    return array
