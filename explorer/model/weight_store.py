"""The shipped weights, and those that visitors opened, kept within the process's memory.

An id is the hash of the content, so that only who has the weights, or was given a link to them, can
name them; the same file opened twice is kept once. How a visitor calls a file is not kept: whoever
else opens the same content, or a link to it, is told nothing about it.
"""

import functools
import hashlib
import json
import math
import re
from collections.abc import Hashable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Protocol, TypeVar

import numpy as np

from explorer.errors import ExplorerError, quote
from explorer.made_once import made_once
from explorer.model.builders.dcgan import dcgan_generator
from explorer.model.config import GeneratorConfig
from explorer.model.files.load import load_own_weights
from explorer.model.memory import bytes_held, memory
from explorer.model.moving_statistics import untold_statistics
from explorer.model.run_history import moment_path, moment_steps
from explorer.model.weights import weight_list
from explorer.sizes import mebibytes

UNTRAINED = "untrained"
TRAINED = "trained"
_SHIPPED = Path(__file__).resolve().parents[2] / "assets" / "weights"
# A network for each of some kernel sizes; the others' weights are carried over from this one's.
_FAMILY = "streets-k{}.safetensors"
_FAMILY_HEAD = 5
MOST_BYTES = memory.bound // 4  # of one visitor's weights
_SOURCE = re.compile(
    rf"{UNTRAINED}|{TRAINED}|(?:file|graph):[0-9a-f]{{32}}|run:([0-9a-f]{{32}}):([0-9]{{1,7}})"
)


@dataclass(frozen=True, eq=False)
class StoredWeights:
    """Opened weights, and the configuration read off them.

    Attributes:
        source: "file:" and the hash of the content, as in a link.
        config: the structure.
        base_is_assumed: a file told the product of the base grid's sides alone; how `config` splits
            it is a guess, and another split another reading of the same weights.
    """

    source: str
    config: GeneratorConfig
    weights: Mapping[str, np.ndarray]
    base_is_assumed: bool = False

    @property
    def bytes(self) -> int:
        """Of all that the weights keep alive."""
        return bytes_held(self.weights.values())

    @property
    def kind(self) -> str:
        """TRAINED, "file" or "run"."""
        return self.source.partition(":")[0]

    @property
    def key(self) -> Hashable:
        """Names the weights: one source may have several, each for a structure."""
        return self.source, self.config

    @made_once
    def untold(self) -> dict[str, list[str]]:
        """As `untold_statistics`, by blocks: what training=False would normalize by."""
        graph = dcgan_generator(replace(self.config, training=False))
        found = untold_statistics(graph, self.weights)
        return {kind: [name.partition("/")[0] for name in names] for kind, names in found.items()}

    def fits(self, config: GeneratorConfig) -> bool:
        """Whether a configuration has exactly these variables, with the same meaning."""
        read = self.read_for(config)
        if config.base_size != read.base_size or config.paddings[3] != read.paddings[3]:
            return False
        shapes = {weight.name: weight.shape for weight in weight_list(config)}
        return shapes == {name: array.shape for name, array in self.weights.items()}

    def read_for(self, config: GeneratorConfig) -> GeneratorConfig:
        """The structure of these weights, read as a configuration does where they leave it open."""
        rows, columns = config.base_size
        if not self.base_is_assumed or rows * columns != math.prod(self.config.base_size):
            return self.config
        try:
            return replace(self.config, base_height=rows, base_width=columns)
        except ExplorerError:  # too narrow for the output kernel
            return self.config


class _Given(Protocol):
    source: str

    @property
    def bytes(self) -> int: ...


Given = TypeVar("Given", bound=_Given)
_histories: dict[str, Path] = {}


def keep_weights(
    config: GeneratorConfig,
    weights: Mapping[str, np.ndarray],
    base_is_assumed: bool = False,
    giver: str = "?",
) -> StoredWeights:
    """Keeps weights under the hash of their content.

    Args:
        config, weights, base_is_assumed: as of `StoredWeights`.
        giver: the address that they came from; whoever gave most loses its oldest first.

    Raises:
        ExplorerError: they alone exceed the bound, or others' work takes all the room now.
    """
    source = _source(config, weights, base_is_assumed)
    return keep_given(StoredWeights(source, config, weights, base_is_assumed), giver)


def keep_given(stored: Given, giver: str) -> Given:
    """Keeps what a visitor opened under its source, or finds it kept; raises as `keep_weights`."""
    if stored.bytes > MOST_BYTES:
        raise ExplorerError("file_too_large", "weights", bound=mebibytes(MOST_BYTES))
    if known := memory.find(stored.source):
        return known
    if not memory.keep(stored.source, stored, stored.bytes, giver):
        raise ExplorerError("server_busy", "weights")
    return stored


def find_weights(source: str, config: GeneratorConfig) -> StoredWeights | None:
    """The weights of a source; None for untrained ones and for those that are gone.

    Args:
        config: the structure that they are for; where there are several, the nearest are taken.
    """
    if source == TRAINED:
        return shipped_weights(config.kernel_size)
    if source.startswith("run:"):
        return _moment(source)
    return memory.find(source) if source.startswith("file:") else None


def shipped_weights(kernel_size: int = _FAMILY_HEAD) -> StoredWeights:
    """The generator of street scenes, trained with this kernel size or, where none was, with 5."""
    has_own = (_SHIPPED / _FAMILY.format(kernel_size)).is_file()
    return _shipped(kernel_size if has_own else _FAMILY_HEAD)


def shipped_kernels() -> list[int]:
    """The kernel sizes that generators of street scenes were trained with."""
    prefix, suffix = _FAMILY.split("{}")
    names = (path.name for path in _SHIPPED.glob(_FAMILY.format("*")))
    return sorted(int(name.removeprefix(prefix).removesuffix(suffix)) for name in names)


@functools.cache
def _shipped(kernel_size: int) -> StoredWeights:
    return StoredWeights(TRAINED, *load_own_weights(_SHIPPED / _FAMILY.format(kernel_size)))


def share_run(run_id: str, history: Path):
    """Makes the moments of a training run, files step-<number>.npz, weights of their own."""
    _histories[run_id] = history


def forget_run(run_id: str):
    """Takes a run's moments back."""
    _histories.pop(run_id, None)


def last_moment(source: str) -> StoredWeights | None:
    """The newest weights of the run that a source is a moment of; None where there are none."""
    run_id, _ = _SOURCE.fullmatch(source).groups()
    history = _histories.get(run_id)
    steps = moment_steps(history) if history else []
    return _moment(f"run:{run_id}:{steps[-1]}") if steps else None


def _moment(source: str) -> StoredWeights | None:
    """Weights of a run's moment, out of its history; None once it is gone."""
    run_id, step = _SOURCE.fullmatch(source).groups()
    history = _histories.get(run_id)
    if history is None:
        return None
    path = moment_path(history, int(step))
    try:
        return memory.get(
            source, lambda: StoredWeights(source, *load_own_weights(path)), lambda made: made.bytes
        )
    except (ExplorerError, OSError):  # thinned out meanwhile
        return None


def check_source(source: str) -> str:
    """Refuses what is no source of weights.

    Raises:
        ExplorerError: neither "untrained", "trained", "file:" or "graph:" and 32 hexadecimal
            digits, nor "run:", 32 of them, ":" and a step.
    """
    if not _SOURCE.fullmatch(source):
        raise ExplorerError("no_such_weights", "weights", value=quote(source))
    return source


def _source(
    config: GeneratorConfig, weights: Mapping[str, np.ndarray], base_is_assumed: bool
) -> str:
    """The hash of the arrays and of what the structure says beyond the default one's.

    So a field that a later version adds changes no name, and links and kept files stay good.
    """
    usual = asdict(GeneratorConfig())
    said = {name: value for name, value in asdict(config).items() if value != usual[name]}
    said |= {"base_is_assumed": True} if base_is_assumed else {}
    return f"file:{content_hash(said, weights)}"


def content_hash(said: Mapping, weights: Mapping[str, np.ndarray]) -> str:
    """32 hexadecimal digits of what is said of a structure, in JSON types, and of all numbers."""
    content = hashlib.sha256(json.dumps(said, sort_keys=True).encode())
    for name, array in weights.items():
        content.update(f"{name} {array.shape}".encode())
        content.update(np.ascontiguousarray(array))
    return content.hexdigest()[:32]
