"""Opens files of Keras models: the structure from JSON, the weights from HDF5."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from explorer.errors import ExplorerError, quote
from explorer.model.builders.dcgan import dcgan_generator
from explorer.model.config import GeneratorConfig
from explorer.model.files.archives import Unpacking, has_ending, open_zip, reading, unpacked
from explorer.model.files.arrays import ArrayFile
from explorer.model.files.graph_builder import GraphFile
from explorer.model.files.hdf5 import open_h5_model
from explorer.model.files.identify import Identified, identify
from explorer.model.files.keras_archive import MOST_JSON, keras_states
from explorer.model.files.keras_config import read_keras_model
from explorer.model.files.keras_weights import match_weights
from explorer.model.graph import Node
from explorer.model.ops import Op
from explorer.model.ops.kernels import GLOROT
from explorer.sizes import mebibytes

KERAS_ENDINGS = (".keras", ".h5", ".hdf5", ".json")


@contextmanager
def open_keras_files(files: Mapping[str, Path], folder: Path) -> Iterator[GraphFile]:
    """Opens a .keras, a whole model's .h5, a .json and the .h5 of its weights, or a .zip of any.

    Args:
        files: plain file name -> file.
        folder: an empty one, for what is unpacked.

    Raises:
        ExplorerError: no structure, none that is read, weights that do not fit it, or a damaged or
            too large file.
    """
    name = ", ".join(files)
    with reading(name):
        files, unpacking = unpacked(files, folder, _is_keras)
        config, path, chosen = _parts(files, unpacking)
        with open_h5_model(path, MOST_JSON) as file:
            is_whole = has_ending(chosen, ".keras") or config is None
            config = config or _parsed(file.config)
            if config is None:
                raise ExplorerError("keras_no_structure", "weights", value=quote(name))
            model = read_keras_model(config)
            plain = ArrayFile(file.arrays, _states(config), chosen)
            yield match_weights(model, file, plain, is_whole)


def own_family(found: GraphFile, most_bytes: int) -> Identified | None:
    """The configuration of a model that is, operation for operation, one of our own family."""
    try:
        made = identify(found.plain, GeneratorConfig(), use_ema=False, most_bytes=most_bytes)
    except (ExplorerError, LookupError, TypeError, ValueError):
        return None
    ours, theirs = dcgan_generator(made.config).nodes, found.graph.nodes
    return made if _design(ours) == _design(theirs) else None


def _design(nodes: Sequence[Node]) -> list[tuple[Op, list[int]]]:
    """Each operation, and the places of those that it reads."""
    places = {node.name: at for at, node in enumerate(nodes)}
    return [(_plain(node), [places[name] for name in node.sources]) for node in nodes]


def _plain(node: Node) -> Op:
    """An operation without what only tells how its kernel began."""
    has_kernel = hasattr(node.op, "initializer")
    return replace(node.op, initializer=GLOROT) if has_kernel else node.op


def _is_keras(name: str) -> bool:
    """Whether a file may be a Keras model's."""
    return has_ending(name, *KERAS_ENDINGS)


def _parts(files: Mapping[str, Path], unpacking: Unpacking) -> tuple[dict | None, Path, str]:
    """The structure, as far as it stands by itself, the HDF5 file, and the name of the main one."""
    for name, path in files.items():
        if has_ending(name, ".keras"):
            with open_zip(path, name) as archive:
                config = _parsed(archive.read("config.json", MOST_JSON))
                return config, unpacking.unpack(archive, "model.weights.h5"), name
    weights = [name for name in files if has_ending(name, ".h5", ".hdf5")]
    texts = [name for name in files if has_ending(name, ".json")]
    config = _parsed(_read(texts[0], files[texts[0]])) if len(texts) == 1 else None
    if isinstance(config, Mapping) and "modelTopology" in config:
        raise ExplorerError("tensorflow_js", "weights", value=quote(texts[0]))
    if len(weights) != 1 or len(texts) > 1:
        shown = quote(", ".join(files))
        raise ExplorerError("keras_weights_beside", "weights", value=shown)
    return config, files[weights[0]], weights[0]


def _read(name: str, path: Path) -> bytes:
    with path.open("rb") as file:
        data = file.read(MOST_JSON + 1)
    if len(data) > MOST_JSON:
        bound = mebibytes(MOST_JSON)
        raise ExplorerError("file_part_too_large", "weights", value=quote(name), bound=bound)
    return data


def _parsed(text: str | bytes | None) -> object:
    return None if text is None else json.loads(text)


def _states(config: object) -> dict:
    """What layers state of our own family's generator; {} where they state nothing sound."""
    try:
        return keras_states(config)
    except (LookupError, TypeError, AttributeError, ValueError):
        return {}
