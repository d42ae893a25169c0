"""The overlap page: how many input cells reach each output cell, and how much the map shows it."""

import functools
from collections.abc import Mapping, Sequence

import numpy as np

from explorer.model.graph import Stage
from explorer.model.ops.conv2d_transpose import Conv2DTranspose
from explorer.model.ops.window import SAME
from explorer.model.overlap import (
    AxisOverlap,
    axis_overlap,
    checkerboard_share,
    measured_stages,
    stage_overlap,
)
from explorer.model.stopping import stop_if_unwanted
from explorer.views.wire import Buffers

KERNELS, STRIDES = range(1, 10), range(1, 5)
_STANDS_OUT = 3  # times the share of white noise: one map of noise alone varies by as much
_SAMPLE = 24  # output cells of a small multiple


def overlap_view(
    plan: tuple[Stage, ...],
    stage: Stage,
    weights: Mapping,
    items: dict,
    can_set: bool,
    buffers: Buffers,
) -> dict:
    """Counts of one stage that spreads its input, beside its real map.

    Args:
        stage: one of the plan's.
        weights: variable name -> array.
        items: stage name -> the shown item, [height, width, channels].
        can_set: whether controls set kernel and stride.

    Returns:
        Among others `verdict`: how the counts inside the map stand to each other (as `evenness`
        says; "covered" where no period lies inside), or how they come where no stamps add up;
        `thin`: (before, after) of height and width, how many rows or columns at the border get
        fewer; `compare`: two kernel sizes for this stride,
        one with even counts and one with uneven (None where they cannot be set, or with stride 1);
        `period`: whether this map
        shows the period ("seen", "unseen", or "unknown" where there is no share); `used`: rows and
        columns of taps that the smallest window with all that are not 0 has, where it is smaller
        than the kernel, else None.
    """
    spread, axes = stage.op.spread, stage_overlap(stage)
    with np.errstate(invalid="ignore", over="ignore"):
        energy = np.sqrt(np.square(items[stage.name].astype(np.float64)).mean(axis=2))
    shares = {
        name: _share(name, items[name], source.op.period)
        for name, source in measured_stages(plan).items()
    }
    kernel = spread.kernel and weights[stage.weight_name(spread.kernel)]
    return {
        "verdict": _verdict(axes) if spread.kernel else spread.how,
        "compare": kernels_to_compare(stage.op.period[0]) if can_set else None,
        "can_set": can_set,
        "learned": bool(spread.kernel),
        "thin": [list(axis.thin) for axis in axes],
        "period": period(shares[stage.name]),
        "stage": stage.name,
        "kernel": list(kernel.shape[:2] if spread.kernel else spread.size),
        "stride": list(stage.op.period),
        "rows": axes[0].counts.tolist(),
        "columns": axes[1].counts.tolist(),
        "phases": [axis.phases.tolist() for axis in axes],
        "taps": [axis.taps for axis in axes],
        "used": used_taps(kernel) if spread.kernel else None,
        "energy": buffers.map(energy),
        "shares": list(shares.values()),
    }


def _verdict(axes: tuple[AxisOverlap, AxisOverlap]) -> str:
    found = evenness(axes)
    whole = found == "whole" or all(axis.has_whole_period for axis in axes)
    return found if whole else "covered"


def evenness(axes: Sequence[AxisOverlap]) -> str:
    """How the counts of one period stand to each other: whole, gaps, uniform or uneven."""
    if all(axis.period == 1 for axis in axes):
        return "whole"
    counts = {count for axis in axes for count in axis.phases.tolist()}
    if 0 in counts:
        return "gaps"
    return "uniform" if all(len(set(axis.phases.tolist())) == 1 for axis in axes) else "uneven"


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


def _share(name: str, maps: np.ndarray, strides: tuple[int, int]) -> dict:
    stop_if_unwanted()
    share, chance = checkerboard_share(maps, *strides)
    return {"stage": name, "share": share, "chance": chance}


@functools.cache
def multiples() -> list[dict]:
    """Counts along one axis for every kernel size and stride of the small multiples."""
    return [_multiple(kernel, stride) for stride in STRIDES for kernel in KERNELS]


def _multiple(kernel: int, stride: int) -> dict:
    op = Conv2DTranspose(1, (kernel, kernel), (stride, stride), SAME)
    size = _SAMPLE // stride
    made = axis_overlap(op, 0, size, size * stride)
    counts, phases = made.counts.tolist(), made.phases.tolist()
    return {"kernel": kernel, "stride": stride, "counts": counts, "phases": phases}
