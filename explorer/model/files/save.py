"""Saves weights: as arrays, as a TensorFlow 1 checkpoint, or as a Keras model."""

import gc
import json
import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import keras
import numpy as np
import safetensors.numpy
import tensorflow as tf

from explorer.errors import ExplorerError, quote, quote_path
from explorer.model.config import GeneratorConfig
from explorer.model.files.archives import checked_path
from explorer.model.files.arrays import CONFIG_KEY
from explorer.model.ops.activation import LEAKY_SLOPE
from explorer.model.ops.batch_normalization import BN_EPSILON, BN_MOMENTUM
from explorer.model.stages import Stage, stages
from explorer.model.weights import check_weights

FORMATS = (".npz", ".safetensors", ".keras", ".ckpt")
_STEP = re.compile(r".+\.ckpt(-\d+)?")


def save_weights(path: str | Path, config: GeneratorConfig, weights: Mapping) -> None:
    """Writes weights in the format that the path's ending names.

    `.npz` and `.safetensors` hold the variables by their TensorFlow 1 names and the configuration;
    `.ckpt` (or `.ckpt-<step>`) is a checkpoint's prefix, written as TF1's Saver writes it, under
    those names; `.keras` is a model that `keras.models.load_model` opens in safe mode and that
    gives the same output (with training=True, when called with training=True). A file appears whole
    or not at all.

    Raises:
        ExplorerError: no path, another ending, a folder's own name, no such folder or one that
            cannot be written to, or weights that do not fit the configuration.

    Example:
        >>> save_weights("generator.npz", config, weights)
    """
    path = checked_path(path)
    try:
        write_weights(path, config, weights)
    except ExplorerError:
        raise
    except (OSError, ValueError, tf.errors.OpError) as error:
        reason = quote(getattr(error, "strerror", None) or error, 120)
        raise ExplorerError(
            "save_failed", "weights", value=quote_path(path), reason=reason
        ) from None


def write_weights(path: Path, config: GeneratorConfig, weights: Mapping) -> None:
    """As `save_weights`, for callers who know what to say of a disk that refuses.

    Raises:
        ExplorerError: as `save_weights`.
        OSError: the disk is full, or cannot be written to.
    """
    check_weights(config, weights)
    _check_place(path)
    arrays = {name: np.asarray(value, np.float32) for name, value in weights.items()}
    if _STEP.fullmatch(path.name):
        _save_checkpoint(path, arrays)
        return
    suffix = path.suffix.lower()
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        part = Path(folder) / f"part{suffix}"
        _WRITERS[suffix](part, config, arrays)
        os.replace(part, path)


def _check_place(path: Path):
    if path.is_dir():
        raise ExplorerError("save_folder", "weights", value=quote_path(path))
    if not path.parent.is_dir():
        raise ExplorerError("no_such_folder", "weights", value=quote_path(path.parent))
    if not _STEP.fullmatch(path.name) and path.suffix.lower() not in _WRITERS:
        raise ExplorerError(
            "save_kind", "weights", value=quote(path.name), allowed=", ".join(FORMATS)
        )


def _save_npz(path: Path, config: GeneratorConfig, arrays: Mapping[str, np.ndarray]):
    np.savez(path, **arrays, **{CONFIG_KEY: np.array(json.dumps(asdict(config)))})


def _save_safetensors(path: Path, config: GeneratorConfig, arrays: Mapping[str, np.ndarray]):
    safetensors.numpy.save_file(dict(arrays), path, {CONFIG_KEY: json.dumps(asdict(config))})


def _save_keras(path: Path, config: GeneratorConfig, arrays: Mapping[str, np.ndarray]):
    keras_model(config, arrays).save(path)
    gc.collect()  # a model is a circle, which else stays with all its weights for many saves


_WRITERS = {".npz": _save_npz, ".safetensors": _save_safetensors, ".keras": _save_keras}


def _save_checkpoint(path: Path, arrays: Mapping[str, np.ndarray]):
    """The bundle format that `tf.compat.v1.train.Saver` writes."""
    names = sorted(arrays)
    with tf.device("/CPU:0"):
        tf.raw_ops.SaveV2(
            prefix=str(path),
            tensor_names=names,
            shape_and_slices=[""] * len(names),
            tensors=[tf.constant(arrays[name]) for name in names],
        )


def keras_model(config: GeneratorConfig, weights: Mapping) -> keras.Model:
    """The generator as a Keras model, [N, noise_dim] -> the last stage, with these weights."""
    plan = stages(config, 1 + max(config.paddings[0]))
    x = inputs = keras.Input((config.noise_dim,), name="z")
    layers = []
    for stage in plan[1:]:
        layer = _layer(config, stage)
        x = (
            keras.ops.pad(x, config.paddings, config.pad_mode.lower())
            if layer is None
            else layer(x)
        )
        layers.append((stage, layer))
    for stage, layer in layers:
        if stage.weights:
            layer.set_weights([np.asarray(weights[weight.name]) for weight in stage.weights])
    return keras.Model(inputs, x, name="noise_generator")


def _layer(config: GeneratorConfig, stage: Stage) -> keras.Layer | None:
    """None for the pad, which is an operation."""
    name = stage.name.replace("/", "_")
    drawn = {"kernel_initializer": _initializer(config.kernel_initializer)}
    make = {
        "dense": lambda: keras.layers.Dense(stage.shape[1], name=name, **drawn),
        "actv": lambda: _activation(config.actv, name),
        "batch_normalization": lambda: keras.layers.BatchNormalization(
            momentum=BN_MOMENTUM, epsilon=BN_EPSILON, name=name
        ),
        "reshape": lambda: keras.layers.Reshape(stage.shape[1:], name=name),
        "conv2d_transpose": lambda: keras.layers.Conv2DTranspose(
            stage.shape[3], config.kernel_size, config.stride, padding="same", name=name, **drawn
        ),
        "conv2d": lambda: keras.layers.Conv2D(config.C, config.output_kernel, name=name, **drawn),
        "pad": lambda: None,
    }
    return make[stage.kind]()


def _initializer(name: str) -> str | keras.Initializer:
    return keras.initializers.RandomNormal(stddev=0.02) if name == "normal_0.02" else name


def _activation(name: str, layer_name: str) -> keras.Layer:
    if name == "leaky_relu":
        return keras.layers.LeakyReLU(negative_slope=LEAKY_SLOPE, name=layer_name)
    return keras.layers.Activation(name, name=layer_name)
