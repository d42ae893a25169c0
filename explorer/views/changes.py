"""What of a stage can be changed and what was: values as text, and the links that lead there."""

from explorer.model.changes import (
    NONE,
    Change,
    argument_of,
    escape_name,
    format_changes,
    parse_changes,
    spelled,
    without_change,
)
from explorer.model.graph import Graph, Node, Stage
from explorer.model.ops.changeable import Changeable
from explorer.schema import State
from explorer.views.leads import TO_MAPS

_OF_NUMBERS = ("low", "high", "whole", "grouped", "tops")


def changeable_view(state: State, stage: Stage) -> dict:
    """What of a stage can be changed, and the way back from all of it.

    Returns:
        arguments: of each its name; entry: as in `Changeable`; value: as text, in the form of a
        link's changes; usual: the same without the change; choices; low, high, whole, grouped,
        tops: of numbers; none: how a link has None, "" where it may not be that; none_as: of one
        that is none, as `Op.numbers_of_none`; without: the field `changes` without a change of it;
        others: what that begins with where there is one, its value last.
        without: the field `changes` without any of the stage; None where it has none.
    """
    changes = parse_changes(state.changes)
    before = state.changed.before if state.changed else state.graph
    others = [each for each in changes if each.stage != stage.name]
    return {
        "arguments": [_row(state, changes, before, stage, each) for each in stage.op.changeable],
        "without": None if len(others) == len(changes) else format_changes(others),
    }


def _row(
    state: State,
    changes: tuple[Change, ...],
    before: Graph | None,
    stage: Stage,
    argument: Changeable,
) -> dict:
    others = without_change(changes, stage.name, argument.name)
    rest = format_changes(others)
    own = f"{escape_name(stage.name)}:{argument.name}:"
    value = _value(state.graph, stage.name, stage, argument)
    old = _old(before, stage.name)
    usual = value
    if len(others) < len(changes):  # of one that came with another operation it is not known
        is_same = old is not None and stage.is_like(old)
        usual = _value(before, stage.name, old, argument) if is_same else ""
    return {
        "name": argument.name,
        "entry": argument.entry,
        "value": value,
        "usual": usual,
        "choices": argument.choices,
        **{name: getattr(argument, name) for name in _OF_NUMBERS},
        "none": NONE if argument.optional else "",
        "none_as": stage.op.numbers_of_none(argument.name, stage) if value == NONE else (),
        "without": rest,
        "others": f"{rest}~{own}" if rest else own,
    }


def _old(before: Graph | None, name: str) -> Node | None:
    """The stage before all changes, where it was there."""
    return next((node for node in before.nodes if node.name == name), None) if before else None


def _value(graph: Graph | None, name: str, at: Stage | Node, argument: Changeable) -> str:
    """What an argument is now; of one that is added, what the stage that it adds says."""
    if not argument.added:
        known = argument_of(at.op, argument.name)
        return spelled(known.flat(getattr(at.op, known.name))) if known else ""
    added = _old(graph, f"{name}/{argument.name}")
    return added.op.added_as if added else spelled(argument.usual)


def changes_view(state: State) -> list[dict]:
    """All changes in order: stage, argument, value and what it was.

    Also `leads`: the fields that show the stage; `without`: the field `changes` without this one;
    `along`: stage and argument of the others that it lacks too, as they fit with this one alone.
    """
    if not state.changed:
        return []
    changed = state.changed
    return [
        {
            "stage": change.stage,
            "argument": change.argument,
            "value": spelled(change.value),
            "was": _was(changed.before, change),
            "leads": {**TO_MAPS, "stage": change.stage, "cell": "", "trail": ""},
            "without": format_changes(left),
            "along": [
                {"stage": each.stage, "argument": each.argument}
                for each in changed.changes
                if each is not change and each not in left
            ],
        }
        for change, left in zip(changed.changes, changed.left, strict=True)
    ]


def _was(before: Graph, change: Change) -> str:
    """The value without any change; "" where there was none, or none of the stage's own."""
    node = _old(before, change.stage)
    argument = argument_of(node.op, change.argument) if node else None
    value = _value(before, change.stage, node, argument) if argument else ""
    return "" if node and value == node.op.kind else value  # which its swap says by itself
