"""How large a generator may be whose every stage is shown."""

import math

from explorer.errors import ExplorerError, quote_stage
from explorer.model.config import AXES, MAX_PAD
from explorer.model.cost import check_cost
from explorer.model.graph import Graph, Stage
from explorer.model.latent import BATCH_SIZE

MAX_CELLS = 8 * 10**6  # values of all stages of one item
MAX_OPENED_CELLS = 4 * MAX_CELLS  # the same of an opened generator, which nobody drags
MAX_PAIRS = 4 * 10**6  # of taps and cells along the axes of what a stage reads
MAX_SIDE = 2**15  # rows or columns of a map
MAX_VALUES = 2**20  # of a vector, or channels
MOST_ITEMS = BATCH_SIZE.high + 2 * MAX_PAD


def check_shown(plan: tuple[Stage, ...], most_cells: int = MAX_CELLS):
    """Refuses a generator that is too large for the machine or the page.

    Raises:
        ExplorerError: with the estimate and the bound.
    """
    for stage in plan:  # first: sizes beyond these are no numbers to count with
        _check_sizes(stage)
    check_cost(plan)
    cells = sum(math.prod(stage.shape[1:]) for stage in plan)
    if cells > most_cells:
        raise ExplorerError("maps_too_large", None, estimate=f"{cells:,}", bound=f"{most_cells:,}")


def can_be_shown(graph: Graph, most_cells: int) -> bool:
    """Whether a graph's shapes fit each other, and `check_shown` takes them."""
    try:
        check_shown(graph.stages(), most_cells)
    except ExplorerError:
        return False
    return True


def _check_sizes(stage: Stage):
    """Refuses a stage that no map shows, that is too long or reaches too far, or joins too much.

    Raises:
        ExplorerError: naming it.
    """
    if not 2 <= len(stage.shape) <= len(AXES):
        name, shape = quote_stage(stage.name), str(list(stage.shape))
        raise ExplorerError("rank_not_shown", None, stage=name, shape=shape)
    is_map = len(stage.shape) == 4
    bounds = (MOST_ITEMS, *[MAX_SIDE if is_map else MAX_VALUES] * 2, MAX_VALUES)
    for axis, size, bound in zip(AXES, stage.grid, bounds, strict=True):
        if size > bound:
            raise ExplorerError(
                "axis_too_long",
                None,
                stage=quote_stage(stage.name),
                axis=axis,
                size=_spelled(size),
                bound=f"{bound:,}",
            )
    for axis, size in zip(AXES[1:3], stage.op.reach, strict=True):
        if size > MAX_SIDE:
            raise ExplorerError(
                "reach_too_long",
                None,
                stage=quote_stage(stage.name),
                axis=axis,
                size=_spelled(size),
                bound=f"{MAX_SIDE:,}",
            )
    pairs = stage.op.pairs(stage)
    if pairs > MAX_PAIRS:
        raise ExplorerError(
            "windows_too_large",
            None,
            stage=quote_stage(stage.name),
            estimate=_spelled(pairs),
            bound=f"{MAX_PAIRS:,}",
        )


def _spelled(number: int) -> str:
    """A count, readable; the digits of some would fill the screen."""
    return f"{number:,}" if number < 10**15 else "10^15+"
