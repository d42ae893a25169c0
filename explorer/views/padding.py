"""The padding page: the map before and after `tf.pad`, and what another mode would change."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from explorer.errors import ExplorerError
from explorer.model.config import GeneratorConfig
from explorer.model.padding import CONSTANT_SOURCE, check_pad_limits, pad_limit, pad_sources
from explorer.model.stages import Stage
from explorer.model.taps import pad_taps, window_taps
from explorer.views.wire import Buffers


@dataclass(frozen=True)
class PadSelection:
    """What is shown.

    Attributes:
        item, channel: of the padded map.
        output_channel: of the output.
        other_mode: that the mode in use is compared with, None for none.
    """

    item: int
    channel: int
    output_channel: int
    other_mode: str | None


def padding_view(
    config: GeneratorConfig,
    source: np.ndarray,
    run_mode: Callable[[str], tuple[np.ndarray, np.ndarray] | ExplorerError],
    unpadded: np.ndarray | None,
    selection: PadSelection,
    buffers: Buffers,
) -> dict:
    """One channel before and after the pad, in the mode in use and in another one on demand.

    Args:
        source: the map that is padded, [N, H, W, channels].
        run_mode: from a mode to (padded map, output of `conv_out/conv2d`), or why it cannot run;
            the one in use can.
        unpadded: output of `conv_out/conv2d` on the source itself; None where it has none.
        selection: indexes into the padded map and the output.
        buffers: where the arrays go.

    Returns:
        The sizes, the largest pad of each axis, and of a mode the source map, the padded one, the
        source row and column of every padded cell (-1 for a constant), how often the convolution
        reads each source row and column, how many padded maps copy the shown one, and the output;
        of the other mode also the difference of the outputs. `untouched`: the first output row
        (column) whose window holds no padding, and how many there are.
    """
    used, other = config.pad_mode, selection.other_mode
    made = run_mode(used)
    plane = source.shape[1:3]
    return {
        "unpadded": _unpadded_view(config, unpadded, selection, buffers),
        "untouched": [
            _untouched(config, size, pair)
            for size, pair in zip(plane, config.paddings[1:3], strict=True)
        ],
        "limits": [_finite(pad_limit(size, used)) for size in source.shape],
        "unpadded_reads": None if unpadded is None else _reads(config, plane, None),
        "shape": list(source.shape),
        "paddings": config.paddings,
        "output_kernel": config.output_kernel,
        "channel": selection.channel,
        "output_channel": selection.output_channel,
        "used": _mode_view(config, source, used, made, selection, buffers),
        "other": other
        and _other_view(config, source, (run_mode(other), made[1]), selection, buffers),
    }


def _finite(limit: float) -> int | None:
    return None if math.isinf(limit) else int(limit)


def _other_view(config, source, results, selection, buffers) -> dict:
    """What another mode made, or why it cannot; `results`: its own, and the output in use."""
    mode, (result, base) = selection.other_mode, results
    if isinstance(result, ExplorerError):
        return {"mode": mode, "error": result.as_dict()}
    item = min(selection.item, len(result[1]) - 1), ..., selection.output_channel
    with np.errstate(invalid="ignore"):  # Inf - Inf is NaN, and marked as such
        difference = result[1][item] - base[item]
    view = _mode_view(config, source, mode, result, selection, buffers)
    return view | {"difference": buffers.map(difference)}


def _mode_view(config, source, mode, result, selection, buffers) -> dict:
    padded, output = result
    item, channel = min(selection.item, len(padded) - 1), selection.channel
    batch_from, rows, columns, channel_from = (
        pad_sources(size, *pair, mode)
        for size, pair in zip(source.shape, config.paddings, strict=True)
    )
    origin = int(batch_from[item]), int(channel_from[channel])
    return {
        "mode": mode,
        "source_item": origin[0],
        "source_channel": origin[1],
        "source": buffers.map(_source_map(source, *origin)),
        "padded": buffers.map(padded[item, :, :, channel]),
        "rows": rows.tolist(),
        "columns": columns.tolist(),
        "reads": _reads(config, source.shape[1:3], mode),
        "copies": _copies(batch_from, origin[0]) * _copies(channel_from, origin[1]),
        "output": buffers.map(output[item, :, :, selection.output_channel]),
    }


def _reads(config: GeneratorConfig, plane: tuple[int, ...], mode: str | None) -> list[list[int]]:
    """How often the output convolution reads each source row and each source column.

    For each output channel a cell is read as often as the product of the two, times the `_copies`
    of its channel and item.
    """
    counts = []
    for size, (before, after) in zip(plane, config.paddings[1:3], strict=True):
        if mode is None:
            reads = window_taps(size, config.output_kernel).reads()
        else:
            windows = window_taps(before + size + after, config.output_kernel)
            reads = windows.after(pad_taps(size, before, after, mode)).reads()
        counts.append(reads.astype(int).tolist())
    return counts


def _copies(sources: np.ndarray, source: int) -> int:
    """How many padded items (or channels) hold one of the source; 0 for a constant."""
    return 0 if source == CONSTANT_SOURCE else int(np.count_nonzero(sources == source))


def _untouched(config: GeneratorConfig, size: int, pair: tuple[int, int]) -> tuple[int, int]:
    """Every window reads added channels, if there are any."""
    inner = 0 if any(config.paddings[3]) else max(0, size - config.output_kernel + 1)
    return pair[0], inner


def _unpadded_view(config, unpadded, selection: PadSelection, buffers: Buffers) -> dict | None:
    if unpadded is None:
        return None
    item = min(max(0, selection.item - config.paddings[0][0]), len(unpadded) - 1)
    return {"output": buffers.map(unpadded[item, :, :, selection.output_channel])}


def original_box(stage: Stage, item: int) -> dict[str, list[int]] | None:
    """Which cells of a pad's shown item are the original map's; all others were added.

    Returns:
        First and last index, the last excluded, of the rows, columns and channels; empty ones
        where the whole item was added. None where the stage is no pad.
    """
    if not (paddings := stage.op.added):
        return None
    batch, *axes = [
        [before, before + size]
        for size, (before, _) in zip(stage.input_shape, paddings, strict=True)
    ]
    if not batch[0] <= min(item, stage.shape[0] - 1) < batch[1]:
        axes = [[0, 0]] * 3
    return dict(zip(("rows", "columns", "channels"), axes, strict=True))


def _source_map(source: np.ndarray, item: int, channel: int) -> np.ndarray:
    if CONSTANT_SOURCE in (item, channel):  # the whole map is padding: it has no source
        return np.zeros(source.shape[1:3], np.float32)
    return source[item, :, :, channel]


def runnable(config: GeneratorConfig, shape: tuple[int, ...], mode: str) -> ExplorerError | None:
    """Why `mode` cannot pad this shape with the configuration's pairs; None if it can."""
    try:
        check_pad_limits(shape, config.paddings, mode)
    except ExplorerError as error:
        return error
    return None
