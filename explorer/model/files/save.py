"""Saves weights: as arrays, as a TensorFlow 1 checkpoint, or as a Keras model."""

import errno
import gc
import json
import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import numpy as np
import safetensors.numpy
import tensorflow as tf

from explorer.errors import ExplorerError, quote, quote_path
from explorer.model.config import GeneratorConfig
from explorer.model.files.archives import MAX_MEMBERS, checked_path, is_member_name
from explorer.model.files.arrays import CONFIG_KEY, GRAPH_KEY
from explorer.model.files.keras_model import check_layers, keras_model
from explorer.model.graph import Graph
from explorer.model.run_op import forget_kernels
from explorer.model.weights import check_weights, weight_list

Generator = GeneratorConfig | Graph
CHECKPOINT = ".ckpt"
FORMATS = (".npz", ".safetensors", ".keras", CHECKPOINT)
_STEP = re.compile(r".+\.ckpt(-\d+)?")


def save_weights(path: str | Path, generator: Generator, weights: Mapping) -> None:
    """Writes a generator in the format that the path's ending names.

    `.npz` and `.safetensors` hold the variables by their names and the configuration or, of an
    opened generator, its graph: `open_generator` opens the same generator. `.ckpt` (or
    `.ckpt-<step>`) is a checkpoint's prefix, written as TF1's Saver writes it: variables by their
    names alone. `.keras` is a model that `keras.models.load_model` opens in safe mode and that
    gives the same output at every layer, which has the stage's name with "_" for "/" (a
    configuration's with training=True, when called with training=True). A file appears whole or
    not at all.

    Args:
        path: the file.
        generator: a configuration, or the graph of an opened generator.
        weights: variable name -> array-like.

    Raises:
        ExplorerError: no path, another ending, a folder's own name, no such folder or one that
            cannot be written to, weights that do not fit the generator, or a
            graph that the format cannot hold.

    Example:
        >>> save_weights("generator.npz", config, weights)
    """
    path = checked_path(path)
    try:
        write_weights(path, generator, weights)
    except ExplorerError:
        raise
    except (OSError, ValueError) as error:
        reason = quote(getattr(error, "strerror", None) or error, 120)
        raise ExplorerError(
            "save_failed", "weights", value=quote_path(path), reason=reason
        ) from None


def write_weights(path: Path, generator: Generator, weights: Mapping) -> None:
    """As `save_weights`, for callers who know what to say of a disk that refuses.

    Raises:
        ExplorerError: as `save_weights`.
        OSError: the disk is full, or cannot be written to.
    """
    check_weights(generator, weights)
    _check_place(path)
    check_format(generator, CHECKPOINT if _STEP.fullmatch(path.name) else path.suffix.lower())
    arrays = {name: np.asarray(value, np.float32) for name, value in weights.items()}
    if _STEP.fullmatch(path.name):
        _save_checkpoint(path, arrays)
        return
    suffix = path.suffix.lower()
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        part = Path(folder) / f"part{suffix}"
        _WRITERS[suffix](part, generator, arrays)
        os.replace(part, path)


def check_format(generator: Generator, kind: str) -> None:
    """Refuses a format that cannot hold a generator; nothing is made.

    Args:
        generator: as of `save_weights`.
        kind: one of `FORMATS`.

    Raises:
        ExplorerError: naming what stands against it, and the formats that can.
    """
    names = [weight.name for weight in weight_list(generator)]
    if kind == ".npz" and (len(names) >= MAX_MEMBERS or not all(map(is_member_name, names))):
        raise ExplorerError("save_not_npz", "weights", allowed=".safetensors, .keras")
    if kind == CHECKPOINT and not names:
        raise ExplorerError("save_no_variables", "weights", allowed=".npz, .safetensors")
    if kind == ".keras" and isinstance(generator, Graph):
        check_layers(generator)


def _check_place(path: Path):
    if path.is_dir():
        raise ExplorerError("save_folder", "weights", value=quote_path(path))
    if not path.parent.is_dir():
        raise ExplorerError("no_such_folder", "weights", value=quote_path(path.parent))
    if not _STEP.fullmatch(path.name) and path.suffix.lower() not in _WRITERS:
        raise ExplorerError(
            "save_kind", "weights", value=quote(path.name), allowed=", ".join(FORMATS)
        )


def _stated(generator: Generator) -> dict[str, str]:
    """The structure as JSON, under the key that says which kind it is."""
    if isinstance(generator, Graph):
        return {GRAPH_KEY: json.dumps(generator.as_dict())}
    return {CONFIG_KEY: json.dumps(asdict(generator))}


def _save_npz(path: Path, generator: Generator, arrays: Mapping[str, np.ndarray]):
    stated = {key: np.array(text) for key, text in _stated(generator).items()}
    np.savez(path, **arrays, **stated)


def _save_safetensors(path: Path, generator: Generator, arrays: Mapping[str, np.ndarray]):
    safetensors.numpy.save_file(dict(arrays), path, _stated(generator))


def _save_keras(path: Path, generator: Generator, arrays: Mapping[str, np.ndarray]):
    keras_model(generator, arrays).save(path)
    gc.collect()  # a model is a circle, which else stays with all its weights for many saves
    forget_kernels()  # each variable's name has one


_WRITERS = {".npz": _save_npz, ".safetensors": _save_safetensors, ".keras": _save_keras}


def _save_checkpoint(path: Path, arrays: Mapping[str, np.ndarray]):
    """The bundle format that `tf.compat.v1.train.Saver` writes."""
    names = sorted(arrays)
    tensors = [tf.constant(arrays[name]) for name in names]
    try:
        with tf.device("/CPU:0"):
            tf.raw_ops.SaveV2(
                prefix=str(path),
                tensor_names=names,
                shape_and_slices=[""] * len(names),
                tensors=tensors,
            )
    except tf.errors.OpError as error:
        raise OSError(errno.EIO, quote(error.message, 120)) from None
