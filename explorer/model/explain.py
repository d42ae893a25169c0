"""Why a value is what it is: the parts that add up to one cell of one stage.

Parts come from the stage before, as the trace holds it, and are summed up in float64; the shown
value is float32, so the two agree to rounding.
"""

import numbers
from collections.abc import Mapping, Sequence

import numpy as np

from explorer.errors import ExplorerError, quote
from explorer.model.config import GeneratorConfig
from explorer.model.explained_cell import Cell
from explorer.model.explanations import Explanation, Index
from explorer.model.graph import Graph, Stage, find_stage
from explorer.model.trace import checked_call, trace


def explain(
    config: GeneratorConfig | Graph, weights: Mapping, z, stage: str, index: Index
) -> Explanation:
    """Explains one cell of one stage.

    Args:
        config: the generator's structure, or the graph of one that was opened.
        weights: variable name -> float32 array, as from `init_weights`.
        z: as `trace` takes it.
        stage: a stage's name, e.g. "upsample1/conv2d_transpose".
        index: the cell in the stage's array: (item, unit) for z and the vectors of fc1, else
            (item, row, column, channel).

    Returns:
        A `WeightedSum`, `Normalized`, `Activated`, `Moved`, `Combined` or `LookedUp`, or a plain
        `Explanation` for an input.

    Raises:
        ExplorerError: there is no such stage or cell, or what `trace` raises.

    Example:
        >>> config = GeneratorConfig()
        >>> weights, z = init_weights(config, seed=0), draw_z(seed=0, batch_size=1)
        >>> why = explain(config, weights, z, "upsample1/conv2d_transpose", (0, 3, 3, 0))
        >>> why.products.shape   # 3 rows and 3 columns of the base map, 256 channels
        (3, 3, 256)
        >>> bool(abs(why.products.sum() + why.bias - why.value) < 1e-6)
        True
    """
    plan, _ = checked_call(config, weights, z)
    cell = check_cell(plan, stage, index)
    return explain_cell(plan, weights, trace(config, weights, z), stage, cell)


def explain_cell(
    plan: Sequence[Stage],
    weights: Mapping,
    outputs: Mapping[str, np.ndarray],
    stage: str,
    index: Index,
) -> Explanation:
    """`explain` on a trace that is there already; stage and index must be sound."""
    item = find_stage(plan, stage)
    sources = tuple(outputs[name] for name in item.sources)
    return item.op.explain(Cell(item, item.variables(weights), sources, outputs[stage], index))


def check_cell(plan: Sequence[Stage], stage: str, index: object) -> Index:
    """The index as a tuple of int.

    Raises:
        ExplorerError: no such stage, or an index that its array does not have.
    """
    shapes = {item.name: item.shape for item in plan}
    if not isinstance(stage, str) or stage not in shapes:
        raise ExplorerError("no_such_stage", "stage", value=quote(stage), allowed=", ".join(shapes))
    shape = shapes[stage]
    try:
        parts = tuple(index)
        sound = len(parts) == len(shape) and all(isinstance(part, numbers.Real) for part in parts)
        whole = tuple(map(int, parts)) if sound else ()
        sound = sound and whole == parts
    except Exception:  # or the value's own methods fail, with any error
        sound = False
    if not sound or not all(0 <= part < size for part, size in zip(whole, shape, strict=True)):
        raise ExplorerError(
            "no_such_cell", "cell", value=quote(index), stage=stage, shape=list(shape)
        )
    return whole
