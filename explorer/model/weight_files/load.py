"""Opens weights: arrays to variables, the structure read off their shapes, all of it checked."""

import math
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from explorer.errors import ExplorerError, quote_path
from explorer.model.config import CONFIG_FIELDS, GeneratorConfig, check_paddings
from explorer.model.stages import SCOPE
from explorer.model.weight_files.arrays import ArrayFile, read_arrays
from explorer.model.weight_files.naming import by_variable, has_ema
from explorer.model.weights import weight_list

Weights = dict[str, np.ndarray]
_BLOCK = re.compile(r"upsample(\d{1,2})/")
_MOST_NAMED = 8


def load_weights(path: str | Path, use_ema: bool = False) -> tuple[GeneratorConfig, Weights]:
    """Opens a file of weights.

    A TensorFlow checkpoint (its prefix, or its .index file; TF1's Saver or `tf.train.Checkpoint`,
    also of a whole training run), a Keras `.weights.h5` or `.keras`, an `.npz`, a `.safetensors`,
    or a `.zip` of one of these. noise_dim, upsample_dim, kernel_size, C, output_kernel and the
    number of blocks are read off the shapes. A `.keras` model states the rest in its layers, and an
    `.npz` or `.safetensors` that `save_weights` wrote states it too. Other files (a checkpoint!)
    do not: there the base size is 4x8, or the split of its area nearest to 1:2, and the
    activation, stride, pads and place of batch normalization are the original generator's.

    Args:
        path: the file, or a checkpoint's prefix.
        use_ema: take the moving averages (`.../ExponentialMovingAverage`); the file must have some.

    Returns:
        The configuration, and variable name -> float32 array.

    Raises:
        ExplorerError: no such file, another kind of file, a damaged one, no moving averages where
            they are asked for, or weights that do not make up the generator: every missing or
            misshapen variable is named.

    Example:
        >>> config, weights = load_weights("runs/model.ckpt-20000")
    """
    file = read_arrays(_files_at(Path(path)))
    if use_ema and not has_ema(file.arrays):
        raise ExplorerError("no_averages", "use_ema", value=quote_path(path))
    return identify(file, use_ema=use_ema)


def _files_at(path: Path) -> dict[str, bytes]:
    if path.is_dir():
        raise ExplorerError("file_is_folder", "weights", value=quote_path(path))
    if path.name.endswith(".index"):
        path = path.with_name(path.name.removesuffix(".index"))
    parts = [path.with_name(f"{path.name}.index"), *path.parent.glob(f"{path.name}.data-*")]
    found = [path] if path.is_file() else [part for part in parts if part.is_file()]
    if not found:
        raise ExplorerError("no_such_file", "weights", value=quote_path(path))
    return {part.name: part.read_bytes() for part in found}


def identify(
    file: ArrayFile, present: GeneratorConfig | None = None, use_ema: bool = False
) -> tuple[GeneratorConfig, Weights]:
    """Configuration and weights out of a file's arrays.

    Args:
        file: what was read.
        present: what a file leaves open (activation, pads, base size, ...) is as here.
        use_ema: as in `load_weights`.
    """
    found = by_variable(file.arrays, use_ema)
    config = _config_of(found, _stated(file, present or GeneratorConfig()))
    expected = {weight.name: weight.shape for weight in weight_list(config)}
    given = {f"{SCOPE}/{name}": array for name, array in found.items()}
    _check(expected, given)
    with np.errstate(over="ignore"):  # what float32 cannot hold is infinite, and shown as that
        return config, {name: np.asarray(given[name], np.float32) for name in expected}


def _stated(file: ArrayFile, present: GeneratorConfig) -> GeneratorConfig:
    """The present configuration with the fields that the file states."""
    names = {*CONFIG_FIELDS, "paddings"}
    fields = {name: value for name, value in file.config.items() if name in names}
    if "paddings" in fields:
        fields["paddings"] = check_paddings(fields["paddings"])
    try:
        return replace(present, **fields)
    except ExplorerError:  # fields may only fit together with those read off the shapes
        return present


def _config_of(found: Mapping[str, np.ndarray], stated: GeneratorConfig) -> GeneratorConfig:
    blocks = max((int(m[1]) for name in found if (m := _BLOCK.match(name))), default=0)
    kernels = [
        "fc1/dense/kernel",
        *(f"upsample{at}/conv2d_transpose/kernel" for at in range(1, max(1, blocks) + 1)),
        "conv_out/conv2d/kernel",
    ]
    missing = [name for name in kernels if name not in found]
    if missing:
        raise ExplorerError("weights_missing", "weights", names=_list(missing), found=len(found))
    ranks = {name: found[name].ndim for name in kernels}
    wrong = [
        f"{name} {list(found[name].shape)}"
        for name, rank in ranks.items()
        if rank != (2 if "dense" in name else 4) or 0 in found[name].shape
    ]
    if wrong:
        raise ExplorerError("weights_misshapen", "weights", names=_list(wrong))
    noise_dim, units = found[kernels[0]].shape
    k, _, _, depth = found[kernels[1]].shape
    height, width = _base(units, depth, stated)
    return replace(
        stated,
        noise_dim=noise_dim,
        upsample_dim=depth,
        kernel_size=k,
        upsample_blocks=blocks,
        C=found[kernels[-1]].shape[3],
        output_kernel=found[kernels[-1]].shape[0],
        base_height=height,
        base_width=width,
    )


def _base(units: int, depth: int, stated: GeneratorConfig) -> tuple[int, int]:
    """Base rows and columns: only their product is in the weights."""
    area = units // depth
    wished = (stated.base_height, stated.base_width)
    if math.prod(wished) == area:
        return wished
    pairs = [(n, area // n) for n in range(1, area + 1) if area % n == 0]
    fitting = [pair for pair in pairs if max(pair) <= CONFIG_FIELDS["base_width"].high]
    return min(fitting or pairs[:1], key=lambda pair: abs(math.log(pair[1] / (2 * pair[0]))))


def _check(expected: Mapping[str, tuple], given: Mapping[str, np.ndarray]):
    """Refuses the whole file, naming everything that does not fit."""
    missing = [name for name in expected if name not in given]
    if missing:
        raise ExplorerError("weights_missing", "weights", names=_list(missing), found=len(given))
    wrong = [
        f"{name}: {list(given[name].shape)}, expected {list(shape)}"
        for name, shape in expected.items()
        if given[name].shape != shape
    ]
    if wrong:
        raise ExplorerError("weights_misshapen", "weights", names=_list(wrong))
    extra = [name for name in given if name not in expected]
    if extra:
        raise ExplorerError("weights_extra", "weights", names=_list(extra))


def _list(names: list[str]) -> str:
    more = len(names) - _MOST_NAMED
    return "; ".join(names[:_MOST_NAMED]) + (f"; … ({more} more)" if more > 0 else "")
