"""The shape debugger as the page shows it: a diagnosis, and changes that the page can apply."""

import math
import re
from collections.abc import Mapping
from dataclasses import replace

from explorer.errors import ExplorerError
from explorer.model.builders.dcgan_shapes import DENSE_BLOCK, LAST_BLOCK, OUTPUT, block_number
from explorer.model.changes import format_changes, parse_changes, with_change
from explorer.model.config import GeneratorConfig
from explorer.model.expected_shape import bracketed, spelled
from explorer.model.graph import Graph
from explorer.model.shape_debugger import Diagnosis, diagnose
from explorer.model.shape_reasons import Reason
from explorer.model.shape_search import Change
from explorer.model.size_fields import as_size_fields
from explorer.model.stages import Stage
from explorer.model.unread_errors import is_error
from explorer.schema import FIELDS, State, read_state

# Parameters that height and width follow from.
_SIZES = {"base_height", "base_width", "upsample_blocks", "stride", "output_kernel", "paddings"}
_ANY = re.compile(r"\?|None|-1")
# Notes that say why the batch may be any.
_OPEN_BATCH = (
    "batch_any", "batch_open", "reshape_counts", "reshape_counts_item", "tensor_sizes",
    "tensor_square",
    "weight_units", "weight_output", "mismatch_units", "vectors_with_z",
    "joined_arrays",
)  # fmt: skip
_UNITS = {"base_height", "base_width", "upsample_dim"}


def diagnosis_view(state: State) -> dict | None:
    """What is wrong with the shape that the state expects; None while nothing is expected.

    Raises:
        ExplorerError: the text holds no shape, or names none of this generator's.
    """
    if not state["expected"].strip():
        return None
    batch = state["batch_size"]
    plan = {stage.name: stage for stage in state.plan}
    generator = state.graph or state.config
    found = diagnose(generator, state["expected"], batch, state["expected_stage"])
    stage = plan.get(found.stage) or state.plan[-1]
    return {
        "stage": found.stage,
        "expected": list(found.expected),
        "actual": list(found.actual),
        "first": found.first,
        "first_expected": list(found.first_expected),
        "first_actual": list(found.first_actual),
        "reason": _sentence(found.reason),
        "notes": [_sentence(note) for note in found.notes],
        "left_out": _left_out(state["expected"], found),
        "searched": found.searched,
        "of_fields": state.graph is None,
        "changes": _offered(state, stage, found),
    }


def _offered(state: State, stage: Stage, found: Diagnosis) -> list[dict]:
    """What mends it; of changes of stages only those that can be shown, unless none can."""
    changes = [
        _change(state, stage, change) | {"then": _asked_then(state, stage, found, change)}
        for change in found.changes
    ]
    shown = [change for change in changes if not change["refused"]]
    return shown if shown and state.graph else changes


def _asked_then(state: State, stage: Stage, found: Diagnosis, change: Change) -> dict[str, str]:
    """The question once a change is made; {} where it is the same.

    An error compares two shapes: of a generator that has the one the other is asked for, and back.
    """
    text = state["expected"]
    if len({shape for _, shape in bracketed(text)}) < 2 and not is_error(text):
        return {}
    wanted = found.expected if found.stage else change.shape
    return {"expected": spelled(wanted), "expected_stage": stage.name}


def _left_out(text: str, found: Diagnosis) -> bool:
    """Whether sizes may be any because the text leaves them out, not because it says so."""
    said = len(_ANY.findall(text)) + any(note.code in _OPEN_BATCH for note in found.notes)
    return found.expected.count(None) > said


def _sentence(reason: Reason | None) -> dict | None:
    return reason and {"code": reason.code, "params": _as_text(reason.params)}


def _as_text(params: Mapping[str, object]) -> dict:
    return {
        key: value if isinstance(value, int | str) else str(value) for key, value in params.items()
    }


def _change(state: State, stage: Stage, change: Change) -> dict:
    """The change as form values, with its arithmetic.

    `told` is each by its name, where the form values do not tell it, or None; `refused` is why this
    machine or the page cannot show it, or None.
    """
    if state.graph:
        return _of_stages(state, change)
    values = {name: FIELDS[name].form(value) for name, value in change.values.items()}
    fields = {name: value for name, value in change.values.items() if name != "batch_size"}
    config = replace(state.config, **fields)
    sums = _arithmetic(config, stage) if _SIZES & values.keys() else {}
    if _UNITS & values.keys():
        sums["units"] = _units(config)
    return {
        "values": values,
        "told": None,
        "shape": list(change.shape),
        "sums": sums,
        "padded_share": round(100 * change.padded_share),
        "refused": _refusal(state, values),
    }


def _of_stages(state: State, change: Change) -> dict:
    """A change of the numbers of some stages, beside those that were changed before.

    Of an input's open sizes it is the fields that hold them, so that they stay open.
    """
    sizes, numbers = as_size_fields(_open_graph(state), change.numbers)
    changes = parse_changes(state.changes)
    for number in numbers:
        changes = with_change(changes, number)
    values = {**sizes, "changes": format_changes(changes)} if numbers else {**sizes}
    if "batch_size" in change.values:
        values["batch_size"] = FIELDS["batch_size"].form(change.values["batch_size"])
    as_fields = {f"{one.stage}.{one.argument}" for one in {*change.numbers} - {*numbers}}
    told = sizes | {name: v for name, v in change.values.items() if name not in as_fields}
    return {
        "values": values,
        "told": {name: str(value) for name, value in told.items()},
        "shape": list(change.shape),
        "sums": {},
        "padded_share": 0,
        "refused": _refusal(state, values),
    }


def _open_graph(state: State) -> Graph | None:
    """The generator with its changes, and the sizes open that the fields fill in."""
    if state.changed:
        return state.changed.open_after
    return state.opened.open_graph if state.opened else None


def _refusal(state: State, values: dict) -> dict | None:
    try:
        read_state(state.as_dict() | values)
    except ExplorerError as error:
        return error.as_dict()
    return None


def _units(config: GeneratorConfig) -> str:
    factors = (config.base_height, config.base_width, config.upsample_dim)
    return f"{'·'.join(map(str, factors))} = {math.prod(factors)}"


def _arithmetic(config: GeneratorConfig, stage: Stage) -> dict[str, str]:
    """How a configuration makes the rows and columns of a stage after the base map."""
    if len(stage.shape) == 2 or stage.block == DENSE_BLOCK:
        return {}
    sums = {}
    bases = config.base_size
    for at, (axis, base) in enumerate(zip(("rows", "columns"), bases, strict=True), start=1):
        blocks = block_number(config, stage)
        sums[axis] = _sum(config, stage, base * config.stride**blocks, at, base, blocks)
    return sums


def _sum(config, stage: Stage, size: int, axis: int, base: int, blocks: int) -> str:
    text = "·".join([str(base), *[str(config.stride)] * blocks])
    if stage.block == LAST_BLOCK:
        before, after = config.paddings[axis]
        text, size = f"{text} + {before} + {after}", size + before + after
    if stage.name == OUTPUT:
        text, size = f"{text} − {config.output_kernel} + 1", size - config.output_kernel + 1
    return f"{text} = {size}"
