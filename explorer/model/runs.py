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
    stored = find_weights(source)
    if stored is not None and not stored.fits(config):
        stored = None
    origin = stored.source if stored else weights_seed
    key = (config, origin, z.shape, z.tobytes(), device)
    return _runs.get(
        key,
        lambda: _run(config, stored or weights_seed, z, device),
        lambda made: sum(array.nbytes for array in made.stages.values()),
    )


def _run(config: GeneratorConfig, origin: StoredWeights | int, z: np.ndarray, device: str) -> Run:
    wanted = weight_list(config)
    tensors = _drawers.map(lambda weight: _tensor(weight, origin, device), wanted)
    weights = {weight.name: tensor for weight, tensor in zip(wanted, tensors, strict=True)}
    return Run(config, weights, z, trace(config, weights, z, device), device)


def _tensor(weight: Weight, origin: StoredWeights | int, device: str) -> tf.Tensor:
    """One variable on its device; kept by itself, as most survive a change of the structure."""

    def make() -> tf.Tensor:
        with tf.device(f"/{device}"):
            opened = isinstance(origin, StoredWeights)
            value = origin.weights[weight.name] if opened else initial_value(weight, origin)
            return tf.constant(value)

    name = origin.source if isinstance(origin, StoredWeights) else origin
    return _weights.get((weight, name, device), make, lambda made: 4 * math.prod(made.shape))
