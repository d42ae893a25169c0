"""One declaration of a field: what the page and the other lists read off it."""

import json
import re
from pathlib import Path
from typing import Annotated

import pytest

from explorer import ExplorerError, GeneratorConfig
from explorer.model.config import SHAPE_FIELDS
from explorer.model.declare import (
    Field,
    Range,
    Role,
    Section,
    Slider,
    Switch,
    Text,
    check_all,
    having,
    read_by,
)
from explorer.schema import FIELDS, STATE_FIELDS, State, read_state
from explorer.selection import fit_selection
from explorer.train.live import LIVE_FIELDS
from explorer.train.settings import SETTINGS
from tests.support.each import each
from tests.unit.refusals import refused

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = {path.name: path.read_text("utf-8") for path in (ROOT / "assets/js").rglob("*.js")}
LOCALES = [json.loads(p.read_text("utf-8")) for p in (ROOT / "assets/locales").glob("*.json")]
COLORS = {"red", "green", "blue"}  # names of colours as well
_LIST = re.compile(r"\[([^][()]*)\]")
_WORD = re.compile(r'"(\w+)"')


def lists_of_fields(script: str) -> list[set[str]]:
    """Lists in a script that hold two and more names of fields and nothing else."""
    found = []
    for inside in _LIST.findall(script):
        words = {*_WORD.findall(inside)}
        if len(words) > 1 and words <= FIELDS.keys() and not _WORD.sub("", inside).strip(", \n"):
            found.append(words)
    return found


def test_the_page_is_told_all_that_a_control_needs():
    field = FIELDS["upsample_dim"].as_dict()
    assert json.loads(json.dumps(field)) == {
        "name": "upsample_dim",
        "default": 256,
        "kind": "int",
        "low": 1,
        "high": 4096,
        "slider": {"low": 8, "high": 512, "step": 4},
        "choices": [],
        "roles": ["dragged", "shape", "structure"],
        "section": "architecture",
    }
    assert FIELDS["actv"].as_dict()["choices"][:2] == ("relu", "leaky_relu")
    assert FIELDS["z_seed"].as_dict()["slider"] is None
    assert FIELDS["paddings"].as_dict()["default"] == "0,0,3,3,3,3,0,0"


@each("fields", {"state": FIELDS, "run": SETTINGS, "live": LIVE_FIELDS})
def test_every_field_can_be_told_and_holds_its_default(fields):
    for name, field in fields.items():
        told = json.loads(json.dumps(field.as_dict()))
        assert told["name"] == name
        assert field.check(told["default"]) == field.default
        ends = [field.low, field.high]
        assert (None in ends) == (field.kind not in ("int", "float"))
        if slider := field.slider:
            assert field.low <= slider["low"] < slider["high"] <= field.high


def test_kinds_come_from_types():
    assert Field("a", Switch).kind == "bool"
    assert Field("a", Text).kind == "text"
    assert Field("a", Annotated[float, Range(0, 1), Slider()]).kind == "float"
    assert {field.kind for field in FIELDS.values()} == {
        *("int", "float", "bool", "choice", "text", "pads")
    }


def test_lists_by_role():
    assert SHAPE_FIELDS[0] == "noise_dim"
    assert "stride" not in SHAPE_FIELDS
    assert set(having(FIELDS, Role.STRUCTURE)) == FIELDS.keys() - STATE_FIELDS.keys() | {
        "batch_size",
        "changes",
        *having(FIELDS, Role.SIZE),
    }
    assert having(FIELDS, Role.PLACE) == ("page", "stage", "cell", "source_channel", "origins")
    assert having(FIELDS, Role.FOLD) == ("kernels",)
    assert having(FIELDS, Role.ASKED) == ("lab_stage", "expected_stage")
    assert having(FIELDS, Role.LAB) == tuple(name for name in FIELDS if name.startswith("lab_"))
    computed = set(FIELDS) - {*having(FIELDS, Role.VIEW), *having(FIELDS, Role.STRUCTURE)}
    assert computed >= {
        *("z_seed", "z_scale", "z_data", "z_edits"),
        *("weights_seed", "weights", "carry", "reuse", "device"),
    }


def test_what_a_smaller_structure_moves_are_the_selections():
    fitted = fit_selection(State())
    assert fitted.keys() == {*having(FIELDS, Role.SELECTION)}


def test_no_weights_depend_on_what_is_looked_at_or_may_be_long():
    for role in (Role.VIEW, Role.LONG):
        assert not {*having(FIELDS, role)} & {*SHAPE_FIELDS, "weights", "weights_seed", "carry"}


def test_controls_that_the_form_makes_have_words_in_every_language():
    named = [field for field in FIELDS.values() if field.as_dict()["section"]]
    assert {field.as_dict()["section"] for field in named} == {*Section}
    for words in LOCALES:
        assert [field.name for field in named if field.name not in words["help"]] == []


def test_the_search_finds_lists_of_fields():
    assert lists_of_fields('const A = ["page", "stage"], b = ["page", 3], c = ["page", "x"];') == [
        {"page", "stage"}
    ]
    assert lists_of_fields('f(["z_data",\n  "z_edits",\n])') == [{"z_data", "z_edits"}]


def test_no_list_of_fields_stands_in_the_scripts():
    found = {name: lists_of_fields(script) for name, script in SCRIPTS.items()}
    assert {name: sets for name, sets in found.items() if any(s != COLORS for s in sets)} == {}


def test_a_slider_with_one_place_is_refused():
    """As a step of 1, which needs no saying, would be for a small number."""
    field = Field("epsilon", Annotated[float, Range(0.00001, 0.1), Slider()], 0.001)
    with pytest.raises(ValueError, match="epsilon"):
        field.as_dict()


def test_all_wrong_values_are_told_at_once_and_no_error_of_pydantic_gets_out():
    with refused("out_of_range", field="C") as caught:
        GeneratorConfig(C=0, actv="x", paddings="0")
    assert [error.code for error in caught.value.others] == ["not_a_choice", "not_four_pairs"]
    with pytest.raises(ExplorerError) as caught:
        read_state({"C": 0, "z_scale": "x", "cell": "1", "upsample_dim": 4})
    assert [caught.value.field, *(error.field for error in caught.value.others)] == [
        *("C", "z_scale", "cell")
    ]


def test_a_reader_of_text_says_what_is_wrong_in_its_own_words():
    def read(text: str):
        raise ExplorerError("not_text", "x", value=text)

    with refused("not_text", "abc", field="x"):
        Field("y", Annotated[Text, read_by(read)]).check("abc")


def test_of_a_mapping_the_given_fields_alone_are_checked():
    assert check_all(FIELDS, {"C": "4", "unknown": 1}) == {"C": 4}
