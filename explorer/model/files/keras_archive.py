"""Reads .keras archives: the model's layers from its JSON, its weights from the HDF5 file in it."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from explorer.model.files.archives import Unpacking, open_zip
from explorer.model.files.arrays import ArrayFile
from explorer.model.files.hdf5 import open_h5
from explorer.sizes import MIB

MOST_JSON = 8 * MIB  # of a structure, in a file or in what the reading process answers
_ACTIVATION_LAYERS = ("Activation", "LeakyReLU")
_INITIALIZERS = {
    "GlorotUniform": "glorot_uniform",
    "GlorotNormal": "glorot_normal",
    "HeNormal": "he_normal",
}


@contextmanager
def open_keras(path: Path, name: str, unpacking: Unpacking) -> Iterator[ArrayFile]:
    """The arrays of a .keras model; no class named in it is loaded.

    Args:
        path: of the archive.
        name: that the visitor knows it by.
        unpacking: where the HDF5 file is unpacked to.

    Raises:
        ExplorerError: as `open_zip` and `open_h5`, or the JSON is too long.
        LookupError, TypeError: the JSON is not a Keras model's.
    """
    with open_zip(path, name) as archive:
        config = keras_states(json.loads(archive.read("config.json", MOST_JSON)))
        weights = unpacking.unpack(archive, "model.weights.h5")
    with open_h5(weights, name, unpacking) as found:
        yield ArrayFile(found.arrays, config)


def keras_states(model: Mapping) -> dict[str, object]:
    """What a Keras model's layers state beside shapes; {} where there are none."""
    layers = [layer for layer in model["config"].get("layers", []) if isinstance(layer, dict)]
    kinds = [layer.get("class_name") for layer in layers]
    config = {}
    for kind, layer in zip(kinds, layers, strict=True):
        if isinstance(kind, str) and kind in _LAYER_STATES:
            config |= _LAYER_STATES[kind](layer.get("config", {}))
    order = [kind for kind in kinds if kind == "BatchNormalization" or kind in _ACTIVATION_LAYERS]
    if len(set(order)) == 2:
        config["bn_position"] = "before" if order[0] == "BatchNormalization" else "after"
    return config


def _reshape_states(fields: Mapping) -> dict[str, object]:
    shape = fields.get("target_shape", ())
    return {"base_height": shape[0], "base_width": shape[1]} if len(shape) == 3 else {}


def _activation_states(fields: Mapping) -> dict[str, object]:
    return {"actv": fields["activation"]} if "activation" in fields else {}


def _dense_states(fields: Mapping) -> dict[str, object]:
    """How its kernel was drawn; {} where it is in none of our ways."""
    told = fields.get("kernel_initializer")
    if not isinstance(told, Mapping) or not isinstance(told.get("class_name"), str):
        return {}
    kind, config = told["class_name"], told.get("config")
    if kind == "RandomNormal" and isinstance(config, Mapping):
        usual = (config.get("mean"), config.get("stddev")) == (0, 0.02)
        return {"kernel_initializer": "normal_0.02"} if usual else {}
    return {"kernel_initializer": _INITIALIZERS[kind]} if kind in _INITIALIZERS else {}


_LAYER_STATES = {
    "Dense": _dense_states,
    "Reshape": _reshape_states,
    "Activation": _activation_states,
    "LeakyReLU": lambda fields: {"actv": "leaky_relu"},
    "Conv2DTranspose": lambda fields: {"stride": fields["strides"][0]},
    "ZeroPadding2D": lambda fields: {
        "paddings": [[0, 0], *fields["padding"], [0, 0]],
        "pad_mode": "CONSTANT",
    },
    "Pad": lambda fields: {"paddings": fields["pad_width"], "pad_mode": fields["mode"].upper()},
}
