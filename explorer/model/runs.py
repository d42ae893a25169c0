"""Traces and weights kept for the next request, within the process's memory; no visitor's state."""

import hashlib
import math
from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal

import numpy as np
import tensorflow as tf

from explorer.errors import ExplorerError
from explorer.model.aligned import aligned
from explorer.model.carry import carry_weights, drawn_part, kept_share
from explorer.model.carry_changes import carry_sound_weights
from explorer.model.changed_graph import ChangedGraph
from explorer.model.config import DRAW_FIELDS, SHAPE_FIELDS, GeneratorConfig
from explorer.model.cost import carrying_load
from explorer.model.graph import Graph
from explorer.model.graph_store import StoredGraph
from explorer.model.memory import Reservation, bytes_held, memory
from explorer.model.niceness import step_back, steps_back
from explorer.model.opened_call import OpenedCall
from explorer.model.stages import Weight
from explorer.model.trace import trace, trace_stages
from explorer.model.weight_store import StoredWeights
from explorer.model.weights import initial_value, weight_bytes, weight_list
from explorer.sizes import MIB, mebibytes

_SAVING_BYTES, _OF_A_LAYER = 32 * MIB, 2**17
# Copies of the weights that are in memory: a Keras model has its own, and writes another.
_SAVING_COPIES = {".keras": 3, ".ckpt": 2}


@dataclass(frozen=True)
class Run:
    """One forward pass: what went in, and the output of every stage."""

    weights: Mapping[str, tf.Tensor | np.ndarray]
    inputs: Mapping[str, np.ndarray]
    stages: dict[str, np.ndarray]
    device: str

    @property
    def bytes(self) -> int:
        """Of all that the run keeps alive."""
        return bytes_held((*self.weights.values(), *self.inputs.values(), *self.stages.values()))


# NumPy draws and TensorFlow copies without the interpreter's lock.
_drawers = ThreadPoolExecutor(thread_name_prefix="draw-weights")
_heavy_drawers = ThreadPoolExecutor(thread_name_prefix="draw-weights", initializer=step_back)


def check_room_to_save(generator: GeneratorConfig | Graph, kind: str):
    """Refuses a file that this machine cannot write.

    Raises:
        ExplorerError: with what it would take; naming a format that takes less, where one does.
    """
    size = _bytes_to_save(generator, kind)
    if size > memory.most_heavy:
        shown, bound = mebibytes(size), mebibytes(memory.most_heavy)
        raise ExplorerError("too_large_to_save", "weights", kind=kind, size=shown, bound=bound)


def _bytes_to_save(generator: GeneratorConfig | Graph, kind: str) -> int:
    layers = len(generator.nodes) if isinstance(generator, Graph) else 0
    own = _SAVING_BYTES + _OF_A_LAYER * layers
    return _SAVING_COPIES.get(kind, 1) * weight_bytes(generator) + own


@dataclass(frozen=True)
class Origin:
    """Where the weights of a run come from.

    Attributes:
        seed: of untrained ones, and of what is drawn anew where others are carried over.
        stored: the others.
        carry: what becomes of stored ones of another structure: carried over, or not used.
    """

    seed: int = 0
    stored: StoredWeights | None = None
    carry: bool = True

    def used(self, config: GeneratorConfig) -> StoredWeights | None:
        """The stored weights that a structure gets, carried over or not; None: untrained ones."""
        is_used = self.stored is not None and (self.carry or self.stored.fits(config))
        return self.stored if is_used else None

    def is_carried(self, config: GeneratorConfig) -> bool:
        """Whether a structure gets stored weights of another one."""
        used = self.used(config)
        return used is not None and not used.fits(config)

    def drawn(self, config: GeneratorConfig, block: str) -> Literal["all", "some", "none"]:
        """How much of a block's kernel is drawn from the seed."""
        used = self.used(config)
        if used is None:
            return "all"
        return "none" if used.fits(config) else drawn_part(used.read_for(config), config, block)

    def key(self, config: GeneratorConfig) -> Hashable:
        """Names the weights that a structure gets."""
        used = self.used(config)
        if used is None:
            return self.seed
        return used.key if used.fits(config) else (used.key, self.seed)


def room_to_save(
    generator: GeneratorConfig | Graph,
    kind: str,
    origin: Origin,
    base: GeneratorConfig | StoredGraph,
) -> Reservation:
    """Room to make and to write the weights; the file may take no more of the disk.

    Args:
        generator: what is saved: a configuration, or a graph.
        kind: the format.
        origin: where a configuration's weights come from.
        base: the configuration or the opened generator that it is, or that was changed to it.

    Raises:
        NoRoomError: other work leaves too little.
    """
    carried = 0
    if isinstance(base, GeneratorConfig) and origin.is_carried(base):
        carried += carrying_load(base, origin.stored.bytes).bytes
    if isinstance(base, GeneratorConfig) and base != generator:
        carried += weight_bytes(base)
    return memory.reserve(_bytes_to_save(generator, kind) + carried, heavy=True)


def run(config: GeneratorConfig, origin: Origin, z: np.ndarray, device: str) -> Run:
    """Runs the generator, or returns the same run from the cache.

    Args:
        device: a name from `devices()`.
    """
    return memory.get(
        ("run", config, origin.key(config), z.shape, _digest(z), device),
        lambda: _run(config, origin, z, device),
        lambda made: made.bytes,
    )


def _digest(z: np.ndarray) -> bytes:
    """Names z in a key, which would else hold a second copy of it."""
    return hashlib.sha256(np.ascontiguousarray(z)).digest()


def _run(config: GeneratorConfig, origin: Origin, z: np.ndarray, device: str) -> Run:
    weights = draw_weights(config, origin, device)
    made = trace(config, weights, z, device)
    return Run(weights, {next(iter(made)): z}, made, device)


def run_opened(opened: StoredGraph, call: OpenedCall, device: str) -> Run:
    """As `run`, of an opened generator; what is unknown is NaN.

    Args:
        opened: the generator.
        call: what it is called on.
        device: a name from `devices()`.
    """
    return _find_run(opened.key, lambda: opened.weights, call, device)


def run_changed(
    changed: ChangedGraph,
    base: GeneratorConfig | StoredGraph,
    origin: Origin,
    call: OpenedCall,
    device: str,
) -> Run:
    """As `run`, of a generator with changes.

    Args:
        changed: the generator.
        base: the configuration, or the opened generator, that was changed.
        origin: of its weights, and of what is drawn anew.
        call: what it is called on.
        device: a name from `devices()`.
    """
    return _find_run(
        _changed_key(changed, base, origin),
        lambda: changed_weights(changed, base, origin, device),
        call,
        device,
    )


def _changed_key(
    changed: ChangedGraph, base: GeneratorConfig | StoredGraph, origin: Origin
) -> Hashable:
    source = (base.key, origin.seed) if isinstance(base, StoredGraph) else origin.key(base)
    return changed.key, source, origin.seed


def changed_weights(
    changed: ChangedGraph, base: GeneratorConfig | StoredGraph, origin: Origin, device: str
) -> Mapping[str, tf.Tensor | np.ndarray]:
    """The weights that `run_changed` takes; kept whole, as they were made together."""

    def make() -> Mapping[str, tf.Tensor | np.ndarray]:
        is_opened = isinstance(base, StoredGraph)
        before = base.weights if is_opened else draw_weights(base, origin, device)
        carried = carry_sound_weights(changed.before, before, changed.after, origin.seed)
        return {
            name: value if value is before.get(name) else _as_tensor(value, device)
            for name, value in carried.items()
        }

    key = _changed_key(changed, base, origin)
    return memory.get(
        ("changed weights", key, device), make, lambda made: bytes_held(made.values())
    )


def _find_run(key: Hashable, weights: Callable[[], Mapping], call: OpenedCall, device: str) -> Run:
    """A run of a graph, made or found kept; what is unknown is NaN."""
    named = tuple((name, values.shape, _digest(values)) for name, values in call.values.items())

    def make() -> Run:
        found, unknown = weights(), call.unknown
        known = [stage for stage in call.plan if stage.name not in unknown]
        made = trace_stages(known, found, call.values, device)
        for stage in call.plan:
            if stage.name in unknown:
                made[stage.name] = np.broadcast_to(np.float32(np.nan), stage.shape)
        ordered = {stage.name: made[stage.name] for stage in call.plan}
        return Run(found, call.values, ordered, device)

    # Its weights count too: they may outlive what was opened.
    return memory.get(("run", key, named, device), make, lambda made: made.bytes)


def draw_weights(config: GeneratorConfig, origin: Origin, device: str) -> dict[str, tf.Tensor]:
    """The weights that `run` takes, without a forward pass; arguments as there."""
    used, seed = origin.used(config), origin.seed
    if used is None:
        return _each(config, seed, device, lambda weight: initial_value(weight, seed))
    if used.fits(config):
        return _each(config, used.key, device, lambda weight: used.weights[weight.name])
    return _carried(config, origin, device)


def _each(
    config: GeneratorConfig, key: Hashable, device: str, value: Callable[[Weight], np.ndarray]
) -> dict[str, tf.Tensor]:
    """Each variable kept by itself, as most survive a change of the structure."""

    def find(weight: Weight) -> tf.Tensor:
        return memory.get(
            _weight_key(weight, key, device),
            lambda: _as_tensor(value(weight), device),
            lambda made: bytes_held([made]),
        )

    wanted = weight_list(config)
    made = {weight: memory.find(_weight_key(weight, key, device)) for weight in wanted}
    missing = [weight for weight, tensor in made.items() if tensor is None]
    if missing:  # each hand over to another thread takes time
        drawers = _heavy_drawers if steps_back() else _drawers
        made.update(zip(missing, drawers.map(find, missing), strict=True))
    return {weight.name: tensor for weight, tensor in made.items()}


def _weight_key(weight: Weight, key: Hashable, device: str) -> Hashable:
    return "weight", weight, key, device


def bytes_to_draw(config: GeneratorConfig, origin: Origin, device: str) -> int:
    """Of the untrained weights that `run` takes, those that are not kept from before."""
    if origin.used(config) is not None:
        return 0
    return sum(
        4 * math.prod(weight.shape)
        for weight in weight_list(config)
        if memory.find(_weight_key(weight, origin.seed, device)) is None
    )


def _carried(config: GeneratorConfig, origin: Origin, device: str) -> dict[str, tf.Tensor]:
    """Stored weights in another structure; kept whole, as they were made together."""

    def make() -> dict[str, tf.Tensor]:
        source = origin.stored.read_for(config)
        carried = carry_weights(source, origin.stored.weights, config, origin.seed)
        return {name: _as_tensor(value, device) for name, value in carried.items()}

    return memory.get(
        ("carried", _made_for(config), origin.key(config), device),
        make,
        lambda made: bytes_held(made.values()),
    )


def _made_for(config: GeneratorConfig) -> Hashable:
    """All of a structure that carried weights depend on."""
    fields = (*SHAPE_FIELDS, *DRAW_FIELDS, "stride", "paddings")
    return tuple(getattr(config, name) for name in fields)


def find_kept_share(stored: StoredWeights, config: GeneratorConfig) -> float:
    """`kept_share` of stored weights in another structure; kept, as it reads all of them."""
    return memory.get(
        ("share", _made_for(config), stored.key),
        lambda: kept_share(stored.read_for(config), stored.weights, config),
        lambda made: 0,
    )


def _as_tensor(values: np.ndarray, device: str) -> tf.Tensor:
    """float32 values on a device; on the CPU in the memory that they have, so they must stay."""
    tensor = tf.experimental.dlpack.from_dlpack(aligned(values).__dlpack__())
    if device.startswith("CPU"):
        return tensor
    with tf.device(f"/{device}"):
        return tf.identity(tensor)
