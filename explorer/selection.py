"""What of a view is selected, moved to the nearest that its generator has."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from explorer.cells import clamp, format_cell, format_trail, parse_cell, parse_trail
from explorer.errors import ExplorerError, quote
from explorer.model.borders import bordered
from explorer.model.builders.dcgan import same_in_last_block
from explorer.model.graph import Stage
from explorer.model.pad_lab import can_be_padded

if TYPE_CHECKING:
    from explorer.schema import State


def fit_selection(state: "State") -> dict[str, Any]:
    """The fields of `Role.SELECTION`, as the generator has them.

    Raises:
        ExplorerError: a stage that no generator has.
    """
    plan = {stage.name: stage for stage in state.plan}
    return _of_any(plan, state) if state.graph else _of_config(state.config, plan, state)


def _of_any(plan: Mapping[str, Stage], values: "State") -> dict[str, Any]:
    """Of any generator; a stage of another one becomes its output."""
    *_, last = plan.values()
    stage = plan.get(values["stage"], last)
    return _everywhere(stage, plan, values) | {
        "z_dim": min(values["z_dim"], values.noise_dim - 1),
        "lab_stage": _to_pad(values, plan),
        "page": values["page"] if values["page"] in values.pages else values.pages[0],
        **({"cell": ""} if values.is_unknown(stage.name) else {}),
        "expected_stage": plan.get(values["expected_stage"], last).name,
    }


def _of_config(config, plan: Mapping[str, Stage], values: "State") -> dict[str, Any]:
    stage = plan.get(values["stage"]) or plan[_nearest_stage(values["stage"], list(plan))]
    return _everywhere(stage, plan, values) | {
        "z_dim": min(values["z_dim"], config.noise_dim - 1),
        "lab_stage": _existing_stage("lab_stage", values["lab_stage"], plan),
        "expected_stage": _existing_stage("expected_stage", values["expected_stage"], plan),
    }


def _everywhere(stage: Stage, plan: Mapping[str, Stage], values: "State") -> dict[str, Any]:
    """What every generator has."""
    return {
        "stage": stage.name,
        "item": min(values["item"], stage.shape[0] - 1),
        "channel": min(values["channel"], stage.grid[-1] - 1),
        "cell": format_cell(clamp(parse_cell(values["cell"]) or (), stage.shape)),
        "trail": _fit_trail(values["trail"], plan),
        **_of_border(values),
        **{name: min(values[name], len(found)) for name, found in values.listed.items() if found},
    }


def _to_pad(values: "State", plan: Mapping[str, Stage]) -> str:
    """The stage, or else the last that the lab takes; the last of all where it takes none."""
    name, (*_, last) = values["lab_stage"], plan
    takes = [at for at in plan if can_be_padded(plan[at]) and not values.is_unknown(at)]
    return name if name in takes else (takes or [last])[-1]


def _of_border(values: "State") -> dict[str, Any]:
    """Channels of the padded map that is shown, and of what is made of it."""
    found = values.listed["pad"]
    if not found:
        return {}
    shown = bordered(values.plan, found[min(values["pad"], len(found)) - 1])
    channels = shown.reader.shape[3] if shown.reader else 1
    return {
        "pad_channel": min(values["pad_channel"], shown.shape[3] - 1),
        "output_channel": min(values["output_channel"], channels - 1),
    }


def _fit_trail(text: str, plan: Mapping[str, Stage]) -> str:
    """The steps that still exist, each at its nearest cell."""
    steps = [
        (name, clamp(cell, plan[name].shape)) for name, cell in parse_trail(text) if name in plan
    ]
    return format_trail([(name, cell) for name, cell in steps if cell is not None])


def _existing_stage(field: str, name: str, plan: Mapping[str, Stage]) -> str:
    return name if name in plan else _nearest_stage(name, list(plan), field)


def _nearest_stage(name: str, names: list[str], field: str = "stage") -> str:
    """The same of the last upsample block, if `name` is in a block that is gone."""
    nearest = same_in_last_block(name, names)
    if nearest is None:
        raise ExplorerError("no_such_stage", field, value=quote(name), allowed=", ".join(names))
    return nearest
