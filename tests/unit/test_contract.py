"""The browser's types of what the server sends are what it sends: no key more, none less."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.support.state_in_js import TYPES, state_types
from tests.unit.contract_samples import Routes, as_literal, thinned

ROOT = Path(__file__).resolve().parents[2]
CONTRACT = (ROOT / "assets" / "js" / "contract.js").read_text(encoding="utf-8")
TSC = ROOT / "node_modules" / ".bin" / "tsc"
PROPERTY = re.compile(r" \* @property \{(?P<type>.*)\} (?P<name>\[?\w+\]?)(?: .*)?")
LINK = " * @property {string} link\n"


def typedef(name: str, contract: str = CONTRACT) -> str:
    """The part of a comment that declares an object type."""
    return re.search(rf"@typedef \{{object\}} {name}\n.*?\*/", contract, re.DOTALL)[0]


def test_the_state_is_made_of_the_fields():
    assert '  page: "maps" | ' in state_types()
    for line in ("  z_scale: number;\n", "  z_data: string;\n"):
        assert line in state_types()


@pytest.fixture(scope="module")
def samples(tmp_path_factory) -> list[tuple[str, object]]:
    with pytest.MonkeyPatch.context() as patch:
        routes = Routes(tmp_path_factory.mktemp("history"), patch)
        try:
            return list(routes.samples())
        finally:
            routes.close()


def check_types(folder: Path, contracts: dict[str, str], samples: Iterable) -> dict[str, str]:
    """What tsc says of the samples under each of some contracts; nothing for a sound one."""
    literals = [
        f'/** @import * as sent from "./contract.js" */\n'
        f"/** @type {{sent.{kind}}} */\nexport const sample = {as_literal(sent)};\n"
        for kind, sent in samples
    ]
    for name, contract in contracts.items():
        (folder / name).mkdir(parents=True)
        (folder / name / "contract.js").write_text(contract, encoding="utf-8")
        (folder / name / TYPES.name).write_text(state_types(), encoding="utf-8")
        for at, literal in enumerate(literals):
            (folder / name / f"sample{at}.js").write_text(literal, encoding="utf-8")
    config = json.loads((ROOT / "jsconfig.json").read_text(encoding="utf-8"))
    (folder / "jsconfig.json").write_text(json.dumps(config | {"include": ["**/*"]}))
    (folder / "package.json").write_text('{"type": "module"}')
    assert TSC.exists(), "TypeScript is missing: tests/run, or npm ci, brings it"
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    told = subprocess.run(
        [TSC, "-p", folder / "jsconfig.json", "--pretty", "false"],
        cwd=folder,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    errors = dict.fromkeys(contracts, "")
    for line in told.splitlines():
        name = line.partition("/")[0]
        assert name in errors or line.startswith(" "), told[:2000]
        if name in errors:
            errors[name] += line + "\n"
    return errors


def test_every_key_that_is_sent_is_typed_and_every_typed_one_is_sent(samples, tmp_path):
    (errors,) = check_types(tmp_path, {"sound": CONTRACT}, samples).values()
    assert errors == ""


def claims(contract: str) -> list[tuple[str, str]]:
    """What a contract says is sent: (type, line) of all optional properties, and one a type."""
    found = []
    for name in re.findall(r" @typedef \{object\} (\w+)\n", contract):
        lines = PROPERTY.finditer(typedef(name, contract))
        sent = [match for match in lines if match["type"] != "undefined"]
        found += [(name, match[0]) for match in sent if match["name"].startswith("[")]
        found += [(name, sent[0][0])]
    return list(dict.fromkeys(found))


def mark(name: str, line: str) -> str:
    return f"no {name}.{PROPERTY.fullmatch(line)['name'].strip('[]')}"


def forbidding(contract: str, claimed: Iterable[tuple[str, str]]) -> str:
    """A contract with a type in the place of each claim's that nothing is of."""
    for name, line in claimed:
        whole = typedef(name, contract)
        forbidden = line.replace(PROPERTY.fullmatch(line)["type"], f'"{mark(name, line)}"', 1)
        contract = contract.replace(whole, whole.replace(line + "\n", forbidden + "\n"))
    return contract


def never_sent(contract: str, samples: Iterable, folder: Path) -> list[str]:
    """Claims that no sample bears out."""
    rest, before = claims(contract), []
    while len(rest) != len(before):  # what lies in a forbidden part shows once that is allowed
        before = rest
        forbidden = {"all": forbidding(contract, rest)}
        (said,) = check_types(folder / f"{len(rest)} left", forbidden, samples).values()
        rest = [claim for claim in rest if mark(*claim) not in said]
    return [mark(*claim).removeprefix("no ") for claim in rest]


def test_every_type_is_reached_and_nothing_optional_stays_away(samples, tmp_path):
    """And two claims beside these are seen to be borne out by nothing."""
    thin = {(kind, as_literal(sent := thinned(each))): sent for kind, each in samples}
    thin = [(kind, sent) for (kind, _), sent in thin.items()]
    assert len(claims(CONTRACT)) > 50
    more = CONTRACT.replace(LINK, f"{LINK} * @property {{string}} [more]\n")
    more += "\n/**\n * @typedef {object} Unused\n * @property {string} name\n */\n"
    assert never_sent(more, thin, tmp_path) == ["CommonView.more", "Unused.name"]


def test_a_contract_that_says_something_else_fails(samples, tmp_path):
    wrong = {
        "fewer": ("", "'\"link\"' does not exist in type"),
        "other": (LINK.replace("string", "number"), "not assignable to type 'number'"),
        "more": (LINK + LINK.replace("link", "more"), "not assignable to type 'MapsView'"),
    }
    contracts = {name: CONTRACT.replace(LINK, line) for name, (line, _) in wrong.items()}
    assert CONTRACT not in contracts.values()
    told = check_types(tmp_path, contracts, samples[:1])
    assert [name for name, (_, said) in wrong.items() if said not in told[name]] == []
