"""Where a click leads, as the fields that it sets: the browser knows no page by name."""

from collections.abc import Mapping, Sequence

from explorer.model.graph import Stage
from explorer.model.overlap import measured_stages, spread_by, spreading

TO_MAPS = {"page": "maps"}
TO_OUTPUT = {"page": "output"}
_TO_PADDING = {"page": "padding"}


def to_stages(plan: Sequence[Stage]) -> dict[str, dict]:
    """To each stage's maps, by its name; other pages then tell of what it was made by."""
    blocks, found = _blocks(plan), spread_by(plan)
    return {stage.name: TO_MAPS | _block(found.get(stage.name), blocks) for stage in plan}


def questions(plan: Sequence[Stage], stage: Stage) -> list[dict]:
    """What other pages answer of a stage.

    Returns:
        code: key of the question's words; fields: what is set to read the answer; part: of that
            page, by name, where the answer is not at its top.
    """
    found = []
    if source := measured_stages(plan).get(stage.name):
        code = "checkerboard" if source.op.spread.kernel else "spread"
        found.append(_question(code, {"page": "overlap"} | _block(source, _blocks(plan))))
    if stage.op.added:
        found += [_question("padding", _TO_PADDING), _question("pad_lab", _TO_PADDING, "lab")]
    return found


def _question(code: str, fields: dict, part: str | None = None) -> dict:
    return {"code": code, "fields": fields, "part": part}


def _blocks(plan: Sequence[Stage]) -> dict[str, int]:
    """Numbers of the stages that spread their input, by name."""
    return {stage.name: number for number, stage in enumerate(spreading(plan), start=1)}


def _block(source: Stage | None, blocks: Mapping[str, int]) -> dict:
    return {"block": blocks[source.name]} if source else {}
