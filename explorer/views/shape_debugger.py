"""The shape debugger as the page shows it: a diagnosis, and changes that the page can apply."""

from collections.abc import Mapping

from explorer.errors import ExplorerError
from explorer.model.config import join_paddings
from explorer.model.expected_shape import read_expectation
from explorer.model.shape_debugger import diagnose
from explorer.model.shape_search import Change
from explorer.model.stages import stages
from explorer.state import State, read_state


def diagnosis_view(state: State) -> dict | None:
    """What is wrong with the shape that the state expects; None while nothing is expected.

    Raises:
        ExplorerError: the text holds no shape, or names none of this generator's.
    """
    if not state["expected"].strip():
        return None
    batch = state["batch_size"]
    plan = {stage.name: stage for stage in stages(state.config, batch)}
    stage, shape = read_expectation(plan, state["expected"], state["expected_stage"])
    found = diagnose(state.config, {stage: shape}, batch)
    return {
        "stage": found.stage,
        "expected": list(found.expected),
        "actual": list(found.actual),
        "first": found.first,
        "first_expected": list(found.first_expected),
        "first_actual": list(found.first_actual),
        "reason": found.reason
        and {"code": found.reason.code, "params": _as_text(found.reason.params)},
        "changes": [view for change in found.changes if (view := _change(state, change))],
    }


def _as_text(params: Mapping[str, object]) -> dict:
    return {
        key: value if isinstance(value, int | str) else str(value) for key, value in params.items()
    }


def _change(state: State, change: Change) -> dict | None:
    """The change as form values; None where this machine or the page could not show it."""
    values = {
        name: join_paddings(value) if name == "paddings" else value
        for name, value in change.values.items()
    }
    try:
        read_state(state.as_dict() | values)
    except ExplorerError:
        return None
    return {"values": values, "shape": list(change.shape)}
