"""The padding page: the map before and after `tf.pad` and what each mode does to the output."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from explorer.errors import ExplorerError
from explorer.model.config import PAD_MODES, GeneratorConfig, check_pad_limits
from explorer.model.padding import CONSTANT_SOURCE, pad_sources
from explorer.views.wire import Buffers


@dataclass(frozen=True)
class PadSelection:
    """What is shown: an item and a channel of the padded map, and a channel of the output."""

    item: int
    channel: int
    output_channel: int


def padding_view(
    config: GeneratorConfig,
    source: np.ndarray,
    results: Mapping[str, tuple[np.ndarray, np.ndarray] | ExplorerError],
    selection: PadSelection,
    buffers: Buffers,
) -> dict:
    """One channel before and after the pad, for every mode.

    Args:
        source: the map that is padded, [N, H, W, channels].
        results: mode -> (padded map, output of `conv_out/conv2d`), or why the mode cannot run.
        selection: indexes into the padded map and the output.
        buffers: where the arrays go.

    Returns:
        The sizes, the source map and, per mode, the padded map, the source row and column of
        every padded cell (-1 for a constant), the output and its difference from the mode in use.
    """
    base = results[config.pad_mode][1]
    return {
        "shape": list(source.shape),
        "paddings": config.paddings,
        "mode": config.pad_mode,
        "output_kernel": config.output_kernel,
        "channel": selection.channel,
        "channels": source.shape[3] + sum(config.paddings[3]),
        "output_channel": selection.output_channel,
        "modes": [
            _mode_view(config, source, mode, results[mode], base, selection, buffers)
            for mode in PAD_MODES
        ],
    }


def _mode_view(config, source, mode, result, base, selection, buffers) -> dict:
    if isinstance(result, ExplorerError):
        return {"mode": mode, "error": result.as_dict()}
    padded, output = result
    item, channel = min(selection.item, len(padded) - 1), selection.channel
    batch_from, rows, columns, channel_from = (
        pad_sources(size, *pair, mode)
        for size, pair in zip(source.shape, config.paddings, strict=True)
    )
    shown = output[item, :, :, selection.output_channel]
    with np.errstate(invalid="ignore"):  # Inf - Inf is NaN, and marked as such
        difference = shown - base[item, :, :, selection.output_channel]
    origin = int(batch_from[item]), int(channel_from[channel])
    return {
        "mode": mode,
        "source_item": origin[0],
        "source_channel": origin[1],
        "source": buffers.map(_source_map(source, *origin)),
        "padded": buffers.map(padded[item, :, :, channel]),
        "rows": rows.tolist(),
        "columns": columns.tolist(),
        "output": buffers.map(shown),
        "difference": buffers.map(difference),
    }


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
