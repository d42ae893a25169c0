"""The shape ledger: one row a stage, and the same table as Markdown and CSV."""

import csv
import io

from explorer.model.stages import Stage

COLUMNS = ("stage", "operation", "formula", "output shape", "parameters", "MACs", "bytes")


def stage_row(stage: Stage) -> dict:
    """One row of the ledger, JSON types only; `macs` and `bytes` are of the whole batch."""
    return {
        "name": stage.name,
        "op": stage.op,
        "formula": stage.formula,
        "shape": list(stage.shape),
        "input_shape": list(stage.input_shape),
        "parameters": stage.parameters,
        "macs": stage.macs,
        "bytes": stage.bytes,
    }


def totals(plan: tuple[Stage, ...]) -> dict:
    """Sums over all stages."""
    return {
        key: sum(getattr(stage, key) for stage in plan) for key in ("parameters", "macs", "bytes")
    }


def as_csv(plan: tuple[Stage, ...]) -> str:
    """The ledger as CSV with a header and a row of totals."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(_table(plan))
    return out.getvalue()


def as_markdown(plan: tuple[Stage, ...]) -> str:
    """The ledger as a Markdown table with a header and a row of totals."""
    head, *rows = _table(plan)
    lines = [head, ["---"] * 4 + ["---:"] * 3, *rows]
    return "".join("| " + " | ".join(map(str, line)) + " |\n" for line in lines)


def _table(plan: tuple[Stage, ...]) -> list[list]:
    rows = [
        [
            stage.name,
            stage.op,
            stage.formula,
            str(list(stage.shape)),
            stage.parameters,
            stage.macs,
            stage.bytes,
        ]
        for stage in plan
    ]
    return [list(COLUMNS), *rows, ["total", "", "", "", *totals(plan).values()]]
