"""Changes of an input's sizes that a file leaves open, as the fields of a link that hold these."""

from collections.abc import Sequence

from explorer.model.changes import Change
from explorer.model.graph import Graph, Node

SIZE_FIELDS = ("input_height", "input_width")


def as_size_fields(
    open_graph: Graph | None, changes: Sequence[Change]
) -> tuple[dict[str, int], tuple[Change, ...]]:
    """The sizes that the changes give to open inputs, by field; and the changes that are left.

    A change of sizes stays one where the fields do not hold them: a third open size, or inputs
    whose sizes would not be the same.

    Args:
        open_graph: with the sizes open that the fields fill in; None where there are none.
    """
    inputs = [node for node in open_graph.inputs if None in node.op.shape] if open_graph else []
    asked = {change.stage: change for change in changes if change.argument == "shape"}
    sizes = [_open_sizes(node, asked.get(node.name)) for node in inputs]
    if not sizes or None in sizes or any(each != sizes[0] for each in sizes):
        return {}, tuple(changes)
    filled = {node.name for node in inputs}
    rest = (each for each in changes if each.stage not in filled or each.argument != "shape")
    return dict(zip(SIZE_FIELDS, sizes[0], strict=False)), tuple(rest)


def _open_sizes(node: Node, change: Change | None) -> list[int] | None:
    """What a change gives to an input's open sizes; None where it gives others as well, or none."""
    value = change.value if change else ()
    if not isinstance(value, tuple) or len(value) != len(node.op.shape):
        return None
    pairs = [*zip(node.op.shape, value, strict=True)]
    found = [size for known, size in pairs if known is None]
    is_whole = all(known in (None, size) for known, size in pairs)
    return found if is_whole and len(found) <= len(SIZE_FIELDS) else None
