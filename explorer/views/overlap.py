"""The overlap page: how many stamps reach each output cell, and how much of the map shows it."""

import functools
from collections.abc import Mapping

import numpy as np

from explorer.model.config import GeneratorConfig
from explorer.model.overlap import (
    checkerboard_share,
    has_whole_period,
    overlap_counts,
    phase_counts,
    phase_taps,
    thin_edge,
)
from explorer.model.stages import Stage
from explorer.views.wire import Buffers

KERNELS, STRIDES = range(1, 10), range(1, 5)
_STANDS_OUT = 3  # times the share of white noise: one map of noise alone varies by as much
_SAMPLE = 24  # output cells of a small multiple


def overlap_view(
    config: GeneratorConfig,
    plan: tuple[Stage, ...],
    weights: Mapping,
    items: dict,
    block: int,
    buffers: Buffers,
) -> dict:
    """Counts of one block's transposed convolution, beside its real map.

    Args:
        weights: variable name -> array.
        items: stage name -> the shown item, [height, width, channels].
        block: number of the upsample block.

    Returns:
        Among others `evenness`: how the counts inside the map stand to each other ("whole" with
        stride 1, "gaps", "uniform" or "uneven"; "covered" where no period lies inside); `thin`:
        (before, after) of height and width, how many rows or columns at the border get fewer;
        `compare`: two kernel sizes for this stride,
        one with even counts and one with uneven (None with stride 1); `period`: whether this map
        shows the period ("seen", "unseen", or "unknown" where there is no share); `used`: rows and
        columns of taps that the smallest window with all that are not 0 has, where it is smaller
        than the kernel, else None.
    """
    k, stride = config.kernel_size, config.stride
    stage = next(item for item in plan if item.name == f"upsample{block}/conv2d_transpose")
    maps = items[stage.name]
    counts = [overlap_counts(size, k, stride).tolist() for size in stage.input_shape[1:3]]
    with np.errstate(invalid="ignore", over="ignore"):
        energy = np.sqrt(np.square(maps.astype(np.float64)).mean(axis=2))
    shares = {item.name: _share(item, items[item.name], stride) for item in _measured(plan)}
    whole = stride == 1 or all(has_whole_period(n, k, stride) for n in stage.input_shape[1:3])
    return {
        "block": block,
        "evenness": evenness(k, stride) if whole else "covered",
        "compare": kernels_to_compare(stride),
        "thin": [list(thin_edge(size, k, stride)) for size in stage.input_shape[1:3]],
        "period": period(shares[stage.name]),
        "stage": stage.name,
        "kernel": k,
        "stride": stride,
        "rows": counts[0],
        "columns": counts[1],
        "phases": phase_counts(k, stride).tolist(),
        "taps": phase_taps(k, stride),
        "used": used_taps(weights[stage.weight_name("kernel")]),
        "energy": buffers.map(energy),
        "shares": list(shares.values()),
    }


def evenness(kernel: int, stride: int) -> str:
    """How the counts of one period stand to each other: whole, gaps, uniform or uneven."""
    if stride == 1:
        return "whole"
    counts = set(phase_counts(kernel, stride).tolist())
    return "gaps" if 0 in counts else "uniform" if len(counts) == 1 else "uneven"


def used_taps(kernel: np.ndarray) -> list[int] | None:
    """Rows and columns of the smallest window that holds all taps that are not 0.

    Args:
        kernel: array or tensor [rows, columns, out, in].

    Returns:
        None where that is the whole kernel, or every tap is 0.
    """
    used = np.argwhere(np.asarray(kernel).any(axis=(2, 3)))
    if not used.size:
        return None
    window = (np.ptp(used, axis=0) + 1).tolist()
    return window if window != list(kernel.shape[:2]) else None


def kernels_to_compare(stride: int) -> dict[str, int] | None:
    """Two neighbouring kernel sizes, one with even counts and one with uneven.

    Stride 1 has no period to compare: None.
    """
    return None if stride == 1 else {"even": 2 * stride, "uneven": 2 * stride + 1}


def period(measured: dict) -> str:
    """Whether a map's share is far above the one of chance: seen, unseen or unknown."""
    share, chance = measured["share"], measured["chance"]
    if share is None or not chance:
        return "unknown"
    return "seen" if share >= _STANDS_OUT * chance else "unseen"


def _measured(plan: tuple[Stage, ...]) -> list[Stage]:
    """Every transposed convolution, and the stage that leaves its block."""
    last = {stage.block: stage for stage in plan if stage.block.startswith("upsample")}
    return [
        stage
        for stage in plan
        if stage.kind == "conv2d_transpose" or last.get(stage.block) is stage
    ]


def _share(stage: Stage, maps: np.ndarray, stride: int) -> dict:
    share, chance = checkerboard_share(maps, stride)
    return {"stage": stage.name, "share": share, "chance": chance}


@functools.cache
def multiples() -> list[dict]:
    """Counts along one axis for every kernel size and stride of the small multiples."""
    return [
        {
            "kernel": kernel,
            "stride": stride,
            "counts": overlap_counts(_SAMPLE // stride, kernel, stride).tolist(),
            "phases": phase_counts(kernel, stride).tolist(),
        }
        for stride in STRIDES
        for kernel in KERNELS
    ]
