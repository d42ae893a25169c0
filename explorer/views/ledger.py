"""The shape ledger: one row a stage, and the same table as Markdown and CSV."""

import csv
import io
import math
from collections.abc import Sequence

from explorer.model.reads import base_reach
from explorer.model.stages import Stage
from explorer.model.stopping import stop_if_unwanted

COLUMNS = (
    "stage",
    "operation",
    "formula",
    "output shape",
    "kernel",
    "crop",
    "base cells seen",
    "parameters",
    "MACs",
    "bytes",
    "Keras",
    "PyTorch",
)
_FIGURES = ("parameters", "MACs", "bytes")
_UNTOLD = "?"


def stage_row(stage: Stage) -> dict:
    """One row of the ledger, JSON types only; `macs` and `bytes` are of the whole batch.

    `parameters` and `macs` are None of a layer that is not known here; `guessed`: whether its shape
    follows from one that no file tells: then what goes by it is None, or "?".
    """
    is_known, guessed = stage.op.is_known, stage.is_guessed
    return {
        "name": stage.name,
        "op": stage.kind,
        "formula": _UNTOLD if guessed else stage.formula,
        "shape": list(stage.shape),
        "guessed": guessed,
        "input_shape": list(stage.input_shape),
        "parameters": stage.parameters if is_known else None,
        "macs": stage.macs if is_known and not guessed else None,
        "bytes": None if guessed else stage.bytes,
    }


def totals(plan: tuple[Stage, ...]) -> dict:
    """Sums over all stages; `at_least`: parameters and MACs are more where layers are unknown.

    Of stages of guessed shapes nothing is counted; `bytes_at_least`: where there are any.
    """
    told = [stage for stage in plan if not stage.is_guessed]
    own = {weight.name: math.prod(weight.shape) for stage in plan for weight in stage.weights}
    return {
        "parameters": sum(own.values()),  # layers that are shared count once
        **{key: sum(getattr(stage, key) for stage in told) for key in ("macs", "bytes")},
        "at_least": not all(stage.op.is_known for stage in plan),
        "bytes_at_least": len(told) < len(plan),
    }


def ledger_rows(plan: tuple[Stage, ...]) -> list[dict]:
    """A row for each stage, as `_row` says."""
    reach = base_reach(plan)
    return [_row(stage, reach.get(stage.name)) for stage in plan]


def _row(stage: Stage, reach: tuple[int, int] | None) -> dict:
    """What the ledger adds to `stage_row`.

    Returns:
        name; kernel: shape of the kernel or None; crop: rows that SAME cuts (before, after) or
        None; reach: rows and columns of the base map that one cell can see, or None before it;
        keras and pytorch: the same layer there (`Call.as_dict`).
    """
    stop_if_unwanted()
    kernels = [weight.shape for weight in stage.weights if weight.name.endswith("kernel")]
    return {
        "name": stage.name,
        "kernel": list(kernels[0]) if kernels else None,
        "crop": None if stage.is_guessed else stage.op.crop(stage),
        "reach": list(reach) if reach and not stage.is_guessed else None,
        "keras": stage.op.keras(stage).as_dict(),
        "pytorch": stage.op.pytorch(stage).as_dict(),
    }


def as_csv(plan: tuple[Stage, ...], rows: Sequence[dict] = ()) -> str:
    """The ledger as CSV with a header and a row of totals; `rows` where they are made already."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(_table(plan, rows))
    return out.getvalue()


def as_markdown(plan: tuple[Stage, ...], rows: Sequence[dict] = ()) -> str:
    """The ledger as a Markdown table with a header and a row of totals; `rows` as of `as_csv`."""
    head, *rows = _table(plan, rows)
    rule = ["---:" if name in _FIGURES else "---" for name in head]
    return "".join(f"| {' | '.join(map(_in_a_cell, line))} |\n" for line in [head, rule, *rows])


def _in_a_cell(value: object) -> str:
    """A layer of a stranger's may have any name."""
    return str(value).replace("|", "\\|")


def _table(plan: tuple[Stage, ...], rows: Sequence[dict]) -> list[list]:
    sums = totals(plan)
    bounds = [*[sums["at_least"]] * 2, sums["bytes_at_least"]]
    counts = [
        f"{'at least ' * bound}{sums[name]}"
        for name, bound in zip(("parameters", "macs", "bytes"), bounds, strict=True)
    ]
    last = ["total", *[""] * 6, *counts, "", ""]
    return [list(COLUMNS), *map(_line, plan, rows or ledger_rows(plan)), last]


def _line(stage: Stage, row: dict) -> list:
    told = stage_row(stage)
    figures = [told[name] for name in ("parameters", "macs", "bytes")]
    return [
        stage.name,
        stage.kind,
        told["formula"],
        _UNTOLD if stage.is_guessed else str(told["shape"]),
        row["kernel"] or "",
        "/".join(map(str, row["crop"])) if row["crop"] else "",
        "×".join(map(str, row["reach"])) if row["reach"] else "",
        *(_UNTOLD if figure is None else figure for figure in figures),
        *(_code(row[name]) for name in ("keras", "pytorch")),
    ]


def _code(call: dict) -> str:
    return "; ".join(filter(None, (call["code"], call["init"]))) or "no equal layer"
