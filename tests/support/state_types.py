"""TypeScript's types of the state, made of the fields as Python declares them.

`python -m tests.support.state_types`, which `npm test` begins with, writes assets/js/state.d.ts;
`contract.js` takes its names from there. So no field stands a second time in JavaScript.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from explorer.model.config import CONFIG_FIELDS
from explorer.schema import FIELDS, Field
from explorer.train.live import LIVE_FIELDS

PLACE = Path(__file__).resolve().parents[2] / "assets" / "js" / "state.d.ts"
_KINDS = {"int": "number", "float": "number", "bool": "boolean"}


def state_types() -> str:
    """The whole text: every field of a view, those of the structure, and a run's settings."""
    kinds = {"State": FIELDS, "Structure": CONFIG_FIELDS, "RunSettings": LIVE_FIELDS}
    return "".join(_interface(name, fields) for name, fields in kinds.items())


def _interface(name: str, fields: Mapping[str, Field]) -> str:
    lines = (f"  {name}: {_type(field)};\n" for name, field in fields.items())
    return f"export type {name} = {{\n{''.join(lines)}}};\n"


def _type(field: Field) -> str:
    return " | ".join(map(json.dumps, field.choices)) or _KINDS.get(field.kind, "string")


if __name__ == "__main__":
    PLACE.write_text(state_types(), encoding="utf-8")
