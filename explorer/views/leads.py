"""Where a click leads, as the fields that it sets: the browser knows no page by name."""

from collections.abc import Mapping, Sequence

from explorer.model.borders import bordering
from explorer.model.graph import Stage
from explorer.model.overlap import measured_stages, spread_by, spreading

TO_MAPS = {"page": "maps"}
TO_OUTPUT = {"page": "output"}
_TO_PADDING = {"page": "padding"}


def to_stages(plan: Sequence[Stage]) -> dict[str, dict]:
    """To each stage's maps, by its name; other pages then tell of what it was made by."""
    blocks, pads, found = _numbers(spreading(plan)), _numbers(bordering(plan)), spread_by(plan)
    return {
        stage.name: TO_MAPS
        | _counted("block", found.get(stage.name), blocks)
        | _counted("pad", stage, pads)
        for stage in plan
    }


def questions(plan: Sequence[Stage], stage: Stage) -> list[dict]:
    """What other pages answer of a stage.

    Returns:
        code: key of the question's words; fields: what is set to read the answer; part: of that
            page, by name, where the answer is not at its top.
    """
    found = []
    if source := measured_stages(plan).get(stage.name):
        code = "checkerboard" if source.op.spread.kernel else "spread"
        block = _counted("block", source, _numbers(spreading(plan)))
        found.append(_question(code, {"page": "overlap"} | block))
    if pad := _counted("pad", stage, _numbers(bordering(plan))):
        found.append(_question("padding", _TO_PADDING | pad))
    if stage.op.added:
        found.append(_question("pad_lab", _TO_PADDING | pad, "lab"))
    return found


def unknown_layer(name: str) -> dict:
    """The way to a layer whose output is to be given."""
    return _question("unknown_layer", TO_MAPS | {"stage": name, "channel": -1, "cell": ""})


def _question(code: str, fields: dict, part: str | None = None) -> dict:
    return {"code": code, "fields": fields, "part": part}


def _numbers(stages: Sequence[Stage]) -> dict[str, int]:
    """Of some stages, by name."""
    return {stage.name: number for number, stage in enumerate(stages, start=1)}


def _counted(field: str, stage: Stage | None, numbers: Mapping[str, int]) -> dict:
    return {field: numbers[stage.name]} if stage and stage.name in numbers else {}
