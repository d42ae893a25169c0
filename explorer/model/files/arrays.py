"""What a file of weights holds, known by names and shapes before any of its numbers are read."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from explorer.errors import ExplorerError
from explorer.model.aligned import aligned
from explorer.sizes import MIB

# Under which our own files state the configuration, or an opened generator's graph.
CONFIG_KEY, GRAPH_KEY = "config", "explorer_graph"
MOST_GRAPH = 8 * MIB  # of its JSON
# Training runs of large networks keep some thousands of arrays; more take longer than they tell.
MOST_ARRAYS = 10_000


@dataclass(frozen=True, eq=False)
class StoredArray:
    """One array in a file, of floating point numbers but where its kind is told.

    Attributes:
        shape: of the array.
        read: gives it, in the file's own type; only what is needed is ever read.
        kind: the type of other numbers, which are not read; "" of floating point.
    """

    shape: tuple[int, ...]
    read: Callable[[], np.ndarray]
    kind: str = ""

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)

    def numbers(self) -> np.ndarray:
        """As float32 [shape], in C order; what that cannot hold is infinite.

        Raises:
            ValueError: the file does not hold what its header says.
        """
        found = np.asarray(self.read())
        if found.shape != self.shape:
            raise ValueError("another shape than announced")
        with np.errstate(over="ignore"):
            return found.astype(np.float32, order="C", copy=False)

    def load(self) -> np.ndarray:
        """The same, at an address that TensorFlow can use."""
        return aligned(self.numbers())


@dataclass(frozen=True, eq=False)
class ArrayFile:
    """What a file holds.

    Attributes:
        arrays: the file's own names -> arrays of floating point numbers.
        config: fields of `GeneratorConfig` that the file states, as it was saved by us; may be {}.
        graph: of `Graph.as_dict` that it states; None where it states none.
        name: of the file that was read, among those that came or in their archive.
        meta: of a TensorFlow 1 checkpoint the file of its graph, if it came along.
        meta_name: what that file is called; "" for other files, which have none.
        unread: name -> array of other numbers, of formats that may be PyTorch's.
    """

    arrays: Mapping[str, StoredArray]
    config: Mapping[str, object] = field(default_factory=dict)
    name: str = ""
    graph: object = None
    meta: Path | None = None
    meta_name: str = ""
    unread: Mapping[str, StoredArray] = field(default_factory=dict)


def check_count(found: int):
    """Refuses a file of too many arrays, before they are looked at one by one.

    Raises:
        ExplorerError: with the bound.
    """
    if found > MOST_ARRAYS:
        raise ExplorerError("too_many_arrays", "weights", bound=MOST_ARRAYS)


def is_shape(sizes: tuple[int, ...], most_bytes: int, item_bytes: int) -> bool:
    """Whether sizes are those of an array that fits into `most_bytes`; exact, never overflowing."""
    return (
        len(sizes) <= 32
        and all(size >= 0 for size in sizes)
        and math.prod(sizes) * item_bytes <= most_bytes
    )
