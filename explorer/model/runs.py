"""Traces and weights kept for the next request: caches bounded in bytes, no visitor's state."""

import math
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from explorer.model.config import GeneratorConfig
from explorer.model.stages import Weight
from explorer.model.trace import trace
from explorer.model.weight_store import UNTRAINED, StoredWeights, find_weights
from explorer.model.weights import initial_value, weight_list

CACHE_BYTES = 256 * 2**20


@dataclass(frozen=True)
class Run:
    """One forward pass: what went in, and the output of every stage."""

    config: GeneratorConfig
    weights: dict[str, tf.Tensor]
    z: np.ndarray
    stages: dict[str, np.ndarray]
    device: str


class ByteCache:
    """Least recently used values, within a bound on their bytes; safe between threads."""

    def __init__(self, bound: int):
        self._bound, self._used = bound, 0
        self._entries: OrderedDict[Hashable, tuple[object, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], object], size: Callable[[object], int]):
        """The value under `key`, made and kept if it is not there."""
        with self._lock:
            if key in self._entries:
                self._entries.move_to_end(key)
                return self._entries[key][0]
        value = make()
        self._keep(key, value, size(value))
        return value

    def _keep(self, key: Hashable, value: object, size: int):
        with self._lock:
            if key in self._entries or size > self._bound:
                return
            self._entries[key] = (value, size)
            self._used += size
            while self._used > self._bound:
                self._used -= self._entries.popitem(last=False)[1][1]


# NumPy draws and TensorFlow copies without the interpreter's lock.
_drawers = ThreadPoolExecutor(thread_name_prefix="draw-weights")
_weights = ByteCache(CACHE_BYTES)
_runs = ByteCache(CACHE_BYTES)


def run(
    config: GeneratorConfig,
    weights_seed: int,
    z: np.ndarray,
    device: str,
    source: str = UNTRAINED,
) -> Run:
    """Runs the generator, or returns the same run from the cache.

    Args:
        device: a name from `devices()`.
        source: opened weights, as from `keep_weights`. Untrained ones of the seed take their place
            where they do not fit the configuration, or are gone.
    """
    origin = _origin(config, weights_seed, source)
    return _runs.get(
        (config, _key(origin), z.shape, z.tobytes(), device),
        lambda: _run(config, origin, z, device),
        lambda made: sum(array.nbytes for array in made.stages.values()),
    )


def draw_weights(
    config: GeneratorConfig, weights_seed: int, device: str, source: str = UNTRAINED
) -> dict[str, tf.Tensor]:
    """The weights that `run` takes, without a forward pass; arguments as there."""
    return _tensors(config, _origin(config, weights_seed, source), device)


def _origin(config: GeneratorConfig, weights_seed: int, source: str) -> StoredWeights | int:
    """Opened weights that fit, else the seed of untrained ones."""
    stored = find_weights(source)
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


def _tensor(weight: Weight, origin: StoredWeights | int, device: str) -> tf.Tensor:
    """One variable on its device; kept by itself, as most survive a change of the structure."""

    def make() -> tf.Tensor:
        with tf.device(f"/{device}"):
            opened = isinstance(origin, StoredWeights)
            value = origin.weights[weight.name] if opened else initial_value(weight, origin)
            return tf.constant(value)

    return _weights.get(
        (weight, _key(origin), device), make, lambda made: 4 * math.prod(made.shape)
    )
