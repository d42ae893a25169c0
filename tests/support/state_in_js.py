"""The state for JavaScript, made of the fields as Python declares them.

`python -m tests.support.state_in_js`, which `npm test` begins with, writes its types, from which
`assets/js/contract.js` takes the names, and the defaults, which its tests begin with. So no field
stands a second time in JavaScript.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from explorer.model.config import CONFIG_FIELDS
from explorer.schema import FIELDS, Field, State
from explorer.train.live import LIVE_FIELDS

_ROOT = Path(__file__).resolve().parents[2]
TYPES = _ROOT / "assets" / "js" / "state.d.ts"
DEFAULTS = _ROOT / "tests" / "js" / "state.js"
_KINDS = {"int": "number", "float": "number", "bool": "boolean"}


def state_types() -> str:
    """Every field of a view, those of the structure, and a run's settings, as TypeScript."""
    kinds = {"State": FIELDS, "Structure": CONFIG_FIELDS, "RunSettings": LIVE_FIELDS}
    return "".join(_type(name, fields) for name, fields in kinds.items())


def state_defaults() -> str:
    """A module of the state that an empty link is, in that type."""
    return (
        '/** @type {import("../../assets/js/contract.js").State} */\n'
        f"export const DEFAULTS = {json.dumps(State().as_dict(), indent=2)};\n"
    )


def _type(name: str, fields: Mapping[str, Field]) -> str:
    lines = (f"  {name}: {_kind(field)};\n" for name, field in fields.items())
    return f"export type {name} = {{\n{''.join(lines)}}};\n"


def _kind(field: Field) -> str:
    return " | ".join(map(json.dumps, field.choices)) or _KINDS.get(field.kind, "string")


if __name__ == "__main__":
    TYPES.write_text(state_types(), encoding="utf-8")
    DEFAULTS.write_text(state_defaults(), encoding="utf-8")
