"""Arrays of a file to variables: the structure is read off their shapes, all of it checked."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from explorer.errors import ExplorerError, quote
from explorer.model.config import CONFIG_FIELDS, GeneratorConfig
from explorer.model.declare import check_all
from explorer.model.files.arrays import ArrayFile, StoredArray
from explorer.model.files.naming import by_variable
from explorer.model.stages import MOVING_STATISTICS, SCOPE
from explorer.model.weights import initial_value, weight_list
from explorer.sizes import mebibytes

Found = Mapping[str, StoredArray]
_BLOCK = re.compile(r"upsample(\d{1,2})/")
_DENSE, _TRANSPOSED = "fc1/dense/kernel", "upsample{}/conv2d_transpose/kernel"
_OUTPUT = "conv_out/conv2d/kernel"
OWN_KERNELS = "; ".join((_DENSE, _TRANSPOSED.format(1), _OUTPUT))  # what a file is known by
_MOST_NAMED, _MOST_QUOTED = 8, 3
BASE, MOVING = "base", "moving"  # what may be assumed


@dataclass(frozen=True, eq=False)
class Identified:
    """A generator in a file; none of its numbers is read yet.

    Attributes:
        config: its structure.
        arrays: variable name -> array, in the order of `weight_list`.
        others: how many more arrays the file holds.
        assumed: what it does not hold: `BASE`, as shapes tell the product of base rows and columns
            alone; `MOVING`, both moving statistics of a block, for which 0 and 1 stand. What
            is said where one of the two is missing follows from the numbers: `untold_statistics`.
    """

    config: GeneratorConfig
    arrays: Mapping[str, StoredArray]
    others: int
    assumed: tuple[str, ...]


def identify(
    file: ArrayFile, present: GeneratorConfig, use_ema: bool, most_bytes: int
) -> Identified:
    """Configuration and variables out of a file's arrays.

    Args:
        file: what was found.
        present: what a file leaves open (activation, pads, base size, ...) is as here.
        use_ema: as in `load_weights`.
        most_bytes: of all variables as float32.

    Raises:
        ExplorerError: arrays that do not make up the generator, or make up too large a one; a
            stated value that the generator cannot have.
    """
    found = by_variable(file.arrays, use_ema)
    if file.arrays and not found:
        raise _of_another(file.arrays)
    config = _config_of(found, present, _stated(file))
    expected = {weight.name: weight.shape for weight in weight_list(config)}
    given = {f"{SCOPE}/{name}": array for name, array in found.items()}
    neutral = _neutral_moving(config, given)
    _check(expected, given | neutral)
    size = 4 * sum(math.prod(shape) for shape in expected.values())
    if size > most_bytes:
        raise ExplorerError("file_too_large", "weights", bound=mebibytes(most_bytes))
    arrays = {name: (given | neutral)[name] for name in expected}
    others = len(file.arrays) - len(arrays) + len(neutral)
    assumed = (BASE,) * _is_open(file, config) + (MOVING,) * _lack_both(neutral)
    return Identified(config, arrays, others, assumed)


def _of_another(arrays: Found) -> ExplorerError:
    """What a file holds instead: the kernels tell most."""
    by_rank = sorted(arrays, key=lambda name: -arrays[name].ndim)[:_MOST_QUOTED]
    held = "; ".join(f"{quote(name)} {list(arrays[name].shape)}" for name in by_rank)
    return ExplorerError(
        "weights_of_another", "weights", count=len(arrays), names=held, own=OWN_KERNELS
    )


def _neutral_moving(config: GeneratorConfig, given: Found) -> dict[str, StoredArray]:
    """Means 0 and variances 1 for those that a file lacks: many save trained variables alone."""
    lacking = [
        w for w in weight_list(config) if w.name.endswith(MOVING_STATISTICS) and w.name not in given
    ]
    return {w.name: StoredArray(w.shape, lambda w=w: initial_value(w, 0)) for w in lacking}


def _lack_both(neutral: Found) -> bool:
    """Whether a block has neither of the two, as names of variables tell."""
    layers = [name.rpartition("/")[0] for name in neutral]
    return len(set(layers)) < len(layers)


def _is_open(file: ArrayFile, config: GeneratorConfig) -> bool:
    """Whether the file leaves open how the base area is split into rows and columns."""
    names = ("base_height", "base_width")
    return any(file.config.get(name) != getattr(config, name) for name in names) and (
        math.prod(config.base_size) > 1
    )


def _stated(file: ArrayFile) -> dict[str, object]:
    """Fields of the configuration that the file states."""
    try:
        return check_all(CONFIG_FIELDS, file.config)
    except ExplorerError as error:
        if not {"value", "allowed"} <= error.params.keys():  # pads have words of their own
            raise
        value, allowed = error.params["value"], error.params["allowed"]
        raise ExplorerError(
            "weights_stated", "weights", name=error.field, value=value, allowed=allowed
        ) from None


def _config_of(
    found: Found, present: GeneratorConfig, stated: Mapping[str, object]
) -> GeneratorConfig:
    """What the shapes tell, then what the file states, then the present configuration."""
    blocks = max((int(m[1]) for name in found if (m := _BLOCK.match(name))), default=0)
    kernels = [
        _DENSE,
        *map(_TRANSPOSED.format, range(1, max(1, blocks) + 1)),
        _OUTPUT,
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
    shown = {"base_height": present.base_height, "base_width": present.base_width}
    wished = {name: stated.get(name, size) for name, size in shown.items()}
    height, width = _base(units, depth, (wished["base_height"], wished["base_width"]))
    fields = dict(stated) | {
        "noise_dim": noise_dim,
        "upsample_dim": depth,
        "kernel_size": k,
        "upsample_blocks": blocks,
        "C": found[kernels[-1]].shape[3],
        "output_kernel": found[kernels[-1]].shape[0],
        "base_height": height,
        "base_width": width,
    }
    return replace(present, **fields)


def _base(units: int, depth: int, wished: tuple[int, int]) -> tuple[int, int]:
    """Base rows and columns: only their product is in the weights.

    As wished, else in the wished proportions, else the square, as nearly all generators have it.
    """
    area = max(1, units // depth)  # too few units are told of where all shapes are compared
    if math.prod(wished) == area:
        return wished
    most = CONFIG_FIELDS["base_width"].high
    pairs = [(n, area // n) for n in range(1, most + 1) if area % n == 0 and area // n <= most]
    unfit = [(1, area)]
    same = [pair for pair in pairs if pair[0] * wished[1] == pair[1] * wished[0]]
    upright = wished[0] > wished[1]
    return min(same or pairs or unfit, key=lambda pair: _oddness(*pair, upright))


def _oddness(height: int, width: int, upright: bool) -> tuple[float, bool]:
    """How far from a square, and whether it lies where the shown base stands."""
    return abs(math.log(width / height)), (height > width) != upright


def _check(expected: Mapping[str, tuple], given: Found):
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
