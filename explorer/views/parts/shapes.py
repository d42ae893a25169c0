"""Shapes: the ledger of all stages, and what is wrong with an expected shape."""

from explorer.model.cost import ledger_load
from explorer.model.runs import Origin
from explorer.schema import State
from explorer.views.drawing import Drawing
from explorer.views.ledger import as_csv, as_markdown, ledger_rows
from explorer.views.parts.part import STRUCTURE, Part, PartLoad, on_pages, or_error
from explorer.views.shape_debugger import diagnosis_view


def _ledger(drawing: Drawing) -> dict:
    plan = drawing.plan
    rows = ledger_rows(plan)
    texts = {"markdown": as_markdown(plan, rows), "csv": as_csv(plan, rows)}
    return {"ledger": {"rows": rows, **texts}}


def _diagnosis(drawing: Drawing) -> dict:
    return {"diagnosis": or_error(lambda: diagnosis_view(drawing.state))}


def _ledger_load(state: State, origin: Origin) -> PartLoad:
    return PartLoad(made=ledger_load(state.plan))


_HERE = on_pages("shapes")
# An opened generator is known by its weights, its inputs' sizes and what is given to it.
_SHAPES = (*STRUCTURE, "weights", "given")
PARTS = {
    "ledger": Part(_ledger, _SHAPES, _HERE, _ledger_load, runs=False),
    "diagnosis": Part(_diagnosis, (*_SHAPES, "expected", "expected_stage"), _HERE, runs=False),
}
