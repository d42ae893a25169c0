"""What two numbers of values of a reshape are in a generator of any design."""

import math

from explorer.model.error_answer import Answer
from explorer.model.graph import Stage
from explorer.model.shape_designs import Design
from explorer.model.shape_reasons import Reason

_MOST_ITEMS = 64  # of a batch, to take a number of values for a stage's


def of_graph(design: Design, values: int, requested: int, whole: bool) -> Answer | None:
    """Where one of the numbers is what the base map or the output holds, times some items.

    Args:
        values: that come.
        requested: by the reshape: in all, or that the values should be a multiple of.
        whole: whether it is in all.
    """
    if not whole:
        return _multiple(design, values, requested)
    if math.prod(design.output.shape[1:]) in (values, requested):
        return _shared_items(design.output, values, requested)
    found = _shared_items(design.output, values, requested)
    return found or (design.base and _shared_items(design.base, values, requested))


def _multiple(design: Design, values: int, requested: int) -> Answer | None:
    """Values that should be a multiple of one item's."""
    if not design.base or not design.units:
        return None
    units = design.base_units
    params = {
        "values": values, "requested": requested, "stage": design.base.name, "one": units,
        "sum": _product(design.base), "units": design.units.name,
    }  # fmt: skip
    if requested == units:
        return Answer(Reason("reshape_base_asked", params))
    if values % units or not 1 <= values // units <= _MOST_ITEMS:
        return None
    reason = Reason("reshape_base_came", {**params, "items": values // units})
    return Answer(reason, stage=design.units.name, wanted=(None, requested))


def _shared_items(stage: Stage, values: int, requested: int) -> Answer | None:
    """Both numbers are of as many items, of which one side is what the stage holds."""
    one = math.prod(stage.shape[1:])
    for here, there, code in (
        (values, requested, "reshape_stage_asked"),
        (requested, values, "reshape_stage_came"),
    ):
        if here % one or there % (items := here // one) or not 1 <= items <= _MOST_ITEMS:
            continue
        params = {
            "values": values, "requested": requested, "items": items, "one": one,
            "other": there // items, "stage": stage.name, "sum": _product(stage),
        }  # fmt: skip
        return Answer(Reason(code, params))
    return None


def _product(stage: Stage) -> str:
    return "·".join(map(str, stage.shape[1:]))
