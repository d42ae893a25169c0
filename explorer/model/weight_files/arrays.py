"""The arrays in a file of any format, by the names that the file gives them."""

import io
import json
import re
import struct
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import h5py
import numpy as np
import safetensors.numpy
import tensorflow as tf

from explorer.errors import ExplorerError, quote
from explorer.model.config import ACTIVATIONS
from explorer.model.weight_files.archives import MAX_UNPACKED, damaged, read_zip, reading
from explorer.model.weight_files.object_graph import KEY, variable_paths

CONFIG_KEY = "config"
SUFFIXES = (".npz", ".safetensors", ".keras", ".weights.h5", ".index", ".zip")
_BUNDLE = re.compile(r"(.+)\.data-\d{5}-of-\d{5}")
_SUFFIX = "/.ATTRIBUTES/VARIABLE_VALUE"


@dataclass(frozen=True)
class ArrayFile:
    """What a file holds.

    Attributes:
        arrays: the file's own names -> arrays of floating point numbers.
        config: fields of `GeneratorConfig` that the file states, as it was saved by us; may be {}.
    """

    arrays: Mapping[str, np.ndarray]
    config: Mapping[str, object] = field(default_factory=dict)


def read_arrays(files: Mapping[str, bytes]) -> ArrayFile:
    """Reads a set of files that belong together; nothing is unpickled, no code is run.

    Args:
        files: plain file name -> bytes. One .npz, .safetensors, .keras or .weights.h5; or the
            .index and .data-* files of a TensorFlow checkpoint; or one .zip of any of these.

    Raises:
        ExplorerError: another kind of file, a damaged one, or one too large.
    """
    if len(files) == 1:
        ((name, data),) = files.items()
        if name.endswith(".zip"):
            return _read_members(read_zip(data, name), name)
        for suffix, read in _READERS.items():
            if name.endswith(suffix):
                return _guarded(read, data, name)
    return _read_members(files, ", ".join(files))


def _read_members(files: Mapping[str, bytes], name: str) -> ArrayFile:
    """One checkpoint among the files, or one file of another kind."""
    indexes = sorted(item for item in files if item.endswith(".index"))
    if indexes:
        return _guarded(lambda data, shown: _read_checkpoint(files, _newest(indexes)), b"", name)
    known = [item for item in files if item.endswith(tuple(_READERS))]
    if len(known) == 1:
        return read_arrays({known[0]: files[known[0]]})
    if known:
        raise ExplorerError("weights_several", "weights", value=", ".join(map(quote, known[:4])))
    if any(_BUNDLE.fullmatch(item) for item in files):
        raise ExplorerError("checkpoint_index", "weights", value=quote(name))
    if name.endswith(".zip"):
        raise ExplorerError(
            "archive_no_weights", "weights", value=quote(name), allowed=", ".join(SUFFIXES)
        )
    raise ExplorerError("weights_kind", "weights", value=quote(name), allowed=", ".join(SUFFIXES))


def _newest(indexes: list[str]) -> str:
    """The checkpoint of the latest step: a training run keeps several."""
    return max(indexes, key=lambda name: [int(part) for part in re.findall(r"\d+", name)] or [-1])


def _guarded(read: Callable, data: bytes, name: str) -> ArrayFile:
    with reading(name):
        found = read(data, name)
        if not isinstance(found.config, Mapping):
            raise TypeError("the stated configuration is not an object")
    return ArrayFile(
        {key: value for key, value in found.arrays.items() if _is_float(value)}, found.config
    )


def _is_float(value: np.ndarray) -> bool:
    return value.dtype.kind == "f" or value.dtype.name == "bfloat16"


def _read_npz(data: bytes, name: str) -> ArrayFile:
    files = read_zip(data, name, with_folders=True)
    arrays = {}
    for key, content in files.items():
        arrays[key.removesuffix(".npy")] = _load_npy(content, name)
    config = arrays.pop(CONFIG_KEY, None)
    return ArrayFile(arrays, {} if config is None else json.loads(str(config)))


def _load_npy(content: bytes, name: str) -> np.ndarray:
    try:
        return np.load(io.BytesIO(content), allow_pickle=False)
    except ValueError as error:
        if "Object arrays" in str(error):
            raise ExplorerError("weights_pickled", "weights", value=quote(name)) from None
        raise damaged(name) from None


def _read_safetensors(data: bytes, name: str) -> ArrayFile:
    arrays = safetensors.numpy.load(data)
    (length,) = struct.unpack_from("<Q", data)
    stated = json.loads(data[8 : 8 + length]).get("__metadata__", {}).get(CONFIG_KEY)
    return ArrayFile(arrays, json.loads(stated) if stated else {})


def _read_keras(data: bytes, name: str) -> ArrayFile:
    files = read_zip(data, name)
    found = _read_h5(files["model.weights.h5"], name)
    return ArrayFile(found.arrays, _keras_config(json.loads(files["config.json"])))


def _keras_config(model: Mapping) -> dict[str, object]:
    """What a Keras model's layers state beside shapes; {} where there are none."""
    layers = [layer for layer in model["config"].get("layers", []) if isinstance(layer, dict)]
    kinds = [layer.get("class_name") for layer in layers]
    config = {}
    for kind, layer in zip(kinds, layers, strict=True):
        config |= _LAYER_STATES.get(kind, lambda fields: {})(layer.get("config", {}))
    order = [kind for kind in kinds if kind == "BatchNormalization" or kind in _ACTIVATION_LAYERS]
    if len(set(order)) == 2:
        config["bn_position"] = "before" if order[0] == "BatchNormalization" else "after"
    return config


def _reshape_states(fields: Mapping) -> dict[str, object]:
    shape = fields.get("target_shape", ())
    return {"base_height": shape[0], "base_width": shape[1]} if len(shape) == 3 else {}


def _activation_states(fields: Mapping) -> dict[str, object]:
    name = fields.get("activation")
    return {"actv": name} if name in ACTIVATIONS else {}


_ACTIVATION_LAYERS = ("Activation", "LeakyReLU")
_LAYER_STATES = {
    "Reshape": _reshape_states,
    "Activation": _activation_states,
    "LeakyReLU": lambda fields: {"actv": "leaky_relu"},
    "Conv2DTranspose": lambda fields: {"stride": fields["strides"][0]},
    "Pad": lambda fields: {"paddings": fields["pad_width"], "pad_mode": fields["mode"].upper()},
}


def _read_h5(data: bytes, name: str) -> ArrayFile:
    arrays = {}
    with h5py.File(io.BytesIO(data), "r") as file:
        _walk(file, "", arrays)
    return ArrayFile(arrays)


def _walk(group: h5py.Group, path: str, arrays: dict[str, np.ndarray]):
    """Datasets by path; links that lead to other files or elsewhere are left alone."""
    for key in group:
        if not isinstance(group.get(key, getlink=True), h5py.HardLink):
            continue
        item = group[key]
        if isinstance(item, h5py.Group):
            _walk(item, f"{path}{key}/", arrays)
        elif not item.is_virtual and not item.external:
            used = sum(array.nbytes for array in arrays.values())
            if used + item.nbytes > MAX_UNPACKED:
                raise ValueError("too many bytes")
            arrays[path + key] = item[()]


def _read_checkpoint(files: Mapping[str, bytes], index: str) -> ArrayFile:
    """A TensorFlow checkpoint of either version, through TensorFlow's own reader."""
    prefix = index.removesuffix(".index")
    parts = [name for name in files if (found := _BUNDLE.fullmatch(name)) and found[1] == prefix]
    if not parts:
        raise ExplorerError("checkpoint_part", "weights", value=quote(index))
    with tempfile.TemporaryDirectory() as folder:
        for name in (index, *parts):
            (Path(folder) / name).write_bytes(files[name])
        return ArrayFile(_checkpoint_arrays(str(Path(folder) / prefix), files, parts))


def _checkpoint_arrays(prefix: str, files, parts: list[str]) -> dict[str, np.ndarray]:
    reader = tf.train.load_checkpoint(prefix)
    kinds = reader.get_variable_to_dtype_map()
    wanted = [name for name, kind in kinds.items() if kind.is_floating]
    shapes = reader.get_variable_to_shape_map()
    # A hostile index may announce shapes that its data do not hold.
    announced = sum(int(np.prod(shapes[name], dtype=float)) * kinds[name].size for name in wanted)
    if announced > sum(len(files[name]) for name in parts):
        raise ValueError("the index announces more than there is")
    paths = variable_paths(reader.get_tensor(KEY)) if KEY in shapes else {}
    return {paths.get(name, name.removesuffix(_SUFFIX)): reader.get_tensor(name) for name in wanted}


_READERS = {
    ".npz": _read_npz,
    ".safetensors": _read_safetensors,
    ".keras": _read_keras,
    ".h5": _read_h5,
}
