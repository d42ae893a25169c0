"""What is put into a graph: arrays of its inputs and of unknown layers, checked before it runs."""

from collections.abc import Mapping

import numpy as np

from explorer.errors import ExplorerError, quote
from explorer.model.graph import Graph, Node
from explorer.model.ops.input import shown_sizes


def check_inputs(graph: Graph, z: object) -> dict[str, np.ndarray]:
    """What is given by the names of its stages as float32 [N, ...], of one N.

    Args:
        z: an array-like for the only input, or a mapping of them by name, which may hold the
            outputs of layers that are not known here. A label may be [N] in the place of [N, 1].

    Raises:
        ExplorerError: an input is missing or unknown, has another shape, holds no numbers, or
            whole numbers outside a table's rows.
    """
    names, takers = [node.name for node in graph.inputs], [node.name for node in graph.takers]
    shown = quote(", ".join(takers), 300)
    given = z if isinstance(z, Mapping) else dict.fromkeys(names[:1], z)
    for name in given:
        if name not in takers:
            raise ExplorerError("no_such_input", "z", value=quote(name), allowed=shown)
    missing = [name for name in names if name not in given]
    if missing:
        raise ExplorerError("input_missing", "z", names=quote(", ".join(missing), 300))
    arrays = {
        node.name: _array(node, given[node.name]) for node in graph.takers if node.name in given
    }
    counts = {len(array) for array in arrays.values()}
    if len(counts) > 1:
        raise ExplorerError("input_counts", "z", counts=", ".join(map(str, sorted(counts))))
    return arrays


def as_numbers(value: object) -> np.ndarray | None:
    """An array-like as float32; None where it holds anything but numbers."""
    try:
        array = np.asarray(value)
        return array.astype(np.float32) if array.dtype.kind in "biuf" else None
    except Exception:  # or the value's own methods fail, with any error
        return None


def _array(node: Node, value: object) -> np.ndarray:
    array = as_numbers(value)
    if array is None:
        raise ExplorerError("input_not_numbers", "z", name=quote(node.name), value=quote(value))
    sizes = node.op.shape
    if sizes is None and array.ndim > 1 and array.size:  # whatever the unknown layer gave
        return array
    sizes = sizes or ()
    if array.ndim == 1 and sizes == (1,):
        array = array[:, None]
    fits = array.ndim == len(sizes) + 1 and array.size
    if not fits or any(n not in (None, m) for n, m in zip(sizes, array.shape[1:], strict=True)):
        raise ExplorerError(
            "input_shape",
            "z",
            name=quote(node.name),
            shape=list(array.shape),
            wanted=shown_sizes(sizes),
        )
    _check_label(node, array)
    return array


def _check_label(node: Node, array: np.ndarray):
    if node.sources or not node.op.is_label:
        return
    low, high = node.op.low, node.op.high
    wrong = array[~((array >= low) & (array <= high) & (array == np.floor(array)))]
    if wrong.size:
        raise ExplorerError(
            "input_label", "z", name=quote(node.name), value=quote(wrong[0]), low=low, high=high
        )
