"""Which reader opens which files, by the endings of their names; an archive of them is unpacked."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from explorer.errors import ExplorerError, quote
from explorer.model.files.archives import (
    Unpacking,
    has_ending,
    is_clutter,
    reading,
    unpacked,
)
from explorer.model.files.arrays import ArrayFile
from explorer.model.files.checkpoint import INDEX, META, SHARD, open_checkpoint
from explorer.model.files.hdf5 import open_h5
from explorer.model.files.keras_archive import open_keras
from explorer.model.files.npz import open_npz
from explorer.model.files.safetensors_file import open_safetensors

SUFFIXES = (".npz", ".safetensors", ".keras", ".h5", INDEX, ".zip")
_STRUCTURE = ".json"  # of a Keras model, beside its weights
_TAKEN = ", ".join((*SUFFIXES, _STRUCTURE, META))
_PICKLES = (".pt", ".pth", ".pkl", ".pickle")
_HDF5 = (".h5", ".hdf5")
_READERS = {
    ".npz": open_npz,
    ".safetensors": open_safetensors,
    ".keras": open_keras,
    ".h5": open_h5,
    ".hdf5": open_h5,
}


@contextmanager
def open_arrays(files: Mapping[str, Path], folder: Path) -> Iterator[ArrayFile]:
    """Opens a set of files that belong together; nothing is unpickled, no code is run.

    Args:
        files: plain file name -> file. One .npz, .safetensors, .keras or .weights.h5; or the
            .index and .data-* files of a TensorFlow checkpoint, with the .meta of its graph or
            without; or one .zip of any of these.
            Endings may be in capitals; what macOS adds of its own is passed over.
        folder: an empty one, for what is unpacked.

    Raises:
        ExplorerError: another kind of file, a damaged one, or one too large.
    """
    name = ", ".join(files)
    with reading(name):
        files, unpacking = unpacked(files, folder, _is_weights)
        chosen = _choose(files, name)
        with _open(chosen, files, unpacking) as found:
            if not isinstance(found.config, Mapping):
                raise TypeError("the stated configuration is not an object")
            yield replace(found, name=chosen)


def weights_among(names: Sequence[str]) -> list[int]:
    """Which of the names are those of files of weights, or of archives of them.

    Raises:
        ExplorerError: none is.
    """
    found = [at for at, name in enumerate(names) if has_ending(name, ".zip") or _is_weights(name)]
    wanted = [at for at in found if not is_clutter(names[at])]
    if not wanted:
        raise _no_weights({}, [], ", ".join(names))
    structures = [at for at, name in enumerate(names) if has_ending(name, _STRUCTURE)]
    is_beside = len(wanted) == 1 and has_ending(names[wanted[0]], *_HDF5)
    return sorted([*wanted, *structures]) if is_beside and len(structures) == 1 else wanted


def _is_weights(name: str) -> bool:
    return has_ending(name, *_READERS, INDEX, META) or SHARD.fullmatch(name) is not None


def _choose(files: Mapping[str, Path], name: str) -> str:
    """The file to read: the index of one checkpoint among them, or one file of another kind."""
    own = [item for item in files if not is_clutter(item)]
    indexes = sorted(item for item in own if has_ending(item, INDEX))
    if indexes:
        if len({re.sub(r"[0-9]+", "", item) for item in indexes}) > 1:  # no steps of one run
            raise _several(indexes)
        return _newest(indexes)
    known = [item for item in own if has_ending(item, *_READERS)]
    if len(known) == 1:
        return known[0]
    raise _no_weights(files, known, name)


def _open(chosen: str, files: Mapping[str, Path], unpacking: Unpacking):
    if has_ending(chosen, INDEX):
        return open_checkpoint(chosen, files)
    suffix = next(suffix for suffix in _READERS if has_ending(chosen, suffix))
    return _READERS[suffix](files[chosen], chosen, unpacking)


def _no_weights(files: Mapping[str, Path], known: list[str], name: str) -> ExplorerError:
    if known:
        return _several(known)
    if any(SHARD.fullmatch(item) for item in files):
        return ExplorerError("checkpoint_index", "weights", value=quote(name))
    if any(has_ending(item, META) for item in files):
        return ExplorerError("meta_alone", "weights", value=quote(name))
    if has_ending(name, *_PICKLES):
        return ExplorerError("pickled_file", "weights", value=quote(name))
    if has_ending(name, ".zip"):
        return ExplorerError("archive_no_weights", "weights", value=quote(name), allowed=_TAKEN)
    return ExplorerError("weights_kind", "weights", value=quote(name), allowed=_TAKEN)


def _several(names: list[str]) -> ExplorerError:
    return ExplorerError("weights_several", "weights", value=", ".join(map(quote, names[:4])))


def _newest(indexes: list[str]) -> str:
    """The checkpoint of the latest step: a training run keeps several."""
    return max(indexes, key=lambda name: [_size(part) for part in re.findall(r"\d+", name)])


def _size(digits: str) -> tuple[int, str]:
    """The order of numbers of any length; `int` refuses very long ones."""
    digits = digits.lstrip("0")
    return len(digits), digits
