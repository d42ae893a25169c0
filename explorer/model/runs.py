"""Traces and weights kept for the next request, within the process's memory; no visitor's state."""

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from explorer.errors import ExplorerError, mebibytes
from explorer.model.aligned import aligned
from explorer.model.config import GeneratorConfig
from explorer.model.memory import Reservation, memory
from explorer.model.stages import Weight
from explorer.model.trace import trace
from explorer.model.weight_store import StoredWeights
from explorer.model.weights import initial_value, weight_list

_SAVING_BYTES = 32 * 2**20
# Copies of the weights that are in memory: a Keras model has its own, and writes another.
_SAVING_COPIES = {".keras": 3, ".ckpt": 2}


@dataclass(frozen=True)
class Run:
    """One forward pass: what went in, and the output of every stage."""

    config: GeneratorConfig
    weights: dict[str, tf.Tensor]
    z: np.ndarray
    stages: dict[str, np.ndarray]
    device: str

    @property
    def bytes(self) -> int:
        """Of all that the run keeps alive."""
        weights = sum(4 * math.prod(tensor.shape) for tensor in self.weights.values())
        return weights + self.z.nbytes + sum(array.nbytes for array in self.stages.values())


# NumPy draws and TensorFlow copies without the interpreter's lock.
_drawers = ThreadPoolExecutor(thread_name_prefix="draw-weights")


def check_room_to_save(config: GeneratorConfig, kind: str):
    """Refuses a file that this machine cannot write.

    Raises:
        ExplorerError: with what it would take; naming a format that takes less, where one does.
    """
    size = _bytes_to_save(config, kind)
    if size > memory.bound:
        shown, bound = mebibytes(size), mebibytes(memory.bound)
        raise ExplorerError("too_large_to_save", "weights", kind=kind, size=shown, bound=bound)


def room_to_save(config: GeneratorConfig, kind: str) -> Reservation:
    """Room to write the weights; what the file may take on the disk is no more.

    Raises:
        NoRoomError: other work leaves too little.
    """
    return memory.reserve(_bytes_to_save(config, kind))


def _bytes_to_save(config: GeneratorConfig, kind: str) -> int:
    weights = sum(4 * math.prod(weight.shape) for weight in weight_list(config))
    return _SAVING_COPIES.get(kind, 1) * weights + _SAVING_BYTES


def run(
    config: GeneratorConfig,
    weights_seed: int,
    z: np.ndarray,
    device: str,
    stored: StoredWeights | None = None,
) -> Run:
    """Runs the generator, or returns the same run from the cache.

    Args:
        device: a name from `devices()`.
        stored: weights that are not drawn. Untrained ones of the seed take their place where they
            do not fit the configuration, or there are none.
    """
    origin = _origin(config, weights_seed, stored)
    return memory.get(
        ("run", config, _key(origin), z.shape, z.tobytes(), device),
        lambda: _run(config, origin, z, device),
        lambda made: made.bytes,
    )


def draw_weights(
    config: GeneratorConfig, weights_seed: int, device: str, stored: StoredWeights | None = None
) -> dict[str, tf.Tensor]:
    """The weights that `run` takes, without a forward pass; arguments as there."""
    return _tensors(config, _origin(config, weights_seed, stored), device)


def _origin(
    config: GeneratorConfig, weights_seed: int, stored: StoredWeights | None
) -> StoredWeights | int:
    """Stored weights that fit, else the seed of untrained ones."""
    return stored if stored is not None and stored.fits(config) else weights_seed


def _key(origin: StoredWeights | int) -> str | int:
    return origin.source if isinstance(origin, StoredWeights) else origin


def _run(config: GeneratorConfig, origin: StoredWeights | int, z: np.ndarray, device: str) -> Run:
    weights = _tensors(config, origin, device)
    return Run(config, weights, z, trace(config, weights, z, device), device)


def _tensors(
    config: GeneratorConfig, origin: StoredWeights | int, device: str
) -> dict[str, tf.Tensor]:
    wanted = weight_list(config)
    tensors = _drawers.map(lambda weight: _tensor(weight, origin, device), wanted)
    return {weight.name: tensor for weight, tensor in zip(wanted, tensors, strict=True)}


def _as_tensor(values: np.ndarray, device: str) -> tf.Tensor:
    """float32 values on a device; on the CPU in the memory that they have, so they must stay."""
    tensor = tf.experimental.dlpack.from_dlpack(aligned(values).__dlpack__())
    if device.startswith("CPU"):
        return tensor
    with tf.device(f"/{device}"):
        return tf.identity(tensor)


def _tensor(weight: Weight, origin: StoredWeights | int, device: str) -> tf.Tensor:
    """One variable on its device; kept by itself, as most survive a change of the structure."""

    def make() -> tf.Tensor:
        opened = isinstance(origin, StoredWeights)
        value = origin.weights[weight.name] if opened else initial_value(weight, origin)
        return _as_tensor(value, device)

    return memory.get(
        ("weight", weight, _key(origin), device), make, lambda made: 4 * math.prod(made.shape)
    )
