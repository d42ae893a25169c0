"""Where a click leads, as the fields that it sets: the browser knows no page by name."""

from explorer.model.stages import Stage

TO_MAPS = {"page": "maps"}
TO_OUTPUT = {"page": "output"}
_TO_PADDING = {"page": "padding"}
_OVERLAPPING = ("conv2d_transpose", "batch_normalization")  # where the period of a stride shows


def to_stage(stage: Stage) -> dict:
    """To a stage's maps; other pages show its block as well."""
    return TO_MAPS | _block(stage)


def questions(stage: Stage) -> list[dict]:
    """What other pages answer of a stage.

    Returns:
        code: key of the question's words; fields: what is set to read the answer; part: of that
            page, by name, where the answer is not at its top.
    """
    found, block = [], _block(stage)
    if stage.kind in _OVERLAPPING and block:
        found.append(_question("checkerboard", {"page": "overlap"} | block))
    if stage.kind == "pad":
        found += [_question("padding", _TO_PADDING), _question("pad_lab", _TO_PADDING, "lab")]
    return found


def _question(code: str, fields: dict, part: str | None = None) -> dict:
    return {"code": code, "fields": fields, "part": part}


def _block(stage: Stage) -> dict:
    number = stage.block.removeprefix("upsample")
    return {"block": int(number)} if number.isdigit() else {}
