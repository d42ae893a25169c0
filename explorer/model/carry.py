"""Weights carried over to another structure: what fits stays, by the rule that keeps the most.

Indexing, and sums in float64, so that the same weights and structure give the same numbers on any
machine.
"""

from collections.abc import Callable, Mapping
from itertools import product
from typing import Literal

import numpy as np

from explorer.model.aligned import aligned_empty
from explorer.model.carry_steps import RGB, folds_pads, is_copied, is_grey
from explorer.model.config import GeneratorConfig
from explorer.model.ops.activation import activation
from explorer.model.ops.came_from import NEW
from explorer.model.padding import CONSTANT_SOURCE, pad_sources
from explorer.model.stages import BN_VARIABLES, SCOPE, Weight
from explorer.model.stopping import stop_if_unwanted
from explorer.model.taps import same_crop
from explorer.model.weights import SEED, check_weights, initial_value, weight_list

_LUMINANCE = np.array((0.299, 0.587, 0.114))  # ITU-R BT.601, as in tf.image.rgb_to_grayscale
_PIECE = 2**18  # values that are interpolated at once, for float64 of all would take much memory
# Gauss and Hermite's rule for means over a normal distribution.
_NODES, _SHARES = np.polynomial.hermite_e.hermegauss(40)
_SHARES /= _SHARES.sum()


def carry_weights(
    source: GeneratorConfig, weights: Mapping, config: GeneratorConfig, seed: int = 0
) -> dict[str, np.ndarray]:
    """Weights for another structure that keep what the network does, as far as it can be kept.

    - A larger kernel gets zero taps around the old ones, so that every map stays as it was: SAME
      cuts more, and the old taps keep their place. A smaller one loses its outer taps.
    - More channels, or entries of z: nothing that was there reads the new ones, so the output
      stays. The new channels themselves are drawn from the seed.
    - Fewer: those go first that carry least: a channel its mean square times the sum of squares of
      the taps that read it, an entry of z the sum of squares of its row of fc1. Mean squares, and
      means, follow from batch normalization: γ² + β² and β where it comes last; where the
      activation does, its moments over a normal distribution of mean β and variance γ². What the
      lost channels gave on average goes to the biases of the layer that read them. Those that stay,
      stay in place; gaps are filled from the end.
    - Another base grid: fc1's columns, biases and statistics are interpolated linearly.
    - C: one channel of three is their luminance (ITU-R BT.601), three of one are copies of it; else
      the first ones stay and further ones are drawn from the seed.
    - More or fewer blocks: the blocks that both have stay; further ones, and conv_out, which now
      reads another map, are drawn from the seed.
    - Another output kernel: zero taps around the old ones, or the outer ones lost. Another pad of
      the channels, or other channels under it: the taps of copies are added to those of the
      channels that they copy, and new copies get zero taps, so the output stays.
    - All that is not part of a shape (stride, pads, actv, training, bn_position): nothing changes;
      kernel_initializer says how what is drawn is drawn.

    Args:
        source: the structure of the weights.
        weights: variable name -> float32 array, for `source`.
        config: the structure that is wanted.
        seed: of what is drawn anew, as in `init_weights`.

    Returns:
        Variable name -> float32 array, for `config`.

    Raises:
        ExplorerError: the weights are not those of `source`, or the seed is none.

    Example:
        >>> small, large = GeneratorConfig(upsample_dim=16), GeneratorConfig(upsample_dim=24)
        >>> carry_weights(small, init_weights(small), large)["noise_generator/fc1/dense/bias"].shape
        (768,)
    """
    check_weights(source, weights)
    seed = SEED.check(seed)
    with np.errstate(invalid="ignore", over="ignore"):  # opened weights may not be finite
        plan = _Plan(source, weights, config)
        return {weight.name: plan.carried(weight, seed) for weight in weight_list(config)}


def kept_share(source: GeneratorConfig, weights: Mapping, config: GeneratorConfig) -> float:
    """How much is left of what the layers read, where channels or taps are lost; 1 if none are.

    Of each layer that reads a map the energy of what is left against all of it: the mean square of
    each channel, as in `carry_weights`, times the square of each tap that reads it; multiplied over
    the layers that both structures have. NaN where the weights are not finite.
    """
    with np.errstate(invalid="ignore", over="ignore"):
        return _Plan(source, weights, config).kept_share()


def drawn_part(
    source: GeneratorConfig, config: GeneratorConfig, block: str
) -> Literal["all", "some", "none"]:
    """How much of a block's kernel `carry_weights` draws from the seed, by its output channels."""
    if not _is_shared(source, config, block):
        return "all"
    if block == "conv_out":
        return "some" if NEW in _output_index(source.C, config.C) else "none"
    at = 0 if block == "fc1" else _number(block)
    before, after = (each.upsample_dim // 2**at for each in (source, config))
    return "some" if after > before else "none"


def _is_shared(source: GeneratorConfig, config: GeneratorConfig, block: str) -> bool:
    """Whether the source has the block, and it reads there what it reads here."""
    if block == "conv_out":
        return source.upsample_blocks == config.upsample_blocks
    return block == "fc1" or _number(block) <= source.upsample_blocks


class _Plan:
    """Where in the source the entries along each axis of the new variables come from."""

    def __init__(self, source: GeneratorConfig, weights: Mapping, config: GeneratorConfig):
        self._source, self._config = source, config
        self._folded_kernel, self._known_moments = None, {}
        self._old = {w.name: np.asarray(weights[w.name]) for w in weight_list(source)}
        self._noise = _kept(
            source.noise_dim, config.noise_dim, lambda: _energy(self._of("fc1/dense/kernel"), 0)
        )
        depths = (config.upsample_dim, *config.block_channels)
        self._channels = [self._channel_index(at, depth) for at, depth in enumerate(depths)]
        self._outputs = _output_index(source.C, config.C)
        starts = (same_crop(c.kernel_size, config.stride)[0] for c in (source, config))
        self._taps = moved_taps(source.kernel_size, config.kernel_size, *starts)
        starts = ((c.output_kernel - 1) // 2 for c in (source, config))
        self._window = moved_taps(source.output_kernel, config.output_kernel, *starts)

    def carried(self, weight: Weight, seed: int) -> np.ndarray:
        """One variable of the new structure, float32."""
        stop_if_unwanted()
        _, block, _, variable = weight.name.split("/")
        if not _is_shared(self._source, self._config, block):
            return initial_value(weight, seed)
        old, axes = self._axes(block, variable)
        carried = placed(old, axes)
        outputs = 2 if block.startswith("upsample") and variable == "kernel" else len(axes) - 1
        new = axes[outputs] == NEW
        if new.any():
            drawn = initial_value(weight, seed).reshape(carried.shape)
            np.moveaxis(carried, outputs, 0)[new] = np.moveaxis(drawn, outputs, 0)[new]
        return carried.reshape(weight.shape)

    def _axes(self, block: str, variable: str) -> tuple[np.ndarray, tuple[np.ndarray, ...]]:
        """The source's values, and for each of their axes where the new entries come from."""
        if block == "fc1":
            return self._dense(variable)
        if block == "conv_out":
            outputs, inputs = self._outputs, self._output_inputs()
            kernel = (self._window, self._window, inputs, outputs)
        else:
            inputs, outputs = self._channels[_number(block) - 1 : _number(block) + 1]
            kernel = (self._taps, self._taps, outputs, inputs)
        old = self._of(f"{block}/{_layer(block, variable)}/{variable}")
        if variable == "bias":
            old = old + self._lost_average(block)
        elif block == "conv_out" and folds_pads(self._source, self._config):
            old = self._folded()
        if block == "conv_out" and is_grey(self._source.C, self._config.C):
            old = sum(old[..., at : at + 1] * share for at, share in enumerate(_LUMINANCE))
        return old, kernel if variable == "kernel" else (outputs,)

    def _dense(self, variable: str) -> tuple[np.ndarray, tuple[np.ndarray, ...]]:
        """Of fc1: [noise_dim,] rows, columns and channels of the base map."""
        old, config = self._of(f"fc1/{_layer('fc1', variable)}/{variable}"), self._config
        leading = (self._noise,) if old.ndim > 1 else ()
        old = old.reshape(*old.shape[:-1], *self._source.base_size, self._source.upsample_dim)
        # What is lost goes first: on a large grid it would take much time and memory.
        for axis, index in ((0, self._noise), (-1, self._channels[0])):
            kept = index[index != NEW]
            if (leading or axis) and len(kept) < old.shape[axis]:
                old = old.take(kept, axis)
        old = _stretched(old, config.base_size)
        plane = tuple(np.arange(size) for size in config.base_size)
        own = (*(map(_renumbered, leading)), *plane, _renumbered(self._channels[0]))
        return old, own

    def kept_share(self) -> float:
        """As the function of that name."""
        if not all(np.isfinite(array.sum(dtype=np.float64)) for array in self._old.values()):
            return np.nan
        share, blocks = 1.0, min(self._source.upsample_blocks, self._config.upsample_blocks)
        for at in range(blocks + _is_shared(self._source, self._config, "conv_out")):
            stop_if_unwanted()
            taps = self._window if at == self._source.upsample_blocks else self._taps
            read = self._reader(at)
            energy = np.einsum("abcd,abcd->abd", read, read, dtype=np.float64)
            energy *= self._moments(at)[1]
            taps, channels = (index[index != NEW] for index in (taps, self._channels[at]))
            share *= energy[np.ix_(taps, taps, channels)].sum() / (energy.sum() or 1)
        return float(share)

    def _channel_index(self, at: int, depth: int) -> np.ndarray:
        """Of the base map (at = 0), or of the output of a block."""
        if at > self._source.upsample_blocks:
            return np.full(depth, NEW)
        return _kept(self._depths()[at], depth, lambda: self._carried_by(at))

    def _carried_by(self, at: int) -> np.ndarray:
        """What each channel of a map of the source brings to the layer that reads it."""
        reader = self._reader(at)
        return self._moments(at)[1] * _energy(reader, reader.ndim - 1)

    def _moments(self, at: int) -> np.ndarray:
        """Mean and mean square of each channel of a map, float64 [2, channels]."""
        if at not in self._known_moments:
            self._known_moments[at] = self._find_moments(at)
        return self._known_moments[at]

    def _find_moments(self, at: int) -> np.ndarray:
        block = f"upsample{at}" if at else "fc1"
        gamma, beta = (
            self._of(f"{block}/batch_normalization/{name}").astype(np.float64)
            for name in ("gamma", "beta")
        )
        if self._source.bn_position == "after":
            moments = np.stack([beta, gamma**2 + beta**2])
        else:
            moments = np.zeros((2, len(beta)))
            for node, share in zip(_NODES, _SHARES, strict=True):  # all at once take much memory
                stop_if_unwanted()
                given = activation(self._source.actv).curve(beta + node * gamma)
                moments += share * np.stack([given, given**2])
        return moments.reshape(2, -1, self._depths()[at]).mean(axis=1)  # over base cells

    def _depths(self) -> tuple[int, ...]:
        return (self._source.upsample_dim, *self._source.block_channels)

    def _reader(self, at: int) -> np.ndarray:
        """The kernel that reads a map of the source, [taps, taps, outputs, channels]."""
        if at < self._source.upsample_blocks:
            return self._of(f"upsample{at + 1}/conv2d_transpose/kernel")
        return np.swapaxes(self._folded(), 2, 3)

    def _lost_average(self, block: str) -> np.ndarray:
        """What the lost channels of the map that a block reads added on average, [outputs]."""
        at = self._source.upsample_blocks if block == "conv_out" else _number(block) - 1
        lost = np.setdiff1d(np.arange(self._depths()[at]), self._channels[at])
        if not lost.size:
            return np.zeros(())
        taps = self._reader(at)[..., lost].sum(axis=(0, 1), dtype=np.float64)
        stamps = 1 if block == "conv_out" else self._source.stride**2  # that share the taps
        return (taps * self._moments(at)[0, lost]).sum(axis=1) / stamps

    def _folded(self) -> np.ndarray:
        """conv_out's kernel for the map without its padded channels, which are copies of others."""
        kernel, source = self._of("conv_out/conv2d/kernel"), self._source
        if not any(source.paddings[3]):
            return kernel
        if self._folded_kernel is not None:
            return self._folded_kernel
        depth = self._depths()[-1]
        folded = np.zeros((*kernel.shape[:2], depth, source.C), np.float32)
        for at, copied in enumerate(pad_sources(depth, *source.paddings[3], source.pad_mode)):
            if copied != CONSTANT_SOURCE:
                folded[:, :, copied] += kernel[:, :, at]
        self._folded_kernel = folded
        return folded

    def _output_inputs(self) -> np.ndarray:
        """Of the channels that conv_out reads, padded ones included."""
        own, pads = self._channels[-1], self._config.paddings[3]
        if any(pads) and not folds_pads(self._source, self._config):
            return np.arange(len(own) + sum(pads))
        before, after = (np.full(pad, NEW) for pad in pads)
        return np.concatenate([before, own, after])

    def _of(self, name: str) -> np.ndarray:
        return self._old[f"{SCOPE}/{name}"]


def _number(block: str) -> int:
    return int(block.removeprefix("upsample"))


def _layer(block: str, variable: str) -> str:
    if variable in BN_VARIABLES:
        return "batch_normalization"
    return {"fc1": "dense", "conv_out": "conv2d"}.get(block, "conv2d_transpose")


def _energy(kernel: np.ndarray, axis: int) -> np.ndarray:
    """Sum of squares of each entry along an axis, float64; without a copy of the kernel."""
    axes = "abcd"[: kernel.ndim]
    return np.einsum(f"{axes},{axes}->{axes[axis]}", kernel, kernel, dtype=np.float64)


def _kept(before: int, count: int, carried: Callable[[], np.ndarray]) -> np.ndarray:
    """Which entries stay: all of them and new ones, or the `count` that carry most.

    Each stays in place; the gaps are filled with those from beyond the end.
    """
    if count >= before:
        return np.concatenate([np.arange(before), np.full(count - before, NEW)])
    stay = np.argsort(-carried(), kind="stable")[:count]
    index = np.arange(count)
    index[np.setdiff1d(index, stay)] = np.sort(stay[stay >= count])
    return index


def _renumbered(index: np.ndarray) -> np.ndarray:
    """The same places, where only what stays is left of the source, in its order."""
    known = index != NEW
    return np.where(known, np.cumsum(known) - 1, NEW)


def moved_taps(old_size: int, size: int, old_start: int, start: int) -> np.ndarray:
    """Taps of which the one at `old_start` comes to stand at `start`."""
    index = np.arange(size) - start + old_start
    return np.where((index >= 0) & (index < old_size), index, NEW)


def _output_index(before: int, after: int) -> np.ndarray:
    index = np.arange(after)
    if is_copied(before, after):
        index[:RGB] = 0
    return np.where(index < (1 if after == 1 else before), index, NEW)


def _stretched(values: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """[..., rows, columns, channels] interpolated linearly to other rows and columns; float32.

    Cells' centres are in the middle of cells. Rows come first, and of the columns those that are
    needed alone, piece by piece: all at once would be as many rows as there are to be, of as many
    columns as there were.
    """
    *leading, height, width, depth = values.shape
    if size == (height, width):
        return values
    rows, columns = _places(height, size[0]), _places(width, size[1])
    read, columns = _compact(columns)
    flat = values.reshape(-1, height, width, depth)
    if len(read) < width:
        flat = flat.take(read, axis=2)
    result = np.empty((len(flat), *size, depth), np.float32)
    at_once = max(1, _PIECE // (max(len(read), size[1]) * depth))
    tall, many = min(size[0], at_once), max(1, at_once // size[0])
    for first, top in product(range(0, len(flat), many), range(0, size[0], tall)):
        stop_if_unwanted()
        part = _between(flat[first : first + many], 1, [each[top : top + tall] for each in rows])
        result[first : first + many, top : top + tall] = _between(part, 2, columns)
    return result.reshape(*leading, *size, depth)


def _places(old: int, size: int) -> list[np.ndarray]:
    """Of each new cell the old ones on both sides, and its share of the way between them."""
    places = np.clip((np.arange(size) + 0.5) * old / size - 0.5, 0, old - 1)
    low = places.astype(int)
    return [low, np.minimum(low + 1, old - 1), places - low]


def _compact(places: list[np.ndarray]) -> tuple[np.ndarray, list[np.ndarray]]:
    """Which old cells are read, and the places among these."""
    low, high, share = places
    read = np.union1d(low, high)
    return read, [np.searchsorted(read, low), np.searchsorted(read, high), share]


def _between(values: np.ndarray, axis: int, places: list[np.ndarray]) -> np.ndarray:
    """Values at places along an axis, computed in float64."""
    low, high, share = places
    if not share.any():
        return values.take(low, axis)  # untouched, infinities too
    share = share.reshape(-1, *[1] * (values.ndim - axis - 1))
    between = values.take(high, axis) - (first := values.take(low, axis).astype(np.float64))
    between *= share
    between += first
    return between.astype(np.float32)


def placed(old: np.ndarray, axes: tuple[np.ndarray, ...]) -> np.ndarray:
    """Entries of the source where they come to stand; zeros elsewhere; float32."""
    known = [index != NEW for index in axes]
    made = aligned_empty(tuple(len(index) for index in axes))
    made[...] = 0
    made[np.ix_(*known)] = old[
        np.ix_(*(index[there] for index, there in zip(axes, known, strict=True)))
    ]
    return made
