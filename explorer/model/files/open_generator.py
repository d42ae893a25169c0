"""Opens a file of any generator: as its graph, or our own family's by its numbers."""

import math
import tempfile
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

from explorer.errors import ExplorerError, quote_path
from explorer.model.config import GeneratorConfig
from explorer.model.files.archives import checked_path, has_ending, is_clutter
from explorer.model.files.keras_archive import MOST_JSON
from explorer.model.files.keras_file import KERAS_ENDINGS
from explorer.model.files.load import (
    MAX_BYTES,
    OpenedWeights,
    Weights,
    ask_reader,
    files_at,
    no_such_file,
    read_array,
    read_message,
    read_opened,
    reading_job,
)
from explorer.model.graph import Graph
from explorer.model.graph_json import read_graph
from explorer.sizes import MIB

Generator = Graph | GeneratorConfig
_SAVED_MODEL = "saved_model.pb"


def open_generator(path: str | Path) -> tuple[Generator, Weights]:
    """Opens a file of a generator, with its weights.

    A Keras model, of Keras 2 or 3, Sequential or Functional: a `.keras`, a whole model's `.h5`, or
    a `.json` of its structure with the `.h5` of its weights beside it (either may be named), or a
    `.zip` of these. Its structure is read from its JSON; nothing in it is run. Maps with channels
    first have them last here, inputs too, as `generator.assumed` tells.

    An `.npz` or `.safetensors` that `save_weights` made of an opened generator: the same again.

    A PyTorch state dict as `.safetensors`, of a generator whose modules stand in a row, as in
    DCGAN. It holds no structure: `generator.assumed` tells how strides, pads, activations and
    epsilon were taken. Its stages are named as its modules, channels last.

    A TensorFlow 1 checkpoint (its prefix, or one of its files) with the .meta beside it: the graph
    in there is read, never run. Which of its tensors is the generator's output follows from names
    and shapes, and `generator.assumed` tells it. Its stages are named as its operations.

    Any file that `load_weights` takes opens, too, as a generator of our own family; so does a Keras
    model of just its operations.

    The file is read in a process of its own with bounds on its memory and time.

    Returns:
        The generator, and variable name -> float32 array. A graph's variables are named by their
        layers, e.g. "conv2d_transpose/kernel", those of nested models "<model>/<layer>/kernel".

    Raises:
        ExplorerError: no path, no such file, another kind of file, a damaged one, one that takes
            too long or too much memory, a structure that is not read (a Lambda, a subclassed
            model, a SavedModel, an option), or weights that do not fit it: each of them is named.

    Example:
        >>> generator, weights = open_generator("generator.keras")
    """
    place = checked_path(path)
    with no_such_file(path):
        files = _files_at(place)
    with tempfile.TemporaryDirectory(prefix="explorer-read-") as folder:
        opened = open_generator_files(files, Path(folder), "plain")
    return (opened[0].config, opened[0].weights) if isinstance(opened, list) else opened


def open_generator_files(
    files: Mapping[str, Path],
    folder: Path,
    wanted: str,
    present: GeneratorConfig | None = None,
    most_bytes: int = MAX_BYTES,
    gone: threading.Event | None = None,
    make_room: Callable[[int], object] = lambda size: None,
) -> tuple[Graph, Weights] | list[OpenedWeights]:
    """Reads strangers' files in a process of its own; arguments as `open_weights`.

    Returns:
        A graph and its weights; of our own family what `open_weights` does.
    """

    def read(out: IO[bytes]) -> tuple[Graph, Weights] | list[OpenedWeights]:
        told = read_message(out, MOST_JSON)
        take = _read_graph_answer if "graph" in told else read_opened
        return take(told, out, most_bytes, make_room)

    return ask_reader(
        files, folder, reading_job(wanted, present, most_bytes, graphs=True), read, gone
    )


def _read_graph_answer(
    told: dict, out: IO[bytes], most_bytes: int, make_room: Callable[[int], object]
) -> tuple[Graph, Weights]:
    """A graph and its weights; what the process says is a claim, and checked first."""
    graph = read_graph(told["graph"])
    size = sum(4 * math.prod(weight.shape) for weight in graph.weights)
    if size > most_bytes:
        raise ValueError("more than was asked for")
    make_room(size)
    return graph, {weight.name: read_array(out, weight.shape) for weight in graph.weights}


def _files_at(path: Path) -> dict[str, Path]:
    """The file, with what belongs to it of those beside it."""
    if path.name == _SAVED_MODEL or (path / _SAVED_MODEL).is_file():
        raise ExplorerError("saved_model", "weights", value=quote_path(path))
    files = files_at(path)
    if len(files) > 1 or not has_ending(path.name, *KERAS_ENDINGS):
        return files
    (file,) = files.values()
    if has_ending(path.name, ".json"):
        beside = _beside(file, ".h5", ".hdf5")
    elif has_ending(path.name, ".keras") or _has_structure(file):
        beside = []
    else:
        beside = _beside(file, ".json")
    return {item.name: item for item in (file, *beside)}


def _beside(path: Path, *endings: str) -> list[Path]:
    """The file of the same name with another ending, or the only one of that ending."""
    found = [
        item
        for item in sorted(path.parent.iterdir())
        if has_ending(item.name, *endings) and item.is_file() and not is_clutter(item.name)
    ]
    stem = path.name.split(".")[0]
    alike = [item for item in found if item.name.split(".")[0] == stem]
    alone = [item for item in alike if ".weights." in item.name.lower()]
    return next((chosen for chosen in (alike, alone, found) if len(chosen) == 1), [])


def _has_structure(path: Path) -> bool:
    """Whether an HDF5 file names a model's config; its bytes are searched, nothing is parsed."""
    wanted = b"model_config"
    with path.open("rb") as file:
        before = b""
        while chunk := file.read(MIB):
            if wanted in before + chunk:
                return True
            before = chunk[-len(wanted) :]
    return False
