"""The padding page: a map before and after its border, and what another mode would change."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from explorer.errors import ExplorerError
from explorer.model.borders import Bordered
from explorer.model.graph import Stage
from explorer.model.padding import CONSTANT_SOURCE, pad_limit
from explorer.views.wire import Buffers

Made = tuple[np.ndarray, np.ndarray | None]  # a padded map, and what its reader makes of it


@dataclass(frozen=True)
class PadSelection:
    """What is shown.

    Attributes:
        item, channel: of the padded map.
        output_channel: of what is made of it.
        other_mode: that the mode in use is compared with, None for none.
    """

    item: int
    channel: int
    output_channel: int
    other_mode: str | None


def padding_view(
    found: Bordered,
    source: np.ndarray,
    run_mode: Callable[[str], Made | ExplorerError],
    unpadded: np.ndarray | None,
    selection: PadSelection,
    buffers: Buffers,
) -> dict:
    """One channel before and after the pad, in the mode in use and in another one on demand.

    Args:
        found: what is padded, how, and who reads it.
        source: the map that is padded, [N, H, W, channels].
        run_mode: from a mode to the padded map and what its reader makes of it (None where there
            is no reader), or why it cannot run; the one in use can.
        unpadded: what the reader makes of the source itself; None where it cannot.
        selection: indexes into the padded map and the output.
        buffers: where the arrays go.

    Returns:
        The sizes, the largest pad of each axis, and of a mode the source map, the padded one, the
        source row and column of every padded cell (-1 for a constant), how often the reader
        reads each source row and column, how many padded maps copy the shown one, and the output;
        of the other mode also the difference of the outputs. `untouched`: the first output row
        (column) whose window holds no padding, and how many there are. What no windows read has
        neither reads nor these.
    """
    border, windows = found.border, found.is_read_by_windows
    used, other = border.mode, selection.other_mode
    made = run_mode(used)
    return {
        "stage": found.stage.name,
        "how": border.how,
        "value": None if math.isnan(border.value) else border.value,
        "output_stage": found.reader and found.reader.name,
        **_cells_of(found),
        "unpadded": _unpadded_view(found, unpadded, selection, buffers),
        "untouched": found.untouched() if windows else None,
        "limits": [_finite(pad_limit(size, used)) for size in source.shape],
        "unpadded_reads": found.unpadded_reads() if windows else None,
        "shape": list(source.shape),
        "paddings": border.paddings,
        "channel": selection.channel,
        "output_channel": selection.output_channel,
        "used": _mode_view(found, source, used, made, selection, buffers),
        "other": other
        and _other_view(found, source, (run_mode(other), made[1]), selection, buffers),
    }


def _cells_of(found: Bordered) -> dict:
    """Whose cells the padded ones are, and how far before these they begin, in rows and columns."""
    if found.is_output:
        return {"cells_of": found.stage.name, "begins": [0, 0]}
    begins = [before for before, _ in found.border.paddings[1:3]]
    return {"cells_of": found.stage.sources[0], "begins": begins}


def _finite(limit: float) -> int | None:
    return None if math.isinf(limit) else int(limit)


def _other_view(found, source, results, selection, buffers) -> dict:
    """What another mode made, or why it cannot; `results`: its own, and the output in use."""
    mode, (result, base) = selection.other_mode, results
    if isinstance(result, ExplorerError):
        return {"mode": mode, "error": result.as_dict()}
    view = _mode_view(found, source, mode, result, selection, buffers)
    if base is None:
        return view | {"difference": None}
    item = min(selection.item, len(base) - 1), ..., selection.output_channel
    with np.errstate(invalid="ignore"):  # Inf - Inf is NaN, and marked as such
        difference = result[1][item] - base[item]
    return view | {"difference": buffers.map(difference)}


def _mode_view(found: Bordered, source, mode, result: Made, selection, buffers) -> dict:
    padded, output = result
    item, channel = min(selection.item, len(padded) - 1), selection.channel
    batch_from, rows, columns, channel_from = found.sources(mode)
    origin = int(batch_from[item]), int(channel_from[channel])
    return {
        "mode": mode,
        "source_item": origin[0],
        "source_channel": origin[1],
        "source": buffers.map(_source_map(source, *origin)),
        "padded": buffers.map(padded[item, :, :, channel]),
        "rows": rows.tolist(),
        "columns": columns.tolist(),
        "reads": found.reads(mode) if found.is_read_by_windows else None,
        "copies": _copies(batch_from, origin[0]) * _copies(channel_from, origin[1]),
        "output": None
        if output is None
        else buffers.map(output[min(item, len(output) - 1), :, :, selection.output_channel]),
    }


def _copies(sources: np.ndarray, source: int) -> int:
    """How many padded items (or channels) hold one of the source; 0 for a constant."""
    return 0 if source == CONSTANT_SOURCE else int(np.count_nonzero(sources == source))


def _unpadded_view(
    found: Bordered, unpadded, selection: PadSelection, buffers: Buffers
) -> dict | None:
    if unpadded is None:
        return None
    item = min(max(0, selection.item - found.border.paddings[0][0]), len(unpadded) - 1)
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
